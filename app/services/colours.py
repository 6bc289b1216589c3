"""The palette of themes, and the colours that people gave to some of them."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from app.database.marking import CODEBOOK
from app.services.archive import Archive

PALETTE = ("Teal", "Amber", "Plum", "Rust", "Blue", "Moss", "Coral", "Slate")
COLOURS = len(PALETTE)


def colour_of(slug: str, given: Mapping[str, int] | None = None) -> int:
    """A theme's place in the palette, the same everywhere: the one it was given, else one by its slug."""
    chosen = given.get(slug) if given else None
    return sum(slug.encode()) % COLOURS if chosen is None else chosen


def given_colours(archive: Archive, connection: Connection) -> Mapping[str, int]:
    """The colours of themes that were given one, by slug; kept while the generation stays."""
    return archive.generation.keep(connection, "colours of themes", lambda: _given(connection))


def _given(connection: Connection) -> Mapping[str, int]:
    rows = select(CODEBOOK.c.slug, CODEBOOK.c.colour).where(CODEBOOK.c.colour.is_not(None))
    return {row.slug: row.colour % COLOURS for row in connection.execute(rows)}
