"""What is new in a session, as it happens: server-sent events, or asked for again and again."""

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from app.errors import NotFound
from app.services.sessions.fresh import live_view, marks_of
from app.services.sessions.room import session_row
from app.web.frame import TheArchive
from app.web.middleware import HEADERS_ALONE
from app.web.rooms import InSession
from app.web.session_hub import Hub, message_of
from app.web.session_parts import parts_of

router = APIRouter(include_in_schema=False)
NEVER_KEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENTS, JSON = "text/event-stream", "application/json"
LONGEST = 100  # characters of a mark


@router.get("/sessions/{session_id}/live")
async def live(request: Request, session_id: str, seen: InSession) -> Response:
    """Events for whoever takes part. Who she is was asked in a thread, before the line stays open."""
    if seen.key is None:
        raise NotFound
    if request.scope.get(HEADERS_ALONE):
        return Response(media_type=EVENTS, headers=NEVER_KEPT)
    hub: Hub = request.app.state.hub
    after = request.headers.get("last-event-id") or request.query_params.get("after", "")
    told = hub.listen(session_id, seen.key, leads=seen.leads, after=after[:LONGEST])
    return StreamingResponse(told, media_type=EVENTS, headers=NEVER_KEPT)


@router.get("/sessions/{session_id}/changes")
def changes(request: Request, archive: TheArchive, session_id: str, seen: InSession) -> Response:
    """The same as one answer: nothing but the mark where nothing is new since `after`, else every part."""
    if seen.key is None:
        raise NotFound
    with archive.engine.connect() as connection:
        session = session_row(archive, connection, seen, session_id)
        row, mark = marks_of(archive, connection, [session.id])[session.id]
        same = request.query_params.get("after", "")[:LONGEST] == str(mark)
        parts = parts_of(live_view(archive, connection, row, leads=seen.leads))
    told = message_of(mark, parts, {} if same else parts.html)
    return Response(told, media_type=JSON, headers=NEVER_KEPT)
