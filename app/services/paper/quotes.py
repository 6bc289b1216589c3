"""Quotes as cards for tables and walls."""

from collections.abc import Sequence
from dataclasses import replace

from app.database.visibility import use_bits
from app.exports.quoted import Taken, TakenQuote
from app.records.model import Use
from app.services.archive import Archive
from app.services.paper.fitting import Place, set_words
from app.services.paper.leaving import Asking, Terms, foot_of
from app.services.paper.stories import notes_of, shortened
from app.services.quoting import bare
from app.services.views import QuotePaper

WORDS = Place(width=122, height=49, largest=8, smallest=18)
NOTE = 8  # millimetres that a content note takes
LONGEST = 90  # characters of who said it, and of its themes


def quote_papers(archive: Archive, asking: Asking, taken: Taken) -> list[QuotePaper]:
    """A card for each quote that may leave."""
    return [_card(archive, asking, quote, taken.labels(quote)) for quote in taken.quotes]


def _card(archive: Archive, asking: Asking, quote: TakenQuote, themes: Sequence[str]) -> QuotePaper:
    terms = Terms(use_bits(Use(use) for use in quote.uses), quote.until or None, quote.stated)
    notes = list(quote.content_notes)
    return QuotePaper(
        id=quote.id,
        story_id=quote.story_id,
        words=set_words(bare(quote.words), _place(noted=bool(notes)), quote.language),
        said_by=shortened(quote.said_by, LONGEST),
        notes=notes_of(notes, folded=bool(notes)),
        themes=shortened(", ".join(themes), LONGEST),
        foot=foot_of(archive, asking, quote.id, quote.revision, f"/q/{quote.id}", terms),
    )


def _place(*, noted: bool) -> Place:
    return replace(WORDS, height=WORDS.height - NOTE) if noted else WORDS
