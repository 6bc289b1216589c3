"""Marking a story: its passages, one quote, and the way from a quote's address to its story."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.database.visibility import Actor, Role
from app.errors import EditConflict, InvalidText, NotFound
from app.records.ids import normal_id
from app.records.model import Digest
from app.services.accounts import LONGEST_NAME
from app.services.insight.memos import with_saved
from app.services.insight.placing import Placing, place_changed, ticked
from app.services.insight.standing import Cell
from app.services.marking.choosing import themes_to_choose
from app.services.marking.joining import JoinRefused
from app.services.marking.margin import Marker
from app.services.marking.naming import names_typed, theme_names
from app.services.marking.newness import CALLED, called_otherwise, labels_signed, new_to, same_as
from app.services.marking.one_quote import quote_now, read_mark, read_quote, refused_quote, story_of_quote
from app.services.marking.queue import address_in_queue, address_there_again
from app.services.marking.quotes import About, Changed, Chosen, change, mark, put_back, remove
from app.services.marking.said import Marked, marked_since, said_in
from app.services.recording import By
from app.web.desk import desk_actor, only
from app.web.errors import STATUS, status_of
from app.web.forms import Posted, StoryPosted, fields
from app.web.frame import Reader, TheArchive, private_answer
from app.web.numbers import written
from app.web.sessions import account_asking, acting
from app.web.signposting import cited_here, signposted

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Worker = Annotated[Actor, Depends(only(*Role))]
WAS, CELL = "was-", "cell-"  # before a lens's slug, and before a cell
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
    before = said_in(archive, actor, by.account, story_id) if _from_script(request) else {}
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
    address = _in_story(archive, actor, ids[0], new, form, marked=" ".join(ids))
    if not _from_script(request):
        return _done(request, address)
    return _done(request, address, marked_since(before, said_in(archive, actor, by.account, story_id), ids))


def _in_story(
    archive: TheArchive, actor: Actor, quote_id: str, new: list[str], form: dict[str, str], **done: str
) -> str:
    """The address of the quote in its story, where stands what was done, and what came of the themes."""
    said = [*done.items(), *_of_themes(archive, actor, new, form)]
    return f"{story_of_quote(archive, actor, quote_id)}?{urlencode(said)}#{quote_id}"


def _from_script(request: Request) -> bool:
    """A script says so: behind a redirect it could not tell the page from the one where one signs in."""
    return "application/json" in request.headers.get("accept", "")


def _done(request: Request, address: str, marked: Sequence[Marked] = ()) -> Response:
    """To the page that shows what was done; a script is told its address, and what it needs to undo it."""
    if not _from_script(request):
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)
    told = {"address": address, "marked": [asdict(one) for one in marked]}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


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
        return [Chosen(**{name: str(value) for name, value in one.items()}) for one in listed]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY) from None


@router.get("/marking/themes")
def themes(request: Request, archive: TheArchive, actor: Worker) -> Response:
    """Names of themes that hold what was typed, and the one that it names, for the form that marks."""
    words = request.query_params.get("q", "")[:LONGEST_NAME]
    choices = themes_to_choose(archive, actor, account_asking(request), words)
    return JSONResponse(asdict(choices), headers={"Cache-Control": "no-store"})


@router.get("/q/{quote_id}")
def permanent(request: Request, archive: TheArchive, reader: Reader, quote_id: str) -> Response:
    """A quote's permanent address leads to its story, opened there; of one that is lost to the queue."""
    try:
        now = quote_now(archive, reader, quote_id)
    except NotFound:
        actor = desk_actor(request, set(Role))
        if actor is None:
            raise
        return _waiting(request, archive, actor, quote_id)
    address = f"{story_of_quote(archive, reader, now)}?quote={now}#{now}"
    return signposted(RedirectResponse(address, HTTPStatus.FOUND), cited_here(request, archive, reader, now))


def _waiting(request: Request, archive: TheArchive, actor: Actor, quote_id: str) -> Response:
    """To a quote in the queue, for whom it waits there. Raises NotFound."""
    address = address_in_queue(archive, actor, acting(request), quote_id)
    return RedirectResponse(address, HTTPStatus.FOUND)


@router.get("/q/{quote_id}/edit")
def one_quote(request: Request, archive: TheArchive, actor: Worker, quote_id: str) -> Response:
    try:
        page = read_quote(archive, actor, acting(request), quote_id)
    except NotFound:
        return _waiting(request, archive, actor, quote_id)
    asked = request.query_params
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
        return _done(request, f"{address}?off={quote_id}")
    if form.get("do") == "back":
        return _there_again(request, archive, actor, by, quote_id)
    if form.get("do") != "save" and "keep" not in form:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return _saved(request, archive, actor, quote_id, form)


def _there_again(request: Request, archive: TheArchive, actor: Actor, by: By, quote_id: str) -> Response:
    """Put a mark back, or say at the one of the same words why the two can not be one."""
    try:
        row = put_back(archive, actor, by, quote_id)
    except JoinRefused as refused:
        page = replace(read_quote(archive, actor, by, refused.quote_id), problem=str(refused))
        return private_answer(request, "marking/quote.html", page, status_of(refused))
    if row.id != quote_id:
        address = f"{story_of_quote(archive, actor, row.id)}?changed={row.id}#{row.id}"
    else:
        address = address_there_again(archive, actor, by, row)
    return _done(request, address)


def _saved(
    request: Request, archive: TheArchive, actor: Actor, quote_id: str, form: dict[str, str]
) -> Response:
    """All that stands in a quote's form is kept, whichever button was pressed; or it is shown again."""
    by, placing = acting(request), _placing(form)
    try:
        new = _said(archive, actor, by, quote_id, form)
    except (EditConflict, InvalidText) as refused:
        page = read_quote(archive, actor, by, quote_id)
        typed = {name: form.get(name, getattr(page, name)) for name in ("themes", "note")}
        page = refused_quote(page, **typed, stays="stays" in form, refused=refused)
        page = replace(page, lenses=ticked(page.lenses, placing))
        return private_answer(request, "marking/quote.html", page, status_of(refused))
    except NotFound:
        return _said_of_waiting(request, archive, actor, quote_id, form)
    place_changed(archive, actor, by, quote_id, placing)
    if "keep" not in form:
        return _done(request, _in_story(archive, actor, quote_id, new, form, changed=quote_id))
    said = urlencode([("saved", form["keep"]), *_of_themes(archive, actor, new, form)])
    return RedirectResponse(f"/q/{quote_id}/edit?{said}#lens-{quote(form['keep'])}", HTTPStatus.SEE_OTHER)


def _said_of_waiting(
    request: Request, archive: TheArchive, actor: Actor, quote_id: str, form: dict[str, str]
) -> Response:
    """An edit lost its words while she wrote: what she wrote is kept, and she is led to where it waits."""
    by = acting(request)
    address = address_in_queue(archive, actor, by, quote_id, "said")
    change(archive, actor, by, quote_id, _changed(form), waiting=True)
    return _done(request, address)


def _said(archive: TheArchive, actor: Actor, by: By, quote_id: str, form: dict[str, str]) -> list[str]:
    """Keep what somebody says of a quote; the signs of its new themes. Who may only place it says nothing."""
    if "keep" in form and "themes" not in form:
        return []
    changed, digest = _changed(form), form.get("digest")
    new = new_to(archive, actor, by.account, changed.themes or ())
    expected = None if digest is None else Digest(digest)
    change(archive, actor, by, quote_id, changed, expected=expected)
    return new


def _changed(form: dict[str, str]) -> Changed:
    """What a form says of a quote. One that does not say what it showed changes only what it names."""
    themes = theme_names(form["themes"]) if "themes" in form else None
    stays = form.get("stays") == "yes" if "stays" in form or "digest" in form else None
    return Changed(themes, form.get("note"), stays)


def _placing(form: dict[str, str]) -> Placing:
    """What a form changes in lenses: cells that it found otherwise. What others did meanwhile stays."""
    was = _cells(cell for name, value in form.items() if name.startswith(WAS) for cell in value.split())
    now = _cells(name.removeprefix(CELL) for name in form if name.startswith(CELL))
    return Placing(now - was, was - now)


def _cells(values: Iterable[str]) -> frozenset[Cell]:
    parts = [[written(part) for part in value.split("-")] for value in values]
    pairs = [(one[0], one[1]) for one in parts if len(one) == 2]
    return frozenset((row, column) for row, column in pairs if row is not None and column is not None)
