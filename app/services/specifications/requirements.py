"""Writing requirements: added, changed, moved, taken away, and all of it undone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.database.specifications import REQUIREMENT, SPECIFICATION, SPECIFICATION_STEP
from app.database.tables import AnyRow
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import mint
from app.services.archive import Archive
from app.services.defining import tidied
from app.services.specifications.access import Who, row_to_write
from app.services.specifications.tree import DEEPEST, PRIORITIES, Node, inside_of, node_named, nodes_of
from app.services.specifications.watching import hidden_under
from app.services.views import RequirementForm, WorthForm

LONGEST_TEXT, LONGEST_RATIONALE, LONGEST_NOTE = 4_000, 8_000, 1_000  # characters
MOST = 2_000  # requirements of one specification
WAYS = ("up", "down", "in", "out")
VERDICTS = {
    "": "Not said yet",
    "keeps": "Keeps to it",
    "partly": "Keeps to it in part",
    "against": "Goes against it",
}
MEANWHILE = "It was changed again since, so it was not undone."
FULL = "A specification can have {:,} requirements. Begin a second one."
FILED = "file"  # the step that tells what became of a file; it is none that can be undone
KEPT = ("parent", "place", "heading", "text", "rationale", "priority", "worths", "removed")


@dataclass(frozen=True)
class Here:
    """A specification within a transaction in which nobody else changes it."""

    archive: Archive
    connection: Connection
    row: AnyRow
    nodes: Sequence[Node]
    who: Who

    def node(self, requirement_id: str) -> Node:
        """Raises NotFound."""
        return node_named(self.nodes, requirement_id)


@contextmanager
def writing_in(archive: Archive, who: Who, specification_id: str) -> Iterator[Here]:
    """A specification that this person may write; commit is the caller's. Raises NotFound."""
    with archive.writing() as connection:
        row = row_to_write(connection, who, specification_id)
        yield Here(archive, connection, row, nodes_of(connection, row.key), who)


def add_requirement(archive: Archive, who: Who, specification_id: str, form: RequirementForm) -> str:
    """Add one at the end of what it stands in; its id. Raises InvalidText, NotFound."""
    told = _checked(form)
    with writing_in(archive, who, specification_id) as here:
        parent = here.node(form.parent) if form.parent else None
        if parent is not None and parent.depth + 1 >= DEEPEST:
            raise InvalidText(f"Requirements can stand {DEEPEST} deep. Put it one further out.")
        if len(here.nodes) >= MOST:
            raise InvalidText(FULL.format(MOST))
        made_id = str(mint("req"))
        told |= {"parent": parent.row.key if parent else None, "place": last_place(here, parent) + 1}
        told |= {"specification": here.row.key}
        key = insert_requirement(archive, here.connection, who, made_id, told)
        _step(here, "added", {str(key): None}, [key])
        touched(here)
    return made_id


def insert_requirement(
    archive: Archive, connection: Connection, who: Who, made_id: str, values: Mapping[str, Any]
) -> int:
    """Write a row; its key. `values` name its specification."""
    told = {"id": made_id, "worths": {}, "edition": 1, "account": who.by.account, "changed": archive.now()}
    made = insert(REQUIREMENT).values(**{**told, **values}).returning(REQUIREMENT.c.key)
    return int(connection.execute(made).scalar_one())


def last_place(here: Here, parent: Node | None) -> int:
    """The last place that is taken in this one; -1 where none is."""
    key = parent.row.key if parent else None
    inside = REQUIREMENT.c.parent.is_(None) if key is None else REQUIREMENT.c.parent == key
    last = select(func.coalesce(func.max(REQUIREMENT.c.place), -1))
    where = (REQUIREMENT.c.specification == here.row.key, inside)
    return int(here.connection.execute(last.where(*where)).scalar_one())


def _checked(form: RequirementForm) -> dict[str, Any]:
    if form.priority not in PRIORITIES:
        raise InvalidText("Choose a priority from the list.")
    text = tidied(form.text, LONGEST_TEXT)
    if not text:
        raise InvalidText("What is asked of the service? Write it down first.")
    return {
        "text": text,
        "rationale": tidied(form.rationale, LONGEST_RATIONALE),
        "priority": "" if form.heading else form.priority,
        "heading": form.heading,
    }


def change_requirement(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, form: RequirementForm
) -> str:
    """Say it otherwise; the id of the step that undoes it. `form.edition` is what she read.

    Raises EditConflict where somebody else has said otherwise meanwhile; InvalidText, NotFound.
    """
    told = _checked(form)
    with writing_in(archive, who, specification_id) as here:
        row = here.node(requirement_id).row
        if not told["rationale"] and hidden_under(archive, here.connection, who, here.row.key, [row.key]):
            told["rationale"] = row.rationale  # she was not shown it, and so has not taken it out
        if all(row._mapping[name] == value for name, value in told.items()):
            return ""
        if row.edition != form.edition:
            raise EditConflict(requirement_id)
        return changing(here, "changed", [row.key], lambda: set_columns(here, row.key, told))


def hold_against(
    archive: Archive, who: Who, specification_id: str, requirement_id: str, held: WorthForm
) -> None:
    """Say how a requirement stands to something that the programme values; its edition is what she read.

    Raises EditConflict where somebody else has said otherwise meanwhile; InvalidText, NotFound.
    """
    verdict, note, worth = held.verdict, tidied(held.note, LONGEST_NOTE), held.worth
    if verdict not in VERDICTS:
        raise InvalidText("Choose how it stands to what you value.")
    with writing_in(archive, who, specification_id) as here:
        row = here.node(requirement_id).row
        if worth not in {one["key"] for one in here.row.worths}:
            raise NotFound
        said = {"verdict": verdict, "note": note}
        if row.edition != held.edition and row.worths.get(worth, said) != said:
            raise EditConflict(requirement_id)
        if not note and hidden_under(archive, here.connection, who, here.row.key, [row.key]):
            said["note"] = row.worths.get(worth, said)["note"]  # she was not shown it
        worths = {**row.worths, worth: said}
        changing(here, "changed", [row.key], lambda: set_columns(here, row.key, {"worths": worths}))


def move_requirement(archive: Archive, who: Who, specification_id: str, requirement_id: str, way: str) -> str:
    """Move it up or down among its own, into the one above it, or out; numbers follow. What undoes it.

    Raises InvalidText where it can not go there, NotFound.
    """
    if way not in WAYS:
        raise InvalidText("Choose where it is to go.")
    with writing_in(archive, who, specification_id) as here:
        node = here.node(requirement_id)
        places = _moved(here, node, way)
        keys = [key for key in places if places[key] != _place(here, key)]

        def move() -> None:
            for key in keys:
                parent, place = places[key]
                set_columns(here, key, {"parent": parent, "place": place})

        return changing(here, "moved", keys, move)


def _place(here: Here, key: int) -> tuple[int | None, int]:
    row = next(one.row for one in here.nodes if one.row.key == key)
    return row.parent, row.place


def _moved(here: Here, node: Node, way: str) -> dict[int, tuple[int | None, int]]:
    """Where everything stands, of what is moved or makes room."""
    beside = [one.row.key for one in here.nodes if one.row.parent == node.row.parent]
    at = beside.index(node.row.key)
    if way in ("up", "down"):
        to = at + (1 if way == "down" else -1)
        if not 0 <= to < len(beside):
            raise InvalidText("It stands there already, first or last among its own.")
        beside.insert(to, beside.pop(at))
        return {key: (node.row.parent, place) for place, key in enumerate(beside)}
    return _in(here, node) if way == "in" else _out(here, node)


def _in(here: Here, node: Node) -> dict[int, tuple[int | None, int]]:
    if node.before is None:
        raise InvalidText("Nothing stands above it that it could go into.")
    deep = max(one.depth for one in inside_of(here.nodes, node))
    if deep + 1 >= DEEPEST:
        raise InvalidText(f"Requirements can stand {DEEPEST} deep, and no deeper.")
    above = next(one for one in here.nodes if one.row.key == node.before)
    return {node.row.key: (node.before, last_place(here, above) + 1)}


def _out(here: Here, node: Node) -> dict[int, tuple[int | None, int]]:
    parent = next((one for one in here.nodes if one.row.key == node.row.parent), None)
    if parent is None:
        raise InvalidText("It stands in nothing that it could come out of.")
    beside = [one.row.key for one in here.nodes if one.row.parent == parent.row.parent]
    beside.insert(beside.index(parent.row.key) + 1, node.row.key)
    return {key: (parent.row.parent, place) for place, key in enumerate(beside)}


def remove_requirement(archive: Archive, who: Who, specification_id: str, requirement_id: str) -> str:
    """Take it away with all that stands in it; the id of the step that puts it back. Raises NotFound.

    What is cited in it goes with it, and comes back with it.
    """
    with writing_in(archive, who, specification_id) as here:
        key, now = here.node(requirement_id).row.key, here.archive.now()
        return changing(here, "removed", [key], lambda: set_columns(here, key, {"removed": now}))


def set_columns(here: Here, key: int, values: Mapping[str, Any]) -> None:
    """Write these columns of a requirement, by its key, and who did."""
    told = {**values, "edition": REQUIREMENT.c.edition + 1, "changed": here.archive.now()}
    changed = update(REQUIREMENT).where(REQUIREMENT.c.key == key)
    here.connection.execute(changed.values(**told, account=here.who.by.account))


def changing(here: Here, kind: str, keys: Sequence[int], change: Callable[[], None]) -> str:
    """Make a change of these requirements, by their keys, and keep it; the id of the step that undoes it."""
    before = _kept(here.connection, keys)
    change()
    step = _step(here, kind, before, keys)
    touched(here)
    return step


def _kept(connection: Connection, keys: Sequence[int]) -> dict[str, Any]:
    rows = connection.execute(select(REQUIREMENT).where(REQUIREMENT.c.key.in_(keys)))
    return {str(row.key): {name: _json(row._mapping[name]) for name in KEPT} for row in rows}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _step(here: Here, kind: str, before: Mapping[str, Any], keys: Sequence[int]) -> str:
    step_id = str(mint("step"))
    told = {"id": step_id, "specification": here.row.key, "kind": kind, "at": here.archive.now()}
    both = {"before": dict(before), "after": _kept(here.connection, keys), "account": here.who.by.account}
    here.connection.execute(insert(SPECIFICATION_STEP).values(**told, **both))
    return step_id


def touched(here: Here) -> None:
    """Say that something in a specification has changed, and keep it."""
    this = update(SPECIFICATION).where(SPECIFICATION.c.key == here.row.key)
    here.connection.execute(this.values(changed=here.archive.now()))
    here.connection.commit()


def undo(archive: Archive, who: Who, specification_id: str, step_id: str) -> None:
    """Put back what one change made otherwise. Raises InvalidText where it was changed since; NotFound."""
    with writing_in(archive, who, specification_id) as here:
        step = undoing(here.connection, here.row.key, step_id)
        if step is None:
            raise NotFound
        if _kept(here.connection, [int(key) for key in step.after]) != step.after:
            raise InvalidText(MEANWHILE)
        for key, values in step.before.items():
            set_columns(here, int(key), _back(here, values))
        undone = update(SPECIFICATION_STEP).where(SPECIFICATION_STEP.c.key == step.key)
        here.connection.execute(undone.values(undone=here.archive.now()))
        touched(here)


def _back(here: Here, values: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Columns as a row has them; of one that was added, that it is away."""
    if values is None:
        return {"removed": here.archive.now()}
    removed = values["removed"]
    return {**values, "removed": datetime.fromisoformat(removed) if removed else None}


def undoing(connection: Connection, specification: int, step_id: str) -> AnyRow | None:
    """A step that can still be undone, by the key of its specification."""
    this = (SPECIFICATION_STEP.c.id == step_id, SPECIFICATION_STEP.c.specification == specification)
    open_to_it = (SPECIFICATION_STEP.c.undone.is_(None), SPECIFICATION_STEP.c.kind != FILED)
    return connection.execute(select(SPECIFICATION_STEP).where(*this, *open_to_it)).first()


def told_of_file(connection: Connection, specification: int, step_id: str) -> Sequence[str]:
    """What a file that was brought in became otherwise, by the step that tells it: sentences."""
    this = (SPECIFICATION_STEP.c.id == step_id, SPECIFICATION_STEP.c.specification == specification)
    there = select(SPECIFICATION_STEP.c.after).where(*this, SPECIFICATION_STEP.c.kind == FILED)
    told = connection.execute(there).scalar()
    return told["reports"] if told else ()
