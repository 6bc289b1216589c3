"""The portrait of a persona: given and taken away on the workbench."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import DiskRefused, EditConflict, InvalidText, NotAllowed, RecordLocked
from app.services.archive import Archive
from app.services.building.asked import Asked, PersonaStale
from app.services.building.changing import change_persona
from app.services.building.conflicts import in_conflict
from app.services.building.loading import build_address
from app.services.building.portraits import (
    FOR_GOOD,
    GIVE,
    TAKE,
    delete_picture,
    portrait_again,
    portrait_now,
    take_picture,
)
from app.services.building.workbench import Bench, addressed, kept_of, read_build
from app.web.desk import desk_answer
from app.web.errors import STATUS
from app.web.forms import fields
from app.web.frame import TheArchive
from app.web.pages.building import PAGE, kept_in
from app.web.pages.marking import Worker
from app.web.sessions import acting
from app.web.uploads import PictureSent

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
ANCHOR = "portrait"


@router.post("/p/{who}/portrait")
def change(request: Request, archive: TheArchive, actor: Worker, who: str, sent: PictureSent) -> Response:
    """Give her a portrait, or take it away; or the workbench again, and why that was not done."""
    do, digest = fields(sent.fields, "do", "digest")
    if do not in (GIVE, TAKE):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    asked, content = Asked(do, digest, sent.fields), sent.files[0].content if sent.files else b""
    bench = Bench(kept_in(request, sent.fields))
    try:
        if do == TAKE:
            return _taken(request, archive, actor, who, asked, bench)
        taken = take_picture(archive, actor, who, asked, content)
        asked = taken.asked
        change_persona(archive, actor, acting(request), who, asked)
        return _saved(who, bench, "still" if taken.said else "saved")
    except PersonaStale as stale:
        page = in_conflict(archive, actor, who, bench, asked, stale)
        return desk_answer(request, PAGE, page, STATUS[EditConflict])
    except (InvalidText, NotAllowed, DiskRefused, RecordLocked) as wrong:
        return _refused(request, archive, actor, who, asked, bench, wrong)


def _taken(
    request: Request, archive: Archive, actor: Actor, who: str, asked: Asked, bench: Bench
) -> Response:
    """Her file first: a picture that it still names is not deleted."""
    digest = portrait_now(archive, actor, who, asked.expected)
    change_persona(archive, actor, acting(request), who, asked)
    if asked.text(FOR_GOOD):
        delete_picture(archive, who, digest)
    return _saved(who, bench, "gone" if asked.text(FOR_GOOD) else "saved")


def _saved(who: str, bench: Bench, said: str) -> Response:
    query = (kept_of(bench.asked, bench.asked.page), said)
    return RedirectResponse(addressed(build_address(who), *query), HTTPStatus.SEE_OTHER)


def _refused(
    request: Request,
    archive: Archive,
    actor: Actor,
    who: str,
    asked: Asked,
    bench: Bench,
    wrong: InvalidText | NotAllowed | DiskRefused | RecordLocked,
) -> Response:
    page = read_build(archive, actor, who, bench)
    if isinstance(wrong, InvalidText):
        told = portrait_again(page, asked, wrong)
        return desk_answer(request, PAGE, told, HTTPStatus.UNPROCESSABLE_ENTITY)
    return desk_answer(request, PAGE, replace(page, problem=str(wrong)), STATUS[type(wrong)])
