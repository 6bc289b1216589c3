"""Archives for tests: real files, a real SQLite database, and a clock that a test may move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from app.config import load_settings, variable
from app.database.tables import DERIVED, FILE, REVISION, STORY
from app.database.visibility import ANONYMOUS
from app.search.memory import MemoryIndex
from app.search.model import SearchIndex
from app.search.whoosh_index import WhooshIndex
from app.services.archive import Archive, open_archive
from app.services.indexing import update_search
from app.services.reconcile import Reconciled, reconcile
from app.services.searching import Asked, find

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
BODY = "By lamplight the harbour is quiet."
PUBLISHED = "consent: {uses: [publication], given: 2026-01-01}"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    time: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.time


def story_file(body: str = BODY, consent: str = PUBLISHED, **keys: Any) -> str:
    """A story's file; keys are front matter, `consent` is its whole line."""
    lines = [f"{key}: {value}" for key, value in keys.items()]
    return "\n".join(["---", *lines, *([consent] if consent else []), "---", body, ""])


def make_archive(
    tmp_path: Path, files: dict[str, str] | None = None, *, index: SearchIndex | None = None, **settings: Any
) -> Archive:
    """An archive of these files ('stories/…', 'personas/…'), not yet reconciled; its clock is a Clock."""
    for folder in ("stories", "personas"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    write(tmp_path, files or {})
    places = {"stories": "stories", "personas": "personas", "search_index": "search_index", "state": "state"}
    given = {variable(name): str(tmp_path / place) for name, place in places.items()}
    given |= {variable(name): str(value) for name, value in settings.items()}
    return open_archive(load_settings(given), index or new_memory(), Clock())


def new_memory() -> SearchIndex:
    index = MemoryIndex()
    index.rebuild([])
    return index


def new_whoosh(tmp_path: Path) -> SearchIndex:
    return WhooshIndex(tmp_path / "search_index")


def write(tmp_path: Path, files: Mapping[str, str]) -> None:
    """Write these files, whatever was there."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def take_in(archive: Archive, **how: Any) -> Reconciled:
    """What the keeper does after a change: reconcile, then search."""
    done = reconcile(archive, **how)
    update_search(archive)
    return done


def rows(archive: Archive, table: Table, *leave_out: str) -> list[dict[str, Any]]:
    """All rows of a table in the order of their values."""
    with archive.engine.connect() as connection:
        found = [dict(row) for row in connection.execute(select(table)).mappings()]
    kept = [{key: value for key, value in row.items() if key not in leave_out} for row in found]
    return sorted(kept, key=repr)


def derived(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """Everything derived, without what only says when: markers of files, numbers of problem rows."""
    left_out = {"catalogue_file": ("marker",), "catalogue_problem": ("number",)}
    tables = [table for table in DERIVED if table.name != "search_task"]
    return {table.name: rows(archive, table, *left_out.get(table.name, ())) for table in tables}


def ids(archive: Archive) -> dict[str, str]:
    """The id of each file's record, by path."""
    return {row["path"]: row["record_id"] for row in rows(archive, FILE)}


def stories(archive: Archive) -> dict[str, str]:
    """The stories in the catalogue: slug and id, set aside or not."""
    return {row["slug"]: row["id"] for row in rows(archive, STORY)}


def revisions(archive: Archive, record_id: str) -> list[int]:
    """The numbers of a record's revisions, oldest first."""
    with archive.engine.connect() as connection:
        numbers = select(REVISION.c.number).where(REVISION.c.record_id == record_id)
        return list(connection.execute(numbers.order_by(REVISION.c.key)).scalars())


def found(archive: Archive, q: str, actor: Any = ANONYMOUS, **asked: Any) -> list[str]:
    """The slugs that a reader finds, best first."""
    with archive.engine.connect() as connection:
        answer = find(archive, connection, actor, Asked(q, **asked))
        return [answer.cards[hit.key].slug for hit in answer.results.hits if hit.key in answer.cards]
