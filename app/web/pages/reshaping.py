"""Reshaping a theme of the codebook: how, the last word, and the job."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import EditConflict, InvalidText, JobsWait, NotFound
from app.records.ids import normal_id
from app.services.archive import Archive
from app.services.codebook import codebook_address, slug_at
from app.services.gathering.showing import job_address
from app.services.marking.reshaping import Reshape, Way
from app.services.marking.reshaping_job import begin
from app.services.marking.reshaping_page import merged_into, preview, read_reshape
from app.services.marking.splitting_page import Part
from app.services.paging import page_number
from app.services.themes import slug_meant
from app.web.desk import AtDesk, desk_answer
from app.web.errors import STATUS
from app.web.forms import StoryPosted, fields
from app.web.frame import TheArchive
from app.web.pages.jobs import account_at_desk

router = APIRouter(prefix="/desk/codebook", include_in_schema=False)
PAGE = "desk/reshape.html"


@router.get("/{slug}/{way}")
def ask(request: Request, archive: TheArchive, actor: AtDesk, slug: str, way: str) -> Response:
    wanted = Reshape(_way(way), slug_at(slug))
    if meant := slug_meant(archive, actor, wanted.slug):
        return RedirectResponse(
            f"{codebook_address(meant)}/{way}", HTTPStatus.FOUND, {"Cache-Control": "no-store"}
        )
    return desk_answer(request, PAGE, read_reshape(archive, actor, wanted, _part(request.query_params)))


@router.post("/{slug}/{way}")
def reshape(
    request: Request, archive: TheArchive, actor: AtDesk, slug: str, way: str, form: StoryPosted
) -> Response:
    """Say what will change; or begin, where that was said before and is still so."""
    (do,), by = fields(form, "do"), account_at_desk(request)
    wanted, part = _wanted(form, slug_at(slug), _way(way)), _part(form)
    try:
        if do == "back":
            page = read_reshape(archive, actor, wanted, part)
        elif do == "look":
            page = preview(archive, actor, wanted, part, by=by)
        elif do == "start":
            page = preview(archive, actor, wanted, part, by=by, seen=form.get("digest", ""))
            if not page.problem:
                return RedirectResponse(
                    job_address(begin(archive, actor, wanted, by=by)), HTTPStatus.SEE_OTHER
                )
            return desk_answer(request, PAGE, page, HTTPStatus.CONFLICT)
        else:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    except (EditConflict, InvalidText, JobsWait) as refused:
        page = read_reshape(archive, actor, wanted, part, str(refused))
        return desk_answer(request, PAGE, page, STATUS[type(refused)])
    except NotFound:
        return _gone(request, archive, actor, wanted)
    return desk_answer(request, PAGE, page)


def _gone(request: Request, archive: Archive, actor: Actor, wanted: Reshape) -> Response:
    """Somebody else merged it meanwhile: say so, and where it went. Raises NotFound."""
    found = merged_into(archive, actor, wanted.slug)
    if found is None:
        raise NotFound
    page = read_reshape(archive, actor, replace(wanted, slug=found[0]), problem=found[1])
    return desk_answer(request, PAGE, page, HTTPStatus.CONFLICT)


def _way(name: str) -> Way:
    if name not in set(Way):
        raise NotFound
    return Way(name)


def _part(asked: Mapping[str, str]) -> Part:
    """Which quotes and stories of a split are shown: in the address, or in the form."""
    return Part(" ".join(asked.get("q", "")[:200].split()), page_number(asked.get("page")))


def _wanted(form: dict[str, str], slug: str, way: Way) -> Reshape:
    boxes = [name.partition("-")[2] for name in form if name.startswith("choose-")]
    ids = [one for text in (*boxes, *form.get("chosen", "").split()) if (one := normal_id(text))]
    return Reshape(
        way,
        slug,
        form.get("to", "")[:2_000],
        tuple(one for one in ids if one.startswith("q-")),
        tuple(one for one in ids if one.startswith("s-")),
        keep="keep" in form,
        files="files" in form,
    )
