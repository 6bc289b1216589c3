"""Specifications as JSON: which there are, and whether what they cite still stands."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.services.recording import By
from app.services.specifications.access import Who
from app.services.specifications.health import health_json, list_watched
from app.web.api.shapes import ERRORS, Listed, PagedQuery, listed
from app.web.frame import Reader, TheArchive, whole_address
from app.web.sessions import account_asking

router = APIRouter(prefix="/api/v1", tags=["specifications"], responses=ERRORS)
State = Literal["current", "consent ends", "text changed", "use no longer allowed", "withdrawn"]


class SpecificationItem(BaseModel):
    """A specification that is open to this reader. `worst` is how the worst of its citations stands."""

    id: str
    slug: str
    title: str
    version: str
    status: str
    address: str
    total: int
    worst: State


class CitationItem(BaseModel):
    """Something that is cited, without its words. What may be used no longer has its state alone."""

    id: str
    kind: Literal["quote", "persona", "idea", "figure"]
    stance: Literal["supports", "challenges"]
    requirement: str
    number: str
    state: State
    until: str | None = None
    quote: str | None = None
    story: str | None = None
    version: int | None = None
    anchor: str | None = None
    digest: str | None = Field(None, description="SHA-256 of the words as they were cited")
    persona: str | None = None
    address: str | None = None


class Health(BaseModel):
    """How everything stands that a specification cites, the worst first, as far as this reader may know."""

    id: str
    title: str
    version: str
    status: str
    checked: str
    worst: State
    states: dict[str, int]
    total: int
    citations: list[CitationItem]


@router.get("/specifications", response_model=Listed[SpecificationItem])
def specifications(
    request: Request, archive: TheArchive, reader: Reader, asked: PagedQuery
) -> dict[str, Any]:
    """Specifications that are open to this reader, those changed last first."""
    who = Who(reader, By(account_asking(request)))
    items, total = list_watched(archive, who, asked.page, asked.size)
    return listed(request, items, total, asked.page, asked.size)


@router.get("/specifications/{specification_id}/health", response_model=Health)
def health(request: Request, archive: TheArchive, reader: Reader, specification_id: str) -> dict[str, Any]:
    """Whether what a specification cites still stands."""
    who = Who(reader, By(account_asking(request)))
    return health_json(archive, who, specification_id, whole_address(request, ""))
