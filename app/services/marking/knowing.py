"""The themes that somebody may know of, with what she finds under each."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.marking.entries import Entry
from app.services.marking.own_themes import own_themes, themes_seen
from app.services.marking.resting import marks_now, resting_on_nothing
from app.services.patterns.marks import themes_marked
from app.services.told import told_themes

NEW, ADOPTED, RETIRED = "new", "adopted", "retired"


@dataclass(frozen=True)
class Known:
    """A theme with the stories and quotes that this person finds under it; `row` is the codebook's."""

    slug: str
    label: str
    stories: int = 0
    quotes: int = 0
    row: AnyRow | None = None
    own: bool = False  # met as a word of somebody's own alone: the row that has its slug is not hers to know

    @property
    def state(self) -> str:
        if self.row is None or (self.row.adopted is None and self.row.retired is None):
            return NEW
        return RETIRED if self.row.retired is not None else ADOPTED

    @property
    def merged(self) -> bool:
        return self.row is not None and self.row.merged_into is not None

    @property
    def definition(self) -> str:
        return str(self.row.definition) if self.row is not None else ""


def known_to(
    archive: Archive, connection: Connection, actor: Actor, *, headings: bool = False
) -> dict[str, Known]:
    """Every theme that this person may know of, by slug.

    None whose name rests on hidden stories alone; one that people made and that rests on nothing is known
    to who works here, and with `headings` to everybody, because others may stand below it.
    """
    rows = {row.slug: row for row in connection.execute(select(CODEBOOK))}
    quotes = _quotes_by_slug(archive, connection, actor)
    told = {theme.slug: theme for theme in told_themes(archive, connection, actor)}
    free = resting_on_nothing(archive, connection, actor, rows, headings=headings)
    own = {row.slug: row for row in own_themes(archive, connection, actor).values()}
    found: dict[str, Known] = {}
    for slug in dict.fromkeys([*told, *quotes, *free]):
        if slug in own:
            found[slug] = Known(slug, shown_label(own[slug].name), quotes=quotes[slug], own=True)
            continue
        row = rows.get(slug)
        label = shown_label(row.name if row is not None else told[slug].label)
        stories = told[slug].stories if slug in told else 0
        found[slug] = Known(slug, label, stories, quotes[slug], row)
    return found


def _quotes_by_slug(archive: Archive, connection: Connection, actor: Actor) -> Counter[str]:
    """How many quotes this person finds under each theme, those of what was merged into it among them."""
    kept = ("quotes of themes", actor, archive.now().date(), marks_now(connection))
    together = archive.generation.keep(
        connection, kept, lambda: Counter(themes_marked(archive, connection, actor))
    )
    keys = {line: [int(key) for key in line.split(",")] for line in together if line}
    themes = themes_seen(archive, connection, actor, {key for line in keys.values() for key in line})
    counts: Counter[str] = Counter()
    for line, known in keys.items():
        for slug in {themes[key].slug for key in known if key in themes}:
            counts[slug] += together[line]
    return counts


def may_say(one: Known, now: Entry | None) -> bool:
    """Whether who knows of a theme in this way says what it means: never over what she may not read."""
    return not one.own or now is None or now.says_nothing


def colours_of(known: Mapping[str, Known], given: Mapping[str, int]) -> Mapping[str, int]:
    """Of the colours that themes were given, those of these which are somebody's to know."""
    own = {slug for slug, one in known.items() if one.own}
    return {slug: colour for slug, colour in given.items() if slug not in own} if own else given


def headings_of(connection: Connection, known: Mapping[str, Known]) -> dict[str, str]:
    """By slug the nearest theme above it that is known too."""
    placed = select(CODEBOOK.c.key, CODEBOOK.c.parent).where(CODEBOOK.c.parent.is_not(None))
    up = {row.key: row.parent for row in connection.execute(placed)}
    slugs = {one.row.key: slug for slug, one in known.items() if one.row is not None}
    found = ((slug, _nearest(key, up, slugs)) for key, slug in slugs.items())
    return {slug: above for slug, above in found if above}


def _nearest(key: int, up: Mapping[int, int], slugs: Mapping[int, str]) -> str:
    seen = {key}
    while (above := up.get(key)) is not None and above not in seen:
        if above in slugs:
            return slugs[above]
        seen.add(above)
        key = above
    return ""


def line_above(slug: str, above: Mapping[str, str]) -> list[str]:
    """The themes above one, the highest first."""
    line = [slug]
    while line[-1] in above and above[line[-1]] not in line:
        line.append(above[line[-1]])
    return line[:0:-1]


def in_tree(known: Mapping[str, Known], above: Mapping[str, str]) -> list[tuple[int, Known]]:
    """The themes with their depth, each before those under it, by name; those in a ring last."""
    under: dict[str, list[Known]] = defaultdict(list)
    for one in sorted(known.values(), key=lambda one: (one.label.casefold(), one.slug)):
        under[above.get(one.slug, "") if above.get(one.slug) in known else ""].append(one)
    listed: dict[str, tuple[int, Known]] = {}
    left = [(0, one) for one in reversed(under[""])]
    while left:
        depth, one = left.pop()
        listed[one.slug] = (depth, one)
        left += [(depth + 1, child) for child in reversed(under[one.slug])]
    ring = [(0, one) for slug, one in known.items() if slug not in listed]
    return [*listed.values(), *ring]
