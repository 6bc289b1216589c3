"""Pages of the desk: problems in the files, and the codebook."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import EditConflict, InvalidText
from app.records.model import Digest
from app.services.codebook import (
    codebook_address,
    read_codebook,
    read_codebook_theme,
    read_refused,
    write_definition,
)
from app.services.paging import page_number
from app.services.problems import read_problems
from app.web.desk import AtDesk, Steward, desk_answer, sections
from app.web.errors import STATUS
from app.web.forms import Posted
from app.web.frame import TheArchive
from app.web.sessions import signed_in

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("")
def desk(request: Request, _actor: AtDesk) -> Response:
    """The first of its parts that is there for whoever asks."""
    _, address = sections(request)[0]
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


@router.get("/problems")
def problems(request: Request, archive: TheArchive, actor: Steward) -> Response:
    return desk_answer(request, "desk/problems.html", read_problems(archive, actor))


@router.get("/codebook")
def codebook(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    number = page_number(request.query_params.get("page"))
    page = read_codebook(archive, actor, number)
    page = page if number <= page.pager.pages else read_codebook(archive, actor, page.pager.pages)
    return desk_answer(request, "desk/codebook.html", page)


@router.get("/codebook/{slug}")
def theme(request: Request, archive: TheArchive, actor: AtDesk, slug: str) -> Response:
    saved = "saved" in request.query_params
    return desk_answer(request, "desk/theme.html", read_codebook_theme(archive, actor, slug, saved=saved))


@router.post("/codebook/{slug}")
def write(request: Request, archive: TheArchive, actor: AtDesk, slug: str, form: Posted) -> Response:
    """Keep what was written; or show the form again, with the words still in it and why."""
    text, expected = _definition(form)
    who = signed_in(request)
    try:
        by = who.account if who else None
        write_definition(archive, actor, slug, text, expected=expected, by=by)
    except (EditConflict, InvalidText) as refused:
        reason = str(refused) if isinstance(refused, InvalidText) else ""
        page = read_refused(archive, actor, slug, text, reason)
        return desk_answer(request, "desk/theme.html", page, STATUS[type(refused)])
    return RedirectResponse(f"{codebook_address(slug)}?saved", HTTPStatus.SEE_OTHER)


def _definition(form: dict[str, str]) -> tuple[str, Digest]:
    """A form without its text must not be taken for an empty one."""
    if not {"definition", "digest"} <= form.keys():
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return form["definition"], Digest(form["digest"])
