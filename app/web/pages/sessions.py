"""Design sessions: the list, preparing, and the board as a page."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.errors import InvalidText, NotAllowed, StoryholdError
from app.services.archive import Archive
from app.services.paging import page_number
from app.services.sessions.changing import Sent
from app.services.sessions.foreseeing import read_preparing
from app.services.sessions.inviting import may_invite
from app.services.sessions.joining import take_part
from app.services.sessions.leading import (
    add_step,
    ask_to_leave,
    close_session,
    decide_on,
    drop_outcome,
    follow_up,
    lock_board,
    make_facilitator,
    put_back,
    set_clock,
)
from app.services.sessions.preparing import (
    change_session,
    expect,
    lay_persona,
    lay_story,
    make_session,
    open_session,
    put_session_back,
    remove_session,
    take_persona,
    take_story,
)
from app.services.sessions.reading import list_sessions, read_session
from app.services.sessions.room import Seen, session_address
from app.services.sessions.running import add_idea, take_vote_back, vote
from app.services.sessions.telling import ask_to_tell
from app.services.sessions.watching import read_watch
from app.services.views import SessionForm, SessionPage
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import posted
from app.web.pages.marking import Worker
from app.web.rooms import InSession, give_room_cookie, invited
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
MOST_TYPED = 20_000  # characters that are shown again
JSON = "application/json"
SAID = {
    "kept": "Kept.",
    "open": "The session is open: people can join with the code above.",
    "closed": "The session is closed.",
    "closed-before": "Somebody closed the session a moment before you. All that was said is kept.",
}
NOT_KEPT = (InvalidText, NotAllowed)


def new_key() -> str:
    """A key under which one form is sent: pressing twice does nothing twice."""
    return secrets.token_urlsafe(9)


def wants_json(request: Request) -> bool:
    """Whether a script sent this, and puts the answer into the page itself."""
    return request.headers.get("accept", "").startswith(JSON)


@router.get("/sessions")
def sessions(request: Request, archive: TheArchive, actor: Worker) -> Response:
    asked, seen = request.query_params, Seen(actor, acting(request))
    number = page_number(asked.get("page"))
    page = list_sessions(archive, seen, number, asked.get("removed", "")[:40])
    page = page if number <= page.pager.pages else list_sessions(archive, seen, page.pager.pages)
    return private_answer(request, "sessions/list.html", page)


@router.post("/sessions")
def begin(request: Request, archive: TheArchive, actor: Worker, form: Posted) -> Response:
    """Begin to prepare a session, or put one back."""
    (do,), seen = fields(form, "do"), Seen(actor, acting(request))
    if do == "back":
        (session_id,) = fields(form, "session")
        put_session_back(archive, seen, session_id)
        return RedirectResponse(session_address(session_id), SEE_OTHER)
    filled = _form(form)
    try:
        session_id = make_session(archive, seen, filled)
    except InvalidText as wrong:
        page = replace(list_sessions(archive, seen, 1), problem=str(wrong), form=filled)
        return private_answer(request, "sessions/list.html", page, UNCLEAR)
    return RedirectResponse(f"{session_address(session_id)}/prepare", SEE_OTHER)


def _form(form: Mapping[str, str]) -> SessionForm:
    fields(dict(form), "title")

    def typed(name: str) -> str:
        return form.get(name, "")[:MOST_TYPED]

    return SessionForm(
        title=typed("title"),
        day=typed("day"),
        team=typed("team"),
        purpose=typed("purpose"),
        vision=typed("vision"),
        worths=typed("worths"),
        questions=typed("questions"),
        agenda=typed("agenda"),
        guests=form.get("guests", "yes") != "no",
        votes=form.get("votes", "3")[:10],
    )


@router.get("/sessions/{session_id}/prepare")
def prepare(request: Request, archive: TheArchive, session_id: str, seen: InSession) -> Response:
    page = read_preparing(archive, seen, session_id)
    return private_answer(request, "sessions/prepare.html", page)


@router.post("/sessions/{session_id}/prepare")
def change(request: Request, archive: TheArchive, session_id: str, seen: InSession, form: Posted) -> Response:
    """One change of what is prepared; or the page again, and why it was not made."""
    (do,) = fields(form, "do")
    if do == "remove":
        remove_session(archive, seen, session_id)
        return RedirectResponse(f"/sessions?removed={session_id}", SEE_OTHER)
    try:
        part = _prepared(archive, seen, session_id, do, form)
    except NOT_KEPT as wrong:
        page = replace(read_preparing(archive, seen, session_id), problem=str(wrong))
        page = replace(page, wrong="story" if do == "lay-story" else "about" if do == "about" else "")
        page = replace(page, pasted=form.get("story", "")[:300], why=form.get("why", "")[:300])
        page = replace(page, form=_form(form)) if do == "about" else page
        return private_answer(request, "sessions/prepare.html", page, UNCLEAR)
    return RedirectResponse(f"{session_address(session_id)}/prepare#{part}", SEE_OTHER)


def _prepared(archive: Archive, seen: Seen, session_id: str, do: str, form: dict[str, str]) -> str:
    """Make the change; the part of the page that shows it."""
    if do == "about":
        change_session(archive, seen, session_id, _form(form))
        return "about"
    if do == "expect":
        roles = [name.removeprefix("role-") for name in form if name.startswith("role-")]
        expect(archive, seen, session_id, roles)
        return "coming"
    if do in ("lay-persona", "take-persona"):
        (persona,) = fields(form, "persona")
        (lay_persona if do == "lay-persona" else take_persona)(archive, seen, session_id, persona)
        return "personas"
    if do in ("tell", "tell-not"):
        (story,) = fields(form, "story")
        ask_to_tell(archive, seen, session_id, story, tell=do == "tell")
        return "stories"
    if do not in ("lay-story", "take-story"):
        raise HTTPException(UNCLEAR)
    (story,) = fields(form, "story")
    if do == "lay-story":
        lay_story(archive, seen, session_id, story, form.get("why", ""))
    else:
        take_story(archive, seen, session_id, story)
    return "stories"


def shown_page(request: Request, archive: Archive, seen: Seen, session_id: str) -> SessionPage:
    """A session's page for this request."""
    page = replace(read_session(archive, seen, session_id), watch=read_watch(archive, seen, session_id))
    said = SAID.get(request.query_params.get("said", ""), "")
    joining = invited(request, page.code) if may_invite(seen, page.state) else None
    return replace(page, sent=new_key(), said=said, joining=joining)


@router.get("/sessions/{session_id}")
def board(request: Request, archive: TheArchive, session_id: str, seen: InSession) -> Response:
    page = shown_page(request, archive, seen, session_id)
    return private_answer(request, "sessions/page.html", page)


@router.post("/sessions/{session_id}")
def act(request: Request, archive: TheArchive, session_id: str, seen: InSession, form: Posted) -> Response:
    """One thing that somebody does on the board; or the board again, and why it was not done."""
    (do,) = fields(form, "do")
    sent = Sent(seen, session_id, form.get("sent", ""))
    address = session_address(session_id)
    if do in ("open", "join"):
        return _came_in(request, archive, seen, session_id, do)
    try:
        said = _done(archive, sent, do, form)
    except NOT_KEPT as wrong:
        return _not_done(request, archive, seen, session_id, do, form, wrong)
    if wants_json(request):
        return JSONResponse({"said": said, "sent": new_key()}, headers={"Cache-Control": "no-store"})
    return RedirectResponse(f"{address}?said={said}" if said in SAID else address, SEE_OTHER)


def _came_in(request: Request, archive: Archive, seen: Seen, session_id: str, do: str) -> Response:
    """Somebody who works here opens the session, or takes part in it."""
    try:
        cookie = (open_session if do == "open" else take_part)(archive, seen, session_id)
    except NOT_KEPT as wrong:
        return _not_done(request, archive, seen, session_id, do, {}, wrong)
    said = "?said=open" if do == "open" else ""
    answer = RedirectResponse(f"{session_address(session_id)}{said}", SEE_OTHER)
    give_room_cookie(request, answer, cookie)
    return answer


def _not_done(
    request: Request,
    archive: Archive,
    seen: Seen,
    session_id: str,
    do: str,
    form: Mapping[str, str],
    wrong: StoryholdError,
) -> Response:
    if wants_json(request):
        return refused_as_json(wrong)
    typed = form.get("text") or form.get("words") or form.get("what") or ""
    page = shown_page(request, archive, seen, session_id)
    page = replace(page, problem=str(wrong), typed=typed[:MOST_TYPED], field=do)
    return private_answer(request, "sessions/page.html", page, status_of(wrong))


def refused_as_json(wrong: StoryholdError) -> Response:
    """Why something was not done, for a script that keeps what was typed."""
    return JSONResponse({"problem": str(wrong)}, int(status_of(wrong)), {"Cache-Control": "no-store"})


def _done(archive: Archive, sent: Sent, do: str, form: dict[str, str]) -> str:
    """Do it; the key of what the board says of it, empty where it can be seen there."""
    if do not in DOING:
        raise HTTPException(UNCLEAR)
    return DOING[do](archive, sent, form)


def _idea(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    add_idea(archive, sent, *fields(form, "text"))
    return ""


def _vote(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    do, idea = fields(form, "do", "idea")
    (vote if do == "vote" else take_vote_back)(archive, sent, posted(idea))
    return ""


def _lock(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    lock_board(archive, sent, locked=form["do"] == "lock")
    return ""


def _clock(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    minutes, what = fields(form, "minutes", "what")
    set_clock(archive, sent, posted(minutes), what)
    return ""


def _decide(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    words, reason, idea = fields(form, "words", "reason", "idea")
    decide_on(archive, sent, words, reason, posted(idea))
    return "kept"


def _step(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    add_step(archive, sent, *fields(form, "what", "who", "day"))
    return "kept"


def _drop(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    (number,) = fields(form, "number")
    drop_outcome(archive, sent, posted(number))
    return ""


def _back(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    (number,) = fields(form, "number")
    put_back(archive, sent, posted(number))
    return ""


def _follow(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    step, came = fields(form, "step", "came")
    follow_up(archive, sent, posted(step), came, done="done" in form)
    return "kept"


def _leave(archive: Archive, sent: Sent, form: dict[str, str]) -> str:
    (who,) = fields(form, "who")
    ask_to_leave(archive, sent, posted(who))
    return ""


def _lead(archive: Archive, sent: Sent, _form: dict[str, str]) -> str:
    make_facilitator(archive, sent)
    return ""


def _close(archive: Archive, sent: Sent, _form: dict[str, str]) -> str:
    return "closed" if close_session(archive, sent) else "closed-before"


DOING: Mapping[str, Callable[[Archive, Sent, dict[str, str]], str]] = {
    "idea": _idea,
    "vote": _vote,
    "unvote": _vote,
    "lock": _lock,
    "unlock": _lock,
    "clock": _clock,
    "decide": _decide,
    "step": _step,
    "drop": _drop,
    "back": _back,
    "follow": _follow,
    "leave": _leave,
    "lead": _lead,
    "close": _close,
}
