"""What machines ask for: weaves, static files, and whether the archive is up."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.errors import NotFound
from app.records.ids import normal_id
from app.rendering.weave import weave_svg
from app.web.frame import TheArchive
from app.web.templating import assets

router = APIRouter(include_in_schema=False)
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


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
