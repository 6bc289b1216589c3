"""Changing many stories at once: what is to be changed, the last word, and the job."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import InvalidText, JobsWait
from app.services.archive import Archive
from app.services.gathering.bulk import begin, personas_seen
from app.services.gathering.changes import Change, read_change
from app.services.gathering.choosing import ADDRESS, ids_found, ids_in, ids_of_hers, read_change_page
from app.services.gathering.showing import job_address
from app.services.views import ChangeForm
from app.web.desk import AtDesk, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, chosen_filters
from app.web.pages.jobs import account_at_desk

router = APIRouter(prefix=ADDRESS, include_in_schema=False)
PAGE = "jobs/change.html"
TEXTS = ("site", "add_themes", "remove_theme", "add_persona", "remove_persona", "status", "note")


@router.get("")
def choose(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    """The form for what was chosen in the list, or for all that it found."""
    try:
        if "mine" in request.query_params:
            ids = ids_of_hers(archive, actor)
        elif "all" in request.query_params:
            ids = ids_found(archive, actor, chosen_filters(request))
        else:
            ids = ids_in(request.query_params.getlist("story"))
        page = read_change_page(archive, actor, ids)
    except InvalidText as refused:
        page = read_change_page(archive, actor, [], problem=str(refused))
    return desk_answer(request, PAGE, page)


@router.post("")
def change(request: Request, archive: TheArchive, actor: AtDesk, form: Posted) -> Response:
    """Say what will change for how many; or begin, where that was said before."""
    texts = dict(zip(TEXTS, fields(form, *TEXTS), strict=True))
    stories, do = fields(form, "stories", "do")
    uses = tuple(name.removeprefix("use-") for name in form if name.startswith("use-"))
    if do not in ("look", "back", "start"):
        raise HTTPException(422)
    filled = ChangeForm(**texts, remove_uses=uses)
    ids = ids_in([stories])
    try:
        wanted = _wanted(archive, actor, texts, uses)
        if do == "start":
            job = begin(archive, actor, ids, wanted, by=account_at_desk(request))
            return RedirectResponse(job_address(job), HTTPStatus.SEE_OTHER)
        shown = wanted if do == "look" else None
        page = read_change_page(archive, actor, ids, form=filled, change=shown)
    except (InvalidText, JobsWait) as refused:
        page = read_change_page(archive, actor, ids, form=filled, problem=str(refused))
        return desk_answer(request, PAGE, page, STATUS[type(refused)])
    return desk_answer(request, PAGE, page)


def _wanted(archive: Archive, actor: Actor, texts: Mapping[str, str], uses: tuple[str, ...]) -> Change:
    with archive.engine.connect() as connection:
        personas = personas_seen(archive, connection, actor)
    return read_change(texts, uses, personas)
