"""Turning a cluster into a theme: its quotes are about that from then on, until it is undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from app.database.insight import BOARD_CLUSTER
from app.database.marking import QUOTE, QUOTE_THEME
from app.database.state import advance
from app.database.tables import AnyRow
from app.database.visibility import Actor
from app.errors import InvalidText, NotFound
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.insight.board_changing import cluster_row, touched
from app.services.insight.boards import UNNAMED, board_address, board_row, quotes_hung
from app.services.insight.placing import quote_ids
from app.services.insight.standing import with_merged
from app.services.marking.choosing import open_themes
from app.services.marking.giving import Given, give, themes_given, themes_meant
from app.services.marking.lines import lines_of
from app.services.marking.margin import chip_of
from app.services.marking.naming import last_themes
from app.services.recording import By
from app.services.views import BoardThemePage

SHOWN = 12  # quotes, of those that would get the theme
EMPTY = "No quote that you may read hangs in this cluster. Draw some into it first."
PURPOSE = "what a cluster gave"


class KnownAlready(InvalidText):
    """The name belongs to a theme already, and nobody has said yet that this one is meant."""


@dataclass(frozen=True)
class Turned:
    """What came of it, and what undoes it."""

    theme: int
    label: str
    gained: Sequence[str]  # ids of quotes that got the theme by this
    proof: str  # that these are those


def read_board_theme(
    archive: Archive, actor: Actor, by: By, board_id: str, key: int, name: str | None = None
) -> BoardThemePage:
    """What is asked before a cluster becomes a theme. Raises NotFound."""
    with archive.engine.connect() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster = cluster_row(archive, connection, actor, board, key)
        hung = _hung(archive, connection, actor, board, key)
        wanted = cluster.name if name is None else name
        known = _known(archive, connection, actor, by, wanted)
        missing = _missing(connection, hung, known.key if known else None)
        quotes = lines_of(archive, connection, actor, [row.quote for row in missing[:SHOWN]])
    address = board_address(board.id)
    return BoardThemePage(
        board=board.name,
        board_address=address,
        address=f"{address}/clusters/{key}/theme",
        cluster=cluster.name or UNNAMED,
        name=wanted,
        quotes=quotes,
        known=chip_of(known) if known else None,
        other_name=bool(known and known.slug != value_slug(wanted)),
        gaining=len(missing),
    )


def _hung(archive: Archive, connection: Connection, actor: Actor, board: AnyRow, key: int) -> list[AnyRow]:
    return [row for row in quotes_hung(archive, connection, actor, board.key) if row.cluster == key]


def _known(archive: Archive, connection: Connection, actor: Actor, by: By, name: str) -> AnyRow | None:
    """The theme that has this name, or is known under it, as far as she may know of it."""
    slug = value_slug(name)
    key = themes_meant(archive, connection, actor, by.account, [slug]).get(slug)
    row = last_themes(connection, [key]).get(key) if key is not None else None
    return row if row is not None and row.slug in open_themes(archive, connection, actor) else None


def _missing(connection: Connection, hung: Sequence[AnyRow], theme: int | None) -> list[AnyRow]:
    """Those of these quotes that are not about this theme yet."""
    if theme is None:
        return list(hung)
    same = with_merged(connection, [theme])[theme]
    themed = select(QUOTE_THEME.c.quote).where(QUOTE_THEME.c.theme.in_(same))
    there = set(connection.execute(themed).scalars())
    return [row for row in hung if row.quote not in there]


def turn_into_theme(
    archive: Archive, actor: Actor, by: By, board_id: str, key: int, name: str, *, sure: str
) -> Turned:
    """Give the quotes of a cluster that she finds this theme. `sure` is the slug of a known one she means.

    Raises InvalidText, KnownAlready, NotFound.
    """
    wanted = one_line(name, "The theme’s name", needed=True)
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster = cluster_row(archive, connection, actor, board, key)
        known = _known(archive, connection, actor, by, wanted)
        if known is not None and sure != known.slug:
            raise KnownAlready(f"“{shown_label(known.name)}” is a theme already.")
        hung = _hung(archive, connection, actor, board, key)
        if not hung:
            raise InvalidText(EMPTY)
        given = themes_given(archive, connection, actor, [wanted], by.account)[value_slug(wanted)]
        theme, gained = given.key, _give(connection, hung, given)
        values = {"theme": theme, "name": cluster.name or wanted}
        connection.execute(update(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key == key).values(**values))
        label = given.name or last_themes(connection, [theme])[theme].name
        touched(archive, connection, board)
    return Turned(theme, shown_label(label), gained, _proof(archive, board_id, key, theme, gained))


def _give(connection: Connection, hung: Sequence[AnyRow], given: Given) -> list[str]:
    missing = _missing(connection, hung, given.key)
    if missing:
        give(connection, [row.quote for row in missing], [given])
        advance(connection)  # what is counted under themes is kept until then
    return [row.id for row in missing]


def _proof(archive: Archive, board_id: str, key: int, theme: int, gained: Sequence[str]) -> str:
    return archive.keyed(PURPOSE, f"{board_id}\n{key}\n{theme}\n{' '.join(gained)}")


def undo_theme(
    archive: Archive, actor: Actor, by: By, board_id: str, key: int, theme: int, gained: str, proof: str
) -> None:
    """Take the theme off those quotes that got it by that. Raises NotFound for what no cluster gave."""
    ids = quote_ids(gained)
    if proof != _proof(archive, board_id, key, theme, ids):
        raise NotFound
    with archive.writing() as connection:
        board = board_row(archive, connection, actor, by, board_id)
        cluster_row(archive, connection, actor, board, key)
        quotes = select(QUOTE.c.key).where(QUOTE.c.id.in_(ids))
        where = (QUOTE_THEME.c.theme == theme, QUOTE_THEME.c.quote.in_(quotes))
        connection.execute(delete(QUOTE_THEME).where(*where))
        advance(connection)
        connection.execute(update(BOARD_CLUSTER).where(BOARD_CLUSTER.c.key == key).values(theme=None))
        touched(archive, connection, board)
