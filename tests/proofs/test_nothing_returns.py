"""What was taken back stays taken back: old files, a rebuild, other names, and an older database."""

import shutil

import pytest

from app.database.ledgers import DENIAL
from app.database.visibility import ANONYMOUS, TERMINAL, Actor, Role
from app.errors import NotFound, Withdrawn
from app.services.finishing import finish_jobs
from app.services.listing import list_stories
from app.services.merging import merge_withdrawals
from app.services.reading import read_story
from app.services.rebuilding import rebuild
from app.services.searching import Asked
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import found, ids, make_archive, new_whoosh, rows, story_file, take_in, write
from tests.figures import SECURITY

READERS = [ANONYMOUS, Actor(frozenset({Role.MEMBER, Role.COMMISSIONER}), signed_in=True)]
KEPT, ERASED, STAYING = range(8), range(8, 10), range(10, 16)  # ten are taken back, two of them erased


def words(number: int) -> str:
    return f"Teller{number} counted the boats of harbour{number} before she went home again that night."


def text(number: int) -> str:
    """Every other file has an id of its own."""
    known = {"id": f"s-{number:08}"} if number % 2 else {}
    return story_file(words(number), title=f"Teller{number}", **known)


FILES = {f"stories/year/{number}.md": text(number) for number in range(16)}
ELSEWHERE = {f"stories/renamed/{number}.md": text(number) for number in range(10)}


def back(archive) -> list[int]:
    """The stories that anyone but a steward can read or find, of those that were taken back."""
    seen = []
    for number in (*KEPT, *ERASED):
        for reader in READERS:
            if found(archive, f"teller{number}", reader) or any(opens(archive, reader, number)):
                seen.append(number)
    assert sorted(int(slug.rpartition("/")[2]) for slug in shown(archive)) == list(STAYING)
    return seen


def opens(archive, reader, number):
    for slug in (f"year/{number}", f"renamed/{number}"):
        try:
            read_story(archive, reader, slug)
        except (NotFound, Withdrawn):
            yield False
        else:
            yield True


def shown(archive) -> list[str]:
    return [card.slug for card in list_stories(archive, ANONYMOUS, Asked(size=100)).cards]


@pytest.mark.proof
def test_nothing_comes_back_by_old_files_a_rebuild_or_an_older_database(tmp_path, figures):
    archive = make_archive(tmp_path, FILES, index=new_whoosh(tmp_path))
    take_in(archive)
    archive.close()
    shutil.copy(archive.settings.database_path, tmp_path / "older.db")
    archive = make_archive(tmp_path, index=new_whoosh(tmp_path))
    known = ids(archive)
    for number in (*KEPT, *ERASED):
        outcome = Outcome.ERASE if number in ERASED else Outcome.KEEP
        withdraw(archive, TERMINAL, known[f"stories/year/{number}.md"], Request(outcome))
    finish_jobs(archive)
    assert back(archive) == []
    for files in (FILES, ELSEWHERE):
        write(tmp_path, files)
        take_in(archive)
        assert back(archive) == []
        rebuild(archive)
        assert back(archive) == []
    archive.close()
    older_database(tmp_path, archive)
    figures(
        "stories taken back (erased), and back after old files, a rebuild and an older database",
        "10 (2), 0",
        SECURITY,
    )


def older_database(tmp_path, archive) -> None:
    """The database and the files of before everything; only the list of withdrawals is of today."""
    for path in (tmp_path / "state").glob("storyhold.db*"):
        path.unlink()
    shutil.copy(tmp_path / "older.db", archive.settings.database_path)
    shutil.rmtree(tmp_path / "stories/renamed")
    write(tmp_path, FILES)
    archive = make_archive(tmp_path, index=new_whoosh(tmp_path))
    merge_withdrawals(archive)
    assert not [
        one for number in range(10) for reader in READERS for one in opens(archive, reader, number) if one
    ]
    take_in(archive)
    assert back(archive) == []
    assert len(rows(archive, DENIAL)) == 10
    for number in ERASED:
        assert not (tmp_path / f"stories/year/{number}.md").exists()
    write(tmp_path, FILES | ELSEWHERE)
    rebuild(archive)
    assert back(archive) == []
    archive.close()
