"""The quotes of one story: beside its text, and as lines below its words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, Role, may_mark, quotes_of, visible_to
from app.records.model import Status
from app.rendering.numbering import ANCHOR
from app.rendering.underlining import Mark, underlined
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import shown_label, story_address, theme_address
from app.services.colours import COLOURS, colour_of
from app.services.documents import chunks
from app.services.marking.newness import labels_signed, same_as
from app.services.marking.own_themes import own_themes, themes_seen
from app.services.views import Chip, Choice, MarkingPart, QuoteView

MINE = "mine"
OFFERED, LOOKED_AT = 8, 50  # themes, the last used first; of her last quotes
ROW = (*QUOTE.c, PASSAGE.c.text, PASSAGE.c.number, STORY.c.slug)
NAMES = [CODEBOOK.c[name] for name in ("slug", "name", "colour", "merged_into")]


@dataclass(frozen=True)
class Marker:
    """Who reads a story's page and may mark it: her account, and whose marks she wants to see."""

    account: int | None = None
    whose: str = ""  # mine, or an account's number; empty for everyone's
    marked: tuple[str, ...] = ()  # what she has marked just now
    changed: str = ""  # the quote of which she has said something else just now
    new: tuple[str, ...] = ()  # signs of the themes that were new to her then
    typed: tuple[str, ...] = ()  # names that she typed then
    off: str = ""  # what she has taken off just now
    actor: Actor | None = None  # who marks, where it is somebody at the machine who has not signed in


@dataclass(frozen=True)
class Margin:
    """A story's text with its marks, and what stands beside it."""

    html: str
    quotes: Sequence[QuoteView]
    part: MarkingPart | None


def read_margin(
    archive: Archive, connection: Connection, actor: Actor, row: AnyRow, html: str, marker: Marker | None
) -> Margin:
    """The quotes that this reader may see of a story whose row she may read."""
    actor = marker.actor or actor if marker else actor
    rows = quote_rows(archive, connection, actor, row.id)
    shown = [one for one in rows if _is_wanted(one, marker)]
    themes = _themes_in(archive, connection, actor, row.id) if shown else {}
    marks = [_mark(one, themes[one.key]) for one in shown]
    texts = {one.anchor: one.text for one in shown}
    names = names_by_key(connection, [one.account for one in rows]) if may_mark(actor) else {}
    quotes = [view_of(one, themes[one.key], actor, marker, names) for one in shown]
    part = _part(archive, connection, actor, row, marker, rows, names) if marker else None
    if marker and part and (marker.new or marker.typed):
        just = _just(marker, rows, themes)
        part = replace(part, new=labels_signed(just, marker.new), same=same_as(just, marker.typed))
    html = underlined(html, marks, texts) if marks else html
    return Margin(_with_ways(html, row) if part else html, quotes, part)


def _with_ways(html: str, row: AnyRow) -> str:
    """A way to mark each passage as a whole, without script; closed passages have no link, and none of it."""
    return ANCHOR.sub(rf'\g<0> <a class="anchor markit" href="/s/{row.id}/mark?at=\1">Mark</a>', html)


def quote_rows(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> Sequence[AnyRow]:
    """The quotes of a story that this reader may see, in the order of its text."""
    shown = _of_one_story(visible_to(actor, archive.now()))
    return connection.execute(shown, {"story": story_id}).all()


@lru_cache(64)
def _of_one_story(visible: ColumnElement[bool]) -> Select[Any]:
    """Kept like the condition in it: a story's page asks each time, and making it takes as long as asking."""
    joined = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id).join(
        PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
    )
    here = select(*ROW).select_from(joined).where(QUOTE.c.story_id == bindparam("story"), quotes_of(visible))
    return here.order_by(PASSAGE.c.number, QUOTE.c.start, QUOTE.c.key)


def _is_wanted(row: AnyRow, marker: Marker | None) -> bool:
    if marker is None or not marker.whose:
        return True
    return bool(row.account == marker.account if marker.whose == MINE else str(row.account) == marker.whose)


def themes_of(
    archive: Archive, connection: Connection, actor: Actor, keys: Iterable[int]
) -> Mapping[int, Sequence[Chip]]:
    """The themes of quotes as this reader may know them, those into which theirs were merged; each once."""
    found: list[AnyRow] = []
    for part in chunks(list(keys)):
        found += connection.execute(select(QUOTE_THEME).where(QUOTE_THEME.c.quote.in_(part)))
    return _chips(found, themes_seen(archive, connection, actor, {row.theme for row in found}))


THEMES_IN = (
    select(QUOTE_THEME.c.quote, QUOTE_THEME.c.theme, *NAMES)
    .select_from(
        QUOTE.join(QUOTE_THEME, QUOTE_THEME.c.quote == QUOTE.c.key).join(
            CODEBOOK, CODEBOOK.c.key == QUOTE_THEME.c.theme
        )
    )
    .where(QUOTE.c.story_id == bindparam("story"))
)


def _themes_in(
    archive: Archive, connection: Connection, actor: Actor, story_id: str
) -> Mapping[int, Sequence[Chip]]:
    """The same of all quotes of a story, in one question where no theme was merged."""
    found = connection.execute(THEMES_IN, {"story": story_id}).all()
    others = {row.theme for row in found if row.merged_into is not None}
    others |= own_themes(archive, connection, actor).keys()
    last = themes_seen(archive, connection, actor, others) if others else {}
    return _chips(found, {row.theme: last.get(row.theme, row) for row in found})


def _chips(found: Iterable[AnyRow], themes: Mapping[int, AnyRow]) -> Mapping[int, Sequence[Chip]]:
    chips = {key: chip_of(row) for key, row in themes.items()}
    known: dict[int, dict[Chip, None]] = defaultdict(dict)
    for row in found:
        if row.theme in chips:
            known[row.quote][chips[row.theme]] = None
    return defaultdict(list, {quote: list(of) for quote, of in known.items()})


def chip_of(row: AnyRow) -> Chip:
    """A row of CODEBOOK as a chip."""
    return _chip(row.slug, row.name, row.colour)


@lru_cache(2_048)
def _chip(slug: str, name: str, colour: int | None) -> Chip:
    """Kept for a while: a page shows the same themes many times."""
    colour = colour % COLOURS if colour is not None else colour_of(slug)
    return Chip(slug, shown_label(name), theme_address(slug), colour, 0)


def _mark(row: AnyRow, themes: Sequence[Chip]) -> Mark:
    colour = themes[0].colour if themes else colour_of(row.id)
    return Mark(row.id, row.anchor, row.start, row.start + row.size, colour)


def view_of(
    row: AnyRow, themes: Sequence[Chip], actor: Actor, marker: Marker | None, names: Mapping[int, str]
) -> QuoteView:
    """A quote as this reader sees it."""
    works, mine = may_mark(actor), marker is not None and row.account == marker.account
    by = "" if mine or not works else named(row.account, names)
    may = marker is not None and (mine or Role.STEWARD in actor.roles)
    return QuoteView(
        id=row.id,
        address=f"/q/{row.id}",
        place=f"{story_address(row.slug)}#{row.id}",
        words=row.text[row.start : row.start + row.size],
        themes=themes,
        note=row.note if works else "",
        stays=row.stays and works,
        by=by,
        changed=row.state == "changed" and works,
        edit_address=f"/q/{row.id}/edit" if may else "",
        page_address=f"/q/{row.id}/edit" if works and marker is not None else "",
    )


def _part(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    row: AnyRow,
    marker: Marker,
    rows: Sequence[AnyRow],
    names: Mapping[int, str],
) -> MarkingPart | None:
    if not may_mark(actor) or row.set_aside or row.status == Status.WITHDRAWN:
        return None
    return MarkingPart(
        address=f"/s/{row.id}/mark",
        revision=row.revision,
        offered=offered(archive, connection, actor, marker.account),
        whose=_whose(row, marker, rows, names),
        marked=[one.id for one in rows if one.id in marker.marked],
        changed=any(one.id == marker.changed for one in rows),
        off=marker.off,
        who=str(marker.account or ""),
    )


def _just(marker: Marker, rows: Iterable[AnyRow], themes: Mapping[int, Sequence[Chip]]) -> list[Chip]:
    """The themes of what she has marked or changed just now."""
    just = [one for one in rows if one.id in (*marker.marked, marker.changed)]
    return [chip for one in just for chip in themes.get(one.key, ())]


LAST = (
    select(QUOTE.c.key)
    .where(QUOTE.c.account.is_not_distinct_from(bindparam("account", type_=QUOTE.c.account.type)))
    .order_by(QUOTE.c.key.desc())
    .limit(LOOKED_AT)
    .subquery("last")
)


def offered(archive: Archive, connection: Connection, actor: Actor, account: int | None) -> list[str]:
    """The themes that somebody used last at quotes which she may still see, for her next mark."""
    used = _used_last(visible_to(actor, archive.now()))
    rows = connection.execute(used, {"account": account}).all()
    seen = themes_seen(archive, connection, actor, [row.theme for row in rows])
    last = [seen[row.theme] for row in rows if row.theme in seen]
    names = dict.fromkeys(shown_label(row.name) for row in last if row.retired is None)
    return list(names)[:OFFERED]


@lru_cache(64)
def _used_last(visible: ColumnElement[bool]) -> Select[Any]:
    joined = LAST.join(QUOTE, QUOTE.c.key == LAST.c.key).join(STORY, STORY.c.id == QUOTE.c.story_id)
    given = joined.join(QUOTE_THEME, QUOTE_THEME.c.quote == QUOTE.c.key)
    each = (
        select(QUOTE_THEME.c.theme).select_from(given).where(quotes_of(visible)).group_by(QUOTE_THEME.c.theme)
    )
    return each.order_by(func.max(QUOTE_THEME.c.quote).desc()).limit(LOOKED_AT)


def _whose(row: AnyRow, marker: Marker, rows: Iterable[AnyRow], names: Mapping[int, str]) -> list[Choice]:
    """Everyone's marks, hers, or those of one other person."""
    address = story_address(row.slug)
    others = {one.account for one in rows if one.account not in (None, marker.account)}
    ways = [("Everyone’s", ""), ("Mine", MINE)]
    ways += [(named(key, names), str(key)) for key in sorted(others)]
    return [
        Choice(way, label, f"{address}?marks={way}" if way else address, way == marker.whose)
        for label, way in ways
    ]
