"""Which themes occur, and which occur together: in one quote, in one passage, or in one story."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.cards import theme_chip
from app.services.marking.margin import chip_of
from app.services.marking.own_themes import themes_seen
from app.services.patterns.marks import marked, themes_in_files, themes_marked
from app.services.told import told_themes
from app.services.views import Chip

QUOTES, PASSAGES, STORIES = WAYS = ("quotes", "passages", "stories")  # what two themes may have in common
Pair = tuple[str, str]


class Carried(NamedTuple):
    """Sets of themes by slug, each with how many quotes, passages or stories carry just these."""

    sets: Counter[frozenset[str]]
    chips: Mapping[str, Chip]

    def single(self) -> Counter[str]:
        """How many carry each theme."""
        found: Counter[str] = Counter()
        for of, number in self.sets.items():
            for slug in of:
                found[slug] += number
        return found

    def pairs(self, among: Collection[str] | None = None) -> Counter[Pair]:
        """How many carry both of two themes, of all or of `among`; the slugs of each in order."""
        found: Counter[Pair] = Counter()
        wanted = frozenset(among) if among is not None else None
        for of, number in self.sets.items():
            for pair in combinations(sorted(of & wanted if wanted is not None else of), 2):
                found[pair] += number
        return found


def carried(archive: Archive, connection: Connection, actor: Actor, by: str) -> Carried:
    """The themes of all that this reader finds, counted by quotes, passages or stories."""
    lines = _lines(archive, connection, actor, by)
    themes = themes_by_key(archive, connection, actor, (key for line in lines for key in line.split(",")))
    sets: Counter[frozenset[str]] = Counter()
    for line, number in lines.items():
        sets[frozenset(themes[key].slug for key in line.split(",") if key in themes)] += number
    return Carried(sets, {chip.slug: chip for chip in themes.values()})


def _lines(archive: Archive, connection: Connection, actor: Actor, by: str) -> Counter[str]:
    """The keys of themes that stand together, with commas between them, and how often."""
    if by == QUOTES:
        return Counter(themes_marked(archive, connection, actor))
    quotes = marked(archive, connection, actor)
    if by == PASSAGES:
        passages: dict[str, str] = {}
        for story, anchor, themes in quotes:
            at = f"{story}{anchor}"
            passages[at] = f"{passages[at]},{themes}" if at in passages else themes
        return Counter(passages.values())
    stories: dict[str, list[str]] = defaultdict(list)
    for story, _, themes in quotes:
        stories[story].append(themes)
    for story, slugs in themes_in_files(archive, connection, actor).items():
        stories[story] += [in_file(slug) for slug in slugs]
    return Counter(",".join(of) for of in stories.values())


def in_file(slug: str) -> str:
    """What stands for a theme that a file names, where quotes have keys of the codebook."""
    return f"/{slug}"


def themes_by_key(
    archive: Archive, connection: Connection, actor: Actor, keys: Iterable[str]
) -> dict[str, Chip]:
    """The themes of keys and of `in_file`; of one that was merged, that into which it went."""
    wanted = set(keys)
    rows = themes_seen(archive, connection, actor, {int(key) for key in wanted if key[0] != "/"})
    found = {str(key): chip_of(row) for key, row in rows.items()}
    known = {chip.slug: chip for chip in found.values()}
    labels = {theme.slug: theme.label for theme in told_themes(archive, connection, actor)}
    slugs = [key[1:] for key in wanted if key[0] == "/"]
    return found | {
        in_file(slug): known.get(slug) or theme_chip(slug, labels.get(slug, slug)) for slug in slugs
    }
