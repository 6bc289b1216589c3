"""Find the source: where words that somebody quotes come from; one quotation, or all of a file."""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.database.visibility import Actor, Role
from app.errors import ImportRefused, InvalidText, SearchUnavailable
from app.exports.csv_cells import MEDIA_TYPE
from app.exports.traced_csv import traced_csv
from app.services.archive import Archive
from app.services.tracing.pages import TracedFile, line_of, read_trace, trace_file
from app.services.tracing.reporting import rows_of
from app.services.tracing.tracing import Traced
from app.services.views import TracedFilePage, TracePage
from app.web.desk import desk_actor
from app.web.forms import Posted
from app.web.frame import Reader, TheArchive, private_answer, site_for, whole_address
from app.web.pages.marking import Worker
from app.web.templating import stream_page
from app.web.uploads import Brought, Uploaded

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE, FILE = "trace/page.html", "trace/file.html"
KEPT_BY_NOBODY = {"Cache-Control": "no-store"}
SENT_AT_ONCE = {**KEPT_BY_NOBODY, "X-Accel-Buffering": "no"}  # by proxies too
ONE_FILE = "Choose one file."


@router.get("/trace")
def ask(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return private_answer(request, PAGE, _page(request, archive, reader, request.query_params.get("q", "")))


@router.post("/trace")
def find(request: Request, archive: TheArchive, reader: Reader, form: Posted) -> Response:
    """One quotation: sent, and not part of an address, which would be written down by others."""
    page = _page(request, archive, reader, form.get("q", ""))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if page.problem else HTTPStatus.OK
    return private_answer(request, PAGE, page, status)


def _page(request: Request, archive: Archive, reader: Actor, text: str) -> TracePage:
    worker = desk_actor(request, set(Role))
    return read_trace(archive, worker or reader, text, files=worker is not None)


@router.post("/trace/file")
def find_all(request: Request, archive: TheArchive, actor: Worker, sent: Uploaded) -> Response:
    """Every paragraph of a file, each as soon as it was looked for; or the same as CSV. Nothing is kept."""
    if sent.problem or len(sent.files) != 1:
        return _refused(request, archive, actor, sent.problem or ONE_FILE)
    file = sent.files[0]
    try:
        found = trace_file(archive, actor, file.name, file.content)
    except (ImportRefused, InvalidText, SearchUnavailable) as refused:
        return _refused(request, archive, actor, str(refused))
    if sent.fields.get("do") == "csv":
        return _csv(request, archive, found.traced)
    return _listed(request, archive, file, found)


def _refused(request: Request, archive: Archive, actor: Actor, problem: str) -> Response:
    page = replace(read_trace(archive, actor, "", files=True), problem=problem)
    return private_answer(request, PAGE, page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _csv(request: Request, archive: Archive, traced: Iterable[Traced]) -> Response:
    name = f"quotations-{archive.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **KEPT_BY_NOBODY}
    rows = rows_of(traced, whole_address(request, ""))
    return StreamingResponse(traced_csv(rows), media_type=MEDIA_TYPE, headers=headers)


def _listed(request: Request, archive: Archive, file: Brought, found: TracedFile) -> Response:
    lines = (line_of(archive, one) for one in found.traced)
    page = TracedFilePage(file.name, lines=lines, total=found.total, left=found.left)
    html = stream_page(FILE, site=site_for(request), page=page)
    return StreamingResponse(html, media_type="text/html; charset=utf-8", headers=SENT_AT_ONCE)
