"""Stories as JSON."""

from typing import Any

from fastapi import APIRouter, Request

from app.services.exposing import expose_story
from app.services.listing import page_of_stories
from app.web.api.shapes import ERRORS, Listed, PagedQuery, StoryFull, StoryItem, listed, story_item
from app.web.frame import Reader, TheArchive, has_read

router = APIRouter(prefix="/api/v1", tags=["stories"], responses=ERRORS)


@router.get("/stories", response_model=Listed[StoryItem])
def stories(request: Request, archive: TheArchive, reader: Reader, asked: PagedQuery) -> dict[str, Any]:
    """Stories that this reader may see, newest first."""
    cards, total = page_of_stories(archive, reader, page=asked.page, size=asked.size)
    return listed(request, [story_item(card) for card in cards], total, asked.page, asked.size)


@router.get("/stories/{slug:text}", response_model=StoryFull)
def story(request: Request, archive: TheArchive, reader: Reader, slug: str) -> dict[str, Any]:
    """One story, as far as this reader may see it."""
    told = expose_story(archive, reader, slug)
    has_read(request, told["id"])
    return told
