"""What changed in a story: its versions, two of them compared, one of them as a page, and going back."""

import re
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor, Role
from app.errors import EditConflict, InvalidText, NotFound
from app.services.citing.anchors import sought_in
from app.services.gathering.going_back import go_back
from app.services.gathering.history import (
    Asked,
    history_address,
    read_compared,
    read_history,
    read_version,
)
from app.services.paging import page_number
from app.web.desk import AtDesk, desk_actor, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import Reader, TheArchive, has_read, page_answer, private_answer
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
VERSION = "stories/version.html"
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@router.get("/s/{story_id}/history")
def history(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    """The list; or two of its versions compared, where the address names them."""
    asked = request.query_params
    if "from" in asked and "to" in asked:
        one, other = _number(asked["from"]), _number(asked["to"])
        page = read_compared(archive, actor, story_id, one, other)
        return desk_answer(request, "stories/compared.html", page)
    listed = read_history(archive, actor, story_id, page_number(asked.get("page")))
    back = asked.get("restored", "")
    restored = int(back) if NUMBER.fullmatch(back) else 0
    return desk_answer(request, "stories/history.html", replace(listed, restored=restored))


@router.post("/s/{story_id}/history")
def bring_back(request: Request, archive: TheArchive, actor: AtDesk, story_id: str, form: Posted) -> Response:
    """Make an earlier version the current one again; or say why that was not done."""
    version, digest = fields(form, "version", "digest")
    number, agreed = _number(version), "agreed" in form
    try:
        go_back(archive, actor, acting(request), story_id, number, expected=digest, agreed=agreed)
    except (InvalidText, EditConflict) as refused:
        conflict = isinstance(refused, EditConflict)
        asked = Asked("" if conflict else str(refused), conflict)
        page = read_version(archive, actor, story_id, number, asked=asked)
        return private_answer(request, VERSION, page, STATUS[type(refused)])
    return RedirectResponse(f"{history_address(story_id)}?restored={number}", 303)


@router.get("/s/{story_id}/v/{number}")
def version(request: Request, archive: TheArchive, reader: Reader, story_id: str, number: str) -> Response:
    actor = _at_desk(request, reader)
    page = read_version(archive, actor, story_id, _number(number))
    if anchor := request.query_params.get("at", "")[:40]:
        page = replace(page, sought=sought_in(archive, actor, story_id, page.number, anchor))
    has_read(request, page.id)
    return (private_answer if page.team else page_answer)(request, VERSION, page)


def _at_desk(request: Request, reader: Actor) -> Actor:
    """Whoever sits at the machine itself reads every version, as she does at the desk."""
    return desk_actor(request, {Role.STEWARD, Role.GATHERER}) or reader


def _number(text: str) -> int:
    """A version's number as written in an address or form. Raises NotFound."""
    if not NUMBER.fullmatch(text):
        raise NotFound
    return int(text)
