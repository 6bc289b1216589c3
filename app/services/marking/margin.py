"""The quotes of one story: beside its text, and as lines below its words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import PASSAGE, STORY, AnyRow
from app.database.visibility import Actor, Role, may_mark, quotes_of, visible_to
from app.records.model import Status
from app.rendering.underlining import Mark, underlined
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import shown_label, story_address, theme_address
from app.services.colours import COLOURS, colour_of
from app.services.documents import chunks
from app.services.marking.naming import last_themes
from app.services.views import Chip, Choice, MarkingPart, QuoteView

ANCHOR = re.compile(r'<a (?=[^>]*class="anchor")[^>]*href="#(p-[^"]+)"[^>]*>#</a>')
MINE = "mine"
OFFERED = 8  # themes, the last used first


@dataclass(frozen=True)
class Marker:
    """Who reads a story's page and may mark it: her account, and whose marks she wants to see."""

    account: int | None = None
    whose: str = ""  # mine, or an account's number; empty for everyone's
    marked: tuple[str, ...] = ()  # what she has marked just now
    off: str = ""  # what she has taken off just now


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
    rows = quote_rows(archive, connection, actor, row.id)
    shown = [one for one in rows if _is_wanted(one, marker)]
    themes = themes_of(connection, [one.key for one in shown])
    marks = [_mark(one, themes[one.key]) for one in shown]
    texts = {one.anchor: one.text for one in shown}
    names = names_by_key(connection, [one.account for one in rows]) if may_mark(actor) else {}
    quotes = [view_of(one, themes[one.key], actor, marker, names) for one in shown]
    part = _part(connection, actor, row, marker, rows, names) if marker else None
    html = underlined(html, marks, texts) if marks else html
    return Margin(_with_ways(html, row) if part else html, quotes, part)


def _with_ways(html: str, row: AnyRow) -> str:
    """A way to mark each passage as a whole, without script; closed passages have no link, and none of it."""
    return ANCHOR.sub(rf'\g<0> <a class="anchor markit" href="/s/{row.id}/mark?at=\1">Mark</a>', html)


def quote_rows(archive: Archive, connection: Connection, actor: Actor, story_id: str) -> Sequence[AnyRow]:
    """The quotes of a story that this reader may see, in the order of its text."""
    joined = QUOTE.join(STORY, STORY.c.id == QUOTE.c.story_id).join(
        PASSAGE, (PASSAGE.c.story_id == QUOTE.c.story_id) & (PASSAGE.c.anchor == QUOTE.c.anchor)
    )
    columns = (*QUOTE.c, PASSAGE.c.text, PASSAGE.c.number, STORY.c.slug)
    here = select(*columns).select_from(joined).where(QUOTE.c.story_id == story_id)
    shown = here.where(quotes_of(visible_to(actor, archive.now())))
    return connection.execute(shown.order_by(PASSAGE.c.number, QUOTE.c.start, QUOTE.c.key)).all()


def _is_wanted(row: AnyRow, marker: Marker | None) -> bool:
    if marker is None or not marker.whose:
        return True
    return bool(row.account == marker.account if marker.whose == MINE else str(row.account) == marker.whose)


def themes_of(connection: Connection, keys: Iterable[int]) -> Mapping[int, Sequence[Chip]]:
    """The themes of quotes, those into which theirs were merged; each once."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in chunks(list(keys)):
        for row in connection.execute(select(QUOTE_THEME).where(QUOTE_THEME.c.quote.in_(part))):
            found[row.quote].append(row.theme)
    themes = last_themes(connection, {key for of in found.values() for key in of})
    chips = {key: chip_of(row) for key, row in themes.items()}
    known = {quote: dict.fromkeys(chips[key] for key in of if key in chips) for quote, of in found.items()}
    return defaultdict(list, {quote: list(of) for quote, of in known.items()})


def chip_of(row: AnyRow) -> Chip:
    """A row of CODEBOOK as a chip."""
    colour = row.colour % COLOURS if row.colour is not None else colour_of(row.slug)
    return Chip(row.slug, shown_label(row.name), theme_address(row.slug), colour, 0)


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
        offered=offered(connection, marker.account),
        whose=_whose(row, marker, rows, names),
        marked=[one.id for one in rows if one.id in marker.marked],
        off=marker.off,
    )


def offered(connection: Connection, account: int | None) -> list[str]:
    """The themes that somebody used last, for her next mark."""
    hers = QUOTE.c.account.is_(None) if account is None else QUOTE.c.account == account
    joined = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote)
    used = select(QUOTE_THEME.c.theme).select_from(joined).where(hers).group_by(QUOTE_THEME.c.theme)
    keys = (
        connection.execute(used.order_by(func.max(QUOTE_THEME.c.quote).desc()).limit(OFFERED)).scalars().all()
    )
    themes = last_themes(connection, keys)
    names = [shown_label(themes[key].name) for key in keys if key in themes and themes[key].retired is None]
    return list(dict.fromkeys(names))


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
