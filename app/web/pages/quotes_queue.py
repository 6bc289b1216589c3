"""The queue of quotes that an edit changed or lost: what somebody decides of each, and takes back."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor, Role
from app.errors import EditConflict, InvalidText
from app.records.ids import normal_id
from app.services.marking.deciding import take_back
from app.services.marking.queue import (
    DESK,
    address_there_again,
    keep_changed,
    keep_several,
    put_elsewhere,
    read_queue,
    take_off,
)
from app.services.marking.quotes import put_back
from app.services.paging import page_number
from app.services.recording import By
from app.web.desk import desk_answer, only
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.numbers import written
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Worker = Annotated[Actor, Depends(only(*Role))]
PAGE = "marking/queue.html"
KEEP = "keep-"  # before a quote's id, where several are chosen
MOST_CHOSEN = 100
SAVED = {
    "keep": "Kept: the words that stand there now are marked.",
    "several": "Kept: the words that stand there now are marked in each that you chose.",
    "elsewhere": "The mark stands at these words now.",
    "off": "The mark is taken off.",
    "back": "The mark is there again.",
    "said": "What you wrote is kept. The words of this quote are not in its story any more: it waits here.",
    "undone": "As before: it waits here again.",
    "left": "Left as it is: it was changed meanwhile, or the version in which its words stood is gone.",
}


@router.get(DESK)
def queue(request: Request, archive: TheArchive, actor: Worker) -> Response:
    asked = request.query_params
    page = read_queue(archive, actor, acting(request), page_number(asked.get("page")))
    off = normal_id(asked.get("off", "")[:40]) or ""
    steps = " ".join(map(str, _steps(asked.get("steps", ""))))
    saved = SAVED.get(asked.get("saved", ""), "")
    return desk_answer(request, PAGE, replace(page, saved=saved, off=off, steps=steps))


def _steps(text: str) -> list[int]:
    numbers = (written(part) for part in text[:2_000].split()[:MOST_CHOSEN])
    return [number for number in numbers if number is not None]


@router.post(DESK)
def decide(request: Request, archive: TheArchive, actor: Worker, form: Posted) -> Response:
    """Keep what stands there now, put the mark elsewhere, or take it off; or take one of these back."""
    (do,), by = fields(form, "do"), acting(request)
    try:
        address = _taken_back(archive, actor, by, form) or _decided(archive, actor, by, do, form)
    except (EditConflict, InvalidText) as refused:
        return _refused(request, archive, actor, form, refused)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _taken_back(archive: TheArchive, actor: Actor, by: By, form: dict[str, str]) -> str:
    """Where it is shown that something was undone; empty where nothing else was asked for."""
    if form["do"] == "back":
        row = put_back(archive, actor, by, *fields(form, "quote"))
        return address_there_again(archive, actor, by, row)
    if form["do"] == "undo":
        done = take_back(archive, actor, by, _steps(*fields(form, "steps")))
        return f"{DESK}?saved={'left' if done.left else 'undone'}"
    return ""


def _decided(archive: TheArchive, actor: Actor, by: By, do: str, form: dict[str, str]) -> str:
    """Where it is shown what was done, with a way back. What is none of the four is 422."""
    quote_id = "" if do == "several" else fields(form, "quote")[0]
    steps: list[int] = []
    if do == "keep":
        steps = keep_changed(archive, actor, by, quote_id, *fields(form, "now"))
    elif do == "several":
        steps = keep_several(archive, actor, by, _chosen(form))
    elif do == "elsewhere":
        steps = put_elsewhere(archive, actor, by, quote_id, *fields(form, "words"))
    elif do == "off":
        take_off(archive, actor, by, quote_id)
        return f"{DESK}?{urlencode({'saved': do, 'off': quote_id})}"
    else:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    back = {"steps": " ".join(map(str, steps))} if steps else {}
    return f"{DESK}?{urlencode({'saved': do} | back)}"


def _refused(
    request: Request,
    archive: TheArchive,
    actor: Actor,
    form: dict[str, str],
    refused: EditConflict | InvalidText,
) -> Response:
    """The queue with what was typed still in it, and why nothing was done."""
    page = read_queue(archive, actor, acting(request), page_number(form.get("page")))
    conflict, quote_id = isinstance(refused, EditConflict), form.get("quote", "")
    words, problem = form.get("words", "")[:5_000], "" if conflict else str(refused)
    rows = [replace(row, typed=words, problem=problem) if row.id == quote_id else row for row in page.rows]
    here = any(row.id == quote_id for row in rows)
    page = replace(page, rows=rows, conflict=conflict, problem="" if here else problem)
    return desk_answer(request, PAGE, page, status_of(refused))


def _chosen(form: dict[str, str]) -> dict[str, str]:
    """The quotes that were chosen on the page, each with the words that stood there."""
    named = [(name.removeprefix(KEEP), value) for name, value in form.items() if name.startswith(KEEP)]
    return dict(named[:MOST_CHOSEN])
