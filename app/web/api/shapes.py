"""What the API answers, and how lists are asked for."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.services.views import Chip, StoryCard

Item = TypeVar("Item")
PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The token is not valid", **PROBLEM},
    403: {"description": "The token was not made for this", **PROBLEM},
    404: {"description": "Nothing here for this reader", **PROBLEM},
    410: {"description": "Taken back by its storyteller", **PROBLEM},
    422: {"description": "Not understood", **PROBLEM},
    429: {"description": "Too many tokens that are none came from this address", **PROBLEM},
    503: {"description": "Search is being rebuilt", **PROBLEM},
}


class Asking(BaseModel):
    """Unknown parameters are an error here; pages forgive them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Asking):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(20, ge=1, le=100)


PagedQuery = Annotated[Paged, Query()]


class Listed(BaseModel, Generic[Item]):
    """One part of a list. `next` is the address of the part after it, null after the last."""

    items: list[Item]
    total: int
    next: str | None


def listed(request: Request, items: list[Any], total: int, page: int, size: int) -> dict[str, Any]:
    """A list's answer, with the address of the next part."""
    following = None
    if page * size < total:
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
        following = f"{request.url.path}?{urlencode([*kept, ('page', page + 1)])}"
    return {"items": items, "total": total, "next": following}


class ThemeItem(BaseModel):
    """A theme; `stories` counts those that this reader may see, `definition` is null until written."""

    id: str
    slug: str
    title: str
    stories: int
    definition: str | None


class StoryItem(BaseModel):
    """A story in a list. `quote` is null where the story has content notes."""

    id: str
    slug: str
    title: str
    storyteller: str | None
    role: str
    site: str
    kinds: list[str]
    gathered: str | None
    summary: str
    quote: str | None
    content_notes: list[str]
    themes: list[str]


def story_item(card: StoryCard) -> dict[str, Any]:
    """A card as the API gives it."""
    return {
        "id": card.id,
        "slug": card.slug,
        "title": card.title,
        "storyteller": card.heading if card.heading != card.title else None,
        "role": card.detail.removesuffix(f", {card.site}") if card.detail != card.site else "",
        "site": card.site,
        "kinds": list(card.kinds),
        "gathered": card.gathered or None,
        "summary": card.summary,
        "quote": card.quote,
        "content_notes": list(card.content_notes),
        "themes": [chip.slug for chip in card.themes],
    }


def theme_item(chip: Chip, definition: str | None) -> dict[str, Any]:
    """A chip as the API gives it, with what belongs under it."""
    named = {"id": chip.slug, "slug": chip.slug, "title": chip.label}
    return {**named, "stories": chip.count, "definition": definition}


class Passage(BaseModel):
    """A passage; `html` is safe."""

    anchor: str
    number: int
    text: str
    html: str


class PassageFound(BaseModel):
    """A passage that matches; the words found stand in <mark>."""

    anchor: str
    html: str


class StoryFull(BaseModel):
    """A story as far as this reader may see it."""

    id: str
    slug: str
    title: str
    storyteller: str | None
    role: str | None
    site: str | None
    kinds: list[str]
    gathered: str | None
    language: str | None
    summary: str | None
    themes: list[str]
    personas: list[str]
    content_notes: list[str]
    revision: int
    uses: list[str]
    until: str | None
    front_matter: Mapping[str, Any]
    markdown: str
    passages: list[Passage]
