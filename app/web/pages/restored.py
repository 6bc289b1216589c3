"""The desk's page of a restore whose stories wait for a steward."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import EditConflict
from app.services.confirming import DESK, confirm_restored, read_restored
from app.services.paging import page_number
from app.web.desk import Steward, desk_answer
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.sessions import signed_in

router = APIRouter(prefix=DESK, include_in_schema=False)


@router.get("")
def restored(request: Request, archive: TheArchive, actor: Steward) -> Response:
    number = page_number(request.query_params.get("page"))
    page = read_restored(archive, actor, number)
    page = page if number <= page.pager.pages else read_restored(archive, actor, page.pager.pages)
    return desk_answer(request, "desk/restored.html", page)


@router.post("")
def confirm(request: Request, archive: TheArchive, actor: Steward, form: Posted) -> Response:
    (moment,) = fields(form, "restored")
    who = signed_in(request)
    try:
        confirm_restored(archive, moment, by=who.account if who else None)
    except EditConflict:
        page = read_restored(archive, actor, 1, stale=True)
        return desk_answer(request, "desk/restored.html", page, HTTPStatus.CONFLICT)
    return RedirectResponse(DESK, HTTPStatus.SEE_OTHER)
