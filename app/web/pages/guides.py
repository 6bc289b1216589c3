"""Interview guides, for gatherers and stewards."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.services.gathering.guides import ADDRESS, read_guide_page, read_guides_page
from app.web.desk import AtDesk, desk_answer
from app.web.frame import TheArchive

router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.get("")
def guides(request: Request, archive: TheArchive, _actor: AtDesk) -> Response:
    return desk_answer(request, "guides/list.html", read_guides_page(archive))


@router.get("/{slug}")
def guide(request: Request, archive: TheArchive, _actor: AtDesk, slug: str) -> Response:
    return desk_answer(request, "guides/page.html", read_guide_page(archive, slug))
