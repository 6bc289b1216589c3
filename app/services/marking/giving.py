"""Themes that somebody gives by names that she types: what she may not know of makes no difference."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from app.database.marking import ALIAS, CODEBOOK, OWN_THEME, QUOTE, QUOTE_THEME
from app.database.state import upsert
from app.database.tables import THEME, AnyRow
from app.database.visibility import Actor, quotes_of, visible_to
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.documents import chunks
from app.services.marking.knowing import known_to
from app.services.marking.known_as import aliases_meant
from app.services.marking.naming import last_themes
from app.services.marking.own_themes import GIVEN, SAME


class Given(NamedTuple):
    """A theme that somebody gives, and her own word for it where she can not know of it; else nothing."""

    key: int
    name: str = ""


def themes_given(
    archive: Archive, connection: Connection, actor: Actor, names: Iterable[str], by: int | None
) -> dict[str, Given]:
    """Each of these themes by its slug. Other names lead to those of which this person may know.

    Every other name is a theme of its own: one that nobody has used is written down. Where things that are
    hidden from her have a theme of that slug, its row is joined, and her word is kept beside it.
    """
    wanted = {value_slug(name): name for name in names}
    known = themes_meant(archive, connection, actor, by, wanted)
    given = {slug: Given(key) for slug, key in known.items()}
    for slug, name in wanted.items():
        if slug not in given:
            given[slug] = _of_her_own(archive, connection, slug, name, by)
    return given


def themes_meant(
    archive: Archive, connection: Connection, actor: Actor, by: int | None, slugs: Collection[str]
) -> dict[str, int]:
    """The keys of those of these themes that this person may know of, by own and other names."""
    rows = {
        slug: one.row.key for slug, one in known_to(archive, connection, actor).items() if one.row is not None
    }
    also = aliases_meant(archive, connection, actor)
    found = {slug: rows[also.get(slug, slug)] for slug in slugs if also.get(slug, slug) in rows}
    found |= {slug: rows[slug] for slug in slugs if slug in rows and slug not in found}
    left = [slug for slug in slugs if slug not in found]
    found |= _used(archive, connection, actor, by, left)
    last = last_themes(connection, found.values())
    return {slug: last[key].key for slug, key in found.items() if key in last}


def _used(
    archive: Archive, connection: Connection, actor: Actor, by: int | None, slugs: Iterable[str]
) -> dict[str, int]:
    """Themes that no list shows her, but that she has given to quotes which she may still see."""
    given = GIVEN.join(CODEBOOK, CODEBOOK.c.key == QUOTE_THEME.c.theme).outerjoin(OWN_THEME, SAME)
    hers = QUOTE.c.account.is_not_distinct_from(by)
    where = (hers, OWN_THEME.c.quote.is_(None), quotes_of(visible_to(actor, archive.now())))
    found: dict[str, int] = {}
    for part in chunks(list(slugs)):
        used = select(CODEBOOK.c.slug, CODEBOOK.c.key).select_from(given)
        rows = connection.execute(used.where(CODEBOOK.c.slug.in_(part), *where).distinct())
        found.update((row.slug, row.key) for row in rows)
    return found


def _of_her_own(archive: Archive, connection: Connection, slug: str, name: str, by: int | None) -> Given:
    """The theme of a name that means none to her: new, or a row of which she is told nothing."""
    row = {"slug": slug, "name": name, "written": archive.now(), "account": by}
    made = upsert(connection, CODEBOOK).values(row).on_conflict_do_nothing().returning(CODEBOOK.c.key)
    key = connection.execute(made).scalar()
    if key is not None:
        return Given(int(key))
    there = connection.execute(select(CODEBOOK).where(CODEBOOK.c.slug == slug)).one()
    return Given(there.key, name if _rests(connection, there) or there.name != name else "")


def _rests(connection: Connection, row: AnyRow) -> bool:
    """Whether anything is said of a theme, or anything has it: nothing of that is hers."""
    said = (row.definition, row.use_when, row.not_when, row.example)
    if any(said) or any(value is not None for value in (row.colour, row.parent, row.merged_into)):
        return True
    if row.adopted is not None or row.retired is not None:
        return True
    child = CODEBOOK.alias("child")
    below = (child.c.parent == row.key) | (child.c.merged_into == row.key)
    held = (
        exists(select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme == row.key)),
        exists(select(THEME.c.story_id).where(THEME.c.slug == row.slug)),
        exists(select(ALIAS.c.slug).where(ALIAS.c.theme == row.key)),
        exists(select(child.c.key).where(below)),
    )
    return any(connection.execute(select(one)).scalar() for one in held)


def give(connection: Connection, quotes: Collection[int], given: Iterable[Given]) -> None:
    """Let quotes that do not have these themes be about them."""
    pairs = {(quote, one.key): one.name for one in given for quote in quotes}
    if not pairs:
        return
    rows = [{"quote": quote, "theme": theme} for quote, theme in pairs]
    connection.execute(insert(QUOTE_THEME), rows)
    here = (OWN_THEME.c.quote == bindparam("of_quote"), OWN_THEME.c.theme == bindparam("of_theme"))
    gone = [{"of_quote": quote, "of_theme": theme} for quote, theme in pairs]
    connection.execute(delete(OWN_THEME).where(*here), gone)  # of what was taken off it before
    own = [{"quote": quote, "theme": theme, "name": name} for (quote, theme), name in pairs.items() if name]
    if own:
        connection.execute(insert(OWN_THEME), own)
