"""Which themes occur together: a map of them, and the same figures in a table."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.paging import choices, pager
from app.services.patterns.asking import Asked, behind, choosing, shown_themes, views_of
from app.services.patterns.counting import PASSAGES, QUOTES, STORIES, Carried, Pair, carried
from app.services.views import Chip, Count, HeatRow, PairRow, PatternsPage

PAIRS_A_PAGE = 50
LEVELS = 5
WAYS = ((QUOTES, "Quotes about both"), (PASSAGES, "Passages with both"), (STORIES, "Stories with both"))
SORTS = (("count", "Most together"), ("name", "By name"))
ONE = {QUOTES: "quote", PASSAGES: "passage", STORIES: "story"}


def read_patterns(archive: Archive, actor: Actor, asked: Asked) -> PatternsPage:
    """Which of this reader's themes occur together: those that she chose, or the most used."""
    with archive.engine.connect() as connection:
        found = carried(archive, connection, actor, asked.by)
    used = most_used(found)
    themes = shown_themes(asked, used)
    pairs = found.pairs({theme.slug for theme in themes})
    rows = _pair_rows(asked, themes, pairs)
    start = (asked.page - 1) * PAIRS_A_PAGE
    return PatternsPage(
        views=views_of(asked),
        ways=choices(WAYS, asked.by, lambda by: replace(asked, by=by, page=1).address()),
        unit=asked.by,
        rows=_heat(asked, themes, pairs),
        pairs=rows[start : start + PAIRS_A_PAGE],
        total=len(rows),
        sorts=choices(SORTS, asked.sort, lambda sort: replace(asked, sort=sort, page=1).address()),
        choosing=choosing(asked, used),
        pager=pager(len(rows), asked.page, PAIRS_A_PAGE, asked.with_page),
        download=asked.download(),
    )


def most_used(found: Carried) -> list[Chip]:
    """The themes with how many quotes, passages or stories carry them, the most used first."""
    single = found.single()
    return [
        replace(found.chips[slug], count=single[slug])
        for slug in sorted(single, key=lambda s: (-single[s], s))
    ]


def level_of(count: int, most: int) -> int:
    """How full a mark is: 0 for nothing, 5 for as many as there are anywhere."""
    return max(1, -(-count * LEVELS // most)) if count else 0


def counted(number: int, unit: str) -> str:
    """'3 quotes'."""
    one = ONE[unit]
    return f"{number:,} {one if number == 1 else unit}"


def _heat(asked: Asked, themes: Sequence[Chip], pairs: Counter[Pair]) -> list[HeatRow]:
    most = max(pairs.values(), default=0)
    cell = _cells(asked.by, pairs, most)
    rows = []
    for number, theme in enumerate(themes):
        own = Count(
            theme.count, 0, behind([theme.slug], asked.by), f"{theme.label}: {counted(theme.count, asked.by)}"
        )
        rows.append(HeatRow(theme, [*(cell(theme, other) for other in themes[:number]), own]))
    return rows


def _cells(by: str, pairs: Mapping[Pair, int], most: int) -> Callable[[Chip, Chip], Count]:
    def cell(one: Chip, other: Chip) -> Count:
        first, second = sorted((one.slug, other.slug))
        count = pairs.get((first, second), 0)
        said = f"{one.label} and {other.label}: {counted(count, by)}"
        return Count(count, level_of(count, most), behind([one.slug, other.slug], by), said)

    return cell


def _pair_rows(asked: Asked, themes: Sequence[Chip], pairs: Counter[Pair]) -> list[PairRow]:
    chips = {theme.slug: theme for theme in themes}
    cell = _cells(asked.by, pairs, max(pairs.values(), default=0))
    order = {slug: number for number, slug in enumerate(chips)}  # the more used one is named first
    named = [sorted(pair, key=order.__getitem__) for pair in pairs]
    rows = [PairRow(chips[one], chips[two], cell(chips[one], chips[two])) for one, two in named]
    rows.sort(key=lambda row: (row.one.label.casefold(), row.other.label.casefold()))
    return rows if asked.sort == "name" else sorted(rows, key=lambda row: -row.together.count)
