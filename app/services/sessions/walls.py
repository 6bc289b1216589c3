"""What a big screen shows while people are in the room: only what everybody who stands there may see."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import zip_longest

from sqlalchemy import Connection, func, select

from app.database.marking import QUOTE
from app.database.sessions import SESSION_STORY
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import ANONYMOUS, Actor, on_the_table, quotes_of
from app.services.archive import Archive
from app.services.cards import detail_of
from app.services.marking.lines import COLUMNS, IN_ORDER, OF_QUOTES
from app.services.quoting import bare
from app.services.sessions.boards import read_board
from app.services.sessions.codes import shown_code
from app.services.sessions.inviting import may_invite
from app.services.sessions.room import OPEN, Seen, actors_in, session_address, session_row
from app.services.views import JoinCode, SessionBoard, SessionCell, SessionIdea, WallPage, WallSlide

LONGEST = 420  # characters that can be read from six metres: a longer quote is not cut, it is left out
FIRST = 240  # of a story's first passage, which is cut at a word
MOST_QUOTES, MOST_CELLS = 40, 200
WITH_CODE = "?code=yes"
SIZES = (70, 150, 270)  # characters up to which type is large, and less so


def read_wall(
    archive: Archive,
    seen: Seen,
    session_id: str,
    known: str = "",
    invite: Callable[[str], JoinCode] | None = None,
) -> WallPage | None:
    """A session's wall; None for a screen that shows all of it already. Raises NotFound.

    `known` is the mark of what that screen shows; `invite` says how people join with a code, where whoever
    looks asked for that. A wall is photographed: so only facilitators have it shown there.
    """
    with archive.engine.connect() as connection:
        row = session_row(archive, connection, seen, session_id)
        actors = those_before(archive, connection, row, seen.actor)
        board = read_board(archive, connection, row, actors)
        stories = list(_stories(archive, connection, row, actors))
        quotes = list(_quotes(archive, connection, row, actors, board))
    invites, address = may_invite(seen, row.state), f"{session_address(row.id)}/wall"
    joining = invite(shown_code(row.code)) if invite and invites else None
    first = [_slide("join", joining.code, above=joining.address)] if joining else []
    page = WallPage(
        title=row.title,
        address=session_address(row.id),
        slides=[*first, *_mixed(stories, quotes, list(_cells(board))[:MOST_CELLS])],
        mark="",
        public=ANONYMOUS in actors,
        live=f"{session_address(row.id)}/live" if row.state == OPEN and seen.key is not None else "",
        here=f"{address}{WITH_CODE}" if joining else address,
        joining=joining,
        code_address="" if not invites else address if joining else f"{address}{WITH_CODE}",
    )
    mark = sha256(repr(page).encode()).hexdigest()[:16]  # of what is shown: nothing else makes it another
    return None if known == mark else replace(page, mark=mark)


def those_before(archive: Archive, connection: Connection, session: AnyRow, viewer: Actor) -> list[Actor]:
    """Whoever may stand before the wall: while a session goes on all who take part, else anybody at all."""
    if session.state == OPEN:
        return actors_in(archive, connection, session, viewer)
    return [viewer, ANONYMOUS]


def _mixed(*kinds: Sequence[WallSlide]) -> Iterator[WallSlide]:
    """One of each kind in turn."""
    for some in zip_longest(*kinds):
        yield from (one for one in some if one is not None)


def _slide(kind: str, words: str, **more: str) -> WallSlide:
    slide = WallSlide("", kind, words, 1 + sum(len(words) > size for size in SIZES), **more)
    told = "\n".join((kind, words, *more.values()))
    return replace(slide, name=f"w-{sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}")


def _stories(
    archive: Archive, connection: Connection, session: AnyRow, actors: Sequence[Actor]
) -> Iterator[WallSlide]:
    """The first line of each story on the table; one with a content note shows none on a wall."""
    others = PASSAGE.alias()
    first = select(func.min(others.c.number)).where(others.c.story_id == STORY.c.id).scalar_subquery()
    joined = SESSION_STORY.join(STORY, STORY.c.id == SESSION_STORY.c.story_id)
    begins = joined.join(PASSAGE, (PASSAGE.c.story_id == STORY.c.id) & (PASSAGE.c.number == first))
    laid = (SESSION_STORY.c.session == session.key, SESSION_STORY.c.off.is_(False))
    columns = (*(STORY.c[name] for name in ("id", "heading", "role", "site", "language")), PASSAGE.c.text)
    rows = select(*columns).select_from(begins).where(*laid, STORY.c.folded.is_(False))
    shown = rows.where(on_the_table(actors, archive.now()))
    for row in connection.execute(shown.order_by(SESSION_STORY.c.place, STORY.c.slug)):
        yield _said("story", shortened(row.text, FIRST), row, row.id)


def _said(kind: str, words: str, row: AnyRow, weave: str) -> WallSlide:
    below = ", ".join(one for one in (row.heading, detail_of(row.role, row.site)) if one)
    return _slide(kind, words, below=below, weave=weave, language=row.language)


def _quotes(
    archive: Archive,
    connection: Connection,
    session: AnyRow,
    actors: Sequence[Actor],
    board: SessionBoard,
) -> Iterator[WallSlide]:
    """Those that are pinned, and those of the stories on the table, without content notes."""
    pinned = {pin.id for idea in board.ideas for cell in _cells_of(idea) for pin in cell.pins}
    laid = select(SESSION_STORY.c.story_id).where(SESSION_STORY.c.session == session.key)
    theirs = QUOTE.c.story_id.in_(laid.where(SESSION_STORY.c.off.is_(False)))
    where = (
        (QUOTE.c.id.in_(pinned) | theirs) if pinned else theirs,
        STORY.c.folded.is_(False),
        QUOTE.c.state != "changed",
        QUOTE.c.size <= LONGEST,
    )
    seen = quotes_of(on_the_table(actors, archive.now()))
    rows = select(*COLUMNS).select_from(OF_QUOTES).where(*where, seen).order_by(*IN_ORDER)
    for row in connection.execute(rows.limit(MOST_QUOTES)):
        yield _said("quote", bare(row.text[row.start : row.start + row.size]), row, row.story_id)


def _cells_of(idea: SessionIdea) -> Iterable[SessionCell]:
    return (*idea.cells, *idea.worths)


def _cells(board: SessionBoard) -> Iterator[WallSlide]:
    """What the table thinks, those cells last that were filled last; none while somebody has to choose."""
    filled = [(cell.written, idea, cell) for idea in board.ideas for cell in idea.cells if cell.verdict]
    for _, idea, cell in sorted(filled, key=lambda one: one[0]):
        if not cell.texts:
            label = f"{cell.name}: {cell.label}"
            words = shortened(cell.note, LONGEST)
            yield _slide("cell", words, above=shortened(idea.text, FIRST), label=label, verdict=cell.verdict)


def shortened(words: str, most: int) -> str:
    """Words on one line, cut at a word where they are too long."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0].rstrip(',;:–—-')}…"
