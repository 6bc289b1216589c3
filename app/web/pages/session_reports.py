"""What came of a design session: the report as a page and as files, and what is written down afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import InvalidText, NotFound
from app.exports.csv_cells import MEDIA_TYPE as CSV
from app.exports.reported import Report
from app.exports.session_csv import session_csv
from app.exports.session_word import session_document
from app.services.archive import Archive
from app.services.marking.reports import word_file
from app.services.paper.making import file_now
from app.services.paper.printing import NOT_MADE, PrintingMissing
from app.services.sessions.after import bring_back, take_off, write_decision, write_step
from app.services.sessions.changing import Sent
from app.services.sessions.leading import follow_up
from app.services.sessions.report_page import read_report_page
from app.services.sessions.room import Seen, session_address
from app.services.sessions.taking import note_taken, what_leaves
from app.services.views import SessionReportPage, SessionReportPaper
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer, whole_address
from app.web.numbers import posted
from app.web.pages.sessions import MOST_TYPED, NOT_KEPT, new_key
from app.web.pages.taking import WORD
from app.web.printed_report import printed_report
from app.web.rooms import InSession

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER = HTTPStatus.SEE_OTHER
PDF = "application/pdf"
TOO_LONG = "The report is too long for a PDF file. Take the Word file, or print this page from your browser."
SAID = {
    "kept": "Kept.",
    "off": "It is taken off. Below, under Taken off, it can be put back.",
    "back": "It is back.",
}
REPORT = "sessions/report.html"


def _page(request: Request, archive: Archive, seen: Seen, session_id: str) -> SessionReportPage:
    said = SAID.get(request.query_params.get("said", ""), "")
    return replace(read_report_page(archive, seen, session_id), sent=new_key(), said=said)


@router.get("/sessions/{session_id}/report")
def report(request: Request, archive: TheArchive, session_id: str, seen: InSession) -> Response:
    return private_answer(request, REPORT, _page(request, archive, seen, session_id))


@router.post("/sessions/{session_id}/report")
def write(request: Request, archive: TheArchive, session_id: str, seen: InSession, form: Posted) -> Response:
    """Write down a decision, a next step or what came of one; or the page again, and why it was not kept."""
    (do,) = fields(form, "do")
    if do not in DOING:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        said, part = DOING[do](archive, Sent(seen, session_id, form.get("sent", "")), form)
    except NOT_KEPT as wrong:
        page = replace(_page(request, archive, seen, session_id), problem=str(wrong), field=do)
        typed, beside = (
            (form.get("words") or form.get("what") or ""),
            (form.get("reason") or form.get("who") or ""),
        )
        page = replace(page, typed=typed[:MOST_TYPED], reason=beside[:MOST_TYPED])
        return private_answer(request, REPORT, page, status_of(wrong))
    return RedirectResponse(f"{session_address(session_id)}/report?said={said}#{part}", SEE_OTHER)


def _decide(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    words, reason, idea = fields(form, "words", "reason", "idea")
    write_decision(archive, sent, words, reason, posted(idea))
    return "kept", "decisions"


def _step(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    write_step(archive, sent, *fields(form, "what", "who", "day"))
    return "kept", "steps"


def _follow(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    step, came = fields(form, "step", "came")
    follow_up(archive, sent, posted(step), came, done="done" in form)
    return "kept", f"step-{posted(step)}"


def _drop(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    (number,) = fields(form, "number")
    take_off(archive, sent, posted(number))
    return "off", "decisions"


def _back(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    (number,) = fields(form, "number")
    bring_back(archive, sent, posted(number))
    return "back", "decisions"


def _drop_step(archive: Archive, sent: Sent, form: dict[str, str]) -> tuple[str, str]:
    (step,) = fields(form, "step")
    take_off(archive, sent, posted(step))
    return "off", "steps"


DOING: Mapping[str, Callable[[Archive, Sent, dict[str, str]], tuple[str, str]]] = {
    "decide": _decide,
    "step": _step,
    "follow": _follow,
    "drop": _drop,
    "drop-step": _drop_step,
    "back": _back,
}


@router.get("/sessions/{session_id}/report.{form}")
def file(request: Request, archive: TheArchive, session_id: str, form: str, seen: InSession) -> Response:
    """The report as a file; the page that says why, where none could be made."""
    if form not in FILES:
        raise NotFound
    media_type, made = FILES[form]
    taken = what_leaves(archive, seen, session_id, whole_address(request, ""))
    try:
        content = made(request, archive, taken)
    except InvalidText as refused:
        page = replace(_page(request, archive, seen, session_id), problem=str(refused))
        missing = isinstance(refused, PrintingMissing)
        status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.UNPROCESSABLE_ENTITY
        return private_answer(request, REPORT, page, status)
    note_taken(archive, seen, taken, form)
    name = f"session-{taken.id}-{taken.made}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def _pdf(request: Request, archive: Archive, taken: Report) -> bytes:
    try:
        content = file_now(archive, printed_report(request, SessionReportPaper(taken)))
    except InvalidText as refused:
        if str(refused) == NOT_MADE:
            raise InvalidText(TOO_LONG) from None
        raise
    assert content is not None  # it counts as one sheet, and is waited for
    return content


def _word(_request: Request, _archive: Archive, taken: Report) -> bytes:
    return word_file(session_document(taken))


def _csv(_request: Request, _archive: Archive, taken: Report) -> bytes:
    return "".join(session_csv(taken)).encode()


FILES: Mapping[str, tuple[str, Callable[[Request, Archive, Report], bytes]]] = {
    "pdf": (PDF, _pdf),
    "docx": (WORD, _word),
    "csv": (CSV, _csv),
}
