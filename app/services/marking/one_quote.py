"""One quote: where it stands, and the forms in which somebody marks a passage or changes a mark."""

from dataclasses import replace

from sqlalchemy import Connection, select

from app.database.marking import QUOTE
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, may_mark, quotes_of, visible_to
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import normal_id
from app.services.absence import absence_of_quote
from app.services.accounts import names_by_key
from app.services.archive import Archive
from app.services.cards import story_address
from app.services.insight.memo_targets import QUOTED
from app.services.insight.memos import memos_beside
from app.services.insight.placing import choices_for, may_place
from app.services.insight.uses import uses_of_quote
from app.services.marking.joining import twin_of
from app.services.marking.listing import listed
from app.services.marking.margin import Marker, offered, quote_rows, themes_of, view_of
from app.services.marking.quotes import story_to_mark
from app.services.marking.saying import digest_of, said_of
from app.services.recording import By
from app.services.views import MarkPage, QuotePage, SaidOfQuote

CHANGED = "Somebody else has said something of this quote meanwhile."
LONGEST_TYPED = 4_000  # characters of a field that come back; more is refused at any length


def story_of_quote(archive: Archive, actor: Actor, quote_id: str) -> str:
    """The page of a quote's story, for whoever may see the quote. Raises NotFound or Withdrawn."""
    joined = select(STORY.c.slug).join(QUOTE, QUOTE.c.story_id == STORY.c.id)
    shown = joined.where(QUOTE.c.id == whole_id(quote_id), quotes_of(visible_to(actor, archive.now())))
    with archive.engine.connect() as connection:
        slug = connection.execute(shown).scalar()
        if slug is None:
            raise absence_of_quote(archive, connection, actor, whole_id(quote_id))
    return story_address(slug)


def quote_now(archive: Archive, actor: Actor, quote_id: str) -> str:
    """The id under which a quote stands now: of one that was taken off, the mark of the same words by her.

    Raises NotFound where this reader may see neither, Withdrawn where its story was taken back.
    """
    seen = quotes_of(visible_to(actor, archive.now()))
    joined = select(QUOTE.c.id).join(STORY, QUOTE.c.story_id == STORY.c.id)
    with archive.engine.connect() as connection:
        row = connection.execute(select(QUOTE).where(QUOTE.c.id == whole_id(quote_id))).first()
        twin = twin_of(connection, row) if row is not None and row.removed is not None else None
        now = twin or row
        if now is None or connection.execute(joined.where(QUOTE.c.key == now.key, seen)).first() is None:
            raise absence_of_quote(archive, connection, actor, now.id if now else whole_id(quote_id))
    return str(now.id)


def whole_id(quote_id: str) -> str:
    """The one spelling of an id that stands in an address; empty for what is none of a quote."""
    whole = quote_id == quote_id.strip() and quote_id.lower().startswith("q-")
    return (normal_id(quote_id) if whole else None) or ""


def read_mark(archive: Archive, actor: Actor, account: int | None, story_id: str, anchor: str) -> MarkPage:
    """The form for a passage; its first one where none is named. Raises NotFound or Withdrawn."""
    with archive.engine.connect() as connection:
        row = story_to_mark(archive, connection, actor, story_id)
        passage = _passage(connection, row, anchor)
        return MarkPage(
            heading=row.heading,
            story_address=story_address(row.slug),
            address=f"/s/{row.id}/mark",
            anchor=passage.anchor,
            text=passage.text,
            revision=row.revision,
            offered=offered(archive, connection, actor, account),
        )


def _passage(connection: Connection, row: AnyRow, anchor: str) -> AnyRow:
    hers = select(PASSAGE).where(PASSAGE.c.story_id == row.id)
    found = connection.execute(hers.where(PASSAGE.c.anchor == anchor)).first()
    found = found or connection.execute(hers.order_by(PASSAGE.c.number)).first()
    if found is None:
        raise NotFound
    return found


def read_quote(archive: Archive, actor: Actor, by: By, quote_id: str) -> QuotePage:
    """A quote for whoever works here and may read it; her own she may change. Raises NotFound."""
    with archive.engine.connect() as connection:
        row = _quote_row(archive, connection, actor, quote_id)
        themes = themes_of(archive, connection, actor, [row.key])[row.key]
        names = names_by_key(connection, [row.account])
        view = view_of(row, themes, actor, Marker(by.account), names)
        story = connection.execute(
            select(STORY.c.heading, STORY.c.slug).where(STORY.c.id == row.story_id)
        ).one()
        return QuotePage(
            quote=view,
            address=f"/q/{row.id}/edit",
            heading=story.heading,
            story_address=story_address(story.slug),
            themes=listed(theme.label for theme in themes),
            note=row.note,
            stays=row.stays,
            offered=offered(archive, connection, actor, by.account),
            may_change=bool(view.edit_address),
            uses=uses_of_quote(archive, connection, actor, row, by.account),
            lenses=choices_for(connection, row.key) if may_place(archive, connection, actor, row.id) else (),
            memos=memos_beside(archive, actor, by, QUOTED, row.id),
            who=str(by.account or ""),
            digest=digest_of(said_of(connection, row)),
        )


def refused_quote(
    page: QuotePage, *, themes: str, note: str, stays: bool, refused: InvalidText | EditConflict
) -> QuotePage:
    """The form with what was typed still in it, and why it was not kept; in a conflict what others said."""
    conflict = isinstance(refused, EditConflict)
    now = SaidOfQuote(page.themes, page.note, page.stays) if conflict else None
    typed = replace(page, themes=themes[:LONGEST_TYPED], note=note[:LONGEST_TYPED], stays=stays)
    return replace(typed, problem=CHANGED if conflict else str(refused), now=now)


def _quote_row(archive: Archive, connection: Connection, actor: Actor, quote_id: str) -> AnyRow:
    where = QUOTE.c.id == whole_id(quote_id)
    story_id = connection.execute(select(QUOTE.c.story_id).where(where)).scalar()
    rows = quote_rows(archive, connection, actor, story_id) if story_id and may_mark(actor) else ()
    row = next((one for one in rows if one.id == whole_id(quote_id)), None)
    if row is None:
        raise NotFound
    return row
