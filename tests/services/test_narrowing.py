"""The narrower of file and denial counts, whatever a file says later."""

import shutil
from datetime import timedelta

import pytest

from app.database.ledgers import DENIAL, DENIED_TEXT
from app.database.people import ACCOUNT
from app.database.tables import PROBLEM, STORY
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound, Withdrawn
from app.records.withdrawals import Line, read_lines
from app.services.changing import changing
from app.services.consent_desk import read_consent_desk
from app.services.denying import Kind, Text, deny, keyed_names, write_line
from app.services.indexing import update_search
from app.services.limits import Limits, set_limits, standing_limits, write_limits
from app.services.merging import merge_withdrawals
from app.services.narrowing import CLAIMS_MORE, OPEN_AGAIN
from app.services.reading import read_story
from app.services.rebuilding import rebuild
from app.services.settling import resettle
from app.services.signing_in import actor_of
from app.services.withdrawing import Request, reopen, withdraw
from tests.archives import found, make_archive, rows, story_file, take_in, write
from tests.web.people import account

A = "s-7k3fq2mx"
SAID = "What she said about her brother and the harbour that winter stays between us."
OPEN = f"The heron came at noon.\n\n{SAID}"
CLOSED = f"The heron came at noon.\n\n::: closed\n{SAID}\n:::"
MEMBER = Actor(frozenset({Role.MEMBER}), signed_in=True)


def problems(archive):
    return [row["reason"] for row in rows(archive, PROBLEM)]


@pytest.fixture
def closed(new_archive, tmp_path):
    """A story in which a passage was closed that had been open."""
    archive = new_archive({"stories/a.md": story_file(OPEN, id=A)})
    write(tmp_path, {"stories/a.md": story_file(CLOSED, id=A)})
    take_in(archive)
    return archive


def test_a_passage_that_was_closed_is_not_opened_by_an_older_file(closed, tmp_path):
    assert found(closed, "heron") == ["a"] and found(closed, "brother") == []
    write(tmp_path, {"stories/a.md": story_file(OPEN, id=A)})
    take_in(closed)
    assert found(closed, "brother") == found(closed, "heron") == []
    with pytest.raises(NotFound):
        read_story(closed, ANONYMOUS, "a")
    assert "stands open that was closed before" in problems(closed)[0]
    rebuild(closed)
    assert found(closed, "brother") == []


def test_closing_it_again_shows_the_rest(closed, tmp_path):
    write(tmp_path, {"stories/a.md": story_file(OPEN, id=A)})
    take_in(closed)
    write(tmp_path, {"stories/a.md": story_file(CLOSED, id=A)})
    take_in(closed)
    assert found(closed, "heron") == ["a"] and problems(closed) == []


def test_a_steward_may_open_it_again(closed, tmp_path):
    write(tmp_path, {"stories/a.md": story_file(OPEN, id=A)})
    take_in(closed)
    reopen(closed, TERMINAL, A)
    assert found(closed, "brother") == ["a"]
    take_in(closed, again=True)
    assert found(closed, "brother") == ["a"] and rows(closed, DENIED_TEXT) == []


def test_a_passage_that_is_closed_with_the_words_around_it_is_closed_too(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(OPEN, id=A)})
    together = f"The heron came at noon.\n\n::: closed\nBefore it. {SAID} After it.\n:::"
    write(tmp_path, {"stories/a.md": story_file(together, id=A)})
    take_in(archive)
    write(tmp_path, {"stories/a.md": story_file(OPEN, id=A)})
    take_in(archive)
    assert found(archive, "brother") == []


def test_a_passage_is_closed_for_good_also_where_its_file_is_renamed_at_once(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(OPEN, id=A)})
    (tmp_path / "stories/a.md").unlink()
    write(tmp_path, {"stories/b.md": story_file(CLOSED, id=A)})
    take_in(archive)
    write(tmp_path, {"stories/b.md": story_file(OPEN, id=A)})
    take_in(archive)
    assert found(archive, "brother") == []


def test_a_file_renamed_and_taken_back_by_hand_at_once_denies_what_it_said_before(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(OPEN, id=A)})
    (tmp_path / "stories/a.md").unlink()
    write(tmp_path, {"stories/b.md": story_file("Gone.", id=A, status="withdrawn")})
    take_in(archive)
    write(tmp_path, {"stories/c.md": story_file(OPEN)})
    take_in(archive)
    assert found(archive, "brother") == []


def test_words_that_are_only_cut_may_be_written_again(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file(OPEN, id=A)})
    write(tmp_path, {"stories/a.md": story_file("The heron came at noon.", id=A)})
    take_in(archive)
    write(tmp_path, {"stories/a.md": story_file(OPEN, id=A)})
    take_in(archive)
    assert found(archive, "brother") == ["a"]


def narrow(archive, uses, until=None, names=()):
    not_for = keyed_names(archive, names)
    line = Line(A, Kind.NARROWED, "2026-05-04T12:00:00", uses, until, not_for=not_for)
    write_line(archive, line)
    with archive.writing() as connection:
        with changing(archive, connection, [A]):
            deny(connection, line)
            resettle(archive, connection, A)
        connection.commit()
    update_search(archive)


LEFT = [
    ((1, None), False, True),
    ((8, "2026-05-03"), False, False),
    ((8, "2026-05-04"), True, True),
    ((0, None), False, False),
]


@pytest.mark.parametrize("left, anonymous, member", LEFT)
def test_a_file_gives_no_more_than_what_is_left_of_the_consent(new_archive, left, anonymous, member):
    consent = "consent: {uses: [publication, design]}"
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A, consent=consent)})
    narrow(archive, *left)
    for _ in range(2):
        for reader, may in ((ANONYMOUS, anonymous), (MEMBER, member)):
            assert (found(archive, "heron", reader) == ["a"]) == may
        assert problems(archive) == [CLAIMS_MORE]
        rebuild(archive)


def test_a_file_that_forgot_who_may_not_read_it_gives_no_use(new_archive):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A)})
    narrow(archive, 15, names=["Northgate Trust"])
    assert found(archive, "heron") == []
    assert rows(archive, STORY)[0]["uses"] == 0


def test_what_was_narrowed_after_the_clock_was_set_back_is_the_newer_one(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A)})
    for uses in (3, 1):
        write_limits(archive, A, Limits(uses))
        with archive.writing() as connection, changing(archive, connection, [A]):
            set_limits(archive, connection, A, Limits(uses))
            connection.commit()
        archive.clock.time -= timedelta(hours=1)
    first, _ = read_lines(archive.settings.withdrawals)
    restored = fresh(tmp_path, archive)
    with restored.writing() as connection:
        deny(connection, first)
        connection.commit()
    merge_withdrawals(restored)
    with restored.engine.connect() as connection:
        assert standing_limits(connection, A) == Limits(1)
    restored.close()


EXCEPT = "consent: {uses: [publication], not_for: [Northgate Trust]}"


def steward_of(archive, organisation):
    key = account(archive, f"Sue{len(rows(archive, ACCOUNT))}", "steward", organisation=organisation)
    with archive.engine.connect() as connection:
        return actor_of(archive, connection, connection.execute(ACCOUNT.select().filter_by(key=key)).one())


def narrow_by_name(archive):
    narrow(archive, 8, names=["Northgate Trust"])


def take_back(archive):
    withdraw(archive, TERMINAL, A, Request())


@pytest.mark.parametrize("denying", [narrow_by_name, take_back])
def test_a_file_that_forgot_who_may_not_read_it_does_not_let_them_in(new_archive, tmp_path, denying):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A, consent=EXCEPT)})
    denying(archive)
    write(tmp_path, {"stories/a.md": story_file("The heron came.", id=A)})
    for _ in range(2):
        take_in(archive, again=True)
        with pytest.raises(NotFound):
            read_story(archive, steward_of(archive, "NORTHGATE  trust"), "a")
        assert read_story(archive, steward_of(archive, "Northgate"), "a").id == A
        with pytest.raises(NotFound):
            read_story(archive, steward_of(archive, ""), "a")
    desk = read_consent_desk(archive, TERMINAL, "organisations", 1)
    assert desk.rows == []


def test_who_may_not_read_it_is_known_after_it_was_taken_back_twice(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A, consent=EXCEPT)})
    narrow_by_name(archive)
    write(tmp_path, {"stories/a.md": story_file("The heron came.", id=A)})
    take_in(archive)
    take_back(archive)
    (line,) = [one for one in read_lines(archive.settings.withdrawals) if one.kind == "withdrawn"]
    assert line.not_for == keyed_names(archive, ["Northgate Trust"])


def test_a_line_that_no_database_knows_is_merged_once(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A)})
    write_line(archive, Line(A, Kind.WITHDRAWN, "2026-05-04T12:00:00", 8))
    assert merge_withdrawals(archive) == 1
    with pytest.raises(Withdrawn):
        read_story(archive, ANONYMOUS, "a")
    assert merge_withdrawals(archive) == 0
    take_in(archive)
    assert "status: withdrawn" in (tmp_path / "stories/a.md").read_text()


def test_a_line_stands_for_a_story_whose_file_comes_later(tmp_path):
    archive = make_archive(tmp_path)
    write_line(archive, Line(A, Kind.WITHDRAWN, "2026-05-04T12:00:00", 8))
    take_in(archive)
    write(tmp_path, {"stories/a.md": story_file("The heron came.", id=A)})
    take_in(archive)
    assert found(archive, "heron") == [] and len(rows(archive, DENIAL)) == 1
    archive.close()


def test_a_withdrawn_story_whose_file_is_deleted_or_moved_still_leaves_its_notice(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A)})
    withdraw(archive, TERMINAL, A, Request())
    (tmp_path / "stories/a.md").rename(tmp_path / "stories/b.md")
    take_in(archive)
    (tmp_path / "stories/b.md").unlink()
    take_in(archive)
    with pytest.raises(Withdrawn) as notice:
        read_story(archive, ANONYMOUS, "a")
    assert notice.value.story_id == A


def test_a_file_that_breaks_after_it_was_taken_back_opens_nothing(new_archive, tmp_path):
    archive = new_archive({"stories/a.md": story_file("The heron came.", id=A)})
    withdraw(archive, TERMINAL, A, Request())
    write(tmp_path, {"stories/a.md": "---\ntitle: [\n---\nThe heron came.\n"})
    take_in(archive)
    with pytest.raises(Withdrawn):
        read_story(archive, ANONYMOUS, "a")
    assert found(archive, "heron") == []


SHORT = "The heron came."


def take_back_by_page(archive, tmp_path):
    (story,) = rows(archive, STORY)
    withdraw(archive, TERMINAL, story["id"], Request())


def take_back_by_hand(archive, tmp_path):
    write(tmp_path, {"stories/a.md": story_file("Gone.", status="withdrawn")})
    take_in(archive)


def leave_no_use(archive, tmp_path):
    (story,) = rows(archive, STORY)
    write_limits(archive, story["id"], Limits(0))
    with archive.writing() as connection, changing(archive, connection, [story["id"]]):
        set_limits(archive, connection, story["id"], Limits(0))
        resettle(archive, connection, story["id"])
        connection.commit()


@pytest.mark.parametrize("take_back", [take_back_by_page, take_back_by_hand, leave_no_use])
@pytest.mark.parametrize("database_lost", [False, True])
def test_a_short_story_without_an_id_does_not_come_back_with_another(
    new_archive, tmp_path, take_back, database_lost
):
    archive = new_archive({"stories/a.md": story_file(SHORT)})
    take_back(archive, tmp_path)
    (tmp_path / "stories/a.md").unlink()
    take_in(archive)
    if database_lost:
        archive = fresh(tmp_path, archive)
    write(tmp_path, {"stories/a.md": story_file(f"{SHORT} And more.")})
    take_in(archive)
    assert found(archive, "heron", MEMBER) == []
    with pytest.raises((NotFound, Withdrawn)):
        read_story(archive, MEMBER, "a")


def fresh(root, archive):
    """An archive whose database was lost; the list of withdrawals and the key were not."""
    (root / "new").mkdir()
    for kept in ("secret.key", "withdrawals.jsonl"):
        shutil.copy(root / "state" / kept, root / "new" / kept)
    return make_archive(root, state=root / "new")


@pytest.mark.parametrize("take_back", [take_back_by_page, take_back_by_hand])
@pytest.mark.parametrize("database_lost", [False, True])
def test_what_was_taken_back_does_not_come_back_under_another_name(
    new_archive, tmp_path, take_back, database_lost
):
    told = story_file("The heron came at noon and stayed with us until it was dark.")
    archive = new_archive({"stories/a.md": told})
    take_back(archive, tmp_path)
    (tmp_path / "stories/a.md").unlink()
    take_in(archive)
    if database_lost:
        archive = fresh(tmp_path, archive)
    write(tmp_path, {"stories/b.md": f"{told}\nMore.\n"})
    take_in(archive)
    assert found(archive, "heron", MEMBER) == []
    assert problems(archive)[0].startswith(OPEN_AGAIN[Text.WITHDRAWN])


def test_two_files_of_the_same_words_that_were_taken_back_leave_the_same_notice(new_archive, tmp_path):
    told = story_file("The heron came at noon and stayed with us until it was dark.", status="withdrawn")
    archive = new_archive({"stories/a.md": told})
    write(tmp_path, {"stories/b.md": told})
    take_in(archive)
    for slug in ("a", "b"):
        with pytest.raises(Withdrawn):
            read_story(archive, MEMBER, slug)
