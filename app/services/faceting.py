"""Filters with counts and labels, computed inside what a reader may see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.tables import KIND, PERSONA, STORY, THEME
from app.database.visibility import Actor, visible_to
from app.records.model import Use
from app.records.slugs import value_slug
from app.search.model import Query, Results
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.marking.known_as import aliases_meant
from app.services.paging import ListAddress
from app.services.views import Facet, Option, Removable

TITLES = {
    "theme": "Theme",
    "persona": "Persona",
    "site": "Site",
    "kind": "Told by",
    "use": "May be used for",
    "year": "Gathered in",
}
USE_TITLES = {
    Use.DESIGN.value: "Design sessions",
    Use.LEARNING.value: "Learning",
    Use.COMMISSIONING.value: "Commissioning",
    Use.PUBLICATION.value: "Publication",
}
ALL = {"theme": "/themes", "persona": "/personas"}
SHOWN = 14  # values of one filter; what is chosen is always shown
UNKNOWN = "\x00"  # a value that no story has


def labels_of(archive: Archive, connection: Connection, actor: Actor, name: str) -> Mapping[str, str]:
    """The labels of a filter's values among this reader's stories, by slug."""
    key = ("labels", name, actor, archive.now().date())
    return archive.generation.keep(connection, key, lambda: _labels(archive, connection, actor, name))


def _labels(archive: Archive, connection: Connection, actor: Actor, name: str) -> dict[str, str]:
    if name == "use":
        return USE_TITLES
    statement = _label_statement(name, visible_to(actor, archive.now()), archive, actor)
    if statement is None:
        return {}
    found = {row[0]: str(row[1]) for row in connection.execute(statement)}
    return {slug: shown_label(label) for slug, label in found.items() if slug}


def _label_statement(name: str, visible: Any, archive: Archive, actor: Actor) -> Any:
    if name in ("theme", "kind"):
        table = THEME if name == "theme" else KIND
        joined = table.join(STORY, STORY.c.id == table.c.story_id)
        label = func.min(table.c.label)
        return select(table.c.slug, label).select_from(joined).where(visible).group_by(table.c.slug)
    if name == "site":
        return select(STORY.c.site_slug, func.min(STORY.c.site)).where(visible).group_by(STORY.c.site_slug)
    if name == "persona":
        return select(PERSONA.c.slug, PERSONA.c.name).where(visible_to(actor, archive.now(), PERSONA))
    return None


def written_values(archive: Archive, connection: Connection, actor: Actor, name: str) -> Mapping[str, str]:
    """What one may write after a field word for each value among this reader's stories: label or slug."""

    def ask() -> dict[str, str]:
        labels = labels_of(archive, connection, actor, name)
        written = {value_slug(label): value for value, label in sorted(labels.items(), reverse=True)}
        also = aliases_meant(archive, connection, actor) if name == "theme" else {}
        written = {alias: slug for alias, slug in also.items() if slug in labels} | written
        return written | {value_slug(value): value for value in labels}

    return archive.generation.keep(connection, ("written", name, actor, archive.now().date()), ask)


def known_values(archive: Archive, connection: Connection, actor: Actor, query: Query) -> Query:
    """The query without personas that this reader may not see: to her they are values of no story."""
    query = _as_meant(archive, connection, actor, query)
    chosen = query.facets.get("persona")
    if not chosen:
        return query
    known = labels_of(archive, connection, actor, "persona")
    kept = tuple(value if value in known else UNKNOWN + value for value in chosen)
    return replace(query, facets={**query.facets, "persona": kept})


def _as_meant(archive: Archive, connection: Connection, actor: Actor, query: Query) -> Query:
    """The query with themes in the place of their other names."""
    chosen = query.facets.get("theme")
    if not chosen:
        return query
    written = written_values(archive, connection, actor, "theme")
    kept = tuple(dict.fromkeys(written.get(value, value) for value in chosen))
    return replace(query, facets={**query.facets, "theme": kept})


def facet_views(
    archive: Archive,
    connection: Connection,
    actor: Actor,
    results: Results,
    query: Query,
    address: ListAddress,
) -> list[Facet]:
    """The filters of a page, most frequent values first, years newest first; empty ones are left out."""
    views = []
    for name, title in TITLES.items():
        labels = labels_of(archive, connection, actor, name)
        options = [
            Option(v.value, labels.get(v.value, v.value), v.count, chosen, address.switched(name, v.value))
            for v in results.facets.get(name, ())
            if (chosen := v.value in query.facets.get(name, ())) or _is_known(name, v.value, labels)
        ]
        if name == "year":
            options.sort(key=lambda option: option.value, reverse=True)
        options.sort(key=lambda option: not option.selected)  # what is chosen stays in sight
        shown = [o for place, o in enumerate(options) if place < SHOWN or o.selected]
        shown = [o for o in shown if not o.value.startswith(UNKNOWN)]
        if shown:
            views.append(Facet(name, title, shown, *_all(name, len(labels), len(shown))))
    return views


def _all(name: str, known: int, shown: int) -> tuple[int, str]:
    """How many values there are in all and where they stand, when more than the page offers do."""
    place = ALL.get(name, "")
    return (known, place) if place and known > shown else (0, "")


def _is_known(name: str, value: str, labels: Mapping[str, str]) -> bool:
    return name != "persona" or value in labels


def chosen_labels(
    archive: Archive, connection: Connection, actor: Actor, address: ListAddress
) -> list[Removable]:
    """The filters that are chosen in the address, each with the page without it."""
    return [
        Removable(
            labels_of(archive, connection, actor, name).get(value, value), address.switched(name, value)
        )
        for name, values in address.chosen.items()
        for value in values
    ]
