"""Search and completion as JSON."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.services.faceting import labels_of
from app.services.paging import FIELDS
from app.services.searching import Asked, Found, find, hit_views, readable_classes, suggestion
from app.services.spelling import complete
from app.services.views import HitView
from app.web.api.shapes import ERRORS, Paged, PassageFound
from app.web.frame import Reader, TheArchive

router = APIRouter(prefix="/api/v1", tags=["search"], responses=ERRORS)
Values = list[Annotated[str, Field(max_length=200)]]


class SearchRequest(Paged):
    """A search; the six filters repeat, any within one and all across."""

    q: str = Field("", max_length=1000)
    theme: Values = Field(default_factory=list, max_length=50)
    persona: Values = Field(default_factory=list, max_length=50)
    site: Values = Field(default_factory=list, max_length=50)
    kind: Values = Field(default_factory=list, max_length=50)
    use: Values = Field(default_factory=list, max_length=50)
    year: Values = Field(default_factory=list, max_length=50)
    sort: Literal["match", "newest", "title"] = "match"


class ResultItem(BaseModel):
    """A story that was found, with its best passages; the order is the rank."""

    id: str
    slug: str
    title: str
    storyteller: str | None
    content_notes: list[str]
    passages: list[PassageFound]


class FacetItem(BaseModel):
    """A value of a filter, and in how many of the stories found it occurs."""

    value: str
    label: str
    count: int
    selected: bool


class SearchAnswer(BaseModel):
    """What was found. `took_ms` is the engine's time."""

    total: int
    took_ms: int
    results: list[ResultItem]
    facets: dict[str, list[FacetItem]]
    did_you_mean: str | None


class CompletionItem(BaseModel):
    """One line offered while typing."""

    kind: str
    label: str
    address: str


class Completions(BaseModel):
    """What goes on from what was typed."""

    items: list[CompletionItem]


@router.get("/search", response_model=SearchAnswer)
def search(archive: TheArchive, reader: Reader, request: Annotated[SearchRequest, Query()]) -> dict[str, Any]:
    """Search the stories that this reader may read. Ranks, no scores."""
    chosen = {name: tuple(getattr(request, name)) for name in FIELDS if getattr(request, name)}
    asked = Asked(request.q, chosen, request.sort, request.page, request.size)
    with archive.engine.connect() as connection:
        found = find(archive, connection, reader, asked)
        better = suggestion(archive, connection, reader, asked, found)
        labels = {name: labels_of(archive, connection, reader, name) for name in FIELDS}
    return {
        "total": found.results.total,
        "took_ms": found.took_ms,
        "results": [_result(hit) for hit in hit_views(found)],
        "facets": _facets(found, labels),
        "did_you_mean": better.label if better else None,
    }


def _result(hit: HitView) -> dict[str, Any]:
    card = hit.card
    return {
        "id": card.id,
        "slug": card.slug,
        "title": card.title,
        "storyteller": card.heading if card.heading != card.title else None,
        "content_notes": list(card.content_notes),
        "passages": [{"anchor": p.anchor, "html": p.html} for p in hit.passages],
    }


def _facets(found: Found, labels: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {
                "value": v.value,
                "label": labels[name].get(v.value, v.value),
                "count": v.count,
                "selected": v.value in found.query.facets.get(name, ()),
            }
            for v in values
            if name != "persona" or v.value in labels[name]
        ]
        for name, values in found.results.facets.items()
    }


class CompleteRequest(BaseModel):
    """What was typed so far."""

    q: str = Field("", max_length=1000)


@router.get("/complete", response_model=Completions)
def completions(
    archive: TheArchive, reader: Reader, asked: Annotated[CompleteRequest, Query()]
) -> dict[str, Any]:
    """Stories, personas, themes and words that begin like this."""
    with archive.engine.connect() as connection:
        classes = readable_classes(archive, connection, reader)
        items = complete(archive, reader, classes, connection, asked.q)
    return {"items": [{"kind": i.kind, "label": i.label, "address": i.address} for i in items]}
