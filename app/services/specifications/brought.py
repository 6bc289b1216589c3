"""What somebody brought along to cite it, as she is told of it while she chooses the place."""

from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import listed_to, quotes_of, visible_to
from app.rendering.passages import normalised_text
from app.services.archive import Archive
from app.services.marking.lines import OF_QUOTES
from app.services.specifications.access import Who
from app.services.views import Brought

SHOWN = 200  # characters that tell which words they are
OF_STORY = (STORY.c.heading, STORY.c.folded, STORY.c.language, PASSAGE.c.text)


def told_of(archive: Archive, connection: Connection, who: Who, brought: Brought) -> Brought:
    """With the beginning of the words and the name of the story's teller, where she may read them.

    Words of a folded story are not shown, and words that stand elsewhere are not put beside a name.
    """
    if not brought.quote:
        return brought
    of_passage = "#" in brought.quote
    row = (_passage if of_passage else _quote)(archive, connection, who, brought.quote)
    if row is None:
        return brought
    typed = normalised_text(brought.words)
    words = typed if typed in row.text else ""
    words = words or (row.text if of_passage else row.text[row.start : row.start + row.size])
    cut = words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip()}…"
    return replace(brought, of=row.heading, said="" if row.folded else cut, language=row.language or "")


def _quote(archive: Archive, connection: Connection, who: Who, quote_id: str) -> AnyRow | None:
    columns = (*OF_STORY, QUOTE.c.start, QUOTE.c.size)
    here = select(*columns).select_from(OF_QUOTES).where(QUOTE.c.id == quote_id)
    return connection.execute(here.where(quotes_of(visible_to(who.actor, archive.now())))).first()


def _passage(archive: Archive, connection: Connection, who: Who, named: str) -> AnyRow | None:
    story_id, _, anchor = named.partition("#")
    joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
    where = (STORY.c.id == story_id, PASSAGE.c.anchor == anchor, listed_to(who.actor, archive.now()))
    return connection.execute(select(*OF_STORY).select_from(joined).where(*where)).first()
