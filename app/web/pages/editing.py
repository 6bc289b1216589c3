"""A story's text and front matter: edited, looked at, saved."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import DiskRefused, EditConflict
from app.services.gathering.edit_page import edit_address, pictures_of, read_again, read_edit, read_stale
from app.services.gathering.editing import Edit, EditRefused, Stale, load_for_edit, save_edit
from app.services.gathering.form_view import preview
from app.services.gathering.originals import read_original
from app.services.gathering.story_form import read_form
from app.web.desk import AtDesk
from app.web.errors import STATUS
from app.web.forms import StoryPosted, fields
from app.web.frame import TheArchive, private_answer
from app.web.sessions import account_asking, acting

router = APIRouter(include_in_schema=False)
PAGE = "gathering/edit.html"
SAID = {
    "same": "Nothing was changed: it says all of that already.",
    "before": "This file was brought in before. Here is its story.",
}
NO_STORE = {"Cache-Control": "no-store"}


@router.get("/s/{story_id}/edit")
def edit(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    asked = request.query_params
    page = read_edit(archive, actor, story_id, whole="whole" in asked)
    said = next((text for name, text in SAID.items() if name in asked), "")
    return private_answer(request, PAGE, replace(page, saved="saved" in asked, said=said))


@router.post("/s/{story_id}/edit")
def save(request: Request, archive: TheArchive, actor: AtDesk, story_id: str, form: StoryPosted) -> Response:
    """Save it; or show what was filled in again: as it will look, refused, or beside what came meanwhile."""
    asked = asked_of(form)
    do = form.get("do", "save")
    if do not in ("save", "look"):
        raise HTTPException(422)
    if do == "look":
        return private_answer(request, PAGE, read_again(archive, actor, story_id, asked))
    try:
        saved = save_edit(archive, actor, acting(request), story_id, asked)
    except EditRefused as refused:
        page = read_again(archive, actor, story_id, asked, refused)
        return private_answer(request, PAGE, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DiskRefused as full:
        page = read_again(archive, actor, story_id, asked, EditRefused({"": str(full)}))
        return private_answer(request, PAGE, page, STATUS[DiskRefused])
    except Stale as stale:
        return private_answer(request, PAGE, read_stale(archive, actor, asked, stale), STATUS[EditConflict])
    whole = "whole&" if asked.filled is None else ""
    said = "saved" if saved.changed else "same"
    return RedirectResponse(f"{edit_address(saved.record_id)}?{whole}{said}", HTTPStatus.SEE_OTHER)


@router.post("/s/{story_id}/preview")
def look(archive: TheArchive, actor: AtDesk, story_id: str, form: StoryPosted) -> Response:
    """The text as it will look, alone, for the editor beside it."""
    row = load_for_edit(archive, actor, story_id).row
    (body,) = fields(form, "body")
    text, title = body.replace("\r\n", "\n"), form.get("title", "")
    with archive.engine.connect() as connection:
        pictures = pictures_of(connection, row)
        html, _ = preview(archive, connection, actor, text, slug=row.slug, title=title, pictures=pictures)
    return HTMLResponse(html, headers=NO_STORE)


@router.get("/s/{story_id}/originals/{digest}")
def original(request: Request, archive: TheArchive, actor: AtDesk, story_id: str, digest: str) -> Response:
    """The file that a story was made from, as it came; never shown by a browser as a page of ours."""
    name, content = read_original(archive, actor, story_id, digest, by=account_asking(request))
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content, media_type="application/octet-stream", headers={**NO_STORE, "Content-Disposition": named}
    )


def asked_of(form: dict[str, str]) -> Edit:
    """What a form asks to save: its fields, or the whole file where it has that."""
    (digest,) = fields(form, "digest")
    if "whole" in form:
        return Edit(digest, form.get("note", ""), whole=form["whole"].replace("\r\n", "\n"))
    fields(form, "body", "title", "status")
    return Edit(digest, form.get("note", ""), filled=read_form(form))
