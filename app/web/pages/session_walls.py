"""A page for a big screen in the room of a design session."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.services.sessions.walls import read_wall
from app.web.frame import TheArchive, private_answer
from app.web.rooms import InSession, invited

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/sessions/{session_id}/wall")
def wall(request: Request, archive: TheArchive, session_id: str, seen: InSession) -> Response:
    """The wall; nothing but that it is the same, for a screen that shows all of it already."""
    known = request.headers.get("if-none-match", "").strip('"')
    invite = partial(invited, request) if request.query_params.get("code") == "yes" else None
    page = read_wall(archive, seen, session_id, known, invite)
    if page is None:
        return Response(status_code=304, headers={"Cache-Control": "no-store"})
    return private_answer(request, "sessions/wall.html", page)
