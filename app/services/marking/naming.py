"""Themes by the names that people give them: a name that is known under another one is that theme."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from app.database.marking import ALIAS, CODEBOOK
from app.database.tables import AnyRow
from app.errors import InvalidText
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.documents import chunks
from app.services.marking.listing import names_listed

MOST = 20  # themes of one quote


def theme_names(text: str) -> tuple[str, ...]:
    """The names in a field, with commas between them, each once; the first of those that are one theme.

    However many: see `refuse_many`. Raises InvalidText.
    """
    found: dict[str, str] = {}
    for name in names_typed(text):
        found.setdefault(value_slug(name), name)
    return tuple(found.values())


def refuse_many(themes: Collection[str], there: int = 0) -> None:
    """Raise InvalidText for more themes than a quote can have; those that are `there` already may stay.

    A cluster of a board, or a split, gives a theme to quotes however many they have.
    """
    if len(themes) > max(MOST, there):
        raise InvalidText(f"These are {len(themes)} themes, and {MOST} is the most for one quote.")


def names_typed(text: str) -> list[str]:
    """All of them, also two of one theme. Raises InvalidText."""
    return [name for part in names_listed(text) if (name := one_line(part, "A theme"))]


def known_themes(
    connection: Connection, slugs: Iterable[str], closed: Collection[str] = ()
) -> dict[str, int]:
    """The keys of themes by their own slugs, and by other names of theirs that are not `closed`."""
    found: dict[str, int] = {}
    for part in chunks(list(slugs)):
        also = select(ALIAS.c.slug, ALIAS.c.theme.label("key")).where(ALIAS.c.slug.in_(part))
        own = select(CODEBOOK.c.slug, CODEBOOK.c.key).where(CODEBOOK.c.slug.in_(part))
        found.update((row.slug, row.key) for row in connection.execute(also) if row.slug not in closed)
        found.update((row.slug, row.key) for row in connection.execute(own))
    themes = last_themes(connection, found.values())
    return {slug: themes[key].key for slug, key in found.items() if key in themes}


def last_themes(connection: Connection, keys: Iterable[int]) -> dict[int, AnyRow]:
    """The rows of these themes by key; of one that was merged, that of the theme it went into."""
    rows: dict[int, AnyRow] = {}
    wanted = set(keys)
    while missing := wanted - rows.keys():
        for part in chunks(list(missing)):
            found = connection.execute(select(CODEBOOK).where(CODEBOOK.c.key.in_(part)))
            rows.update((row.key, row) for row in found)
        if missing - rows.keys():
            break
        wanted |= {row.merged_into for row in rows.values() if row.merged_into is not None}
    return {key: _last(rows[key], rows) for key in set(keys) & rows.keys()}


def _last(row: AnyRow, rows: dict[int, AnyRow]) -> AnyRow:
    seen = set[int]()
    while row.merged_into in rows and row.key not in seen:
        seen.add(row.key)
        row = rows[row.merged_into]
    return row
