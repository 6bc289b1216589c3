"""How personas are split, merged and retired: what each way changes in which files, before it is done."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from app.database.links import pairs
from app.database.marking import QUOTE
from app.database.tables import LINK, PERSONA, STORY
from app.database.visibility import Action, Actor, may_widen
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import mint
from app.records.statements import Item, Statements
from app.services.accounts import one_line
from app.services.allowing import may
from app.services.archive import Archive
from app.services.building.loading import LoadedPersona, load_persona, shown_to, valid
from app.services.documents import chunks
from app.services.evidence import record_of, split_reference
from app.services.gathering.journal import Planned
from app.services.recording import form_digest

UNREADABLE = "Her file can not be read as it is now. Mend it in its folder first."
NOTHING = "Choose at least one statement that goes to the new persona."
EVERYTHING = "Leave at least one statement here, or give her another name instead."
ITSELF = "A persona can not be merged into herself. Choose another."
NOBODY = "Choose the persona that takes her in."
RETIRED, OFFERED = "She is retired already.", "She is offered already."
MERGED = "She was merged into another persona. Undo that at the desk, under Jobs."
INTO_MERGED = "That persona was merged into another, or is retired. Choose one that is offered."
LISTED = "In one of the two files the statements have no heading. Put one above them first."
NO_LIST = "In the file of the one that takes her in, what stands under a heading is no list. Mend it first."


class Way(StrEnum):
    """What can be done with a whole persona."""

    SPLIT = "split"
    MERGE = "merge"
    RETIRE = "retire"
    OFFER = "offer"  # a retired one again


@dataclass(frozen=True)
class Wanted:
    """What a form asks for. `to` is the id of the persona that takes her in, `name` that of the new one.

    `statements` are the keys of those that go to the new one, as forms name them.
    """

    way: Way
    expected: str
    to: str = ""
    name: str = ""
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A job over the files of personas and stories. `moved` are the places of statements in her file."""

    way: Way
    who: str
    called: str
    to: str = ""
    to_called: str = ""
    moved: tuple[tuple[int, int], ...] = ()
    stories: tuple[str, ...] = ()  # ids of those that the other persona gets
    leaving: tuple[str, ...] = ()  # and of those that this one loses


def as_data(plan: Plan) -> dict[str, Any]:
    """A plan as a job keeps it."""
    return asdict(plan)


def plan_in(data: Mapping[str, Any]) -> Plan:
    """The plan that a job keeps."""
    moved = tuple((group, place) for group, place in data["moved"])
    told = {name: data[name] for name in ("who", "called", "to", "to_called")}
    return Plan(
        Way(data["way"]), moved=moved, stories=tuple(data["stories"]), leaving=tuple(data["leaving"]), **told
    )


def plan(
    archive: Archive, connection: Connection, actor: Actor, who: str, wanted: Wanted
) -> tuple[Plan, list[Planned]]:
    """What this would change, and in which files.

    Raises NotFound for a persona that this person may not reshape, EditConflict where her file is not the
    one that the form was made from, InvalidText with the reason why it can not be.
    """
    loaded = load_persona(archive, connection, actor, who)
    if not may_widen(actor):
        raise NotFound
    if loaded.persona is None or loaded.row.set_aside:
        raise InvalidText(UNREADABLE)
    if form_digest(archive, loaded.digest) != wanted.expected:
        raise EditConflict(loaded.row.id)
    if loaded.row.merged_into:
        raise InvalidText(MERGED)
    return WAYS[wanted.way](Scene(archive, connection, actor, loaded, wanted))


Planning = tuple[Plan, list[Planned]]


@dataclass(frozen=True)
class Scene:
    """What a plan is made from."""

    archive: Archive
    connection: Connection
    actor: Actor
    loaded: LoadedPersona
    wanted: Wanted


def _retire(scene: Scene) -> Planning:
    loaded, wanted = scene.loaded, scene.wanted
    retired = bool(loaded.row.retired)
    if retired == (wanted.way is Way.RETIRE):
        raise InvalidText(RETIRED if retired else OFFERED)
    return Plan(wanted.way, loaded.row.id, loaded.row.name), [_of_persona(loaded)]


def _of_persona(loaded: LoadedPersona) -> Planned:
    return Planned(record_id=loaded.row.id, before=loaded.digest)


def _merge(scene: Scene) -> Planning:
    loaded, wanted = scene.loaded, scene.wanted
    if not wanted.to:
        raise InvalidText(NOBODY)
    if wanted.to == loaded.row.id:
        raise InvalidText(ITSELF)
    try:
        other = load_persona(scene.archive, scene.connection, scene.actor, wanted.to)
    except NotFound:
        raise InvalidText(NOBODY) from None
    if other.persona is None or other.row.set_aside or other.row.retired or other.row.merged_into:
        raise InvalidText(INTO_MERGED)
    if other.statements.listed or loaded.statements.listed:
        raise InvalidText(LISTED)
    if not all(group.readable for group in other.statements.groups):
        raise InvalidText(NO_LIST)
    named = tuple(sorted(linked_with(scene.connection, loaded.row.id)))
    planned = Plan(
        Way.MERGE, loaded.row.id, loaded.row.name, other.row.id, other.row.name, stories=named, leaving=named
    )
    stories = _files_naming(scene, named)
    earlier = [_of_persona(one) for one in _merged_before(scene)]
    return planned, [_of_persona(other), _of_persona(loaded), *earlier, *stories]


def _merged_before(scene: Scene) -> list[LoadedPersona]:
    """Those that she took in before: their addresses lead to the other from now on."""
    before = select(PERSONA.c.id).where(PERSONA.c.merged_into == scene.loaded.row.id)
    found = []
    for one in scene.connection.execute(before).scalars().all():
        with suppress(NotFound):
            found.append(load_persona(scene.archive, scene.connection, scene.actor, one))
    return found


def _split(scene: Scene) -> Planning:
    loaded, wanted = scene.loaded, scene.wanted
    name = one_line(wanted.name, "The new name", needed=True)
    shown = shown_to(scene.archive, scene.connection, scene.actor, loaded.statements)
    places = {shown.places[key] for key in wanted.statements if key in shown.places}
    if not places:
        raise InvalidText(NOTHING)
    if places == set(shown.places.values()):
        raise InvalidText(EVERYTHING)
    gone, kept = _tellers(scene.connection, loaded.statements, places)
    linked = linked_with(scene.connection, loaded.row.id)
    stories, leaving = sorted(linked & gone), sorted((linked & gone) - kept)
    planned = Plan(
        Way.SPLIT,
        loaded.row.id,
        loaded.row.name,
        mint("who"),
        name,
        tuple(sorted(places)),
        tuple(stories),
        tuple(leaving),
    )
    files = _files_naming(scene, leaving)
    return planned, [Planned(record_id=planned.to), _of_persona(loaded), *files]


def _tellers(
    connection: Connection, statements: Statements, moved: Iterable[tuple[int, int]]
) -> tuple[set[str], set[str]]:
    """The stories under the statements that go, and under those that stay."""
    going, staying = list[Item](), list[Item]()
    there = set(moved)
    for number, group in enumerate(statements.groups):
        for place, item in enumerate(group.items):
            (going if (number, place) in there else staying).append(item)
    return stories_of(connection, going), stories_of(connection, staying)


def stories_of(connection: Connection, items: Iterable[Item]) -> set[str]:
    """The ids of the stories on which statements rest, whoever may read them."""
    named = {reference for item in items for reference in valid(item)}
    found = {parts[0] for one in named if (parts := split_reference(one))}
    found |= {story for one in named if (story := record_of(one, "s-"))}
    quotes = [quote for one in named if (quote := record_of(one, "q-"))]
    for part in chunks(quotes):
        found.update(connection.execute(select(QUOTE.c.story_id).where(QUOTE.c.id.in_(part))).scalars())
    return found


def linked_with(connection: Connection, who: str) -> set[str]:
    """The ids of the stories that belong to a persona because either file says so."""
    return set(connection.execute(select(pairs(PERSONA.c.id == who).c.story_id)).scalars())


def _files_naming(scene: Scene, ids: Sequence[str]) -> list[Planned]:
    """Those of these stories whose files name her and that are this person's to change."""
    row, found = scene.loaded.row, []
    for part in chunks(ids):
        naming = select(LINK.c.record_id).where(LINK.c.target.in_([row.id, row.slug]))
        stories = select(STORY).where(STORY.c.id.in_(part), STORY.c.id.in_(naming)).order_by(STORY.c.slug)
        for story in scene.connection.execute(stories).all():
            if may(scene.archive, scene.connection, scene.actor, story, Action.EDIT) and not story.set_aside:
                found.append(Planned(record_id=story.id, before=story.digest))
    return found


WAYS = {Way.SPLIT: _split, Way.MERGE: _merge, Way.RETIRE: _retire, Way.OFFER: _retire}
