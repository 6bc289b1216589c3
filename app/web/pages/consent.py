"""What a storyteller agreed to: recorded for one story, and looked after at the desk."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import EditConflict, NotFound
from app.exports.csv_cells import MEDIA_TYPE, csv_lines
from app.services.agreeing import ConsentRefused, Filled
from app.services.consent_desk import CSV_HEADER, LISTS, consent_rows, note_download, read_consent_desk
from app.services.consenting import consent_address, read_consent_page
from app.services.paging import page_number
from app.services.recording import is_open_to, record_consent
from app.web.desk import AtDesk, Steward, closed_address, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.sessions import acting

router = APIRouter(include_in_schema=False)
PAGE = "consent/page.html"
TEXTS = ("given", "until", "co_crafted", "not_for", "basis", "sheet", "note")


@router.get("/s/{record_id}/consent")
def consent(request: Request, archive: TheArchive, actor: AtDesk, record_id: str) -> Response:
    page = read_consent_page(archive, actor, record_id)
    return desk_answer(request, PAGE, replace(page, saved="saved" in request.query_params))


@router.post("/s/{record_id}/consent")
def record(request: Request, archive: TheArchive, actor: AtDesk, record_id: str, form: Posted) -> Response:
    """Record it; or show the form again with what was typed, and why it was not recorded."""
    filled, (digest,) = _filled(form), fields(form, "digest")
    try:
        record_consent(archive, actor, acting(request), record_id, filled, expected=digest)
    except (ConsentRefused, EditConflict) as refused:
        page = read_consent_page(archive, actor, record_id, filled=filled)
        problems = refused.problems if isinstance(refused, ConsentRefused) else {}
        page = replace(page, problems=problems, conflict=isinstance(refused, EditConflict))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else STATUS[EditConflict]
        return desk_answer(request, PAGE, page, status)
    if not is_open_to(archive, actor, record_id):
        return RedirectResponse(closed_address(actor), HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{consent_address(record_id)}?saved", HTTPStatus.SEE_OTHER)


def _filled(form: dict[str, str]) -> Filled:
    """A form without one of its fields must not be taken for one in which it is empty."""
    texts = dict(zip(TEXTS, fields(form, *TEXTS), strict=True))
    return Filled(uses=_ticked(form, "use-"), medium=_ticked(form, "medium-"), **texts)


def _ticked(form: dict[str, str], prefix: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(prefix) for name in form if name.startswith(prefix))


@router.get("/desk/consent")
def consents(request: Request, archive: TheArchive, actor: Steward) -> Response:
    name, number = request.query_params.get("list", ""), page_number(request.query_params.get("page"))
    page = read_consent_desk(archive, actor, name, number)
    page = page if number <= page.pager.pages else read_consent_desk(archive, actor, name, page.pager.pages)
    page = replace(page, closed="closed" in request.query_params)
    return desk_answer(request, "consent/desk.html", page)


@router.get("/desk/consent/{name}.csv")
def download(request: Request, archive: TheArchive, actor: Steward, name: str) -> Response:
    """A whole list for a spreadsheet; that it was downloaded stands in the audit."""
    if name not in LISTS:
        raise NotFound
    rows = list(consent_rows(archive, actor, name))
    note_download(archive, acting(request), name, len(rows))
    named = {"Content-Disposition": f'attachment; filename="consent-{name}.csv"', "Cache-Control": "no-store"}
    return Response("".join(csv_lines(CSV_HEADER, rows)), media_type=MEDIA_TYPE, headers=named)
