"""A session's report, as one reader may read it today."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.sessions import SESSION_STORY
from app.database.tables import AnyRow
from app.database.visibility import Actor, on_the_table, quotes_of
from app.errors import Withdrawn
from app.exports.reported import (
    Report,
    ReportCell,
    ReportDecision,
    ReportIdea,
    ReportPersona,
    ReportQuote,
    ReportStep,
    ReportStory,
    ReportText,
    weighed,
)
from app.services.absence import absence
from app.services.archive import Archive
from app.services.cards import detail_of
from app.services.dates import date_label
from app.services.documents import chunks
from app.services.marking.lines import COLUMNS, OF_QUOTES
from app.services.sessions.boards import NOT_YET, pins_seen, read_board
from app.services.sessions.log import state_of
from app.services.sessions.reading import stories_on
from app.services.sessions.room import Seen, actors_in, session_address, session_row
from app.services.views import SessionBoard, SessionCell, SessionIdea, SessionStep

REPORT = "/report"  # behind a session's address


@dataclass(frozen=True)
class _Made:
    """What ideas and cells are made from. `gone`: idea and column of cells whose words were taken back."""

    base: str
    quotes: Mapping[str, ReportQuote]
    gone: Collection[tuple[int, str]]
    personas: Mapping[str, ReportPersona]


def read_report(archive: Archive, seen: Seen, session_id: str, base: str = "") -> Report:
    """The report; `base` goes before its addresses, where it is to be a file's. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        return report_of(archive, connection, seen, row, base)


def report_of(archive: Archive, connection: Connection, seen: Seen, row: AnyRow, base: str) -> Report:
    """The report on a row of SESSION: while it goes on, as the whole room may read it."""
    actors = actors_in(archive, connection, row, seen.actor)
    board = read_board(archive, connection, row, actors)
    personas = [
        ReportPersona(one.key, one.name, one.detail, f"{base}{one.address}") for one in board.personas
    ]
    gone = _gone(archive, connection, seen.actor, row, actors, board)
    quotes = _quotes(archive, connection, actors, board, base)
    made = _Made(base, quotes, gone, {one.id: one for one in personas})
    language, day = archive.settings.language, archive.now().astimezone(UTC).date().isoformat()
    report = Report(
        id=row.id,
        title=row.title,
        archive=archive.settings.title,
        address=f"{base}{session_address(row.id)}{REPORT}",
        consent_address=f"{base}/help/consent",
        state=row.state,
        day=row.day,
        day_label=date_label(row.day, language),
        team=row.team,
        people=board.people,
        purpose=row.purpose,
        vision=row.vision,
        questions=row.questions,
        personas=personas,
        worths=[one.name for one in board.worths],
        stories=_stories(archive, connection, row, actors, base),
        ideas=[_idea(made, one) for one in board.ideas],
        decisions=[ReportDecision(one.number, one.words, one.reason, one.idea) for one in board.decisions],
        steps=[_step(one, day) for one in board.steps],
        made=day,
        made_label=date_label(day, language),
        unseen=board.unseen,
        taken_back=bool(gone) or _story_gone(archive, connection, seen.actor, row),
    )
    return weighed(report)


def _idea(made: _Made, idea: SessionIdea) -> ReportIdea:
    return ReportIdea(
        number=idea.number,
        text=idea.text,
        group=idea.group,
        votes=idea.votes,
        cells=[_cell(made, one) for one in idea.cells],
        worths=[_cell(made, one) for one in idea.worths],
    )


def _cell(made: _Made, cell: SessionCell) -> ReportCell:
    persona = made.personas.get(cell.column)
    written = [(one.verdict, one.label, one.note) for one in cell.texts]
    written = [one for one in written or [(cell.verdict, cell.label, cell.note)] if one[0] or one[2]]
    return ReportCell(
        key=cell.column,
        name=cell.name,
        address=persona.address if persona else "",
        label=" / ".join(dict.fromkeys(one[1] for one in written)) or NOT_YET,
        texts=[ReportText(*one) for one in written],
        quotes=[made.quotes[pin.id] for pin in cell.pins if pin.id in made.quotes],
        taken_back=(cell.idea, cell.column) in made.gone,
    )


def _step(step: SessionStep, today: str) -> ReportStep:
    late = bool(step.day) and step.day < today and not step.done
    return ReportStep(
        number=step.number,
        what=step.what,
        who=step.who,
        day=step.day,
        day_label=step.day_label,
        came=step.came,
        came_label=step.came_label,
        done=step.done,
        state="done" if step.done else "its day is over" if late else "open",
        late=late,
    )


def _stories(
    archive: Archive, connection: Connection, row: AnyRow, actors: Sequence[Actor], base: str
) -> list[ReportStory]:
    found = stories_on(archive, connection, row, actors)
    return [
        ReportStory(one.face.id, one.face.name, one.face.detail, f"{base}{one.face.address}", one.why)
        for one in found
    ]


def _quotes(
    archive: Archive, connection: Connection, actors: Sequence[Actor], board: SessionBoard, base: str
) -> dict[str, ReportQuote]:
    """By id the quotes that are pinned to what is shown of a board."""
    cells = [cell for idea in board.ideas for cell in (*idea.cells, *idea.worths)]
    ids = {pin.id for cell in cells for pin in cell.pins}
    seen = quotes_of(on_the_table(actors, archive.now()))
    found: dict[str, ReportQuote] = {}
    for part in chunks(sorted(ids)):
        rows = connection.execute(select(*COLUMNS).select_from(OF_QUOTES).where(QUOTE.c.id.in_(part), seen))
        found |= {row.id: _quote(archive, row, base) for row in rows}
    return found


def _quote(archive: Archive, row: AnyRow, base: str) -> ReportQuote:
    when = date_label(row.gathered, archive.settings.language)
    return ReportQuote(
        id=row.id,
        address=f"{base}/q/{row.id}",
        words=row.text[row.start : row.start + row.size],
        said_by=", ".join(one for one in (row.heading, detail_of(row.role, row.site), when) if one),
        story_id=row.story_id,
        anchor=row.anchor,
        revision=row.located,
        cited=f"{row.story_id}, version {row.located}, #{row.anchor}, {row.id}",
        language=row.language,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        changed=row.state == "changed",
    )


def _gone(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    row: AnyRow,
    actors: Sequence[Actor],
    board: SessionBoard,
) -> set[tuple[int, str]]:
    """Idea and column of the cells to which words were pinned that were taken back since.

    Only of words that this reader could have read is she told so; of others she is told nothing.
    """
    shown = {idea.number for idea in board.ideas}
    columns = [one.key for one in (*board.personas, *board.worths)]
    ideas = [idea for number, idea in state_of(connection, row).ideas.items() if number in shown]
    pinned = {(idea.number, column): idea.cell(column).pins for idea in ideas for column in columns}
    keys = {pin for pins in pinned.values() for pin in pins}
    hidden = keys - set(pins_seen(archive, connection, actors, keys))
    gone = _taken_back(archive, connection, actor, _stories_behind(connection, hidden))
    return {where for where, pins in pinned.items() if gone & set(pins)}


def _stories_behind(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(sorted(keys)):
        rows = connection.execute(select(QUOTE.c.key, QUOTE.c.story_id).where(QUOTE.c.key.in_(part)))
        found |= {row.key: row.story_id for row in rows}
    return found


def _taken_back(
    archive: Archive, connection: Connection, actor: Actor, stories: Mapping[int, str]
) -> set[int]:
    """The keys of those quotes whose stories were taken back, and who asks could have read them."""
    told = {one: was_taken_back(archive, connection, actor, one) for one in set(stories.values())}
    return {key for key, story in stories.items() if told[story]}


def was_taken_back(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> bool:
    """Whether a story was taken back that this reader could have read."""
    return isinstance(absence(archive, connection, actor, story_id=story_id), Withdrawn)


def _story_gone(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> bool:
    """Whether one of the stories on the table was taken back."""
    laid = select(SESSION_STORY.c.story_id).where(SESSION_STORY.c.session == row.key)
    there = connection.execute(laid.where(SESSION_STORY.c.off.is_(False))).scalars()
    return any(was_taken_back(archive, connection, actor, one) for one in there.all())
