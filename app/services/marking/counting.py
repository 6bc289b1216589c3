"""Filters of a list of quotes with how many of them each value has, inside what their reader finds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, func, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import KIND, STORY, AnyRow
from app.database.visibility import Actor, listed_to, may_mark
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.documents import CHUNK, chunks
from app.services.marking.asking import STAYS, AskedQuotes, Wanted
from app.services.marking.describing import FLAGS, LABELS, label_of
from app.services.marking.lines import quotes_listed
from app.services.marking.own_themes import themes_seen
from app.services.paging import ListAddress
from app.services.views import Facet, Option

MANY, KEPT_SECONDS = 20_000, 300  # quotes of the archive, from which on counts are kept for so long
Value = TypeVar("Value")
SHOWN = 14  # values of one filter; what is chosen is always shown
NAMES = ("theme", "by", "flag", "site", "kind", "year", "story")
FACTS = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.site_slug, STORY.c.gathered)
COUNTED = (QUOTE.c.key, QUOTE.c.story_id, QUOTE.c.account, QUOTE.c.stays)
Counts = dict[str, int]


@dataclass(frozen=True)
class Matches:
    """What was found: how many, and where they are few a row of COUNTED for each, in order."""

    total: int
    rows: Sequence[AnyRow] | None = None


@dataclass(frozen=True)
class Fact:
    """What is counted of a story."""

    slug: str
    heading: str
    site: str
    year: str
    kinds: tuple[str, ...]

    def value(self, name: str) -> str:
        """Of this filter."""
        return {"story": self.slug, "site": self.site, "year": self.year}[name]


@dataclass(frozen=True)
class Group:
    """So many quotes of one story that one person marked with or without the flag."""

    story_id: str
    account: int | None
    stays: bool
    many: int


def quote_facets(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    asked: AskedQuotes,
    wanted: Wanted,
    matches: Matches,
    address: ListAddress,
) -> list[Facet]:
    """The filters of a page; a filter's counts apply the choices of all the others, not its own."""
    counted = _Counted(archive, connection, actor, asked, wanted, matches)
    names = NAMES if may_mark(actor) else tuple(name for name in NAMES if name not in ("by", "flag"))
    views = []
    for name in names:
        counts = counted.of(name)
        chosen = wanted.chosen.get(name, ())
        listed = [*chosen, *(value for value in _ordered(name, counts) if value not in chosen)]
        options = [
            Option(
                value,
                counted.label(name, value),
                counts.get(value, 0),
                value in chosen,
                address.switched(name, value),
            )
            for value in listed[: max(SHOWN, len(chosen))]
        ]
        if options:
            views.append(Facet(name, LABELS[name], options, *_all(name, len(counts), len(options))))
    return views


def _ordered(name: str, counts: Counts) -> list[str]:
    if name == "year":
        return sorted(counts, reverse=True)
    return sorted(counts, key=lambda value: (-counts[value], value))


def _all(name: str, known: int, shown: int) -> tuple[int, str]:
    return (known, "/themes") if name == "theme" and known > shown else (0, "")


class _Counted:
    """Counts over the quotes of one question; what several filters need is asked once."""

    def __init__(
        self,
        archive: Archive,
        connection: Connection,
        actor: Actor,
        asked: AskedQuotes,
        wanted: Wanted,
        matches: Matches,
    ) -> None:
        self._matches = matches
        self._archive, self._connection, self._actor = archive, connection, actor
        self._asked, self._wanted = asked, wanted
        self._grouped: dict[str, Sequence[Group]] = {}
        self._labels: dict[tuple[str, str], str] = {}

    def label(self, name: str, value: str) -> str:
        """What a value is called."""
        if (name, value) in self._labels:
            return self._labels[name, value]
        return label_of(self._archive, self._connection, self._actor, self._asked, name, value)

    def of(self, name: str) -> Counts:
        """How many quotes have each value of this filter."""
        ask: Mapping[str, Callable[[str], Counts]] = {"theme": self._themes, "kind": self._kinds}
        return ask.get(name, self._of_rows)(name)

    def _rows(self, name: str) -> Sequence[Group]:
        but = name if name in self._wanted.by_filter else ""
        if but not in self._grouped:
            self._grouped[but] = self._kept(("groups", but), lambda: self._group(but))
        return self._grouped[but]

    def _kept(self, name: tuple[str, ...], count: Callable[[], Value]) -> Value:
        """What was counted, kept for some minutes where the archive has so many quotes that it takes long.

        It is kept no longer than the catalogue stays as it is: nothing that was narrowed is counted in it.
        """
        if (self._connection.execute(select(func.max(QUOTE.c.key))).scalar_one() or 0) <= MANY:
            return count()
        now = self._archive.now()
        asked = (self._asked.q, tuple(self._wanted.chosen.items()), self._asked.account)
        key = ("quotes", *name, self._actor, now.date(), int(now.timestamp()) // KEPT_SECONDS, asked)
        return self._archive.generation.keep(self._connection, key, count)

    def _group(self, but: str) -> Sequence[Group]:
        if not but and self._matches.rows is not None:
            many = Counter((row.story_id, row.account, row.stays) for row in self._matches.rows)
            return [Group(*of, number) for of, number in many.items()]
        columns = (QUOTE.c.story_id, QUOTE.c.account, QUOTE.c.stays)
        asked = quotes_listed(
            self._archive, self._actor, *columns, func.count().label("many"), where=self._wanted.where(but)
        )
        return [Group(*row) for row in self._connection.execute(asked.group_by(*columns))]

    def _of_rows(self, name: str) -> Counts:
        rows, counts = self._rows(name), Counter[str]()
        if name == "by":
            for row in rows:
                counts[str(row.account or 0)] += row.many
            self._name_people(counts)
        elif name == "flag":
            counts[STAYS] = sum(row.many for row in rows if row.stays)
            self._labels["flag", STAYS] = FLAGS[STAYS]
        else:
            stories = self._stories(rows)
            for row in rows:
                counts[stories[row.story_id].value(name)] += row.many
        return {value: many for value, many in counts.items() if value and many}

    def _name_people(self, counts: Counts) -> None:
        names = names_by_key(self._connection, [int(key) for key in counts])
        for key in counts:
            self._labels["by", key] = named(int(key) or None, names)

    def _stories(self, rows: Sequence[Group]) -> Mapping[str, Fact]:
        facts = self._facts(dict.fromkeys(row.story_id for row in rows))
        self._labels |= {("story", fact.slug): fact.heading for fact in facts.values()}
        return facts

    def _facts(self, ids: Collection[str]) -> Mapping[str, Fact]:
        """Of these stories; where they are many, of all that she may find, which are kept for a while."""
        if len(ids) > CHUNK:
            key = ("story facts", self._actor, self._archive.now().date())
            return self._archive.generation.keep(self._connection, key, lambda: self._read_facts(()))
        return self._read_facts(ids) if ids else {}

    def _read_facts(self, ids: Collection[str]) -> Mapping[str, Fact]:
        here = [STORY.c.id.in_(ids)] if ids else []
        listed = select(*FACTS).where(*here, listed_to(self._actor, self._archive.now()))
        kinds: dict[str, list[str]] = defaultdict(list)
        of = [KIND.c.story_id.in_(ids)] if ids else []
        for row in self._connection.execute(select(KIND.c.story_id, KIND.c.slug).where(*of)):
            kinds[row.story_id].append(row.slug)
        rows = self._connection.execute(listed).all()
        return {
            row.id: Fact(row.slug, row.heading, row.site_slug, row.gathered[:4], tuple(kinds[row.id]))
            for row in rows
        }

    def _kinds(self, name: str) -> Counts:
        rows, counts = self._rows(name), Counter[str]()
        stories = self._stories(rows)
        for row in rows:
            for kind in stories[row.story_id].kinds:
                counts[kind] += row.many
        return dict(counts)

    def _themes(self, name: str) -> Counts:
        found, counts = self._kept((name,), lambda: self._by_theme(name)), Counter[str]()
        for key, row in themes_seen(self._archive, self._connection, self._actor, found).items():
            counts[row.slug] += found[key]
            self._labels["theme", row.slug] = shown_label(row.name)
        return dict(counts)

    def _by_theme(self, name: str) -> Counter[int]:
        """How many quotes have each theme, by its key."""
        many = select(QUOTE_THEME.c.theme, func.count()).group_by(QUOTE_THEME.c.theme)
        found = Counter[int]()
        if name not in self._wanted.by_filter and self._matches.rows is not None:
            parts = [
                QUOTE_THEME.c.quote.in_(part) for part in chunks([row.key for row in self._matches.rows])
            ]
        else:
            where = self._wanted.where(name)
            parts = [
                QUOTE_THEME.c.quote.in_(quotes_listed(self._archive, self._actor, QUOTE.c.key, where=where))
            ]
        for part in parts:
            for theme, number in self._connection.execute(many.where(part)):
                found[theme] += number
        return found
