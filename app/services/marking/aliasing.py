"""Aliases of themes: the stories whose files say one carry the theme that is meant by it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from app.database.marking import ALIAS, CODEBOOK, QUOTE, QUOTE_THEME
from app.database.state import advance, upsert
from app.database.tables import STORY, THEME, THEME_SAID
from app.database.visibility import ANONYMOUS, listed_to, quotes_of, visible_to
from app.services.archive import Archive
from app.services.changing import changing
from app.services.documents import chunks
from app.services.marking.meaning import as_meant, meant_by, written_themes

Progress = Callable[[int, int], None]


def add_aliases(
    archive: Archive, connection: Connection, theme_key: int, aliases: Mapping[str, str], by: int | None
) -> int:
    """Let these slugs, each with its name, mean a theme; one that meant another theme means this one now.

    The stories that say them are catalogued again in this transaction, and their number is returned; search
    follows from the outbox. Whether readers may be told of an alias is settled here, by who may read what
    says it now: so this comes before any file is rewritten, and before quotes change hands.
    """
    write_aliases(archive, connection, theme_key, aliases, by)
    return recatalogue(archive, connection, aliases)


def write_aliases(
    archive: Archive, connection: Connection, theme_key: int, aliases: Mapping[str, str], by: int | None
) -> None:
    """The same without the stories: the caller catalogues them again."""
    open_ones = _open_to_all(archive, connection, aliases)
    rows = [
        {"slug": slug, "theme": theme_key, "name": name, "account": by, "at": archive.now()}
        | {"open": slug in open_ones}
        for slug, name in aliases.items()
    ]
    if rows:
        added = upsert(connection, ALIAS)
        values = {name: added.excluded[name] for name in ("theme", "name", "account", "at", "open")}
        connection.execute(added.on_conflict_do_update(index_elements=["slug"], set_=values), rows)


def drop_aliases(archive: Archive, connection: Connection, slugs: Iterable[str]) -> int:
    """Let these slugs mean nothing but themselves again; the number of stories catalogued again."""
    gone = list(slugs)
    for part in chunks(gone):
        connection.execute(delete(ALIAS).where(ALIAS.c.slug.in_(part)))
    return recatalogue(archive, connection, gone)


def recatalogue(
    archive: Archive, connection: Connection, slugs: Iterable[str], progress: Progress | None = None
) -> int:
    """Catalogue the stories afresh whose files give a theme one of these names, or that stand under it.

    No file is read. Belongs after any change of what an alias means: of its theme's slug, name or merging.
    """
    ids = _saying(connection, slugs)
    if not ids:
        advance(connection)  # names and colours are kept for as long as nothing changes
        return 0
    done = 0
    for part in chunks(ids):
        with changing(archive, connection, part):
            _write_again(connection, part)
        done += len(part)
        if progress:
            progress(done, len(ids))
    return len(ids)


def _saying(connection: Connection, slugs: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for part in chunks(list(slugs)):
        for table in (THEME, THEME_SAID):
            found.update(connection.execute(select(table.c.story_id).where(table.c.slug.in_(part))).scalars())
        under = select(THEME_SAID.c.story_id).where(THEME_SAID.c.theme.in_(part))
        found.update(connection.execute(under).scalars())
    return sorted(found)


def _write_again(connection: Connection, ids: Iterable[str]) -> None:
    wanted = list(ids)
    written = written_themes(connection, wanted)
    meant = meant_by(connection, {row["slug"] for rows in written.values() for row in rows})
    themes = [as_meant(rows, meant) for rows in written.values()]
    for table, rows in (
        (THEME, [row for one in themes for row in one.shown]),
        (THEME_SAID, [row for one in themes for row in one.said]),
    ):
        connection.execute(delete(table).where(table.c.story_id.in_(wanted)))
        if rows:
            connection.execute(insert(table), rows)


def _open_to_all(archive: Archive, connection: Connection, slugs: Iterable[str]) -> set[str]:
    """Those of these names that everybody may know: nothing hidden alone has given them."""
    wanted = list(slugs)
    seen, said = set[str](), set[str]()
    for part in chunks(wanted):
        for query, marked in ((_stories(part), False), (_quotes(part), True)):
            said.update(connection.execute(query.distinct()).scalars())
            now = archive.now()
            open_here = quotes_of(listed_to(ANONYMOUS, now)) if marked else visible_to(ANONYMOUS, now)
            seen.update(connection.execute(query.where(open_here).distinct()).scalars())
    return {slug for slug in wanted if slug in seen or slug not in said}


def _stories(slugs: Iterable[str]) -> Select[Any]:
    said = select(THEME.c.slug, THEME.c.story_id).where(THEME.c.slug.in_(slugs))
    also = select(THEME_SAID.c.slug, THEME_SAID.c.story_id).where(THEME_SAID.c.slug.in_(slugs))
    either = said.union(also).subquery()
    return select(either.c.slug).join(STORY, STORY.c.id == either.c.story_id)


def _quotes(slugs: Iterable[str]) -> Select[Any]:
    joined = (
        CODEBOOK.join(QUOTE_THEME, QUOTE_THEME.c.theme == CODEBOOK.c.key)
        .join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote)
        .join(STORY, STORY.c.id == QUOTE.c.story_id)
    )
    return select(CODEBOOK.c.slug).select_from(joined).where(CODEBOOK.c.slug.in_(slugs))
