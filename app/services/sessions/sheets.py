"""One cell and one idea of a board, each on a page of its own, to be changed there."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, or_, select

from app.database.marking import QUOTE
from app.database.tables import PERSONA, AnyRow
from app.database.visibility import Actor, on_the_table, quotes_of
from app.errors import NotFound
from app.services.archive import Archive
from app.services.evidence import record_of, references_of, split_reference
from app.services.marking.lines import IN_ORDER, OF_QUOTES
from app.services.sessions.boards import (
    OF_PERSONA,
    OF_VALUE,
    VALUE,
    personas_on,
    pins_seen,
    read_board,
    read_cell,
    worths_of,
)
from app.services.sessions.events import Idea
from app.services.sessions.log import state_of
from app.services.sessions.passages import passage_view, passages_named, unmarked
from app.services.sessions.reading import may_write
from app.services.sessions.room import Seen, actors_in, session_address, session_row
from app.services.views import Choice, PinView, SessionCellPage, SessionColumn, SessionIdeaPage

OFFERED, PASSAGES = 8, 40  # quotes behind a persona, and passages that are looked through for them


def read_cell_page(archive: Archive, seen: Seen, session_id: str, idea: int, column: str) -> SessionCellPage:
    """A cell, and the words behind its persona that all in the room may read. Raises NotFound."""
    with archive.engine.connect() as connection:
        session = session_row(archive, connection, seen, session_id)
        actors = actors_in(archive, connection, session, seen.actor)
        state = state_of(connection, session)
        found = idea_seen(state.ideas.get(idea), seen)
        columns = [*personas_on(archive, connection, session, actors), *worths_of(session)]
        of = next((one for one in columns if one.key == column), None)
        if of is None:
            raise NotFound
        cell = read_cell(archive, connection, session, actors, found, of)
        pinned = {pin.id for pin in cell.pins}
        offered = _offered(archive, connection, actors, of, pinned, session.key, works=seen.works)
    labels = OF_VALUE if column.startswith(VALUE) else OF_PERSONA
    return SessionCellPage(
        title=session.title,
        session_address=session_address(session.id),
        idea=found.text,
        detail=of.detail,
        column=of,
        cell=cell,
        verdicts=[Choice(key, label, "", key == cell.verdict) for key, label in labels.items()],
        offered=offered,
        works=seen.works,
        leads=seen.leads,
        may_write=may_write(session, state, seen),
        verdict=cell.verdict,
        note=cell.note,
    )


def idea_seen(idea: Idea | None, seen: Seen) -> Idea:
    """The idea, where this person may see it. Raises NotFound."""
    if idea is None or (idea.hidden and not seen.leads):
        raise NotFound
    return idea


def _offered(
    archive: Archive,
    connection: Connection,
    actors: Sequence[Actor],
    column: SessionColumn,
    pinned: set[str],
    session: int,
    *,
    works: bool,
) -> list[PinView]:
    """Quotes on which the persona's statements rest, and others from the passages that they name.

    For whoever works here also such passages in which nobody has marked anything.
    """
    row = connection.execute(select(PERSONA.c.groups).where(PERSONA.c.id == column.key)).first()
    references = references_of(row.groups) if row else []
    ids = [found for one in references if (found := record_of(one, "q-"))]
    passages = [parts for one in references if (parts := split_reference(one))][:PASSAGES]
    if not ids and not passages:
        return []
    there = ((QUOTE.c.story_id == story) & (QUOTE.c.anchor == anchor) for story, anchor in passages)
    named = or_(QUOTE.c.id.in_(ids), *there)
    seen = quotes_of(on_the_table(actors, archive.now()))
    rows = select(QUOTE.c.key).select_from(OF_QUOTES).where(named, seen, QUOTE.c.id.not_in(pinned))
    keys = list(connection.execute(rows.order_by(*IN_ORDER).limit(OFFERED)).scalars())
    views = pins_seen(archive, connection, actors, keys, session)
    quotes = [views[key] for key in keys if key in views]
    if not works or len(quotes) >= OFFERED:
        return quotes
    new = unmarked(connection, passages_named(archive, connection, actors, passages, session))
    return [*quotes, *(passage_view(archive, one) for one in new[: OFFERED - len(quotes)])]


def read_idea_page(archive: Archive, seen: Seen, session_id: str, number: int) -> SessionIdeaPage:
    """An idea with its cells. Raises NotFound."""
    with archive.engine.connect() as connection:
        session = session_row(archive, connection, seen, session_id)
        actors = actors_in(archive, connection, session, seen.actor)
        state = state_of(connection, session)
        idea_seen(state.ideas.get(number), seen)
        told = (archive, connection, session, actors)
        board = read_board(*told, participant=seen.key, leads=seen.leads)
    idea = next((one for one in (*board.ideas, *board.hidden) if one.number == number), None)
    if idea is None:
        raise NotFound
    writes = may_write(session, state, seen)
    return SessionIdeaPage(
        title=session.title,
        session_address=session_address(session.id),
        address=f"{session_address(session.id)}/ideas/{number}",
        idea=idea,
        cells=[*idea.cells, *idea.worths],
        groups=board.groups,
        leads=seen.leads,
        may_write=writes,
        may_change=writes and (idea.mine or seen.leads),
        text=idea.text,
    )


def with_typed(page: SessionCellPage, verdict: str, note: str, problem: str) -> SessionCellPage:
    """The cell's page with what was typed and why it was not kept."""
    chosen = [replace(way, current=way.value == verdict) for way in page.verdicts]
    return replace(page, verdicts=chosen, verdict=verdict, note=note, problem=problem)


def session_of(archive: Archive, seen: Seen, session_id: str) -> AnyRow:
    """The row of a session that is there for this person. Raises NotFound."""
    with archive.engine.connect() as connection:
        return session_row(archive, connection, seen, session_id)
