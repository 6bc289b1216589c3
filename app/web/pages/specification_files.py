"""Whether a specification still stands, as page, JSON and badge; its matrix; and the files that leave."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.exports.badge import badge_svg
from app.services.paging import page_number
from app.services.specifications.health import UNKNOWN, WORDS, badge_state, health_json, read_health
from app.services.specifications.watching import State
from app.web.frame import TheArchive, private_answer, whole_address
from app.web.specifying import Specifies

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
TONES = {State.CURRENT: "good", State.ENDS: "look", State.CHANGED: "look"}


@router.get("/specifications/{specification_id}/health.json")
def for_programs(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    told = health_json(archive, who, specification_id, whole_address(request, ""))
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get("/specifications/{specification_id}/health")
def health(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    number = page_number(request.query_params.get("page"))
    page = read_health(archive, who, specification_id, number)
    return private_answer(request, "specifications/health.html", page)


@router.get("/specifications/{specification_id}/badge.svg")
def badge(archive: TheArchive, specification_id: str) -> Response:
    """For anybody: the worst state where somebody lets it be told, and else that nothing is stated."""
    state = badge_state(archive, specification_id)
    said = WORDS[state] if state else UNKNOWN
    tone = TONES.get(state, "stop") if state else ""
    return Response(badge_svg(said, tone), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})
