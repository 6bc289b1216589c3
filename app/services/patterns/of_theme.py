"""Where one theme occurs: by year, site and kind, whose personas speak of it, and with which others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from app.database.links import pairs
from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import KIND, PERSONA, STORY, THEME, AnyRow
from app.database.visibility import Actor, listed_to, visible_to
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.lines import quotes_listed
from app.services.marking.margin import chip_of
from app.services.marking.of_theme import keys_of, under
from app.services.marking.own_themes import themes_seen
from app.services.patterns.asking import BY_SITE, TOGETHER, behind
from app.services.patterns.conditions import NOWHERE
from app.services.patterns.counting import QUOTES, STORIES
from app.services.patterns.lines import NONE
from app.services.patterns.together import counted, level_of
from app.services.portraits import OF_FACE, persona_face
from app.services.views import Bar, BarChart, Count, PersonaCarrying, ThemePatterns, TogetherWith

BARS, PERSONAS, BESIDE = 12, 12, 12
TITLES = {"year": "By year", "site": "By site", "kind": "By kind"}


@dataclass
class _Place:
    """A year, site or kind: how many quotes there are about the theme, and how many stories with it."""

    label: str
    quotes: int = 0
    stories: int = 0


@dataclass
class _Carrying:
    """The stories that carry the theme, by id, each with how many of its quotes are about it."""

    quotes: Mapping[str, int]
    rows: list[AnyRow] = field(default_factory=list)
    kinds: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    by_quotes: int = 0  # stories of these whose files do not name it

    def places(self, name: str) -> dict[str, _Place]:
        found: dict[str, _Place] = {}
        for row in self.rows:
            for value, label in self._values(name, row):
                place = found.setdefault(value, _Place(label))
                place.label = min(place.label, label)
                place.stories += 1
                place.quotes += self.quotes.get(row.id, 0)
        return found

    def _values(self, name: str, row: AnyRow) -> list[tuple[str, str]]:
        none = [(NOWHERE, NONE[name])]
        if name == "kind":
            return self.kinds.get(row.id) or none
        value, label = (row.year, row.year) if name == "year" else (row.site_slug, row.site)
        return [(value, label)] if value else none


def patterns_of(archive: Archive, connection: Connection, actor: Actor, slug: str) -> ThemePatterns:
    """Where a theme occurs, of what this reader finds in lists."""
    keys = keys_of(connection, slug)
    found = _carrying(archive, connection, actor, slug, keys)
    charts = [_chart(slug, name, found.places(name)) for name in TITLES]
    return ThemePatterns(
        charts=[chart for chart in charts if chart.bars],
        personas=_personas(archive, connection, actor, slug, found),
        together=_together(archive, connection, actor, slug, keys),
        patterns_address=TOGETHER,
        stories=Count(len(found.rows), 0, behind([slug], STORIES), counted(len(found.rows), STORIES)),
        by_quotes=found.by_quotes,
    )


def _carrying(archive: Archive, connection: Connection, actor: Actor, slug: str, keys: set[int]) -> _Carrying:
    counts = quotes_listed(archive, actor, QUOTE.c.story_id, func.count(), where=[under(keys)])
    quotes = {row[0]: row[1] for row in connection.execute(counts.group_by(QUOTE.c.story_id))} if keys else {}
    listed = listed_to(actor, archive.now())
    year = func.substr(STORY.c.gathered, 1, 4).label("year")
    columns = select(STORY.c.id, STORY.c.site_slug, STORY.c.site, year).where(listed)
    named = select(THEME.c.story_id).where(THEME.c.slug == slug)
    rows = {row.id: row for row in connection.execute(columns.where(STORY.c.id.in_(named)))}
    in_files = len(rows)
    for part in chunks(quotes.keys() - rows.keys()):
        rows |= {row.id: row for row in connection.execute(columns.where(STORY.c.id.in_(part)))}
    return _Carrying(quotes, list(rows.values()), _kinds(connection, list(rows)), len(rows) - in_files)


def _kinds(connection: Connection, ids: list[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for part in chunks(ids):
        for row in connection.execute(select(KIND).where(KIND.c.story_id.in_(part))):
            found.setdefault(row.story_id, []).append((row.slug, row.label))
    return found


def _chart(slug: str, name: str, places: Mapping[str, _Place]) -> BarChart:
    """A bar for each; none where all stand under nothing."""
    if not places.keys() - {NOWHERE}:
        return BarChart(TITLES[name], [], 0, "")
    by_quotes = any(place.quotes for place in places.values())
    most = max(place.quotes if by_quotes else place.stories for place in places.values())
    order = sorted(places, key=lambda v: (-places[v].quotes, -places[v].stories, places[v].label))
    if name == "year":
        order = sorted(places, reverse=True)
    bars = [_bar(slug, name, value, places[value], most, by_quotes=by_quotes) for value in order[:BARS]]
    more = f"{BY_SITE}?{urlencode([('theme', slug), ('lines', name)])}"
    return BarChart(TITLES[name], bars, max(0, len(order) - BARS), more)


def _bar(slug: str, name: str, value: str, place: _Place, most: int, *, by_quotes: bool) -> Bar:
    number = place.quotes if by_quotes else place.stories
    quotes, stories = (
        Count(count, 0, behind([slug], by, **{name: value}), f"{place.label}: {counted(count, by)}")
        for count, by in ((place.quotes, QUOTES), (place.stories, STORIES))
    )
    return Bar(place.label, 100 * number // most, quotes, stories)


def _personas(
    archive: Archive, connection: Connection, actor: Actor, slug: str, found: _Carrying
) -> list[PersonaCarrying]:
    """The personas to which stories belong that carry it, as far as this reader may see them."""
    belonging = personas_by_story(archive, connection, actor)
    stories = Counter(key for row in found.rows for key in belonging.get(row.id, ()))
    shown = visible_to(actor, archive.now(), PERSONA)
    rows = connection.execute(select(*OF_FACE).where(PERSONA.c.id.in_(list(stories)), shown)).all()
    rows = sorted(rows, key=lambda row: (-stories[row.id], row.name))[:PERSONAS]
    return [_persona(archive, slug, row, stories[row.id]) for row in rows]


def personas_by_story(archive: Archive, connection: Connection, actor: Actor) -> Mapping[str, Sequence[str]]:
    """By story the personas to which it belongs, of the stories that lists show this reader."""
    anyone = replace(actor, own=frozenset())

    def read() -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for story, persona in connection.execute(select(pairs(listed_to(anyone, archive.now())))):
            found.setdefault(story, []).append(persona)
        return found

    return archive.generation.keep(connection, ("personas of stories", anyone, archive.now().date()), read)


def _persona(archive: Archive, slug: str, row: AnyRow, stories: int) -> PersonaCarrying:
    face = persona_face(archive, row)
    address = behind([slug], STORIES, persona=row.slug)
    return PersonaCarrying(face, Count(stories, 0, address, f"{row.name}: {counted(stories, STORIES)}"))


def _together(
    archive: Archive, connection: Connection, actor: Actor, slug: str, keys: set[int]
) -> list[TogetherWith]:
    """The themes of the same quotes. A quote under two that were merged into one counts once."""
    if not keys:
        return []
    here = quotes_listed(archive, actor, QUOTE.c.key, where=[under(keys)])
    others = select(QUOTE_THEME).where(QUOTE_THEME.c.quote.in_(here), QUOTE_THEME.c.theme.not_in(keys))
    rows = connection.execute(others).all()
    themes = themes_seen(archive, connection, actor, {row.theme for row in rows})
    pairs_of = {(row.quote, themes[row.theme].slug) for row in rows if row.theme in themes}
    counts = Counter(other for _, other in pairs_of if other != slug)
    chips = {row.slug: chip_of(row) for row in themes.values()}
    most = max(counts.values(), default=0)
    some = sorted(counts, key=lambda other: (-counts[other], other))[:BESIDE]
    return [
        TogetherWith(
            chips[other],
            Count(
                counts[other],
                level_of(counts[other], most),
                behind([slug, other]),
                f"{chips[other].label}: {counted(counts[other], QUOTES)}",
            ),
        )
        for other in some
    ]
