"""Memos: one page for all of them, and one for each."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Role
from app.errors import EditConflict, InvalidText, NotFound
from app.services.archive import Archive
from app.services.insight.memo_targets import KINDS
from app.services.insight.memo_writing import change_memo, put_memo_back, remove_memo, write_memo
from app.services.insight.memos import (
    LABELS,
    LONGEST_QUERY,
    Asked,
    memos_beside,
    read_memo,
    read_memos,
    read_new_memo,
    with_saved,
)
from app.services.paging import page_number
from app.services.views import MemosPart
from app.web.desk import desk_actor, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.numbers import written
from app.web.pages.marking import Worker
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
FORM = "memos/form.html"
MEMO = "memo"  # in an address: the one that was saved just now
MEANWHILE = "Somebody else has changed this memo meanwhile. Copy what you wrote, and open the memo afresh."


def memos_part(request: Request, archive: Archive, about: str, asked: str) -> MemosPart | None:
    """The memos about what a page shows, for whoever works here; None for a reader."""
    actor = desk_actor(request, set(Role))
    if actor is None:
        return None
    part = memos_beside(archive, actor, acting(request), about, asked)
    return with_saved(part, request.query_params.get(MEMO, "")[:40])


def _asked(request: Request) -> Asked:
    """What an address asks for; what it can not mean is left out."""
    said = request.query_params
    about, by = said.get("about", ""), said.get("by", "")
    return Asked(
        q=" ".join(said.get("q", "")[:LONGEST_QUERY].split()),
        about=about if about in dict(LABELS) else "",
        target=said.get("target", "")[:200],
        by=by if by == "me" or written(by) is not None else "",
        page=page_number(said.get("page")),
    )


@router.get("/memos")
def memos(request: Request, archive: TheArchive, actor: Worker) -> Response:
    asked, by = _asked(request), acting(request)
    removed, saved = (request.query_params.get(name, "")[:40] for name in ("off", MEMO))
    page = read_memos(archive, actor, by, asked, removed, saved)
    if asked.page > page.pager.pages:
        page = read_memos(archive, actor, by, replace(asked, page=page.pager.pages))
    return desk_answer(request, "memos/list.html", page)


@router.get("/memos/new")
def new(request: Request, archive: TheArchive, actor: Worker) -> Response:
    about, asked = (request.query_params.get(name, "")[:200] for name in ("about", "target"))
    return desk_answer(request, FORM, read_new_memo(archive, actor, _kind(about), asked))


def _kind(about: str) -> str:
    """Raises NotFound for what no memo is about."""
    if about not in KINDS:
        raise NotFound
    return about


@router.post("/memos/new")
def write(request: Request, archive: TheArchive, actor: Worker, form: Posted) -> Response:
    about, asked, words = fields(form, "about", "target", "words")
    try:
        memo_id, address = write_memo(archive, actor, acting(request), _kind(about), asked, words)
    except InvalidText as wrong:
        page = read_new_memo(archive, actor, about, asked)
        page = replace(page, words=words, problem=str(wrong))
        return desk_answer(request, FORM, page, STATUS[InvalidText])
    place = address.partition("#")[0]
    return RedirectResponse(f"{place}?{MEMO}={memo_id}#{memo_id}", HTTPStatus.SEE_OTHER)


@router.get("/memos/{memo_id}")
def memo(request: Request, archive: TheArchive, actor: Worker, memo_id: str) -> Response:
    return desk_answer(request, FORM, read_memo(archive, actor, acting(request), memo_id))


@router.post("/memos/{memo_id}")
def change(request: Request, archive: TheArchive, actor: Worker, memo_id: str, form: Posted) -> Response:
    """Write it otherwise, take it away, or put it back."""
    (do,), by = fields(form, "do"), acting(request)
    if do == "remove":
        remove_memo(archive, actor, by, memo_id)
        return RedirectResponse(f"/memos?off={memo_id}", HTTPStatus.SEE_OTHER)
    if do == "back":
        put_memo_back(archive, actor, by, memo_id)
    elif do == "save":
        words, seen = fields(form, "words", "seen")
        try:
            change_memo(archive, actor, by, memo_id, words, seen=seen)
        except (InvalidText, EditConflict) as wrong:
            said = MEANWHILE if isinstance(wrong, EditConflict) else str(wrong)
            page = replace(read_memo(archive, actor, by, memo_id), words=words, problem=said)
            return desk_answer(request, FORM, page, STATUS[type(wrong)])
    else:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    said = f"?{MEMO}={memo_id}" if do == "save" else ""
    return RedirectResponse(f"/memos{said}#{memo_id}", HTTPStatus.SEE_OTHER)
