"""Whatever step a crash falls into, the story is taken back, and the next start finishes what is left."""

import pytest

from app.database.ledgers import DENIAL, JOB
from app.database.tables import REVISION
from app.database.visibility import ANONYMOUS, TERMINAL
from app.errors import NotFound, SearchUnavailable, Withdrawn
from app.records.store import RecordStore
from app.search.memory import MemoryIndex
from app.services import denying, finishing, withdrawing
from app.services.merging import merge_withdrawals
from app.services.reading import read_story
from app.services.withdrawing import Outcome, Request, lift, withdraw
from tests.archives import found, rows, story_file, take_in

A = "s-7k3fq2mx"
HERS = "The lamplighter counted eleven boats before she went home again that night."
NEW = story_file("A woman counted boats.", title="A lamp").encode()
REQUESTS = {
    "keep": Request(),
    "anonymise": Request(Outcome.ANONYMISE, text=NEW),
    "erase": Request(Outcome.ERASE),
}


class Killed(BaseException):
    """The process ends here: nothing that catches errors may go on."""


@pytest.fixture
def archive(new_archive):
    return new_archive(
        {"stories/a.md": story_file(HERS, id=A), "stories/b.md": story_file("A kettle.", id="s-2m9tb3rw")}
    )


def killed(*_args, **_named):
    raise Killed


SEAMS = {
    "before SQL": (withdrawing, "_in_sql"),
    "before the commit": (withdrawing, "note"),
    "before the file": (finishing, "mark_files"),
    "while the file is written": (RecordStore, "save"),
    "before the catalogue follows": (finishing, "_take_in"),
    "before the job says so": (finishing, "mark"),
    "before the index": (withdrawing, "let_go"),
    "while the index is cleared": (finishing, "_clear_index"),
    "while the database is cleared": (finishing, "clear_database"),
}


def taken_back(archive):
    with pytest.raises((Withdrawn, NotFound)):
        read_story(archive, ANONYMOUS, "a")
    try:
        return found(archive, "lamplighter") == []
    except SearchUnavailable:
        return True  # its class is not searched until the index let go of it


@pytest.mark.parametrize("seam", SEAMS)
@pytest.mark.parametrize("outcome", REQUESTS)
def test_a_crash_at_any_step_leaves_it_taken_back(archive, tmp_path, monkeypatch, outcome, seam):
    with monkeypatch.context() as broken:
        broken.setattr(*SEAMS[seam], killed)
        with pytest.raises(Killed):
            withdraw(archive, TERMINAL, A, REQUESTS[outcome])
            finishing.finish_jobs(archive)
            raise Killed  # a seam that this outcome does not pass
    merge_withdrawals(archive)  # a start does that before it serves anything
    if outcome != "anonymise":
        assert taken_back(archive)
    take_in(archive)
    assert found(archive, "lamplighter") == []
    assert all(row["finished"] for row in rows(archive, JOB))
    text = (tmp_path / "stories/a.md").read_text() if (tmp_path / "stories/a.md").exists() else ""
    if outcome == "keep":
        assert "status: withdrawn" in text and HERS in text
    if outcome == "erase":
        assert text == "" and not [row for row in rows(archive, REVISION) if row["record_id"] == A]
    if outcome == "anonymise":
        assert_replaced_or_hidden(archive, text, seam)


def assert_replaced_or_hidden(archive, text, seam):
    """Before SQL has the new text, a crash loses it, and the old one is for stewards alone."""
    if seam in ("before SQL", "before the commit"):
        assert taken_back(archive)
        assert [row["kind"] for row in rows(archive, DENIAL)] == ["anonymised"]
    else:
        assert HERS not in text and "A woman counted boats." in text
        assert read_story(archive, ANONYMOUS, "a").title == "A lamp"
        assert HERS.encode() not in b"".join(row["content"] for row in rows(archive, REVISION))


def test_without_the_line_on_the_disk_nothing_is_taken_back(archive, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(denying, "append_line", full)
    with pytest.raises(OSError, match="No space"):
        withdraw(archive, TERMINAL, A, Request())
    assert read_story(archive, ANONYMOUS, "a").id == A
    assert rows(archive, DENIAL) == rows(archive, JOB) == []


@pytest.mark.parametrize("seam", ["resettle", "lift_kinds", "note", "take_in_files", "let_go"])
def test_a_crash_while_it_is_given_back_opens_nothing_by_halves(archive, monkeypatch, seam):
    withdraw(archive, TERMINAL, A, Request())
    with monkeypatch.context() as broken:
        broken.setattr(withdrawing, seam, killed)
        with pytest.raises(Killed):
            lift(archive, TERMINAL, A)
    merge_withdrawals(archive)
    if rows(archive, DENIAL):
        take_in(archive)
        assert taken_back(archive)
        lift(archive, TERMINAL, A)
    take_in(archive)
    assert found(archive, "lamplighter") == ["a"]


class FailingIndex(MemoryIndex):
    """A full disk: nothing can be deleted while `full`."""

    full = False

    def remove(self, keys):
        if self.full:
            raise OSError(28, "No space left on device")
        super().remove(keys)


def test_while_the_index_holds_it_nobody_searches_its_class(new_archive):
    archive = new_archive(
        {"stories/a.md": story_file(HERS, id=A), "stories/b.md": story_file("The lamplighter.")},
        index=FailingIndex(),
    )
    archive.index.full = True
    withdraw(archive, TERMINAL, A, Request())
    with pytest.raises(SearchUnavailable):
        found(archive, "lamplighter")
    archive.index.full = False
    assert found(archive, "lamplighter") == ["b"]


def test_a_file_that_can_not_be_written_is_written_at_the_next_look(archive, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(RecordStore, "save", full)
        withdraw(archive, TERMINAL, A, Request())
    assert taken_back(archive)
    assert "withdrawn" not in (tmp_path / "stories/a.md").read_text()
    take_in(archive)
    assert "status: withdrawn" in (tmp_path / "stories/a.md").read_text()
