"""Joining a design session by its code, on a telephone and without an account."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import InvalidText, SignInNeeded, TooManyTries
from app.services.sessions.joining import CodeRefused, join
from app.services.sessions.room import session_address
from app.services.views import JoinPage
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.rooms import comer_of, give_room_cookie

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER = HTTPStatus.SEE_OTHER
SLOWED = "Many codes were tried from where you are. Wait {} seconds, then try again."
SHOWN = 60  # characters of a code or name that are shown again


@router.get("/join")
def short(request: Request) -> Response:
    """The address that is said aloud."""
    asked = request.query_params.get("code", "")[:SHOWN]
    return RedirectResponse(f"/sessions/join?{urlencode({'code': asked})}" if asked else "/sessions/join")


@router.get("/sessions/join")
def come(request: Request) -> Response:
    asked = request.query_params
    page = JoinPage(code=asked.get("code", "")[:SHOWN], again=asked.get("again") == "yes")
    return private_answer(request, "sessions/join.html", page)


@router.post("/sessions/join")
def join_in(request: Request, archive: TheArchive, form: Posted) -> Response:
    """Join; or the form again, and why not."""
    code, name = fields(form, "code", "name")
    typed = JoinPage(code[:SHOWN], name[:SHOWN])
    try:
        joined = join(archive, code, name, comer_of(request))
    except SignInNeeded:
        onto = f"/sessions/join?{urlencode({'code': code[:SHOWN]})}"
        return RedirectResponse(f"/login?{urlencode({'next': onto})}", SEE_OTHER)
    except TooManyTries as slow:
        page = JoinPage(typed.code, typed.name, SLOWED.format(slow.seconds), "code")
        told = {"Retry-After": str(slow.seconds)}
        return private_answer(request, "sessions/join.html", page, STATUS[TooManyTries], told)
    except InvalidText as wrong:
        field = "code" if isinstance(wrong, CodeRefused) else "name"
        over = isinstance(wrong, CodeRefused) and wrong.over
        page = JoinPage(typed.code, typed.name, str(wrong), field)
        status = HTTPStatus.GONE if over else STATUS[InvalidText]
        return private_answer(request, "sessions/join.html", page, status)
    answer = RedirectResponse(session_address(joined.session_id), SEE_OTHER)
    give_room_cookie(request, answer, joined.cookie)
    return answer
