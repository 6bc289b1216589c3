"""Themes as JSON."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.services.themes import list_themes, read_definitions, read_theme, slug_meant
from app.web.api.shapes import (
    ERRORS,
    Listed,
    PagedQuery,
    StoryItem,
    ThemeItem,
    listed,
    story_item,
    theme_item,
)
from app.web.frame import Reader, TheArchive

router = APIRouter(prefix="/api/v1", tags=["themes"], responses=ERRORS)


class ThemeFull(BaseModel):
    """A theme, how many quotes this reader finds under it, and a part of the stories that carry it."""

    id: str
    slug: str
    title: str
    definition: str | None
    quotes: int
    stories: Listed[StoryItem]


@router.get("/themes", response_model=Listed[ThemeItem])
def themes(request: Request, archive: TheArchive, reader: Reader, asked: PagedQuery) -> dict[str, Any]:
    """Themes of the stories that this reader may see, most told first."""
    page = list_themes(archive, reader, asked.page, "told", asked.size)
    written = read_definitions(archive, reader, [chip.slug for chip in page.themes])
    items = [theme_item(chip, written.get(chip.slug)) for chip in page.themes]
    return listed(request, items, page.total, asked.page, asked.size)


@router.get("/themes/{slug}", response_model=ThemeFull)
def theme(
    request: Request, archive: TheArchive, reader: Reader, slug: str, asked: PagedQuery
) -> dict[str, Any]:
    """One theme with its stories, newest first; another name of it is that theme."""
    slug = slug_meant(archive, reader, slug) or slug
    page = read_theme(archive, reader, slug, asked.page, asked.size)
    cards = [story_item(card) for card in page.cards]
    return {
        "id": page.slug,
        "slug": page.slug,
        "title": page.label,
        "definition": page.definition,
        "quotes": page.quotes_total,
        "stories": listed(request, cards, page.total, asked.page, asked.size),
    }
