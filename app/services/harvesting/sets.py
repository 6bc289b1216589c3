"""Sets: the themes and sites of what is public, and how the protocol names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.database.tables import STORY
from app.database.visibility import ANONYMOUS, listed_to
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.told import told_themes

THEMES, SITES = "theme", "site"
PURPOSE = "harvest set"  # of the keyed digest under which a set is kept
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
LONGEST = 500  # characters of a set's name that is asked for


@dataclass(frozen=True)
class HarvestedSet:
    """A set that everybody finds. `spec` is its name in the protocol, such as `theme:waiting`."""

    spec: str
    label: str


def set_spec(kind: str, slug: str) -> str:
    """A set's name: letters that the protocol does not allow are bytes in hexadecimal after a tilde."""
    return f"{kind}:" + "".join(char if char in UNRESERVED else _escaped(char) for char in slug)


def _escaped(char: str) -> str:
    return "".join(f"~{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))


def specs_of(themes: Iterable[str], site: str) -> list[str]:
    """The sets of a story by the slugs of its themes and its site, with those that stand above them."""
    named = [set_spec(THEMES, slug) for slug in themes]
    named += [set_spec(SITES, site)] if site else []
    return [*dict.fromkeys(spec.partition(":")[0] for spec in named), *named]


def set_digest(archive: Archive, spec: str) -> str:
    """Under which a set is kept: the name of one whose stories are all gone stands nowhere."""
    return archive.keyed(PURPOSE, spec[:LONGEST])


def public_sets(archive: Archive, connection: Connection) -> Sequence[HarvestedSet]:
    """Every set of what everybody finds, the two that hold all the others first."""
    key = ("harvested sets", archive.now().date())
    return archive.generation.keep(connection, key, lambda: _public_sets(archive, connection))


def _public_sets(archive: Archive, connection: Connection) -> Sequence[HarvestedSet]:
    themes = sorted(told_themes(archive, connection, ANONYMOUS), key=lambda one: one.slug)
    sites = connection.execute(
        select(STORY.c.site_slug, func.min(STORY.c.site).label("label"))
        .where(listed_to(ANONYMOUS, archive.now()), STORY.c.site_slug != "")
        .group_by(STORY.c.site_slug)
        .order_by(STORY.c.site_slug)
    )
    return [
        HarvestedSet(THEMES, "Stories by theme"),
        *(HarvestedSet(set_spec(THEMES, one.slug), shown_label(one.label)) for one in themes),
        HarvestedSet(SITES, "Stories by site"),
        *(HarvestedSet(set_spec(SITES, row.site_slug), row.label) for row in sites),
    ]
