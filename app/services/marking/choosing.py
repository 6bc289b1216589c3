"""Themes that can be given to a quote, by a part of their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import STORY
from app.database.visibility import Actor, listed_to, quotes_of
from app.records.slugs import value_slug
from app.services.archive import Archive
from app.services.cards import shown_label
from app.services.marking.knowing import RETIRED, Known, known_to
from app.services.marking.known_as import aliases_meant, aliases_shown
from app.services.marking.newness import alike, used_by

MOST = 20


@dataclass(frozen=True)
class Offer:
    """One theme that is offered: what is written for it, and how the list calls it."""

    name: str
    label: str


@dataclass(frozen=True)
class Choices:
    """What is offered for a name that somebody types."""

    items: list[Offer]  # themes that hold it, or are known by another name that does; the best first
    means: str  # the theme that it names as it stands; empty where it would be a new one


def themes_to_choose(archive: Archive, actor: Actor, account: int | None, words: str) -> Choices:
    """The themes that this person may know of and that hold these words, and the one that they name."""
    words = " ".join(words.split())
    with archive.engine.connect() as connection:
        known = known_to(archive, connection, actor)
        also = aliases_meant(archive, connection, actor)
        others = aliases_shown(archive, connection, actor)
        means = _meant(known, also, words) or _used(archive, connection, actor, account, words)
    offers = (_offer(known[slug], others, words) for slug in _open(known))
    listed = sorted((offer for offer in offers if offer), key=lambda one: (one[0], one[1].name))
    return Choices([offer for _, offer in listed][:MOST], means)


def _offer(one: Known, others: Mapping[int, Sequence[str]], words: str) -> tuple[int, Offer] | None:
    """The theme where its name or another name of it holds the words; the lower the number, the better."""
    wanted = alike(words)
    if _holds(alike(one.label), wanted):
        return int(not alike(one.label).startswith(wanted)), Offer(one.label, one.label)
    names = others.get(one.row.key, ()) if one.row is not None and wanted else ()
    also = next((name for name in names if _holds(alike(name), wanted)), "")
    return (2, Offer(one.label, f"{one.label} — also {also}")) if also else None


def _holds(name: str, wanted: str) -> bool:
    return all(word in name for word in wanted.split())


def _meant(known: Mapping[str, Known], also: Mapping[str, str], words: str) -> str:
    slug = value_slug(words)
    one = known.get(also.get(slug, slug)) or known.get(slug)
    return one.label if one else ""


def _used(archive: Archive, connection: Connection, actor: Actor, account: int | None, words: str) -> str:
    """A theme that no list shows her, but that she has given to quotes of her own."""
    return shown_label(words) if used_by(archive, connection, actor, account, {value_slug(words)}) else ""


def open_themes(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """By slug the names of themes that are offered: none that rests only on what this person may not see."""
    known = known_to(archive, connection, actor)
    return {slug: name for slug, name in _open(known).items() if not known[slug].own}


def _open(known: Mapping[str, Known]) -> dict[str, str]:
    return {slug: one.label for slug, one in known.items() if one.state != RETIRED and not one.merged}


def all_themes(archive: Archive, connection: Connection, actor: Actor) -> dict[str, str]:
    """The same with those that were retired."""
    known = known_to(archive, connection, actor)
    return {slug: one.label for slug, one in known.items() if not one.merged and not one.own}


def seen_themes(archive: Archive, connection: Connection, actor: Actor) -> set[int]:
    """The themes of quotes that this person may see in lists."""
    joined = QUOTE_THEME.join(QUOTE, QUOTE.c.key == QUOTE_THEME.c.quote).join(
        STORY, STORY.c.id == QUOTE.c.story_id
    )
    seen = select(QUOTE_THEME.c.theme).select_from(joined).where(quotes_of(listed_to(actor, archive.now())))
    return set(connection.execute(seen.distinct()).scalars())
