"""Pages of the desk: its first one, and problems in the files."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.services.problems import read_problems
from app.web.desk import AtDesk, Steward, desk_answer, sections
from app.web.frame import TheArchive

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("")
def desk(request: Request, _actor: AtDesk) -> Response:
    """The first of its parts that is there for whoever asks."""
    _, address = sections(request)[0]
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


@router.get("/problems")
def problems(request: Request, archive: TheArchive, actor: Steward) -> Response:
    return desk_answer(request, "desk/problems.html", read_problems(archive, actor))
