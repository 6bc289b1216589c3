"""Stories as JSON."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from app.errors import EditConflict, NotFound
from app.services.citing.former import former_address
from app.services.exposing import expose_story
from app.services.gathering.putting import Put, put_story, tag_of
from app.services.listing import page_of_stories
from app.web.api.shapes import ERRORS, PROBLEM, Listed, PagedQuery, StoryFull, StoryItem, listed, story_item
from app.web.api.writing import StoryPut, checked, described, json_of
from app.web.frame import Reader, TheArchive, has_read
from app.web.sessions import acting

router = APIRouter(prefix="/api/v1", tags=["stories"], responses=ERRORS)
SENT = described(StoryPut)
MOVED: dict[int | str, dict[str, Any]] = {302: {"description": "The story has another address now"}}
CHANGED: dict[int | str, dict[str, Any]] = {
    412: {"description": "The story has changed since: ask for it again", **PROBLEM},
    413: {"description": "Too long", **PROBLEM},
    428: {"description": "If-Match is missing", **PROBLEM},
}


@router.get("/stories", response_model=Listed[StoryItem])
def stories(request: Request, archive: TheArchive, reader: Reader, asked: PagedQuery) -> dict[str, Any]:
    """Stories that this reader may see, newest first."""
    cards, total = page_of_stories(archive, reader, page=asked.page, size=asked.size)
    return listed(request, [story_item(card) for card in cards], total, asked.page, asked.size)


@router.get("/stories/{slug:text}", response_model=StoryFull, responses=MOVED)
def story(
    request: Request, archive: TheArchive, reader: Reader, slug: str, response: Response
) -> dict[str, Any] | Response:
    """One story, as far as this reader may see it. Who may change it is given an ETag to send along.

    At an address that it had before, the answer leads to the one that it has now.
    """
    try:
        tag, told = tag_of(archive, reader, slug), expose_story(archive, reader, slug)
    except NotFound:
        now = former_address(archive, reader, slug)
        if not now:
            raise
        return RedirectResponse(f"/api/v1{now}", HTTPStatus.FOUND)
    has_read(request, told["id"])
    _tag(response, tag)
    return told


@router.put("/stories/{slug:text}", response_model=StoryFull, responses=CHANGED, openapi_extra=SENT)
def put(
    request: Request,
    archive: TheArchive,
    reader: Reader,
    slug: str,
    response: Response,
    sent: Annotated[Any, Depends(json_of)],
    if_match: Annotated[str | None, Header(description="the ETag of the story as it was given")] = None,
) -> dict[str, Any]:
    """Write a story as it was given, with what is to differ: all else keeps its bytes in the file.

    A key of `front_matter` that was given and is left out goes; `front_matter` or `markdown` left out stay.
    """
    asked = checked(sent, StoryPut)
    if if_match is None:
        raise HTTPException(428)
    wanted = Put(asked.front_matter, asked.markdown, asked.note)
    try:
        put_story(archive, reader, acting(request), slug, wanted, expected=if_match.strip().strip('"'))
    except EditConflict:
        raise HTTPException(412) from None
    _tag(response, tag_of(archive, reader, slug))
    return expose_story(archive, reader, slug)


def _tag(response: Response, tag: str | None) -> None:
    if tag is not None:
        response.headers["ETag"] = f'"{tag}"'
        response.headers["Cache-Control"] = "no-store"
