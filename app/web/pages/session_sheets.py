"""One cell and one idea of a session's board, each on a page of its own."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.errors import StoryholdError
from app.services.archive import Archive
from app.services.sessions.changing import Sent
from app.services.sessions.leading import choose_text, group_idea, hide_idea
from app.services.sessions.room import Seen, session_address
from app.services.sessions.running import drop_idea, pin_quote, reword_idea, unpin_quote, write_cell
from app.services.sessions.sheets import read_cell_page, read_idea_page, with_typed
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import addressed, posted
from app.web.pages.sessions import MOST_TYPED, NOT_KEPT, new_key, refused_as_json, wants_json
from app.web.rooms import InSession

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
CELL, IDEA = "/sessions/{session_id}/cells/{idea}/{column}", "/sessions/{session_id}/ideas/{idea}"


@router.get(CELL)
def cell(
    request: Request, archive: TheArchive, session_id: str, idea: str, column: str, seen: InSession
) -> Response:
    page = read_cell_page(archive, seen, session_id, addressed(idea), column)
    return private_answer(request, "sessions/cell.html", replace(page, sent=new_key()))


@router.post(CELL)
def change_cell(
    request: Request,
    archive: TheArchive,
    session_id: str,
    idea: str,
    column: str,
    seen: InSession,
    form: Posted,
) -> Response:
    """Write in a cell, pin words to it, or choose one of its texts; or the page again, and why not."""
    (do,) = fields(form, "do")
    number, sent = addressed(idea), Sent(seen, session_id, form.get("sent", ""))
    try:
        _changed(archive, sent, number, column, do, form)
    except NOT_KEPT as wrong:
        return _cell_again(request, archive, seen, (session_id, number, column), form, wrong)
    if wants_json(request):
        return JSONResponse({"sent": new_key()}, headers={"Cache-Control": "no-store"})
    onto = f"{session_address(session_id)}#idea-{number}" if do in ("write", "choose") else request.url.path
    return RedirectResponse(onto, SEE_OTHER)


def _changed(archive: Archive, sent: Sent, idea: int, column: str, do: str, form: dict[str, str]) -> None:
    if do == "write":
        verdict, note, base = form.get("verdict", ""), *fields(form, "note", "base")
        write_cell(archive, sent, idea, column, verdict, note, posted(base))
    elif do == "choose":
        (text,) = fields(form, "text")
        choose_text(archive, sent, idea, column, posted(text))
    elif do in ("pin", "unpin"):
        (quote,) = fields(form, "quote")
        (pin_quote if do == "pin" else unpin_quote)(archive, sent, idea, column, quote)
    else:
        raise HTTPException(UNCLEAR)


def _cell_again(
    request: Request,
    archive: Archive,
    seen: Seen,
    where: tuple[str, int, str],
    form: Mapping[str, str],
    wrong: StoryholdError,
) -> Response:
    if wants_json(request):
        return refused_as_json(wrong)
    page = read_cell_page(archive, seen, *where)
    note = form.get("note", page.note)[:MOST_TYPED]
    page = with_typed(page, form.get("verdict", page.verdict), note, str(wrong))
    page = replace(page, sent=new_key(), pasted=form.get("quote", "")[:300])
    return private_answer(request, "sessions/cell.html", page, status_of(wrong))


@router.get(IDEA)
def idea(request: Request, archive: TheArchive, session_id: str, idea: str, seen: InSession) -> Response:
    page = read_idea_page(archive, seen, session_id, addressed(idea))
    return private_answer(request, "sessions/idea.html", page)


@router.post(IDEA)
def change_idea(
    request: Request, archive: TheArchive, session_id: str, idea: str, seen: InSession, form: Posted
) -> Response:
    """Reword an idea, take it off, group or hide it; or the page again, and why not."""
    (do,), number = fields(form, "do"), addressed(idea)
    sent = Sent(seen, session_id, form.get("sent", ""))
    try:
        _changed_idea(archive, sent, number, do, form)
    except NOT_KEPT as wrong:
        if wants_json(request):
            return refused_as_json(wrong)
        page = read_idea_page(archive, seen, session_id, number)
        page = replace(page, problem=str(wrong), text=form.get("text", page.text)[:MOST_TYPED])
        return private_answer(request, "sessions/idea.html", page, status_of(wrong))
    if wants_json(request):
        return JSONResponse({}, headers={"Cache-Control": "no-store"})
    onto = session_address(session_id)
    return RedirectResponse(onto if do == "drop" else f"{onto}#idea-{number}", SEE_OTHER)


def _changed_idea(archive: Archive, sent: Sent, idea: int, do: str, form: dict[str, str]) -> None:
    if do == "reword":
        reword_idea(archive, sent, idea, *fields(form, "text"))
    elif do == "drop":
        drop_idea(archive, sent, idea)
    elif do == "group":
        group_idea(archive, sent, idea, *fields(form, "name"))
    elif do in ("hide", "show"):
        hide_idea(archive, sent, idea, hidden=do == "hide")
    else:
        raise HTTPException(UNCLEAR)
