"""What files mean by the names that they give their themes: an alias is the theme of the codebook."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app.database.marking import ALIAS
from app.database.tables import THEME, THEME_SAID, AnyRow
from app.services.documents import chunks
from app.services.marking.naming import last_themes

Row = dict[str, Any]


class Themes(NamedTuple):
    """A story's themes: as the codebook knows them, and what the file calls those with an alias."""

    shown: list[Row]
    said: list[Row]


def meant_by(connection: Connection, slugs: Iterable[str]) -> dict[str, AnyRow]:
    """The themes that are meant by those of these slugs that are aliases."""
    found: dict[str, int] = {}
    for part in chunks(list(slugs)):
        rows = connection.execute(select(ALIAS.c.slug, ALIAS.c.theme).where(ALIAS.c.slug.in_(part)))
        found.update((row.slug, row.theme) for row in rows)
    themes = last_themes(connection, found.values()) if found else {}
    known = {slug: themes[key] for slug, key in found.items() if key in themes}
    return {slug: theme for slug, theme in known.items() if theme.slug != slug}


def as_meant(written: Iterable[Row], meant: Mapping[str, AnyRow]) -> Themes:
    """One story's themes, in their places; one that it calls by several names stands once, in the first's."""
    written = list(written)
    called: dict[str, list[Row]] = defaultdict(list)
    for row in written:
        called[meant[row["slug"]].slug if row["slug"] in meant else row["slug"]].append(row)
    names = {theme.slug: theme.name for slug, theme in meant.items()}
    mapped = {meant[row["slug"]].slug for row in written if row["slug"] in meant}
    shown = [
        rows[0] | ({"slug": slug, "label": names[slug]} if slug in mapped else {})
        for slug, rows in called.items()
    ]
    return Themes(shown, [row | {"theme": slug} for slug in mapped for row in called[slug]])


def written_themes(connection: Connection, story_ids: Iterable[str]) -> dict[str, list[Row]]:
    """The themes of stories as their files call them, in their order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for part in chunks(list(story_ids)):
        said = connection.execute(select(THEME_SAID).where(THEME_SAID.c.story_id.in_(part))).all()
        mapped = {(row.story_id, row.theme) for row in said}
        plain = connection.execute(select(THEME).where(THEME.c.story_id.in_(part)))
        rows = [*said, *(row for row in plain if (row.story_id, row.slug) not in mapped)]
        for row in sorted(rows, key=lambda row: int(row.place)):
            found[row.story_id].append(
                {name: getattr(row, name) for name in ("story_id", "slug", "label", "place")}
            )
    return found
