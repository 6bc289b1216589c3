"""The quotes, and stories, of themes that occur together, as conditions for the database."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.database.links import pairs
from app.database.marking import QUOTE, QUOTE_THEME
from app.database.tables import KIND, PERSONA, STORY, THEME
from app.database.visibility import standing
from app.services.marking.of_theme import under
from app.services.patterns.counting import PASSAGES, QUOTES

NOWHERE = "-"  # of a site, kind or year: none is named
Theme = tuple[str, set[int]]  # its slug, and the keys of it and of all that were merged into it


def quotes_with(themes: Sequence[Theme], by: str) -> list[ColumnElement[bool]]:
    """Of a row of QUOTE joined with its STORY: it carries all these themes, or its passage or story does."""
    if by == QUOTES:
        return [under(keys) for _, keys in themes]
    any_of = under({key for _, keys in themes for key in keys})
    if by == PASSAGES:
        return [any_of, *(_in_passage(keys) for _, keys in themes)]
    return [any_of, *stories_with(themes)]


def stories_with(themes: Iterable[Theme]) -> list[ColumnElement[bool]]:
    """Of a row of STORY: its file or its quotes carry each of these themes."""
    return [_in_story(slug, keys) for slug, keys in themes]


def _in_passage(keys: Iterable[int]) -> ColumnElement[bool]:
    """A quote of the same passage, in the same version of the text, is about one of these."""
    other, of = QUOTE.alias(), QUOTE_THEME.alias()
    same = (other.c.story_id == QUOTE.c.story_id, other.c.anchor == QUOTE.c.anchor)
    about = (other.c.located == QUOTE.c.located, *standing(other), of.c.theme.in_(list(keys)))
    return exists(select(other.c.key).join(of, of.c.quote == other.c.key).where(*same, *about))


def _in_story(slug: str, keys: Iterable[int]) -> ColumnElement[bool]:
    other, of, told = QUOTE.alias(), QUOTE_THEME.alias(), STORY.alias()
    joined = other.join(of, of.c.quote == other.c.key).join(told, told.c.id == other.c.story_id)
    shown = (other.c.located == told.c.revision, *standing(other), of.c.theme.in_(list(keys)))
    quoted = select(told.c.id).select_from(joined).where(*shown)
    named = select(THEME.c.story_id).where(THEME.c.slug == slug)
    return or_(STORY.c.id.in_(named), STORY.c.id.in_(quoted))


def where_told(name: str, value: str) -> ColumnElement[bool]:
    """Of a row of STORY: it is of this site, kind or year, is this one, or belongs to this persona."""
    if name == "site":
        return STORY.c.site_slug == ("" if value == NOWHERE else value)
    if name == "year":
        return func.substr(STORY.c.gathered, 1, 4) == ("" if value == NOWHERE else value)
    if name == "kind":
        kinds = select(KIND.c.story_id)
        return (
            STORY.c.id.not_in(kinds)
            if value == NOWHERE
            else STORY.c.id.in_(kinds.where(KIND.c.slug == value))
        )
    if name == "persona":
        return STORY.c.id.in_(select(pairs(PERSONA.c.slug == value).c.story_id))
    return STORY.c.id == value
