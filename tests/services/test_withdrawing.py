"""A story that was taken back is gone when that returns, and nothing brings it back by itself."""

import pytest
from sqlalchemy import func, select

from app.database.ledgers import AUDIT, DENIAL, DENIED_TEXT, JOB
from app.database.tables import PROBLEM, REVISION, STORY, WORD
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound, Withdrawn
from app.records.withdrawals import read_lines
from app.services.finishing import finish_jobs
from app.services.listing import list_stories
from app.services.narrowing import TAKEN_BACK
from app.services.reading import read_story
from app.services.rebuilding import rebuild
from app.services.searching import Asked
from app.services.withdrawing import Outcome, Request, lift, withdraw
from app.services.withholding import confirm, withhold
from tests.archives import found, new_whoosh, rows, stories, story_file, take_in, write

A = "s-7k3fq2mx"
HERS = "The lamplighter counted eleven boats before she went home again that night."
FILES = {
    "stories/a.md": story_file(HERS, id=A, title="Lantern", themes="[waiting]"),
    "stories/b.md": story_file("A kettle.", id="s-2m9tb3rw", themes="[waiting]"),
}
KEEP, ERASE = Request(), Request(Outcome.ERASE)


@pytest.fixture
def archive(new_archive, tmp_path):
    return new_archive(FILES, index=new_whoosh(tmp_path))


def gone(archive, slug="a"):
    """Nothing of it for anybody who reads."""
    with pytest.raises(Withdrawn):
        read_story(archive, ANONYMOUS, slug)
    listed = [card.slug for card in list_stories(archive, ANONYMOUS, Asked()).cards]
    return slug not in listed and found(archive, "lamplighter") == []


def problems(archive):
    return [row["reason"] for row in rows(archive, PROBLEM)]


def test_a_story_that_is_taken_back_is_gone_at_once(archive, tmp_path):
    withdraw(archive, TERMINAL, A, KEEP)
    assert gone(archive)
    assert "lamplighter" not in {row["word"] for row in rows(archive, WORD)}
    text = (tmp_path / "stories/a.md").read_text()
    assert 'status: withdrawn\nwithdrawn:\n  "on": 2026-05-04\n' in text
    assert HERS in text
    assert [row["event"] for row in rows(archive, AUDIT)] == ["withdrawn"]
    assert [line.kind for line in read_lines(archive.settings.withdrawals)] == ["withdrawn"]
    assert all(row["finished"] for row in rows(archive, JOB))
    assert read_story(archive, TERMINAL, "a").title == "Lantern"


def test_taking_in_the_file_that_says_so_changes_nothing(archive):
    withdraw(archive, TERMINAL, A, KEEP)
    assert take_in(archive).changed == 0
    take_in(archive, again=True)
    assert gone(archive) and problems(archive) == []
    assert len(rows(archive, DENIAL)) == 1


def test_a_pull_of_the_old_file_brings_nothing_back(archive, tmp_path):
    withdraw(archive, TERMINAL, A, KEEP)
    write(tmp_path, FILES)
    take_in(archive)
    assert gone(archive)
    assert problems(archive) == [TAKEN_BACK]
    rebuild(archive)
    assert gone(archive)


def test_a_copy_under_another_name_and_id_is_shown_to_nobody(archive, tmp_path):
    withdraw(archive, TERMINAL, A, KEEP)
    write(tmp_path, {"stories/c.md": story_file(f"{HERS}\n\nMore.", title="Copy")})
    take_in(archive)
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "c")
    assert found(archive, "lamplighter") == []
    assert "It holds words of a story that was taken back" in problems(archive)[0]


def test_only_a_steward_lifts_it_and_it_stands_as_it_stood(archive, tmp_path):
    withdraw(archive, TERMINAL, A, KEEP)
    gatherer = Actor(frozenset({Role.GATHERER}), own=frozenset({A}), signed_in=True)
    with pytest.raises(Withdrawn):
        lift(archive, gatherer, A)
    lift(archive, TERMINAL, A)
    assert read_story(archive, ANONYMOUS, "a").title == "Lantern"
    assert found(archive, "lamplighter") == ["a"]
    assert rows(archive, DENIAL) == rows(archive, DENIED_TEXT) == []
    take_in(archive, again=True)
    assert found(archive, "lamplighter") == ["a"]


def test_a_draft_that_was_taken_back_is_a_draft_again(new_archive):
    archive = new_archive({"stories/a.md": story_file(HERS, id=A, status="draft")})
    withdraw(archive, TERMINAL, A, KEEP)
    lift(archive, TERMINAL, A)
    assert rows(archive, STORY)[0]["status"] == "draft"


def test_a_withdrawal_by_hand_is_one_too(archive, tmp_path):
    write(tmp_path, {"stories/a.md": FILES["stories/a.md"].replace("title:", "status: withdrawn\ntitle:")})
    take_in(archive)
    assert gone(archive)
    write(tmp_path, FILES)
    take_in(archive)
    assert gone(archive)
    assert [line.uses for line in read_lines(archive.settings.withdrawals)] == [8]


def test_an_erased_story_leaves_no_row_and_no_file_and_its_id_is_used_no_more(archive, tmp_path):
    job = withdraw(archive, TERMINAL, A, ERASE)
    assert gone(archive)
    assert finish_jobs(archive) == 1
    assert not (tmp_path / "stories/a.md").exists()
    assert A not in stories(archive).values()
    with archive.engine.connect() as connection:
        count = select(func.count()).select_from(REVISION).where(REVISION.c.record_id == A)
        assert connection.execute(count).scalar() == 0
    assert {row["key"]: row["finished"] is not None for row in rows(archive, JOB)} == {job: True}
    assert gone(archive)


@pytest.mark.parametrize(
    "name, text",
    [
        ("stories/a.md", FILES["stories/a.md"]),
        ("stories/other.md", FILES["stories/a.md"]),
        ("stories/a.md", story_file("Something else.")),
        ("stories/other.md", FILES["stories/a.md"].replace(f"id: {A}\n", "")),
    ],
    ids=["as it was", "elsewhere", "its slug", "without its id"],
)
def test_a_file_of_an_erased_story_is_not_taken_in(archive, tmp_path, name, text):
    withdraw(archive, TERMINAL, A, ERASE)
    finish_jobs(archive)
    write(tmp_path, {name: text})
    take_in(archive)
    rebuild(archive)
    assert found(archive, "lamplighter") == []
    assert found(archive, "something else") == []
    assert len(problems(archive)) == 1


def test_an_anonymised_story_has_a_new_text_and_none_of_the_old_versions(archive, tmp_path):
    new = story_file("A woman counted boats.", title="A lamp").encode()
    withdraw(archive, TERMINAL, A, Request(Outcome.ANONYMISE, text=new, slug="lamp"))
    assert finish_jobs(archive) == 1
    page = read_story(archive, ANONYMOUS, "lamp")
    assert (page.id, page.title, page.revision) == (A, "A lamp", 2)
    assert not (tmp_path / "stories/a.md").exists()
    assert found(archive, "lamplighter") == []
    assert found(archive, "counted boats") == ["lamp"]
    assert [row["number"] for row in rows(archive, REVISION) if row["record_id"] == A] == [2]
    with pytest.raises(Withdrawn) as notice:
        read_story(archive, ANONYMOUS, "a")
    assert (notice.value.story_id, notice.value.replacement) == ("", None)


def test_the_old_text_of_an_anonymised_story_does_not_come_back(archive, tmp_path):
    new = story_file("A woman counted boats.", title="A lamp").encode()
    withdraw(archive, TERMINAL, A, Request(Outcome.ANONYMISE, text=new))
    finish_jobs(archive)
    write(tmp_path, FILES)
    take_in(archive)
    rebuild(archive)
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "a")
    assert found(archive, "lamplighter") == []


def test_another_process_finds_it_no_more_at_its_next_search(archive, tmp_path, new_archive):
    other = new_archive(index=new_whoosh(tmp_path))
    assert found(other, "lamplighter") == ["a"]
    withdraw(archive, TERMINAL, A, KEEP)
    assert gone(other)


@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.ERASE])
def test_a_draft_that_nobody_could_read_leaves_no_notice(new_archive, outcome):
    archive = new_archive({"stories/a.md": story_file(HERS, id=A, status="draft")})
    withdraw(archive, TERMINAL, A, Request(outcome))
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "a")


def test_a_draft_that_was_taken_back_by_hand_leaves_no_notice(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(HERS, id=A, status="draft")})
    write(tmp_path, {"stories/a.md": story_file(HERS, id=A, status="withdrawn")})
    take_in(archive)
    with pytest.raises(NotFound):
        read_story(archive, ANONYMOUS, "a")


def test_a_story_that_was_a_draft_again_leaves_its_notice(archive, tmp_path):
    write(tmp_path, {"stories/a.md": story_file(HERS, id=A, status="draft")})
    take_in(archive)
    withdraw(archive, TERMINAL, A, KEEP)
    assert gone(archive)


def test_a_story_that_is_taken_back_while_a_restore_waits_leaves_its_notice(archive):
    with archive.writing() as connection:
        withhold(connection, "2026-05-01T12:00:00+00:00", "2026-05-04T12:00:00+00:00")
        connection.commit()
    take_in(archive)
    withdraw(archive, TERMINAL, A, KEEP)
    confirm(archive)
    take_in(archive)
    assert gone(archive)
