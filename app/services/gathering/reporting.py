"""What became of an import, as the terminal and programs are told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.tables import FILE, PROBLEM, AnyRow
from app.records.model import Problem
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.gathering.journal import Item, State, read_items
from app.services.gathering.reviewing import review_address
from app.services.gathering.waiting import still_waiting

_LINE = re.compile(r"[Ll]ine (\d{1,9}): ")


@dataclass(frozen=True)
class Story:
    """A story that a file was made into, now or before. `file` is where it came from."""

    file: str
    id: str
    slug: str


@dataclass(frozen=True)
class Waiting:
    """A text that is to be looked through at `address` before it is saved."""

    file: str
    address: str


@dataclass(frozen=True)
class Imported:
    """Everything that `storyhold import` reports."""

    created: int
    unchanged: int
    waiting: Sequence[Waiting]
    stories: Sequence[Story]
    codes: int
    quotes: int
    problems: Sequence[Problem]


def report_of(archive: Archive, job: int) -> Imported:
    """The report of a job that has ended."""
    items = read_items(archive, job)
    with archive.engine.connect() as connection:
        files = _files(connection, [item.record_id for item in items if item.record_id])
        keys = still_waiting(connection, items)
        problems = [*_not_done(items), *_in_files(connection, items, files)]
    there = [item for item in items if item.record_id in files]
    return Imported(
        created=sum(1 for item in items if item.state == State.DONE),
        unchanged=sum(1 for item in items if item.state == State.UNCHANGED),
        waiting=[Waiting(i.name, review_address(keys[i.number])) for i in items if i.number in keys],
        stories=[Story(item.name, item.record_id, files[item.record_id].slug) for item in there],
        codes=0,
        quotes=0,
        problems=problems,
    )


def _files(connection: Connection, ids: Sequence[str]) -> Mapping[str, AnyRow]:
    found: dict[str, AnyRow] = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(FILE.c.record_id, FILE.c.path, FILE.c.slug).where(FILE.c.record_id.in_(part))
        )
        found |= {row.record_id: row for row in rows}
    return found


def _not_done(items: Sequence[Item]) -> Iterator[Problem]:
    """What was refused, and what did not come along."""
    for item in items:
        if item.said and item.state not in (State.UNCHANGED, State.REVIEW):
            for one in item.said.split("\n"):
                line, said = _placed(one)
                yield Problem(item.name, line, None, *_parted(said), set_aside=item.state != State.DONE)


def _placed(said: str) -> tuple[int | None, str]:
    """The line that it begins with, and the rest."""
    found = _LINE.match(said)
    return (int(found[1]), said[found.end() :]) if found else (None, said)


def _parted(said: str) -> tuple[str, str]:
    first, stop, rest = said.partition(". ")
    return (f"{first}.", rest) if stop else (said, "")


def _in_files(
    connection: Connection, items: Sequence[Item], files: Mapping[str, AnyRow]
) -> Iterator[Problem]:
    """What is to be mended in the stories that were made, named as the files that they came from."""
    sources = {
        files[i.record_id].path: i.name for i in items if i.state == State.DONE and i.record_id in files
    }
    for part in chunks(list(sources)):
        for row in connection.execute(select(PROBLEM).where(PROBLEM.c.path.in_(part))):
            yield Problem(sources[row.path], row.line, row.key, row.reason, row.remedy, row.set_aside)
