"""A story that is taken back in one way and then in another: the more lasting of the two holds."""

import os

import pytest

from app.database.ledgers import AUDIT, JOB
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import InvalidText, NotFound, Withdrawn
from app.records import withdrawals
from app.records.withdrawals import in_force, read_lines
from app.services.finishing import finish_jobs
from app.services.reading import read_story
from app.services.rebuilding import rebuild
from app.services.withdrawing import Outcome, Request, lift, withdraw
from tests.archives import found, rows, stories, story_file, take_in, write
from tests.services.test_narrowing import fresh, narrow

A, B = "s-7k3fq2mx", "s-2m9tb3rw"
HERS = "The lamplighter counted eleven boats before she went home again that night."
FILES = {"stories/a.md": story_file(HERS, id=A, title="Lantern")}
NEW = story_file("A woman counted boats.", title="A lamp").encode()
COPY = {"stories/c.md": story_file(f"{HERS}\n\nMore.", title="Copy")}
KEEP, ANONYMISE, ERASE = Request(), Request(Outcome.ANONYMISE, text=NEW), Request(Outcome.ERASE)


@pytest.fixture
def archive(new_archive):
    return new_archive(FILES)


def finish(archive, *requests):
    for request in requests:
        withdraw(archive, TERMINAL, A, request)
    finish_jobs(archive)


@pytest.mark.parametrize("copied_meanwhile", [False, True])
def test_the_old_text_stays_away_when_the_new_one_is_given_back(archive, tmp_path, copied_meanwhile):
    finish(archive, KEEP)
    if copied_meanwhile:
        write(tmp_path, COPY)
        take_in(archive)
    finish(archive, ANONYMISE)
    lift(archive, TERMINAL, A)
    assert read_story(archive, ANONYMOUS, "a").title == "A lamp"
    write(tmp_path, FILES | COPY)
    take_in(archive)
    rebuild(archive)
    for slug in ("a", "c"):
        with pytest.raises(NotFound):
            read_story(archive, ANONYMOUS, slug)
    assert found(archive, "lamplighter") == []


def test_so_it_does_where_the_database_was_lost(archive, tmp_path):
    finish(archive, KEEP, ANONYMISE)
    lift(archive, TERMINAL, A)
    archive = fresh(tmp_path, archive)
    write(tmp_path, FILES)
    take_in(archive)
    assert found(archive, "lamplighter") == []
    archive.close()


def test_a_file_of_a_story_that_was_kept_first_and_erased_later_is_not_taken_in(new_archive, tmp_path):
    told = story_file(HERS, title="Lantern")
    archive = new_archive({"stories/a.md": told})
    (story,) = stories(archive).values()
    for request in (KEEP, ERASE):
        withdraw(archive, TERMINAL, story, request)
    finish_jobs(archive)
    write(tmp_path, {"stories/b.md": told})
    take_in(archive)
    assert stories(archive) == {}


def test_a_passage_that_was_closed_while_the_story_was_taken_back_stays_closed(archive, tmp_path):
    finish(archive, KEEP)
    write(tmp_path, {"stories/a.md": story_file(f"Hello.\n\n::: closed\n{HERS}\n:::", id=A)})
    take_in(archive)
    lift(archive, TERMINAL, A)
    assert read_story(archive, ANONYMOUS, "a").id == A
    write(tmp_path, FILES)
    take_in(archive)
    with pytest.raises((NotFound, Withdrawn)):
        read_story(archive, ANONYMOUS, "a")


def give_back(archive):
    lift(archive, TERMINAL, A)


def take_back_too(archive):
    withdraw(archive, TERMINAL, A, KEEP)


@pytest.mark.parametrize("then", [give_back, take_back_too])
def test_wiping_the_old_text_goes_on_whatever_is_done_with_the_new_one(archive, then):
    withdraw(archive, TERMINAL, A, ANONYMISE)
    then(archive)
    (job,) = [row for row in rows(archive, JOB) if row["kind"] == "anonymise"]
    assert job["step"] == "index"
    assert finish_jobs(archive) == 1


def test_giving_back_what_was_not_taken_back_changes_nothing(archive, tmp_path):
    give_back(archive)
    assert (tmp_path / "stories/a.md").read_text() == FILES["stories/a.md"]
    assert rows(archive, AUDIT) == []


def test_the_notice_at_the_old_address_names_no_id_also_of_a_story_that_was_taken_back_first(archive):
    finish(archive, KEEP, Request(Outcome.ANONYMISE, text=NEW, slug="lamp"))
    with pytest.raises(Withdrawn) as notice:
        read_story(archive, ANONYMOUS, "a")
    assert notice.value.story_id == ""


def test_short_words_that_were_replaced_do_not_come_back_at_the_old_address(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.")})
    (story,) = stories(archive).values()
    withdraw(archive, TERMINAL, story, Request(Outcome.ANONYMISE, text=NEW, slug="lamp"))
    finish_jobs(archive)
    write(tmp_path, {"stories/a.md": story_file("The heron came.\n\nIt went.")})
    take_in(archive)
    assert read_story(archive, ANONYMOUS, "lamp").title == "A lamp"
    assert found(archive, "heron") == []


@pytest.mark.parametrize("named", [B, "s-00000000"])
def test_a_story_that_she_may_not_see_stands_in_no_place_and_is_not_told_of(new_archive, named):
    other = story_file("A kettle.", id=B, consent="consent: {uses: [commissioning]}")
    archive = new_archive(FILES | {"stories/b.md": other})
    gatherer = Actor(frozenset({Role.GATHERER}), own=frozenset({A}), signed_in=True)
    with pytest.raises(InvalidText):
        withdraw(archive, gatherer, A, Request(replacement=named))
    assert read_story(archive, ANONYMOUS, "a").id == A


@pytest.mark.parametrize("slug", ["A", "jose\u0301", "broken", "BROKEN", "broken.md/x", "B"])
def test_a_new_text_is_refused_a_name_that_its_file_could_not_have(new_archive, tmp_path, slug):
    others = {"stories/b.md": story_file("A kettle."), "stories/broken.md": "---\ntitle: [\n---\n"}
    archive = new_archive(FILES | others | {"stories/José.md": story_file("Boats.")})
    with pytest.raises(InvalidText):
        withdraw(archive, TERMINAL, A, Request(Outcome.ANONYMISE, text=NEW, slug=slug))
    assert read_story(archive, ANONYMOUS, "a").title == "Lantern"


def test_a_new_text_is_refused_that_is_too_large_for_a_file(archive):
    large = Request(Outcome.ANONYMISE, text=NEW + b"Boats. " * 1_200_000)
    with pytest.raises(InvalidText):
        withdraw(archive, TERMINAL, A, large)
    assert read_story(archive, ANONYMOUS, "a").title == "Lantern"


def test_a_name_with_its_ending_is_the_name(archive, tmp_path):
    finish(archive, Request(Outcome.ANONYMISE, text=NEW, slug="lamp.md"))
    assert stories(archive) == {"lamp": A}
    assert [path.name for path in (tmp_path / "stories").iterdir()] == ["lamp.md"]


def test_a_disk_that_is_full_while_one_denial_is_lifted_lifts_no_other(archive, monkeypatch):
    narrow(archive, 1)
    finish(archive, KEEP)
    path = archive.settings.withdrawals
    before, plain = path.read_bytes(), os.write

    def full(descriptor, content):
        if path.stat().st_size > len(before):
            raise OSError(28, "No space left on device")
        return plain(descriptor, content[:90])

    with monkeypatch.context() as broken, pytest.raises(OSError, match="No space"):
        broken.setattr(withdrawals.os, "write", full)
        lift(archive, TERMINAL, A)
    assert path.read_bytes() == before
    lift(archive, TERMINAL, A)
    assert [line.kind for line in in_force(read_lines(path))] == ["narrowed"]
