"""The board of a session as those may see it who are in the room: pages, reports and walls start here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.sessions import SESSION_PERSONA
from app.database.tables import PASSAGE, PERSONA, AnyRow
from app.database.visibility import Actor, on_the_table, quotes_of
from app.services.archive import Archive
from app.services.cards import detail_of, persona_address, story_address
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.marking.lines import COLUMNS, OF_QUOTES
from app.services.portraits import OF_FACE, portrait_view
from app.services.quoting import is_speech
from app.services.sessions.events import Cell, Decision, Idea, NextStep, State, Text
from app.services.sessions.log import state_of
from app.services.sessions.room import called, people_of, session_address
from app.services.sessions.telling import left_on_table
from app.services.views import (
    CellText,
    PinView,
    SessionBoard,
    SessionCell,
    SessionColumn,
    SessionDecision,
    SessionIdea,
    SessionOff,
    SessionStep,
)

VALUE = "value-"  # before the key of what the programme values
NOT_YET = "Not yet discussed"
OF_PERSONA = {"helps": "Helps", "partly": "Partly", "not": "Would not help", "": NOT_YET}
OF_VALUE = {"helps": "In keeping with it", "partly": "Partly", "not": "Goes against it", "": NOT_YET}


@dataclass(frozen=True)
class _Shown:
    """What cells are made from."""

    session: AnyRow
    names: Mapping[int, str]
    pins: Mapping[int, PinView]
    participant: int | None


def read_board(
    archive: Archive,
    connection: Connection,
    session: AnyRow,
    actors: Sequence[Actor],
    *,
    participant: int | None = None,
    leads: bool = False,
) -> SessionBoard:
    """The board as all of these people may see it. `session` is a row of SESSION."""
    state = state_of(connection, session)
    personas = personas_on(archive, connection, session, actors)
    worths = worths_of(session)
    people = people_of(connection, session.key)
    pinned = _pinned(state, [one.key for one in (*personas, *worths)])
    pins = pins_seen(archive, connection, actors, pinned, session.key)
    shown = _Shown(session, {row.key: row.name for row in people}, pins, participant)
    ideas = [_idea(shown, one, personas, worths) for one in _in_groups(state.ideas.values())]
    on_board = select(SESSION_PERSONA.c.persona_id).where(SESSION_PERSONA.c.session == session.key)
    laid = len(connection.execute(on_board).all())
    language = archive.settings.language
    return SessionBoard(
        number=session.number,
        personas=personas,
        worths=worths,
        ideas=[one for one in ideas if not one.hidden],
        hidden=[one for one in ideas if one.hidden and leads],
        decisions=[_decision(shown, one, state) for one in state.decisions.values()],
        steps=[_step(one, language) for one in state.steps.values()],
        groups=list(dict.fromkeys(one.group for one in state.ideas.values() if one.group)),
        people=sum(row.removed is None for row in people),
        locked=state.locked,
        clock_ends=state.clock_ends,
        clock_label=_clock_label(state.clock_ends),
        clock_what=state.clock_what,
        clashes=sum(len(cell.texts) > 1 for one in ideas for cell in (*one.cells, *one.worths)),
        unseen=laid > len(personas),
        off=list(off_board(state)) if leads else (),
    )


def personas_on(
    archive: Archive, connection: Connection, session: AnyRow, actors: Sequence[Actor]
) -> list[SessionColumn]:
    """The personas on the table that all of these people may see, in their order."""
    joined = SESSION_PERSONA.join(PERSONA, PERSONA.c.id == SESSION_PERSONA.c.persona_id)
    here = select(*OF_FACE).select_from(joined).where(SESSION_PERSONA.c.session == session.key)
    rows = connection.execute(
        here.where(on_the_table(actors, archive.now(), PERSONA)).order_by(
            SESSION_PERSONA.c.place, PERSONA.c.name
        )
    )
    return [
        SessionColumn(
            row.id,
            row.name,
            persona_address(row.slug),
            row.tagline,
            portrait=portrait_view(archive, row),
        )
        for row in rows
    ]


def worths_of(session: AnyRow) -> list[SessionColumn]:
    """What the programme values, as columns."""
    return [SessionColumn(f"{VALUE}{one['key']}", one["name"]) for one in session.worths]


def _pinned(state: State, columns: Iterable[str]) -> set[int]:
    ideas = state.ideas.values()
    return {pin for column in columns for idea in ideas for pin in idea.cell(column).pins}


def pins_seen(
    archive: Archive, connection: Connection, actors: Sequence[Actor], keys: Iterable[int], session: int = 0
) -> dict[int, PinView]:
    """Those of these quotes that all of these people may read, by key.

    `session` is the key of the one on whose board they are shown: stories may be taken off its table.
    """
    seen = quotes_of(on_the_table(actors, archive.now())) & left_on_table(session)
    found: dict[int, PinView] = {}
    for part in chunks(list(keys)):
        here = select(*COLUMNS, PASSAGE.c.quotation).select_from(OF_QUOTES).where(QUOTE.c.key.in_(part), seen)
        found.update((row.key, _pin(archive, row)) for row in connection.execute(here))
    return found


def _pin(archive: Archive, row: AnyRow) -> PinView:
    detail = [detail_of(row.role, row.site), date_label(row.gathered, archive.settings.language)]
    return PinView(
        id=row.id,
        address=f"/q/{row.id}",
        place=f"{story_address(row.slug)}#{row.id}",
        story=row.story_id,
        words=row.text[row.start : row.start + row.size],
        teller=row.heading,
        detail=", ".join(part for part in detail if part),
        language=row.language,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        spoken=row.quotation or is_speech(row.text),
    )


def off_board(state: State) -> Iterator[SessionOff]:
    """What was taken off, the last first."""
    for number, one in reversed(list(state.off.items())):
        if isinstance(one, Idea):
            yield SessionOff(number, one.text)
        else:
            yield SessionOff(number, one.words if isinstance(one, Decision) else one.what)


def _in_groups(ideas: Iterable[Idea]) -> list[Idea]:
    """In the order in which they came; those of one group beside the first of it."""
    listed = list(ideas)
    first = {one.group: one.number for one in reversed(listed) if one.group}
    return sorted(listed, key=lambda one: (first.get(one.group, one.number), one.number))


def _idea(
    shown: _Shown, idea: Idea, personas: Sequence[SessionColumn], worths: Sequence[SessionColumn]
) -> SessionIdea:
    return SessionIdea(
        number=idea.number,
        text=idea.text,
        by=called(idea.participant, shown.names),
        group=idea.group,
        votes=len(idea.votes),
        hidden=idea.hidden,
        cells=[cell_view(shown, idea, column) for column in personas],
        worths=[cell_view(shown, idea, column) for column in worths],
        mine=shown.participant is not None and idea.participant == shown.participant,
        voted=shown.participant in idea.votes,
        address=f"{session_address(shown.session.id)}#idea-{idea.number}",
    )


def cell_view(shown: Any, idea: Idea, column: SessionColumn) -> SessionCell:
    """One cell. What rests only on words that the room may not read is not there."""
    cell = idea.cell(column.key)
    pins = [shown.pins[pin] for pin in cell.pins if pin in shown.pins]
    hidden = bool(cell.pins) and not pins
    texts = () if hidden else cell.texts
    labels = OF_VALUE if column.key.startswith(VALUE) else OF_PERSONA
    views = [_text(one, labels, shown.names) for one in texts]
    first = views[0] if views else CellText(0, "", NOT_YET, "", "")
    return SessionCell(
        idea=idea.number,
        column=column.key,
        name=column.name,
        address=f"{session_address(shown.session.id)}/cells/{idea.number}/{column.key}",
        verdict=first.verdict,
        label=first.label,
        note=first.note,
        by=first.by,
        written=cell.written,
        texts=views if len(views) > 1 else (),
        pins=pins,
    )


def _text(text: Text, labels: Mapping[str, str], names: Mapping[int, str]) -> CellText:
    by = called(text.participant, names)
    return CellText(text.number, text.verdict, labels.get(text.verdict, NOT_YET), text.note, by)


def read_cell(
    archive: Archive,
    connection: Connection,
    session: AnyRow,
    actors: Sequence[Actor],
    idea: Idea,
    column: SessionColumn,
) -> SessionCell:
    """One cell as all of these people may see it."""
    names = {row.key: row.name for row in people_of(connection, session.key)}
    pins = pins_seen(archive, connection, actors, idea.cell(column.key).pins, session.key)
    return cell_view(_Shown(session, names, pins, None), idea, column)


def written_in(cell: Cell) -> bool:
    """Whether anything stands in a cell."""
    return any(one.verdict or one.note for one in cell.texts) or bool(cell.pins)


def _decision(shown: _Shown, decision: Decision, state: State) -> SessionDecision:
    idea = state.ideas.get(decision.idea)
    by = called(decision.participant, shown.names)
    text = idea.text if idea and not idea.hidden else ""
    return SessionDecision(decision.number, decision.words, decision.reason, text, by)


def _step(step: NextStep, language: str) -> SessionStep:
    followed = step.followed.date().isoformat() if step.followed else ""
    return SessionStep(
        number=step.number,
        what=step.what,
        who=step.who,
        day=step.day,
        day_label=date_label(step.day, language),
        came=step.came,
        came_label=date_label(followed, language),
        done=step.done,
    )


def _clock_label(ends: str) -> str:
    return f"{datetime.fromisoformat(ends):%H:%M} UTC" if ends else ""
