"""Names left behind in a story, and passages that are someone else's."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import EditConflict, InvalidText
from app.services.archive import Archive
from app.services.gathering.addressing import give_address
from app.services.gathering.names_desk import (
    At,
    add_to_key,
    forget,
    ignore_finding,
    keep_finding,
    open_desk,
    replace_finding,
    undo,
)
from app.services.gathering.names_page import as_typed, names_address, read_names
from app.services.gathering.others_desk import close_passage, open_passage, settle_passage
from app.services.gathering.pseudonyms import PseudonymTaken
from app.services.paging import page_number
from app.web.desk import AtDesk, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.numbers import posted
from app.web.sessions import acting

router = APIRouter(include_in_schema=False)
PAGE = "gathering/names.html"
SAVED = {
    "replaced": "Replaced, and written down apart from the text.",
    "key": "The name is in the key, and replaced wherever it stood.",
    "kept": "It stays, and the reason is written down.",
    "ignored": "It is ignored from now on, in every story here.",
    "undone": "The decision is taken back.",
    "address": "It has another address. Under the one it had nothing is found any more.",
    "forgotten": "The name is gone from the key for good.",
    "closed": "The passage is closed.",
    "settled": "Written down.",
    "opened": "The passage is open. Readers see it as the story’s consent says.",
    "waiting": "The passage is open in the text. Readers see the story again when a steward has said so.",
}
SETTLING = ("agreed", "disguised", "recorded", "")


@router.get("/s/{story_id}/names")
def names(request: Request, archive: TheArchive, actor: AtDesk, story_id: str) -> Response:
    asked = request.query_params
    number = page_number(asked.get("page"))
    page = read_names(archive, actor, story_id, number)
    page = page if number <= page.pager.pages else read_names(archive, actor, story_id, page.pager.pages)
    return desk_answer(request, PAGE, replace(page, saved=SAVED.get(asked.get("saved", ""), "")))


@router.post("/s/{story_id}/names")
def decide(request: Request, archive: TheArchive, actor: AtDesk, story_id: str, form: Posted) -> Response:
    """Do what `do` says; a refusal shows the page as it is now, and why."""
    do, expected = fields(form, "do", "digest")
    doing = DOING.get(do)
    if doing is None:
        raise HTTPException(422)
    try:
        at = open_desk(archive, actor, acting(request), story_id, expected)
        saved = doing(at, form)
    except (InvalidText, EditConflict) as refused:
        return _refused(request, archive, actor, story_id, form, refused)
    shown = page_number(form.get("page"))
    more = f"&page={shown}" if shown > 1 else ""
    return RedirectResponse(f"{names_address(story_id)}?saved={saved}{more}", 303)


def _refused(
    request: Request,
    archive: Archive,
    actor: Actor,
    story_id: str,
    form: Mapping[str, str],
    refused: InvalidText | EditConflict,
) -> Response:
    """The page as it is now, with what was typed and why it was not done."""
    page = read_names(archive, actor, story_id, page_number(form.get("page")))
    page = as_typed(page, form, shared=isinstance(refused, PseudonymTaken))
    if isinstance(refused, EditConflict):
        return desk_answer(request, PAGE, replace(page, conflict=True), STATUS[EditConflict])
    return desk_answer(request, PAGE, replace(page, problem=str(refused)), STATUS[InvalidText])


def _replace(at: At, form: dict[str, str]) -> str:
    finding, instead, where = fields(form, "finding", "instead", "where")
    replace_finding(at, finding, instead, posted(where) if where else None, same="same" in form)
    return "replaced"


def _keep(at: At, form: dict[str, str]) -> str:
    finding, reason = fields(form, "finding", "reason")
    keep_finding(at, finding, reason)
    return "kept"


def _ignore(at: At, form: dict[str, str]) -> str:
    ignore_finding(at, *fields(form, "finding"))
    return "ignored"


def _undo(at: At, form: dict[str, str]) -> str:
    (number,) = fields(form, "decision")
    undo(at, posted(number))
    return "undone"


def _add(at: At, form: dict[str, str]) -> str:
    add_to_key(at, *fields(form, "name", "instead"), same="same" in form)
    return "key"


def _forget(at: At, form: dict[str, str]) -> str:
    forget(at, *fields(form, "name"))
    return "forgotten"


def _address(at: At, form: dict[str, str]) -> str:
    give_address(at, *fields(form, "slug"))
    return "address"


def _close(at: At, form: dict[str, str]) -> str:
    close_passage(at, *fields(form, "anchor"))
    return "closed"


def _settle(at: At, form: dict[str, str]) -> str:
    passage, how, reason = fields(form, "passage", "how", "reason")
    if how not in SETTLING:
        raise HTTPException(422)
    settle_passage(at, passage, how, reason)
    return "settled"


def _open(at: At, form: dict[str, str]) -> str:
    return "opened" if open_passage(at, *fields(form, "passage")) else "waiting"


DOING: dict[str, Callable[[At, dict[str, str]], str]] = {
    "replace": _replace,
    "keep": _keep,
    "ignore": _ignore,
    "undo": _undo,
    "add": _add,
    "forget": _forget,
    "address": _address,
    "close": _close,
    "settle": _settle,
    "open": _open,
}
