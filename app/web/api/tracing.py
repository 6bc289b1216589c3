"""Finding the source of a quotation, as JSON."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from app.services.tracing.signs import Checked, State
from app.services.tracing.tracing import LONGEST, Place, trace_one
from app.web.api.shapes import ERRORS, PROBLEM
from app.web.api.writing import checked, described, json_of
from app.web.frame import Asker, TheArchive

router = APIRouter(prefix="/api/v1", tags=["tracing"], responses=ERRORS)
TOO_LONG: dict[int | str, dict[str, Any]] = {413: {"description": "Too long", **PROBLEM}}


class TraceRequest(BaseModel):
    """One quotation, as it stands before somebody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1, max_length=LONGEST)


class PlaceItem(BaseModel):
    """Where the words stand. `anchors` are the passages over which they go; `current` says that the version
    is the one that is shown now. `difference` is empty where every word is the same.
    """

    id: str
    slug: str
    storyteller: str | None
    anchor: str
    anchors: list[str]
    version: int
    current: bool
    address: str
    difference: str = Field(description="[-missing from the quotation-] and {+added in it+}")
    content_notes: list[str]


class SignItem(BaseModel):
    """What came of a printed sign; `since` is the day on which its story was taken back.

    Of a right one: whether the same words stand in the story now, and what that may be used for today.
    """

    text: str
    state: Literal["right", "other", "unknown", "taken back"]
    since: str | None
    stands: bool | None
    uses: str | None


class TraceAnswer(BaseModel):
    """Where a quotation comes from, as far as this reader may read. Places that are as good as each other
    share the confidence, 0 to 1; of what is not found there is none.
    """

    found: bool
    confidence: float
    sure: bool
    places: list[PlaceItem]
    sign: SignItem | None


@router.post("/trace", response_model=TraceAnswer, responses=TOO_LONG, openapi_extra=described(TraceRequest))
def trace(archive: TheArchive, reader: Asker, sent: Annotated[Any, Depends(json_of)]) -> dict[str, Any]:
    """Find story, passage and version from which a quotation comes. A token that reads is enough."""
    traced = trace_one(archive, reader, checked(sent, TraceRequest).text)
    places = traced.places if traced.found else ()
    return {
        "found": traced.found,
        "confidence": traced.confidence if traced.found else 0.0,
        "sure": traced.sure,
        "places": [_place(one) for one in places],
        "sign": _sign(traced.sign) if traced.sign else None,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": place.story_id,
        "slug": place.slug,
        "storyteller": place.storyteller or None,
        "anchor": place.anchor,
        "anchors": list(place.anchors),
        "version": place.version,
        "current": place.current,
        "address": place.address,
        "difference": place.difference,
        "content_notes": list(place.content_notes),
    }


def _sign(one: Checked) -> dict[str, Any]:
    right = one.state is State.RIGHT
    now = {"stands": one.stands if right else None, "uses": one.uses or None}
    return {"text": one.sign.text, "state": one.state.value, "since": one.since or None, **now}
