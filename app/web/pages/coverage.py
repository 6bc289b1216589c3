"""Whose voices are missing: for who works here; and, for stewards, the population that they enter."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import EditConflict, ImportRefused, InvalidText
from app.exports.coverage_csv import coverage_csv
from app.exports.csv_cells import MEDIA_TYPE
from app.services.archive import Archive
from app.services.coverage.entering import entering_page, looked_page, refused_page, text_of
from app.services.coverage.reading import ADDRESS, DESK, chosen_trait, coverage_rows, read_coverage
from app.services.coverage.reference import entered, remove_reference, save_reference, undo_reference
from app.web.desk import Steward, desk_answer
from app.web.errors import status_of
from app.web.forms import fields
from app.web.frame import TheArchive
from app.web.numbers import posted, written
from app.web.pages.marking import Worker
from app.web.sessions import acting
from app.web.uploads import Sent, Uploaded

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE = "coverage/reference.html"
TYPED = ("trait", "source", "unit", "text")


@router.get(ADDRESS)
def coverage(request: Request, archive: TheArchive, actor: Worker) -> Response:
    return desk_answer(request, "coverage/page.html", read_coverage(archive, actor))


@router.get(f"{ADDRESS}.csv")
def coverage_file(archive: TheArchive, actor: Worker) -> Response:
    """The same figures as a file."""
    name = f"whose-voices-{archive.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    content = "".join(coverage_csv(coverage_rows(archive, actor)))
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.get(DESK)
def choose(request: Request, archive: TheArchive, _actor: Steward) -> Response:
    asked = request.query_params
    trait, step = asked.get("trait", ""), written(asked.get("step", "")) or 0
    return desk_answer(request, PAGE, entering_page(archive, trait, said=asked.get("said", ""), step=step))


@router.post(DESK)
def enter(request: Request, archive: TheArchive, actor: Steward, sent: Uploaded) -> Response:
    """Look at a population, keep it, take it away, or undo that."""
    if sent.problem:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    (do,), by = fields(sent.fields, "do"), acting(request).account
    if do == "undo":
        step, trait = fields(sent.fields, "step", "trait")
        return _onward("back" if undo_reference(archive, posted(step), by=by) else "left", trait)
    if do not in ("look", "save", "remove"):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        return _done(request, archive, actor, sent, do, by)
    except (InvalidText, ImportRefused, EditConflict) as refused:
        trait, source, unit, text = (sent.fields.get(name, "") for name in TYPED)
        text = text_of(_content(sent)) if sent.files else text
        page = refused_page(archive, (trait, source, unit, text), refused)
        return desk_answer(request, PAGE, page, status_of(refused))


def _done(request: Request, archive: Archive, _actor: Actor, sent: Sent, do: str, by: int | None) -> Response:
    if do == "remove":
        trait, expected = fields(sent.fields, "trait", "expected")
        step = remove_reference(archive, trait, expected=posted(expected), by=by)
        return _onward("removed", trait, step)
    trait, source, unit = fields(sent.fields, "trait", "source", "unit")
    content = _content(sent)
    reference = entered(trait, source, unit, content)
    if do == "look":
        return desk_answer(request, PAGE, looked_page(archive, reference, text_of(content)))
    expected, digest = fields(sent.fields, "expected", "digest")
    if digest != reference.digest():
        raise EditConflict(trait)
    return _onward("saved", trait, save_reference(archive, reference, expected=posted(expected), by=by))


def _content(sent: Sent) -> bytes:
    """The file that came along, else what was typed."""
    return sent.files[0].content if sent.files else fields(sent.fields, "text")[0].encode()


def _onward(said: str, trait: str, step: int = 0) -> Response:
    address = f"{DESK}?trait={chosen_trait(trait)}&said={said}" + (f"&step={step}" if step else "")
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
