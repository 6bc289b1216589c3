"""The audit at the desk, who read a story, and what one has read oneself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from app.errors import InvalidText
from app.exports.csv_cells import MEDIA_TYPE
from app.services.audit_list import asked_of, download_audit, read_audit
from app.services.paging import page_number
from app.services.readers import ask_for_readers, read_own_readings, show_readers
from app.services.signing_in import SignedIn
from app.web.desk import Steward, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import written
from app.web.pages.account import Who
from app.web.pages.people import steward_with_a_name
from app.web.sessions import signed_in

router = APIRouter(include_in_schema=False)
By = Annotated[SignedIn, Depends(steward_with_a_name)]


@router.get("/desk/audit")
def audit(request: Request, archive: TheArchive, actor: Steward) -> Response:
    asked, number = asked_of(request.query_params), page_number(request.query_params.get("page"))
    return desk_answer(request, "desk/audit.html", read_audit(archive, actor, asked, number))


@router.get("/desk/audit.csv")
def download(request: Request, archive: TheArchive, actor: Steward) -> Response:
    """The filtered list as a file, one part at a time."""
    who = signed_in(request)
    asked = asked_of(request.query_params)
    lines = download_audit(archive, actor, asked, by=who.account if who else None)
    name = f"audit-{archive.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=headers)


@router.get("/desk/audit/readers")
def ask(request: Request, _by: By) -> Response:
    page = ask_for_readers(request.query_params.get("story", ""))
    return desk_answer(request, "desk/readers.html", page)


@router.post("/desk/audit/readers")
def show(request: Request, archive: TheArchive, by: By, form: Posted) -> Response:
    """Who read a story, this once: the answer to a form, and no page that can be opened again."""
    story, reason = fields(form, "story", "reason")
    try:
        page = show_readers(archive, by.actor, story, reason, by=by.account)
    except InvalidText as error:
        page = ask_for_readers(story, reason, str(error))
        return desk_answer(request, "desk/readers.html", page, STATUS[InvalidText])
    return desk_answer(request, "desk/readers.html", page)


@router.get("/account/readings")
def own_readings(request: Request, archive: TheArchive, who: Who) -> Response:
    before = request.query_params.get("before", "")
    page = read_own_readings(archive, who, written(before, 15))
    return private_answer(request, "people/readings.html", page)
