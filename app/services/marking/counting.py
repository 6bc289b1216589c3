"""Filters of a list of quotes with how many of them each value has, inside what their reader finds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import KIND, STORY, AnyRow
from app.database.visibility import Actor, may_mark
from app.services.accounts import named, names_by_key
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.documents import chunks
from app.services.marking.asking import STAYS, AskedQuotes, Wanted
from app.services.marking.describing import FLAGS, LABELS, label_of
from app.services.marking.lines import quotes_listed
from app.services.marking.naming import last_themes
from app.services.paging import ListAddress
from app.services.views import Facet, Option

SHOWN = 14  # values of one filter; what is chosen is always shown
NAMES = ("theme", "by", "flag", "site", "kind", "year", "story")
Counts = dict[str, int]


def quote_facets(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    asked: AskedQuotes,
    wanted: Wanted,
    address: ListAddress,
) -> list[Facet]:
    """The filters of a page; a filter's counts apply the choices of all the others, not its own."""
    counted = _Counted(archive, connection, actor, asked, wanted)
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
        self, archive: Archive, connection: Connection, actor: Actor, asked: AskedQuotes, wanted: Wanted
    ) -> None:
        self._archive, self._connection, self._actor = archive, connection, actor
        self._asked, self._wanted = asked, wanted
        self._grouped: dict[str, Sequence[AnyRow]] = {}
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

    def _rows(self, name: str) -> Sequence[AnyRow]:
        but = name if name in self._wanted.by_filter else ""
        if but not in self._grouped:
            self._grouped[but] = self._group(but)
        return self._grouped[but]

    def _group(self, but: str) -> Sequence[AnyRow]:
        columns = (QUOTE.c.story_id, QUOTE.c.account, QUOTE.c.stays)
        asked = quotes_listed(
            self._archive, self._actor, *columns, func.count().label("many"), where=self._wanted.where(but)
        )
        return self._connection.execute(asked.group_by(*columns)).all()

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
                counts[stories[row.story_id][name]] += row.many
        return {value: many for value, many in counts.items() if value and many}

    def _name_people(self, counts: Counts) -> None:
        names = names_by_key(self._connection, [int(key) for key in counts])
        for key in counts:
            self._labels["by", key] = named(int(key) or None, names)

    def _stories(self, rows: Sequence[AnyRow]) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        for part in chunks(dict.fromkeys(row.story_id for row in rows)):
            columns = (STORY.c.id, STORY.c.slug, STORY.c.heading, STORY.c.site_slug, STORY.c.gathered)
            for row in self._connection.execute(select(*columns).where(STORY.c.id.in_(part))):
                found[row.id] = {"story": row.slug, "site": row.site_slug, "year": row.gathered[:4]}
                self._labels["story", row.slug] = row.heading
        return found

    def _kinds(self, name: str) -> Counts:
        many, counts = Counter[str](), Counter[str]()
        for row in self._rows(name):
            many[row.story_id] += row.many
        for part in chunks(many):
            for row in self._connection.execute(select(KIND).where(KIND.c.story_id.in_(part))):
                counts[row.slug] += many[row.story_id]
        return dict(counts)

    def _themes(self, name: str) -> Counts:
        keys = quotes_listed(self._archive, self._actor, QUOTE.c.key, where=self._wanted.where(name))
        counted = select(QUOTE_THEME.c.theme, func.count().label("many")).where(QUOTE_THEME.c.quote.in_(keys))
        found = {
            row.theme: row.many for row in self._connection.execute(counted.group_by(QUOTE_THEME.c.theme))
        }
        counts = Counter[str]()
        for key, row in last_themes(self._connection, found).items():
            counts[row.slug] += found[key]
            self._labels["theme", row.slug] = shown_label(row.name)
        return dict(counts)
