"""A specification's badge, its matrix, and the files that leave."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import InvalidText, NotFound
from app.exports.badge import badge_svg
from app.exports.csv_cells import MEDIA_TYPE as CSV
from app.exports.specification_csv import matrix_csv, specification_csv
from app.exports.specification_markdown import specification_markdown
from app.exports.specification_word import specification_document
from app.exports.specified import Specified
from app.services.archive import Archive
from app.services.citing.styles import BY_NAME, DEFAULT
from app.services.marking.reports import word_file
from app.services.paging import page_number
from app.services.paper.making import file_now
from app.services.paper.printing import NOT_MADE, PrintingMissing
from app.services.specifications.health import UNKNOWN, WORDS, badge_state
from app.services.specifications.leaving import note_taken, on_paper, what_leaves
from app.services.specifications.matrix import read_matrix, trace
from app.services.specifications.reading import read_specification
from app.services.specifications.watching import State
from app.web.frame import TheArchive, private_answer, whole_address
from app.web.pages.taking import WORD
from app.web.printed_report import printed_sheet
from app.web.specifying import Specifies

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
TOO_LONG = "It is too long for a PDF file. Take the Word file, or its evidence annex alone."
TONES = {State.UNWATCHED: "", State.CURRENT: "good", State.ENDS: "look", State.CHANGED: "look"}


@router.get("/specifications/{specification_id}/badge.svg")
def badge(archive: TheArchive, specification_id: str) -> Response:
    """For anybody: the worst state where somebody lets it be told, and else that nothing is stated."""
    state = badge_state(archive, specification_id)
    said = WORDS[state] if state else UNKNOWN
    tone = TONES.get(state, "stop") if state else ""
    everywhere = {"Cross-Origin-Resource-Policy": "cross-origin"}  # it stands in pages of others
    headers = {"Cache-Control": "no-cache", **everywhere}
    return Response(badge_svg(said, tone), media_type="image/svg+xml", headers=headers)


@router.get("/specifications/{specification_id}/matrix")
def matrix(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    number = page_number(request.query_params.get("page"))
    page = read_matrix(archive, who, specification_id, number)
    return private_answer(request, "specifications/matrix.html", page)


@router.get("/specifications/{specification_id}/matrix.csv")
def matrix_file(archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    with archive.engine.connect() as connection:
        traced = trace(archive, connection, who, specification_id)
    empty = ["", "nothing here serves it", "", *("yes" if one.empty else "" for one in traced.columns)]
    rows = [
        [one.number, one.text, "" if one.heading else "no" if one.empty else "yes", *one.cells]
        for one in traced.rows
    ]
    lines = matrix_csv([one.name for one in traced.columns], [empty, *rows])
    return _file("".join(lines).encode(), CSV, f"{specification_id}-matrix.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


@router.get("/specifications/{specification_id}/file.{form}")
def file(request: Request, archive: TheArchive, who: Specifies, specification_id: str, form: str) -> Response:
    """The whole document or its evidence annex; the page that says why, where none could be made."""
    if form not in FILES:
        raise NotFound
    media_type, made = FILES[form]
    annex = request.query_params.get("part") == "annex"
    style = BY_NAME.get(request.query_params.get("style", ""), DEFAULT)
    base = whole_address(request, "")
    try:
        leaving = what_leaves(
            archive, who, specification_id, base, annex=annex, style=style, apart=form == "csv"
        )
        content = made(request, archive, leaving)
    except InvalidText as refused:
        page = read_specification(archive, who, specification_id, 1, style=style.name)
        page = replace(page, problem=str(refused), wrong="file")
        missing = isinstance(refused, PrintingMissing)
        status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.UNPROCESSABLE_ENTITY
        return private_answer(request, "specifications/page.html", page, status)
    note_taken(archive, who, leaving, form)
    part = "-evidence" if annex else ""
    return _file(content, media_type, f"{leaving.id}{part}-{leaving.made}.{form}")


def _pdf(request: Request, archive: Archive, leaving: Specified) -> bytes:
    sheet = printed_sheet(request, "specifications/paper.html", on_paper(leaving))
    try:
        content = file_now(archive, sheet)
    except InvalidText as refused:
        if str(refused) == NOT_MADE:
            raise InvalidText(TOO_LONG) from None
        raise
    assert content is not None  # it counts as one sheet, and is waited for
    return content


FILES: Mapping[str, tuple[str, Callable[[Request, Archive, Specified], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "docx": (WORD, lambda _request, _archive, leaving: word_file(specification_document(leaving))),
    "md": (
        "text/markdown; charset=utf-8",
        lambda _request, _archive, leaving: "".join(specification_markdown(leaving)).encode(),
    ),
    "csv": (CSV, lambda _request, _archive, leaving: "".join(specification_csv(leaving)).encode()),
}
