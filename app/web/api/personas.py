"""Personas as JSON."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.services.personas import list_personas, read_persona
from app.services.views import EvidenceView, PersonaCard, PersonaPage, PortraitView
from app.web.api.shapes import ERRORS, Listed, PagedQuery, listed
from app.web.frame import Reader, TheArchive, has_read

router = APIRouter(prefix="/api/v1", tags=["personas"], responses=ERRORS)


class PortraitFull(BaseModel):
    """A picture in the place of the woven pattern, and what it shows."""

    address: str
    words: str


class PersonaItem(BaseModel):
    """A persona in a list; counts are over what this reader may see."""

    id: str
    slug: str
    title: str
    tagline: str
    stories: int
    quotes: int
    quote: str | None
    portrait: PortraitFull | None


class Evidence(BaseModel):
    """A passage that a statement rests on; `text` is null where its story has content notes."""

    address: str
    anchor: str
    storyteller: str
    text: str | None


class StatementFull(BaseModel):
    """A statement; without evidence, nobody has told us this yet."""

    statement: str
    quotes: int
    stories: int
    evidence: list[Evidence]
    against: list[Evidence]


class Group(BaseModel):
    """Statements under one heading."""

    heading: str
    statements: list[StatementFull]


class PersonaFull(BaseModel):
    """A persona as far as this reader may see it."""

    id: str
    slug: str
    title: str
    tagline: str
    portrait: PortraitFull | None
    quote: Evidence | None
    stories: list[str]
    groups: list[Group]
    html: str


@router.get("/personas", response_model=Listed[PersonaItem])
def personas(request: Request, archive: TheArchive, reader: Reader, asked: PagedQuery) -> dict[str, Any]:
    """Personas that this reader may see, by name."""
    page = list_personas(archive, reader, asked.page, asked.size)
    return listed(request, [_item(card) for card in page.cards], page.total, asked.page, asked.size)


@router.get("/personas/{slug:text}", response_model=PersonaFull)
def persona(request: Request, archive: TheArchive, reader: Reader, slug: str) -> dict[str, Any]:
    """One persona with its statements and their evidence."""
    page = read_persona(archive, reader, slug)
    has_read(request, page.id)
    return _full(page)


def _item(card: PersonaCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "slug": card.slug,
        "title": card.name,
        "tagline": card.tagline,
        "stories": card.stories,
        "quotes": card.quotes,
        "quote": card.quote,
        "portrait": _portrait(card.portrait),
    }


def _portrait(view: PortraitView | None) -> dict[str, str] | None:
    return {"address": view.address, "words": view.words} if view else None


def _full(page: PersonaPage) -> dict[str, Any]:
    return {
        "id": page.id,
        "slug": page.slug,
        "title": page.name,
        "tagline": page.tagline,
        "portrait": _portrait(page.portrait),
        "quote": _evidence(page.spoken) if page.spoken else None,
        "stories": [person.face.id for person in page.people],
        "groups": [
            {
                "heading": group.heading,
                "statements": [
                    {
                        "statement": one.text,
                        "quotes": one.quotes,
                        "stories": one.stories,
                        "evidence": [_evidence(e) for e in one.evidence],
                        "against": [_evidence(e) for e in one.against],
                    }
                    for one in group.statements
                ],
            }
            for group in page.groups
        ],
        "html": page.body_html,
    }


def _evidence(view: EvidenceView) -> dict[str, Any]:
    return {"address": view.address, "anchor": view.anchor, "storyteller": view.name, "text": view.text}
