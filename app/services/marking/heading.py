"""What stands at the head of a theme's page, and the tree of themes, as a reader may see them."""

from typing import Any

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK, QUOTE
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.services.archive import Archive
from app.services.cards import theme_chip
from app.services.colours import given_colours
from app.services.marking.knowing import Known, headings_of, known_to, line_above
from app.services.marking.known_as import aliases_shown
from app.services.marking.lines import lines_of
from app.services.views import Chip


def shown_to(
    archive: Archive, connection: Connection, actor: Actor
) -> tuple[dict[str, Known], dict[str, str]]:
    """The themes that have a page for this reader, and by slug what each stands under.

    They are those under which she finds something, and those that people made to gather these.
    """
    known = known_to(archive, connection, actor, headings=True)
    above = headings_of(connection, known)
    kept = {slug for slug, one in known.items() if one.stories or one.quotes}
    kept |= {high for slug in kept for high in line_above(slug, above)}
    return {slug: one for slug, one in known.items() if slug in kept}, {
        slug: high for slug, high in above.items() if slug in kept
    }


def read_head(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> dict[str, Any]:
    """What the codebook says of a theme that this reader may see: fields of its page."""
    placed = _place(archive, connection, actor, row)
    keys = select(QUOTE.c.key).where(QUOTE.c.id == row.example) if row.example else None
    example = list(connection.execute(keys).scalars()) if keys is not None else []
    return placed | {
        "use_when": row.use_when,
        "not_when": row.not_when,
        "also": aliases_shown(archive, connection, actor).get(row.key, ()),
        "example": lines_of(archive, connection, actor, example),
    }


def _place(archive: Archive, connection: Connection, actor: Actor, row: AnyRow) -> dict[str, Any]:
    """What stands above and below it; most themes stand alone, and nothing more is read of them."""
    below = select(CODEBOOK.c.key).where(CODEBOOK.c.parent == row.key).limit(1)
    if row.parent is None and connection.execute(below).first() is None:
        return {}
    known, above = shown_to(archive, connection, actor)
    given = given_colours(archive, connection)

    def chip(slug: str) -> Chip:
        return theme_chip(slug, known[slug].label, known[slug].stories, given)

    children = sorted(slug for slug, high in above.items() if high == row.slug)
    return {
        "above": [chip(slug) for slug in line_above(row.slug, above) if slug in known],
        "children": [chip(slug) for slug in children],
    }
