"""A theme that somebody makes at the desk, before any story or quote has it."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from app.database.visibility import Actor
from app.errors import InvalidText
from app.records.slugs import value_slug
from app.services.accounts import one_line
from app.services.archive import Archive
from app.services.codebook import DESK, codebook_address
from app.services.defining import MOST, legible, tidied
from app.services.marking.checking import EntryRefused
from app.services.marking.entries import Entry, entries_of
from app.services.marking.knowing import NEW, Known, known_to
from app.services.marking.known_as import theme_meant
from app.services.marking.steps import take_step
from app.services.views import NewThemePage

THERE = "There is a theme of this name already."
NEW_HERE = "Stories or quotes have a theme of this name already. Adopt it."
MEANT = "This is another name of a theme that is there already."
NO_PARENT = "There is no theme of this name. Write the name of one that is there, or nothing."


def new_theme_page(name: str = "", under: str = "", text: str = "") -> NewThemePage:
    """The empty form, or the form with what was typed."""
    name, under, text = (legible(one)[:5_000] for one in (name, under, text))
    return NewThemePage(name, under, text, problem="", wrong="", known_address="", most=MOST)


def refused_theme_page(name: str, under: str, text: str, refused: InvalidText) -> NewThemePage:
    """The form with what was typed, and why it was not kept."""
    page = new_theme_page(name, under, text)
    page = replace(page, problem=str(refused), wrong="name")
    if not isinstance(refused, EntryRefused):
        return page
    address = codebook_address(refused.address) if refused.address else ""
    return replace(page, wrong=refused.field, known_address=address)


def make_theme(archive: Archive, actor: Actor, name: str, under: str, text: str, by: int | None) -> str:
    """Write a theme down; where it stands. Raises InvalidText, which names the field.

    A name that hidden stories give is kept, and she who may not know of these is told no more than that.
    """
    name = _named(name)
    slug, definition = value_slug(name), _defined(text)
    with archive.writing() as connection:
        known = known_to(archive, connection, actor)
        _refuse_known(archive, connection, actor, known, slug)
        parent = find_parent(archive, connection, actor, known, under)
        before = entries_of(connection, [slug]).get(slug)
        said = before if before and not before.says_nothing else None
        new = said or Entry(name, definition, parent=parent)
        take_step(archive, connection, "save", {slug: replace(new, adopted=True)}, by)
        seen = slug in known_to(archive, connection, actor)
        connection.commit()
    return f"{codebook_address(slug)}?saved" if seen else f"{DESK}?made"


def _named(name: str) -> str:
    try:
        return one_line(name, "The name", needed=True)
    except InvalidText as refused:
        raise EntryRefused(str(refused), "name") from None


def _defined(text: str) -> str:
    try:
        return tidied(text)
    except InvalidText as refused:
        raise EntryRefused(str(refused), "text") from None


def _refuse_known(
    archive: Archive, connection: Connection, actor: Actor, known: Mapping[str, Known], slug: str
) -> None:
    if slug in known:
        raise EntryRefused(NEW_HERE if known[slug].state == NEW else THERE, "name", slug)
    meant = theme_meant(archive, connection, actor, slug)
    if meant is not None and meant.slug in known:
        raise EntryRefused(MEANT, "name", meant.slug)


def find_parent(
    archive: Archive, connection: Connection, actor: Actor, known: Mapping[str, Known], under: str
) -> str:
    """The slug of the theme that is named; empty for none. Raises InvalidText."""
    if not under.strip():
        return ""
    slug = value_slug(under)
    meant = theme_meant(archive, connection, actor, slug) if slug not in known else None
    slug = meant.slug if meant is not None else slug
    if slug not in known:
        raise EntryRefused(NO_PARENT, "under")
    return slug
