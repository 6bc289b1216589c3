"""Whether a specification's citations still stand: as a page, for programs, and as a badge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.specifications import SPECIFICATION
from app.database.tables import AnyRow
from app.database.visibility import TERMINAL
from app.services.archive import Archive
from app.services.dates import moment_label
from app.services.paging import pager
from app.services.specifications.access import (
    Who,
    open_to,
    requirement_address,
    specification_address,
    specification_row,
)
from app.services.specifications.as_cited import words_before
from app.services.specifications.tree import Node, nodes_of
from app.services.specifications.viewing import (
    Shown,
    citation_view,
    counted,
)
from app.services.specifications.watching import GOOD, ORDER, Cited, State, citations_of, worst
from app.services.views import CitationView, HealthPage

PAGE = 50
WORDS = {
    State.UNWATCHED: "figures alone, which are not watched",
    State.CURRENT: "all current",
    State.ENDS: "a consent ends soon",
    State.CHANGED: "something that is cited changed",
    State.NOT_ALLOWED: "a use is no longer allowed",
    State.WITHDRAWN: "a story was taken back",
}
UNKNOWN = "not stated"


@dataclass(frozen=True)
class Checked:
    """A specification with its citations, the worst first."""

    row: AnyRow
    shown: Shown
    cited: Sequence[Cited]
    nodes: dict[int, Node]


def check(archive: Archive, connection: Connection, who: Who, row: AnyRow, base: str = "") -> Checked:
    """How everything that this person may know of stands."""
    nodes = nodes_of(connection, row.key)
    known = {one.row.key: one for one in nodes}
    cited = citations_of(archive, connection, who, nodes)
    cited.sort(key=lambda one: (-ORDER.index(one.state), one.key))
    return Checked(row, Shown(archive, row, who, {}, frozenset(), {}, base=base), cited, known)


def read_health(archive: Archive, who: Who, specification_id: str, number: int) -> HealthPage:
    """One page of citations, those first of which something has to be done. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        checked = check(archive, connection, who, row)
        pages = max(1, -(-len(checked.cited) // PAGE))
        number = min(number, pages)
        some = checked.cited[(number - 1) * PAGE : number * PAGE]
        before = words_before(archive, connection, who.actor, some)
        shown = replace(checked.shown, before=before)
        views = [_view(shown, checked, one) for one in some]
    address, state = specification_address(row.id), worst(checked.cited)
    return HealthPage(
        title=row.title,
        address=address,
        states=counted(checked.cited),
        citations=views,
        total=len(checked.cited),
        worst=WORDS[state] if checked.cited else "nothing is cited yet",
        good=state in GOOD,
        pager=pager(len(checked.cited), number, PAGE, lambda page: f"{address}/health?page={page}"),
        checked_label=moment_label(archive.now(), archive.settings.language),
        writes=who.writes,
    )


def _view(shown: Shown, checked: Checked, cited: Cited) -> CitationView:
    node = checked.nodes[cited.row.requirement]
    address = requirement_address(checked.row.id, node.row.id)
    return replace(citation_view(shown, cited), number=node.number, requirement_address=address)


def list_watched(archive: Archive, who: Who, number: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the specifications that are open to this person, for programs; and how many there are."""
    shown = open_to(who)
    with archive.engine.connect() as connection:
        counted_rows = select(func.count()).select_from(SPECIFICATION).where(shown)
        total = int(connection.execute(counted_rows).scalar_one())
        newest = select(SPECIFICATION).where(shown)
        newest = newest.order_by(SPECIFICATION.c.changed.desc(), SPECIFICATION.c.key.desc())
        rows = connection.execute(newest.limit(size).offset((number - 1) * size)).all()
        return [_watched(archive, connection, who, row) for row in rows], total


def _watched(archive: Archive, connection: Connection, who: Who, row: AnyRow) -> dict[str, Any]:
    cited = citations_of(archive, connection, who, nodes_of(connection, row.key))
    told = {"id": row.id, "slug": row.id, "title": row.title, "version": row.version, "status": row.status}
    return {
        **told,
        "address": specification_address(row.id),
        "total": len(cited),
        "worst": worst(cited).value,
    }


def health_json(archive: Archive, who: Who, specification_id: str, base: str) -> dict[str, Any]:
    """The same for programs: ids, states and digests, and no words. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        checked = check(archive, connection, who, row, base)
    numbers = {state.value: sum(one.state is state for one in checked.cited) for state in ORDER}
    return {
        "id": row.id,
        "title": row.title,
        "version": row.version,
        "status": row.status,
        "checked": f"{archive.now():%Y-%m-%dT%H:%M:%SZ}",
        "worst": worst(checked.cited).value,
        "states": numbers,
        "total": len(checked.cited),
        "citations": [_item(checked, one, base) for one in checked.cited],
    }


def _item(checked: Checked, cited: Cited, base: str) -> dict[str, Any]:
    row, node = cited.row, checked.nodes[cited.row.requirement]
    told = {
        "id": row.id,
        "kind": row.kind,
        "stance": "challenges" if row.challenges else "supports",
        "requirement": node.row.id,
        "number": node.number,
        "state": cited.state.value,
    }
    if not cited.shown:
        return told
    told |= {"until": cited.until} if cited.until else {}
    if row.kind == "quote" and row.quote_id:
        told |= {"quote": row.quote_id, "story": row.story_id, "version": row.revision}
        told |= {"anchor": row.anchor, "digest": row.digest, "address": f"{base}/q/{row.quote_id}"}
    if row.kind == "persona":
        told |= {"persona": row.persona_id, "address": f"{base}/p/{row.persona_id}"}
    return told


def badge_state(archive: Archive, specification_id: str) -> State | None:
    """The worst state of all that is cited; None where nobody has let the badge tell it, or there is none.

    It names nothing, and is told to anybody; so it says the same of what is not there and of what is silent.
    """
    there = (SPECIFICATION.c.id == specification_id, SPECIFICATION.c.removed.is_(None))
    with archive.engine.connect() as connection:
        row = connection.execute(select(SPECIFICATION).where(*there, SPECIFICATION.c.badge)).first()
        if row is None:
            return None
        return worst(citations_of(archive, connection, Who(TERMINAL), nodes_of(connection, row.key)))
