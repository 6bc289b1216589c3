"""What machines ask for: weaves, static files, and whether the archive is up."""

import ipaddress

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.errors import NotFound
from app.records.ids import normal_id
from app.rendering.weave import weave_svg
from app.services.problems import read_problems
from app.web.frame import TheArchive, page_answer
from app.web.templating import assets

router = APIRouter(include_in_schema=False)
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


@router.get("/weave/{name}.svg")
def weave(name: str) -> Response:
    """The pattern of any well-formed id, whether or not there is such a record."""
    if normal_id(name) != name:
        raise NotFound
    return Response(weave_svg(name), media_type="image/svg+xml", headers=FOR_GOOD)


@router.get("/static/{digest}/{name:path}")
def static_file(digest: str, name: str) -> Response:
    asset = assets().get(name)
    if asset is None or (asset.address != f"/static/{digest}/{name}" and not name.startswith("fonts/")):
        raise NotFound
    return Response(asset.content, media_type=asset.media_type, headers=FOR_GOOD)


@router.get("/healthz")
def up() -> Response:
    return JSONResponse({"status": "up"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def able_to_answer(request: Request, archive: TheArchive) -> Response:
    """503 until the folder has been read and every index is complete."""
    ready = request.app.state.keeper.complete.is_set() and archive.index.ready()
    status = {"status": "ready" if ready else "reading the archive"}
    return JSONResponse(status, 200 if ready else 503, headers={"Cache-Control": "no-store"})


@router.get("/desk/problems")
def problems(request: Request, archive: TheArchive) -> Response:
    """Only at the machine itself, until people can sign in."""
    if not _at_the_machine(request):
        raise NotFound
    answer = page_answer(request, "desk/problems.html", read_problems(archive))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _at_the_machine(request: Request) -> bool:
    if not request.app.state.bound_to_loopback or request.client is None:
        return False
    if any(name in request.headers for name in FORWARDING):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
