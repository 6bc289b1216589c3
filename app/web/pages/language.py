"""Shared language: for readers, and at the desk where it is written."""

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.visibility import Role
from app.errors import EditConflict, InvalidText
from app.services.archive import Archive
from app.services.language import (
    DESK,
    Word,
    read_language,
    read_language_desk,
    refused_desk,
    remove_word,
    undo_word,
    write_word,
)
from app.web.desk import AtDesk, desk_actor, desk_answer
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, page_answer
from app.web.numbers import posted, written
from app.web.sessions import acting

router = APIRouter(include_in_schema=False)
PAGE = "language/desk.html"
SAID = {
    "written": "Written down.",
    "removed": "Taken away.",
    "back": "As it was before.",
    "left": "It was changed meanwhile, and stays as it is.",
}


@router.get("/language")
def language(request: Request, archive: TheArchive) -> Response:
    writes = desk_actor(request, {Role.GATHERER, Role.STEWARD}) is not None
    return page_answer(request, "language/page.html", read_language(archive, writes=writes))


@router.get(DESK)
def desk(request: Request, archive: TheArchive, _actor: AtDesk) -> Response:
    asked = request.query_params
    said, step = SAID.get(asked.get("said", ""), ""), written(asked.get("step", "")) or 0
    page = read_language_desk(archive, asked.get("word", "")[:2_000], said=said, step=step)
    return desk_answer(request, PAGE, page)


@router.post(DESK)
def change(request: Request, archive: TheArchive, actor: AtDesk, form: Posted) -> Response:
    """Write a word down or change it, take it away, or undo that."""
    (do,), by = fields(form, "do"), acting(request).account
    if do == "undo":
        done = undo_word(archive, actor, posted(fields(form, "step")[0]), by)
        return _onward("back" if done else "left")
    if do == "remove":
        return _onward("removed", remove_word(archive, *fields(form, "old"), by=by))
    if do != "write":
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return _write(request, archive, form, by)


def _write(request: Request, archive: Archive, form: dict[str, str], by: int | None) -> Response:
    text, used, old = fields(form, "word", "used", "old")
    word = Word(text, used == "yes", form.get("instead", ""), form.get("why", ""))
    try:
        step = write_word(archive, old, word, expected=form.get("digest", ""), by=by)
    except (InvalidText, EditConflict) as refused:
        page = refused_desk(archive, old, word, refused)
        return desk_answer(request, PAGE, page, status_of(refused))
    return _onward("written", step)


def _onward(said: str, step: int = 0) -> Response:
    address = f"{DESK}?said={said}" + (f"&step={step}" if step else "")
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
