"""Specifications as they are read: the list, one of them, and one requirement."""

from collections.abc import Sequence
from datetime import UTC
from typing import TypedDict

from sqlalchemy import Connection, func, select

from app.database.specifications import SPECIFICATION
from app.database.tables import PERSONA, AnyRow
from app.database.visibility import citable, may_answer, offered_to
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.citing.styles import DEFAULT, STYLES
from app.services.dates import date_label
from app.services.paging import pager
from app.services.specifications.access import (
    NAMED,
    STATUSES,
    TEAM,
    WRITERS,
    Who,
    may_remove,
    named_in,
    open_to,
    people_to_name,
    requirement_address,
    specification_address,
    specification_row,
)
from app.services.specifications.brought import told_of
from app.services.specifications.making import form_of, removed_specification
from app.services.specifications.promises import promises_of
from app.services.specifications.requirements import VERDICTS, told_of_file, undoing
from app.services.specifications.returning import taken_away
from app.services.specifications.tree import PRIORITIES, Node, inside_of, node_named, nodes_of
from app.services.specifications.viewing import (
    ANSWERS,
    LABELS,
    Shown,
    as_cited,
    counted,
    requirement_view,
    shown_of,
)
from app.services.specifications.watching import GOOD, citations_of, worst
from app.services.views import (
    AboutSpecificationPage,
    AccessPage,
    Brought,
    Choice,
    RequirementForm,
    RequirementPage,
    SpecificationCard,
    SpecificationPage,
    SpecificationsPage,
    Undo,
)

PAGE, ROWS = 20, 40  # specifications of the list, requirements of a page
IN_IT = {
    WRITERS: "Those who write specifications here can read it.",
    TEAM: "It is open to design teams, who can answer to each requirement.",
    NAMED: "It is closed to all but the people who are named in it.",
}
WAYS = {
    WRITERS: "Those who write specifications here: commissioners and stewards",
    TEAM: "Design teams as well: they can read it, and answer to each requirement",
    NAMED: "Only the people named, while a procurement runs",
}
UNDO = {
    "added": ("The requirement is added.", "Take it away again"),
    "changed": ("The requirement is changed.", "Undo"),
    "moved": ("It is moved, and the numbers follow.", "Move it back"),
    "removed": ("The requirement is taken away.", "Put it back"),
    "returned": ("It is back, with all that is cited in it.", "Take it away again"),
}
NOTHING_BROUGHT = Brought()


def list_specifications(
    archive: Archive, who: Who, number: int, *, removed: str = "", brought: Brought = NOTHING_BROUGHT
) -> SpecificationsPage:
    """One page of those that are there for this person, those changed last first."""
    shown = open_to(who)
    with archive.engine.connect() as connection:
        total = int(
            connection.execute(select(func.count()).select_from(SPECIFICATION).where(shown)).scalar_one()
        )
        newest = select(SPECIFICATION).where(shown)
        newest = newest.order_by(SPECIFICATION.c.changed.desc(), SPECIFICATION.c.key.desc())
        rows = connection.execute(newest.limit(PAGE).offset((number - 1) * PAGE)).all()
        names = names_by_key(connection, [row.account for row in rows])
        cards = [_card(archive, connection, who, row, named(row.account, names), brought) for row in rows]
        gone = removed_specification(connection, who, removed) if removed else None
        brought = told_of(archive, connection, who, brought)
    kept = f"{brought.query}&" if brought.quote else ""
    pages = pager(total, number, PAGE, lambda page: f"/specifications?{kept}page={page}")
    return SpecificationsPage(
        cards, pages, choices(STATUSES, "draft"), who.writes, brought, gone.id if gone else ""
    )


def _card(
    archive: Archive, connection: Connection, who: Who, row: AnyRow, by: str, brought: Brought
) -> SpecificationCard:
    nodes = nodes_of(connection, row.key)
    cited = citations_of(archive, connection, who, nodes)
    state = worst(cited)
    return SpecificationCard(
        title=row.title,
        address=specification_address(row.id),
        service=row.service,
        commissioner=row.commissioner,
        status=STATUSES.get(row.status, row.status),
        version=row.version,
        when_label=date_label(row.changed.isoformat()[:10], archive.settings.language),
        by=by,
        requirements=sum(not one.row.heading for one in nodes),
        citations=len(cited),
        trouble="" if state in GOOD else LABELS[state].format("a day soon"),
        closed=row.access == NAMED,
        cite_address=f"{specification_address(row.id)}?{brought.query}"
        if brought.quote and who.writes
        else "",
    )


def choices(labels: dict[str, str], current: str) -> list[Choice]:
    """Each value with its label, one of them chosen."""
    return [Choice(value, label, "", value == current) for value, label in labels.items()]


def read_specification(
    archive: Archive,
    who: Who,
    specification_id: str,
    number: int,
    *,
    step: str = "",
    brought: Brought = NOTHING_BROUGHT,
    style: str = DEFAULT.name,
    file_step: str = "",
    added: str = "",
) -> SpecificationPage:
    """One page of a specification's requirements. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        nodes = nodes_of(connection, row.key)
        pages = max(1, -(-len(nodes) // ROWS))
        number = min(number, pages)
        some = nodes[(number - 1) * ROWS : number * ROWS]
        every = citations_of(archive, connection, who, nodes)
        shown = as_cited(connection, shown_of(archive, connection, who, row, some, every))
        names = names_by_key(connection, [row.account])
        promises = promises_of(archive, connection, row.key)
        undo = _undo(connection, row, step) if who.writes else None
        taken = taken_away(archive, connection, row.key) if who.writes else []
        brought = told_of(archive, connection, who, brought)
        reports = told_of_file(connection, row.key, file_step) if who.writes and file_step else ()
    address = specification_address(row.id)
    kept = f"{brought.query}&" if brought.quote else ""
    return SpecificationPage(
        id=row.id,
        title=row.title,
        address=address,
        about=row.about,
        commissioner=row.commissioner,
        service=row.service,
        version=row.version,
        status=STATUSES.get(row.status, row.status),
        by=named(row.account, names),
        when_label=date_label(row.changed.isoformat()[:10], archive.settings.language),
        access=IN_IT[row.access],
        requirements=[requirement_view(shown, one) for one in some],
        total=len(nodes),
        pager=pager(len(nodes), number, ROWS, lambda page: f"{address}?{kept}page={page}"),
        promises=promises,
        worths=[one["name"] for one in row.worths],
        states=counted(every),
        citations=len(every),
        writes=who.writes,
        priorities=choices(PRIORITIES, ""),
        parents=_parents(nodes),
        brought=brought if who.writes else NOTHING_BROUGHT,
        undo=undo,
        taken=taken,
        reports=reports,
        styles=[Choice(one.name, one.label, "", one.name == style) for one in STYLES],
        **_after(nodes, added),
    )


class _After(TypedDict, total=False):
    added: str
    new: RequirementForm


def _after(nodes: Sequence[Node], requirement_id: str) -> _After:
    """What was added last, and a form for the next: in the same, or in it where it is a heading."""
    node = next((one for one in nodes if one.row.id == requirement_id), None)
    if node is None:
        return {}
    inside = node.row if node.row.heading else None
    inside = inside or next((one.row for one in nodes if one.row.key == node.row.parent), None)
    form = RequirementForm(parent=inside.id if inside is not None else "")
    return {"added": f"{node.number} {_short(node.row.text)}", "new": form}


def _parents(nodes: Sequence[Node]) -> list[Choice]:
    """What a new requirement could stand in, first those that are headings."""
    ordered = sorted(nodes, key=lambda one: not one.row.heading)
    listed = [(one.row.id, f"{one.number} {_short(one.row.text)}") for one in ordered[:200]]
    return [Choice(value, label, "", False) for value, label in [("", "at the end, in nothing"), *listed]]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"


def _undo(connection: Connection, row: AnyRow, step_id: str) -> Undo | None:
    step = undoing(connection, row.key, step_id) if step_id else None
    if step is None or step.kind not in UNDO:
        return None
    said, button = UNDO[step.kind]
    return Undo(said, button, [("do", "undo"), ("step", step.id)])


def is_asked(archive: Archive, who: Who, specification_id: str, requirement_id: str) -> bool:
    """Whether a requirement is there, and not taken away. Raises NotFound for the specification."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        return any(node.row.id == requirement_id for node in nodes_of(connection, row.key))


def read_requirement(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, *, step: str = ""
) -> RequirementPage:
    """One requirement with all that is said of it, and the forms. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        nodes = nodes_of(connection, row.key)
        node = node_named(nodes, requirement_id)
        inside = inside_of(nodes, node)
        goes = citations_of(archive, connection, who, inside)
        shown = as_cited(connection, shown_of(archive, connection, who, row, [node], goes))
        personas = _personas(archive, connection, who)
        undo = _undo(connection, row, step) if who.writes else None
    at = nodes.index(node)
    beside = [requirement_address(row.id, one.row.id) for one in nodes]
    return RequirementPage(
        title=row.title,
        specification_address=specification_address(row.id),
        address=requirement_address(row.id, node.row.id),
        requirement=requirement_view(shown, node),
        form=requirement_form(node.row, hidden=node.row.key in shown.hidden),
        hidden=_is_told(shown, node) and bool(node.row.rationale),
        priorities=choices(PRIORITIES, node.row.priority),
        verdicts=choices(VERDICTS, ""),
        personas=personas,
        answer_verdicts=choices(ANSWERS, ""),
        writes=who.writes,
        answers_here=who.writes or may_answer(who.actor),
        first=node.before is None,
        last=node.after is None,
        inside=len(inside) - 1,
        goes=len(goes),
        top=node.row.parent is None,
        undo=undo,
        older=beside[at - 1] if at else "",
        newer=beside[at + 1] if at + 1 < len(beside) else "",
    )


def _is_told(shown: Shown, node: Node) -> bool:
    """Whether she is told that something is hidden: where she knows of words that may be used no longer."""
    return node.row.key in shown.hidden and bool(shown.cited.get(node.row.key))


def requirement_form(row: AnyRow, *, hidden: bool) -> RequirementForm:
    """What a row says, as it is typed; without the rationale where that is hidden from her."""
    rationale = "" if hidden else row.rationale
    return RequirementForm(row.text, rationale, row.priority, row.heading, edition=row.edition)


def _personas(archive: Archive, connection: Connection, who: Who) -> list[Choice]:
    """Those that can be cited."""
    now = archive.now()
    there = select(PERSONA.c.id, PERSONA.c.name).where(offered_to(who.actor, now), citable(now, PERSONA))
    rows = connection.execute(there.order_by(PERSONA.c.name))
    return [Choice(row.id, row.name, "", False) for row in rows]


def read_about(archive: Archive, who: Who, specification_id: str) -> AboutSpecificationPage:
    """The form in which it is said what a specification is about. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
    form = form_of(row)
    return AboutSpecificationPage(
        title=row.title,
        address=specification_address(row.id),
        form=form,
        statuses=choices(STATUSES, row.status),
        edition=row.edition,
        may_remove=may_remove(who, row),
    )


def read_access(archive: Archive, who: Who, specification_id: str, base: str) -> AccessPage:
    """Who is in it, and the forms in which that is said otherwise. Raises NotFound.

    `base` is the archive's whole address.
    """
    with archive.engine.connect() as connection:
        row = specification_row(connection, who, specification_id)
        people, chosen = people_to_name(connection), named_in(connection, row.key)
    address = specification_address(row.id)
    return AccessPage(
        title=row.title,
        address=address,
        ways=choices(WAYS, row.access),
        people=[Choice(str(one.key), one.name or one.email, "", one.key in chosen) for one in people],
        badge=row.badge,
        badge_address=f"{address}/badge.svg",
        badge_whole=f"{base}{address}/badge.svg",
    )


def today_of(archive: Archive) -> str:
    """The day of today, ISO."""
    return archive.now().astimezone(UTC).date().isoformat()
