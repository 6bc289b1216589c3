"""Passages behind a persona that nobody has marked yet: whoever works here pins one, which marks it."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, or_, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, on_the_table, standing
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.cards import detail_of, story_address
from app.services.dates import date_label
from app.services.marking.quotes import About, Chosen, mark
from app.services.quoting import is_speech
from app.services.sessions.room import Seen
from app.services.sessions.telling import left_on_table
from app.services.views import PinView

NAMED = re.compile(
    r"(?:/stories/(?P<slug>[^\s#]+)|(?P<id>s-\w{8,10}))#(?P<anchor>p-[0-9a-z]{6}(?:-\d{1,6})?)"
)
OF_STORY = [STORY.c[name] for name in ("id", "slug", "heading", "role", "site", "gathered", "language")]
MORE = (STORY.c.folded, STORY.c.content_notes, STORY.c.revision)
OF_PASSAGE = (PASSAGE.c.anchor, PASSAGE.c.text, PASSAGE.c.quotation)


def passages_named(
    archive: Archive,
    connection: Connection,
    actors: Sequence[Actor],
    named: Iterable[tuple[str, str]],
    session: int,
) -> list[AnyRow]:
    """Those of these passages (story id, anchor) that all of these people may read, in their order.

    Not those of a story that was taken off the table of this session, whose key it is.
    """
    wanted = list(dict.fromkeys(named))
    joined = PASSAGE.join(STORY, STORY.c.id == PASSAGE.c.story_id)
    here = or_(*((PASSAGE.c.story_id == story) & (PASSAGE.c.anchor == anchor) for story, anchor in wanted))
    columns = (*OF_STORY, *MORE, *OF_PASSAGE)
    shown = select(*columns).select_from(joined).where(here, on_the_table(actors, archive.now()))
    shown = shown.where(left_on_table(session, PASSAGE.c.story_id))
    rows = {(row.id, row.anchor): row for row in connection.execute(shown)} if wanted else {}
    return [rows[one] for one in wanted if one in rows]


def unmarked(connection: Connection, rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Those of these passages in which nobody has marked anything."""
    here = select(QUOTE.c.story_id, QUOTE.c.anchor).where(
        QUOTE.c.story_id.in_({row.id for row in rows}), *standing()
    )
    marked = {(row.story_id, row.anchor) for row in connection.execute(here)}
    return [row for row in rows if (row.id, row.anchor) not in marked]


def passage_view(archive: Archive, row: AnyRow) -> PinView:
    """A passage as what may be pinned; its id is its reference."""
    detail = [detail_of(row.role, row.site), date_label(row.gathered, archive.settings.language)]
    reference = f"{row.id}#{row.anchor}"
    address = f"{story_address(row.slug)}#{row.anchor}"
    return PinView(
        id=reference,
        address=address,
        place=address,
        story=row.id,
        words=row.text,
        teller=row.heading,
        detail=", ".join(part for part in detail if part),
        language=row.language,
        folded=row.folded,
        content_notes=tuple(row.content_notes),
        spoken=row.quotation or is_speech(row.text),
    )


def marked_to_pin(archive: Archive, seen: Seen, actors: Sequence[Actor], session: int, pasted: str) -> str:
    """The id of the quote that this passage is from now on; empty for what names none that all may read."""
    found = NAMED.search(pasted)
    if found is None or not seen.works:
        return ""
    with archive.engine.connect() as connection:
        by_slug = select(STORY.c.id).where(STORY.c.slug == (found["slug"] or ""))
        story = normal_id(found["id"] or "") or connection.execute(by_slug).scalar() or ""
        rows = passages_named(archive, connection, actors, [(story, found["anchor"])], session)
    if not rows:
        return ""
    chosen = [Chosen(found["anchor"])]
    return mark(archive, seen.actor, seen.by, rows[0].id, chosen, rows[0].revision, About())[0]
