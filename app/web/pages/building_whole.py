"""A whole persona is split, merged into another, or retired: asked first, then done as one job."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import EditConflict, InvalidText, JobsWait
from app.records.ids import normal_id
from app.services.building.reshaping import Wanted, Way
from app.services.building.reshaping_job import begin
from app.services.building.reshaping_page import preview, read_reshape
from app.services.gathering.showing import job_address
from app.web.desk import AtDesk, desk_answer
from app.web.errors import STATUS
from app.web.forms import StoryPosted, fields
from app.web.frame import TheArchive
from app.web.pages.jobs import account_at_desk

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE = "personas/reshape.html"
CHANGED = "Somebody changed her meanwhile. Look at what is there now, and begin again."


@router.get("/p/{who}/reshape")
def ask(request: Request, archive: TheArchive, actor: AtDesk, who: str) -> Response:
    return desk_answer(request, PAGE, read_reshape(archive, actor, who))


@router.post("/p/{who}/reshape")
def reshape(request: Request, archive: TheArchive, actor: AtDesk, who: str, form: StoryPosted) -> Response:
    """Say what will change; or begin, where that was said before and is still so."""
    (do,), wanted = fields(form, "do"), _wanted(form)
    if do not in ("look", "start", "back"):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    if do == "back":
        return desk_answer(request, PAGE, read_reshape(archive, actor, who, wanted))
    try:
        if do == "start":
            job = begin(archive, actor, who, wanted, by=account_at_desk(request))
            return RedirectResponse(job_address(job), HTTPStatus.SEE_OTHER)
        return desk_answer(request, PAGE, preview(archive, actor, who, wanted))
    except (EditConflict, InvalidText, JobsWait) as refused:
        problem = CHANGED if isinstance(refused, EditConflict) else str(refused)
        page = read_reshape(archive, actor, who, wanted, problem)
        return desk_answer(request, PAGE, page, STATUS[type(refused)])


def _wanted(form: dict[str, str]) -> Wanted:
    way, digest = fields(form, "way", "digest")
    if way not in set(Way):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = tuple(name.removeprefix("go.") for name in form if name.startswith("go."))
    to = normal_id(form.get("to", "")[:40]) or ""
    return Wanted(Way(way), digest, to, form.get("name", "")[:500], chosen)
