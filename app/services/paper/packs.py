"""Packs: a choice of posters and cards, one after the other, with a list of what is in them before.

A pack of one thing is that thing, without a list.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, Table, select

from app.database.marking import QUOTE
from app.database.tables import PERSONA, STORY, AnyRow
from app.database.visibility import Actor, visible_to
from app.errors import InvalidText
from app.exports.quoted import Taken, in_quotation
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.marking.asking import AskedQuotes
from app.services.marking.taking import MOST_CARDS as MOST
from app.services.marking.taking import Taking, may_be_taken
from app.services.paper.leaving import Asking, printed_label, reasons, sentence
from app.services.paper.personas import CARD, POSTER, Said, persona_paper, what_may_leave
from app.services.paper.quotes import quote_papers
from app.services.paper.stories import shortened, story_sheets
from app.services.recording import By
from app.services.views import PackLine, PackList, PersonaPaper, QuotePaper, Sheet, StoryPoster

ON_LIST = 44  # lines
TOO_MANY = f"A pack holds {MOST} posters and cards at most. Choose fewer, and print the others after it."
FORMATS = {"a3": ("four", 4, "eight", 8), "a4": ("two", 2, "half-eight", 4), "a5": ("one", 1, "one-quote", 1)}
TITLE = "A pack to print"
PLURAL = {"story": "stories", "persona": "personas", "piece of evidence": "pieces of evidence"}
One = TypeVar("One")


@dataclass(frozen=True)
class Chosen:
    """What somebody chose, by ids; `quotes` are asked for as they are elsewhere, or not at all."""

    posters: Sequence[str] = ()
    cards: Sequence[str] = ()
    quotes: Taking | None = None
    sheet: str = "a3"


@dataclass(frozen=True)
class Pack:
    """What is printed, what is not and why, and the records of which words leave."""

    sheets: Sequence[Sheet] = ()
    left_out: Sequence[str] = ()
    records: Sequence[str] = ()
    title: str = ""
    people: Sequence[tuple[PersonaPaper, Said]] = ()


@dataclass
class _Parts:
    """What was found of a choice so far."""

    stories: list[Sequence[StoryPoster]] = field(default_factory=list)
    posters: list[PersonaPaper] = field(default_factory=list)
    cards: list[tuple[PersonaPaper, Said]] = field(default_factory=list)
    quotes: list[QuotePaper] = field(default_factory=list)
    records: dict[str, None] = field(default_factory=dict)
    why: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.stories) + len(self.posters) + len(self.cards) + len(self.quotes)


def read_pack(archive: Archive, actor: Actor, asking: Asking, chosen: Chosen) -> Pack:
    """What this reader may put on paper of what she chose. Raises InvalidText where it is too much."""
    parts = _Parts()
    with archive.engine.connect() as connection:
        _posters(archive, connection, actor, asking, chosen, parts)
        _cards(archive, connection, actor, asking, chosen, parts)
    left_out = [_left_out(what, why, number, asking) for (what, why), number in parts.why.items()]
    left_out += _quotes(archive, actor, asking, chosen, parts)
    if len(parts) > MOST:
        raise InvalidText(TOO_MANY)
    sheets = list(_sheets(archive, asking, chosen, parts, left_out))
    return Pack(sheets, left_out, list(parts.records), _title(parts), parts.cards)


def _left_out(what: str, why: str, number: int, asking: Asking) -> str:
    counted = f"{number:,} {what if number == 1 else PLURAL[what]}"
    return f"{counted}: {sentence(why, asking, story=what != 'persona')}"


def _posters(
    archive: Archive, connection: Connection, actor: Actor, asking: Asking, chosen: Chosen, parts: _Parts
) -> None:
    for row in _leaving(archive, connection, actor, asking, chosen.posters, STORY, parts):
        parts.stories.append(story_sheets(archive, connection, asking, row))
    for row in _leaving(archive, connection, actor, asking, chosen.posters, PERSONA, parts):
        said = _said(archive, connection, actor, asking, row, parts)
        parts.posters.append(persona_paper(archive, asking, row, said, POSTER))


def _cards(
    archive: Archive, connection: Connection, actor: Actor, asking: Asking, chosen: Chosen, parts: _Parts
) -> None:
    for row in _leaving(archive, connection, actor, asking, chosen.cards, PERSONA, parts):
        said = _said(archive, connection, actor, asking, row, parts)
        parts.cards.append((persona_paper(archive, asking, row, said, CARD), said))


def _said(
    archive: Archive, connection: Connection, actor: Actor, asking: Asking, row: AnyRow, parts: _Parts
) -> Said:
    """What may leave of a persona; with it go words of the stories that it is shown to rest on."""
    said = what_may_leave(archive, connection, actor, asking, row)
    parts.why.update(("piece of evidence", why) for why in said.held)
    parts.records |= dict.fromkeys(one.face.id for one in said.people)
    return said


def _leaving(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    asking: Asking,
    asked: Sequence[str],
    table: Table,
    parts: _Parts,
) -> list[AnyRow]:
    """The rows of those that may be put on paper, in their order; of those that she may not see nothing."""
    ids = list(dict.fromkeys(found for one in asked[:MOST] if (found := normal_id(one))))
    seen = select(table).where(table.c.id.in_(ids), visible_to(actor, archive.now(), table))
    rows = {row.id: row for row in connection.execute(seen)}
    kept = reasons(archive, connection, actor, asking, rows, table)
    parts.why.update(("story" if table is STORY else "persona", why) for why in kept.values())
    left = [rows[one] for one in ids if one in rows and one not in kept]
    parts.records |= dict.fromkeys(row.id for row in left)
    return left


def _quotes(archive: Archive, actor: Actor, asking: Asking, chosen: Chosen, parts: _Parts) -> list[str]:
    """Adds a card for each quote that may leave; what is left out of them, in sentences."""
    said = []
    ids = list(dict.fromkeys(found for one in chosen.cards[:MOST] if (found := normal_id(one))))
    ids = [one for one in ids if one.startswith("q-")]
    for taken in _taken(archive, actor, asking, chosen, ids):
        parts.quotes += quote_papers(archive, asking, taken)
        parts.records |= dict.fromkeys(quote.story_id for quote in taken.quotes)
        said += [one.sentence for one in taken.left_out]
    return said


def _taken(
    archive: Archive, actor: Actor, asking: Asking, chosen: Chosen, ids: Sequence[str]
) -> Iterator[Taken]:
    try:
        if ids:
            named = Taking(AskedQuotes(), By(), asking.base, asking.purpose)
            yield may_be_taken(archive, actor, named, QUOTE.c.id.in_(ids), most=MOST)
        if chosen.quotes:
            yield may_be_taken(archive, actor, chosen.quotes, QUOTE.c.id.not_in(ids), most=MOST)
    except InvalidText:
        raise InvalidText(TOO_MANY) from None


def _sheets(
    archive: Archive, asking: Asking, chosen: Chosen, parts: _Parts, left_out: Sequence[str]
) -> Iterator[Sheet]:
    if len(parts) > 1:
        yield Sheet("a4", contents=_contents(archive, asking, parts, left_out))
    for story in (sheet for sheets in parts.stories for sheet in sheets):
        yield Sheet(asking.size, story=story)
    for persona in parts.posters:
        yield Sheet(asking.size, persona=persona)
    persona_sheet, personas, quote_sheet, quotes = FORMATS.get(chosen.sheet, FORMATS["a3"])
    for some in _parted([card for card, _ in parts.cards], personas):
        yield Sheet(persona_sheet, cards=some)
    for cards in _parted(parts.quotes, quotes):
        yield Sheet(quote_sheet, quotes=cards)


def _parted(every: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]


def _contents(archive: Archive, asking: Asking, parts: _Parts, left_out: Sequence[str]) -> PackList:
    lines = list(_lines(parts))
    return PackList(
        lines=lines[:ON_LIST],
        more=max(0, len(lines) - ON_LIST),
        left_out=list(left_out),
        printed=printed_label(archive),
        purpose=asking.purpose_label,
        back=any(line.foot.back for line in lines),
    )


def _lines(parts: _Parts) -> Iterator[PackLine]:
    for story, *_ in parts.stories:
        yield PackLine("Poster", story.name.text, story.foot)
    for persona in parts.posters:
        yield PackLine("Poster", persona.name.text, persona.foot)
    for card, _ in parts.cards:
        yield PackLine("Card", card.name.text, card.foot)
    for quote in parts.quotes:
        yield PackLine(
            "Quote", f"{in_quotation(shortened(quote.words.text, 50))} {quote.said_by}", quote.foot
        )


def _title(parts: _Parts) -> str:
    """What the whole is called: the one thing in it by its name."""
    names = [line.name for line in _lines(parts)]
    return shortened(names[0]) if len(names) == 1 else TITLE
