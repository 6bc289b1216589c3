"""Marking a story: its passages, one quote, and the way from a quote's address to its story."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.database.visibility import Actor, Role
from app.errors import EditConflict, InvalidText
from app.records.ids import normal_id
from app.services.accounts import LONGEST_NAME
from app.services.insight.memos import with_saved
from app.services.insight.placing import Placing, place_changed, ticked
from app.services.insight.standing import Cell
from app.services.marking.choosing import themes_to_choose
from app.services.marking.margin import Marker
from app.services.marking.naming import names_typed, theme_names
from app.services.marking.newness import CALLED, called_otherwise, labels_signed, new_to, same_as
from app.services.marking.one_quote import read_mark, read_quote, story_of_quote
from app.services.marking.queue import keep_changed, keep_several, put_elsewhere, read_queue, take_off
from app.services.marking.quotes import About, Chosen, change, mark, put_back, remove
from app.services.paging import page_number
from app.services.recording import By
from app.web.desk import desk_actor, desk_answer, only
from app.web.errors import STATUS
from app.web.forms import Posted, StoryPosted, fields
from app.web.frame import Reader, TheArchive, private_answer
from app.web.numbers import written
from app.web.sessions import account_asking, acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Worker = Annotated[Actor, Depends(only(*Role))]
QUEUE = "marking/queue.html"
WAS, CELL = "was-", "cell-"  # before a lens's slug, and before a cell
KEEP = "keep-"  # before a quote's id, where several are chosen
SAVED = {
    "keep": "Kept: the words that stand there now are marked.",
    "several": "Kept: the words that stand there now are marked in each that you chose.",
    "elsewhere": "The mark stands at these words now.",
    "off": "The mark is taken off.",
}
MOST_CHOSEN = 100  # passages in one form; more are refused with a reason further down
CHANGED = (
    "The story was changed while you read, and these words do not stand there as they did. "
    "Open it again, and mark them there; what you wrote is still here."
)


def marker_of(request: Request) -> Marker | None:
    """Who reads a story's page and may mark it; None for a reader."""
    actor = desk_actor(request, set(Role))
    if actor is None:
        return None
    asked = request.query_params
    marked = tuple(filter(None, map(normal_id, asked.get("marked", "")[:400].split())))
    changed, off = (normal_id(asked.get(name, "")[:40]) or "" for name in ("changed", "off"))
    return Marker(
        account=account_asking(request),
        whose=asked.get("marks", "")[:20],
        marked=marked,
        changed=changed,
        new=tuple(asked.get("new", "")[:400].split()),
        typed=tuple(asked.getlist("typed")[:CALLED]),
        off=off,
        actor=actor,
    )


@router.get("/s/{story_id}/mark")
def form_to_mark(request: Request, archive: TheArchive, actor: Worker, story_id: str) -> Response:
    """A passage to be marked without script, whole or in part."""
    anchor = request.query_params.get("at", "")[:40]
    page = read_mark(archive, actor, account_asking(request), story_id, anchor)
    return private_answer(request, "marking/mark.html", page)


@router.post("/s/{story_id}/mark")
def mark_words(request: Request, archive: TheArchive, actor: Worker, story_id: str, form: Posted) -> Response:
    """Mark what was chosen; or show the form with all that was written, and why not."""
    chosen, by = _chosen(form), acting(request)
    revision = written(form.get("revision", ""))
    if revision is None:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        about = _about(form)
        new = new_to(archive, actor, by.account, about.themes)  # asked before: afterwards she knows each
        ids = mark(archive, actor, by, story_id, chosen, revision, about)
    except (InvalidText, EditConflict) as refused:
        anchor = chosen[0].anchor if chosen else ""
        page = read_mark(archive, actor, account_asking(request), story_id, anchor)
        page = replace(
            page,
            exact=chosen[0].exact if chosen else "",
            themes=form.get("themes", "")[:2_000],
            note=form.get("note", "")[:2_000],
            stays="stays" in form,
            problem=CHANGED if isinstance(refused, EditConflict) else str(refused),
        )
        return private_answer(request, "marking/mark.html", page, STATUS[type(refused)])
    return _seen_in_story(archive, actor, ids[0], new, form, marked=" ".join(ids))


def _seen_in_story(
    archive: TheArchive, actor: Actor, quote_id: str, new: list[str], form: dict[str, str], **done: str
) -> RedirectResponse:
    """To the quote in its story, where stands what was done, and what came of the themes."""
    said = [*done.items(), *_of_themes(archive, actor, new, form)]
    address = story_of_quote(archive, actor, quote_id)
    return RedirectResponse(f"{address}?{urlencode(said)}#{quote_id}", HTTPStatus.SEE_OTHER)


def _of_themes(
    archive: TheArchive, actor: Actor, new: list[str], form: dict[str, str]
) -> list[tuple[str, str]]:
    """Which themes were new, and which names that were typed are called otherwise here."""
    typed = called_otherwise(archive, actor, names_typed(form.get("themes", "")))
    return [*([("new", " ".join(new))] if new else []), *(("typed", name) for name in typed)]


def _about(form: dict[str, str]) -> About:
    return About(theme_names(form.get("themes", "")), form.get("note", ""), "stays" in form)


def _chosen(form: dict[str, str]) -> list[Chosen]:
    """One passage of a plain form, or several that a script sends. What is neither is 422."""
    if "selection" not in form:
        (anchor,) = fields(form, "anchor")
        return [Chosen(anchor, form.get("exact", ""))]
    try:
        listed = json.loads(form["selection"])
        return [Chosen(**{name: str(value) for name, value in one.items()}) for one in listed[:MOST_CHOSEN]]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY) from None


@router.get("/marking/themes")
def themes(request: Request, archive: TheArchive, actor: Worker) -> Response:
    """Names of themes that hold what was typed, and the one that it names, for the form that marks."""
    words = request.query_params.get("q", "")[:LONGEST_NAME]
    choices = themes_to_choose(archive, actor, account_asking(request), words)
    return JSONResponse(asdict(choices), headers={"Cache-Control": "no-store"})


@router.get("/q/{quote_id}")
def permanent(archive: TheArchive, reader: Reader, quote_id: str) -> Response:
    """A quote's permanent address leads to its story, opened there."""
    address = story_of_quote(archive, reader, quote_id)
    quote_id = normal_id(quote_id) or ""
    return RedirectResponse(f"{address}?quote={quote_id}#{quote_id}", HTTPStatus.FOUND)


@router.get("/q/{quote_id}/edit")
def one_quote(request: Request, archive: TheArchive, actor: Worker, quote_id: str) -> Response:
    page, asked = read_quote(archive, actor, acting(request), quote_id), request.query_params
    new = labels_signed(page.quote.themes, asked.get("new", "")[:400].split())
    same = same_as(page.quote.themes, asked.getlist("typed")[:CALLED])
    page = replace(page, saved=asked.get("saved", "")[:200], new=new, same=same)
    if page.memos:
        page = replace(page, memos=with_saved(page.memos, asked.get("memo", "")[:40]))
    return private_answer(request, "marking/quote.html", page)


@router.post("/q/{quote_id}/edit")
def change_quote(
    request: Request, archive: TheArchive, actor: Worker, quote_id: str, form: StoryPosted
) -> Response:
    """Say something else of it and place it in lenses, take it off, or put it back."""
    by = acting(request)
    if form.get("do") == "remove":
        address = story_of_quote(archive, actor, quote_id)
        remove(archive, actor, by, quote_id)
        return RedirectResponse(f"{address}?off={quote_id}", HTTPStatus.SEE_OTHER)
    if form.get("do") == "back":
        put_back(archive, actor, by, quote_id)
        return RedirectResponse(
            f"{story_of_quote(archive, actor, quote_id)}#{quote_id}", HTTPStatus.SEE_OTHER
        )
    if form.get("do") != "save" and "keep" not in form:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return _saved(request, archive, actor, quote_id, form)


def _saved(
    request: Request, archive: TheArchive, actor: Actor, quote_id: str, form: dict[str, str]
) -> Response:
    """All that stands in a quote's form is kept, whichever button was pressed; or it is shown again."""
    by, placing = acting(request), _placing(form)
    try:
        new = _said(archive, actor, by, quote_id, form)
    except InvalidText as refused:
        page = read_quote(archive, actor, by, quote_id)
        typed = {name: form.get(name, "")[:2_000] for name in ("themes", "note")}
        page = replace(page, **typed, stays="stays" in form, problem=str(refused))  # type: ignore[arg-type]
        page = replace(page, lenses=ticked(page.lenses, placing))
        return private_answer(request, "marking/quote.html", page, STATUS[InvalidText])
    place_changed(archive, actor, by, quote_id, placing)
    if "keep" not in form:
        return _seen_in_story(archive, actor, quote_id, new, form, changed=quote_id)
    said = urlencode([("saved", form["keep"]), *_of_themes(archive, actor, new, form)])
    return RedirectResponse(f"/q/{quote_id}/edit?{said}#lens-{quote(form['keep'])}", HTTPStatus.SEE_OTHER)


def _said(archive: TheArchive, actor: Actor, by: By, quote_id: str, form: dict[str, str]) -> list[str]:
    """Keep what somebody says of a quote; the signs of its new themes. Who may only place it says nothing."""
    if "keep" in form and "themes" not in form:
        return []
    about = _about(form)
    new = new_to(archive, actor, by.account, about.themes)
    change(archive, actor, by, quote_id, about)
    return new


def _placing(form: dict[str, str]) -> Placing:
    """What a form changes in lenses: cells that it found otherwise. What others did meanwhile stays."""
    was = _cells(cell for name, value in form.items() if name.startswith(WAS) for cell in value.split())
    now = _cells(name.removeprefix(CELL) for name in form if name.startswith(CELL))
    return Placing(now - was, was - now)


def _cells(values: Iterable[str]) -> frozenset[Cell]:
    parts = [[written(part) for part in value.split("-")] for value in values]
    pairs = [(one[0], one[1]) for one in parts if len(one) == 2]
    return frozenset((row, column) for row, column in pairs if row is not None and column is not None)


@router.get("/desk/quotes")
def queue(request: Request, archive: TheArchive, actor: Worker) -> Response:
    number = page_number(request.query_params.get("page"))
    page = read_queue(archive, actor, acting(request), number)
    saved = request.query_params.get("saved", "")
    return desk_answer(request, QUEUE, replace(page, saved=SAVED.get(saved, "")))


@router.post("/desk/quotes")
def decide(request: Request, archive: TheArchive, actor: Worker, form: Posted) -> Response:
    """Keep what stands there now, put the mark elsewhere, or take it off."""
    (do,), by = fields(form, "do"), acting(request)
    quote_id = "" if do == "several" else fields(form, "quote")[0]
    try:
        if do == "keep":
            keep_changed(archive, actor, by, quote_id, *fields(form, "now"))
        elif do == "several":
            keep_several(archive, actor, by, _kept_of(form))
        elif do == "elsewhere":
            put_elsewhere(archive, actor, by, quote_id, *fields(form, "words"))
        elif do == "off":
            take_off(archive, actor, by, quote_id)
        else:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    except (EditConflict, InvalidText) as refused:
        page = read_queue(archive, actor, by, page_number(form.get("page")))
        conflict = isinstance(refused, EditConflict)
        words, problem = form.get("words", "")[:5_000], "" if conflict else str(refused)
        wrong = (replace(row, typed=words, problem=problem) for row in page.rows if row.id == quote_id)
        again = {row.id: row for row in wrong}
        rows = [again.get(row.id, row) for row in page.rows]
        page = replace(page, rows=rows, conflict=conflict, problem="" if quote_id else problem)
        return desk_answer(request, QUEUE, page, STATUS[type(refused)])
    return RedirectResponse(f"/desk/quotes?saved={do}", HTTPStatus.SEE_OTHER)


def _kept_of(form: dict[str, str]) -> dict[str, str]:
    """The quotes that were chosen on the page, each with the words that stood there."""
    named = [(name.removeprefix(KEEP), value) for name, value in form.items() if name.startswith(KEEP)]
    return dict(named[:MOST_CHOSEN])
