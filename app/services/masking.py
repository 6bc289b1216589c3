"""Problems name other files; one of a story that a reader may not see is not named to her."""

from functools import cached_property

from sqlalchemy import ColumnElement, Connection, not_, or_, select

from app.database.tables import FILE, PERSONA, STORY, AnyRow
from app.database.visibility import Actor, Role, visible_to
from app.records.model import Problem
from app.services.archive import Archive
from app.services.changing import CLASH

ELSEWHERE = "a file that is not open to you"


class Mask:
    """Which files a reader may not know of, and what problems say to her."""

    def __init__(self, archive: Archive, connection: Connection, actor: Actor) -> None:
        self._archive, self._connection, self._actor = archive, connection, actor

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Paths of the files that she may not know of."""
        known = self._as_steward() if Role.STEWARD in self._actor.roles else self._as_reader()
        return frozenset(self._connection.execute(select(FILE.c.path).where(not_(known))).scalars())

    def _as_steward(self) -> ColumnElement[bool]:
        """She knows of every file, also of those that never were a record, but not of a hidden record's."""
        now = self._archive.now()
        closed = select(STORY.c.id).where(not_(visible_to(self._actor, now)))
        return FILE.c.record_id.not_in(closed)

    def _as_reader(self) -> ColumnElement[bool]:
        """She knows of the records that she may see, and not of another file that claims the id of one."""
        now = self._archive.now()
        return or_(
            *(
                FILE.c.path.in_(select(table.c.path).where(visible_to(self._actor, now, table)))
                for table in (STORY, PERSONA)
            )
        )

    def problem(self, row: AnyRow) -> Problem:
        """A row of PROBLEM as she may read it; what the folder's names are wrong about is under no key."""
        key = None if row.key == CLASH else row.key
        return Problem(row.path, row.line, key, self._told(row.reason, row.key), row.remedy, row.set_aside)

    def _told(self, reason: str, key: str | None) -> str:
        if key != CLASH and not any(f" {folder}/" in reason for folder in ("stories", "personas")):
            return reason
        for path in sorted(self.hidden, key=len, reverse=True):
            named = path.partition("/")[2] if key == CLASH else path
            reason = reason.replace(f" {named}", f" {ELSEWHERE}")
        return reason
