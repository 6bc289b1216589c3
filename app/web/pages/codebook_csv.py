"""The codebook as CSV: taken away, looked at as it comes in, and brought in."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import EditConflict, ImportRefused
from app.exports.codebook_csv import codebook_lines, taguette_lines
from app.exports.csv_cells import MEDIA_TYPE
from app.imports.codebook_csv import refuse_workbook
from app.imports.decoding import decode
from app.services.codebook import DESK
from app.services.codebook_csv import apply_import, codebook_rows, plan_import
from app.services.codebook_import import import_page, preview_page
from app.web.desk import AtDesk, desk_answer
from app.web.errors import status_of
from app.web.forms import fields
from app.web.frame import TheArchive
from app.web.sessions import acting
from app.web.uploads import Sent, Uploaded

router = APIRouter(include_in_schema=False)
PAGE = "desk/import.html"
FORMS = {"": codebook_lines, "taguette": taguette_lines}


@router.get(f"{DESK}.csv")
def take_away(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    """The whole codebook, or names and definitions as Taguette reads them."""
    form = request.query_params.get("form", "")
    lines = FORMS.get(form, codebook_lines)(codebook_rows(archive, actor))
    name = "codebook-taguette.csv" if form == "taguette" else "codebook.csv"
    named = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("".join(lines), media_type=MEDIA_TYPE, headers=named)


@router.get(f"{DESK}/import")
def choose(request: Request, _actor: AtDesk) -> Response:
    return desk_answer(request, PAGE, import_page())


@router.post(f"{DESK}/import")
def bring_in(request: Request, archive: TheArchive, actor: AtDesk, sent: Uploaded) -> Response:
    """Show what would change; or, when that was looked at, bring it in."""
    if sent.problem or not (sent.files or "text" in sent.fields):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    content, text = _content(sent)
    try:
        if sent.fields.get("do") == "apply":
            (digest,) = fields(sent.fields, "digest")
            step = apply_import(archive, actor, content, expected=digest, by=acting(request).account)
            return RedirectResponse(f"{DESK}?brought&step={step}", HTTPStatus.SEE_OTHER)
        return desk_answer(request, PAGE, preview_page(plan_import(archive, actor, content), text))
    except ImportRefused as refused:
        return desk_answer(request, PAGE, import_page(text, refused), status_of(refused))
    except EditConflict as conflict:
        page = preview_page(plan_import(archive, actor, content), text, conflict)
        return desk_answer(request, PAGE, page, status_of(conflict))


def _content(sent: Sent) -> tuple[bytes, str]:
    """The bytes of the file, else of what was pasted; and the text that the page keeps of it."""
    if sent.files:
        content = sent.files[0].content
        try:
            refuse_workbook(content)
            return content, decode(content).text
        except ImportRefused:
            return content, ""
    text = sent.fields["text"]
    return text.encode(), text
