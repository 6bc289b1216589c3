"""Boards on which a group draws quotes into clusters, and turns a cluster into a theme."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import InvalidText
from app.services.archive import Archive
from app.services.insight.board_changing import (
    SHOWN,
    Hung,
    Place,
    Wanted,
    add_cluster,
    add_quotes,
    change_board,
    change_cluster,
    make_board,
    move_cluster,
    move_quote,
    put_board_back,
    put_cluster_back,
    put_on_board_again,
    remove_board,
    remove_cluster,
    take_off_board,
    told_of,
)
from app.services.insight.board_themes import (
    KnownAlready,
    Turned,
    read_board_theme,
    turn_into_theme,
    undo_theme,
)
from app.services.insight.boards import board_address, list_boards, read_board
from app.services.insight.placing import pasted_ids, quote_ids
from app.services.paging import page_number
from app.services.recording import By
from app.services.views import BoardPage, Undo
from app.web.desk import desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive
from app.web.numbers import addressed, posted, written
from app.web.pages.marking import Worker
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
Done = dict[str, str]  # what the board's address says after a change
SAID = {"saved": "Saved.", "undone": "It is undone."}
TURNED = "“{}” is a theme now: {} got it by this."


@router.get("/boards")
def boards(request: Request, archive: TheArchive, actor: Worker) -> Response:
    asked, by = request.query_params, acting(request)
    number = page_number(asked.get("page"))
    page = list_boards(archive, actor, by, number, asked.get("removed", "")[:40])
    page = page if number <= page.pager.pages else list_boards(archive, actor, by, page.pager.pages)
    return desk_answer(request, "boards/list.html", page)


@router.post("/boards")
def begin(request: Request, archive: TheArchive, actor: Worker, form: Posted) -> Response:
    """Begin a board, or put one back."""
    (do,), by = fields(form, "do"), acting(request)
    if do == "back":
        (board_id,) = fields(form, "board")
        put_board_back(archive, actor, by, board_id)
        return RedirectResponse(board_address(board_id), SEE_OTHER)
    if do != "make":
        raise HTTPException(UNCLEAR)
    name, about = fields(form, "name", "about")
    try:
        board_id = make_board(archive, by, name, about)
    except InvalidText as wrong:
        page = list_boards(archive, actor, by, 1)
        page = replace(page, problem=str(wrong), name=name[:500], about=about[:5_000])
        return desk_answer(request, "boards/list.html", page, STATUS[InvalidText])
    return RedirectResponse(board_address(board_id), SEE_OTHER)


@router.get("/boards/{board_id}")
def board(request: Request, archive: TheArchive, actor: Worker, board_id: str) -> Response:
    number, by = page_number(request.query_params.get("page")), acting(request)
    page = read_board(archive, actor, by, board_id, number)
    if number > page.pager.pages:
        page = read_board(archive, actor, by, board_id, page.pager.pages)
    return desk_answer(request, "boards/page.html", _told(request, page))


def _told(request: Request, page: BoardPage) -> BoardPage:
    """The page with what was done just now, and what undoes it."""
    asked = request.query_params
    did, quote = asked.get("did", ""), next(iter(quote_ids(asked.get("quote", "")[:40])), "")
    number = str(written(asked.get("cluster", "")) or 0)
    if did in SAID:
        return replace(page, said=SAID[did])
    if did == "added" and (added := written(asked.get("number", ""))):
        return _added(request, page, added)
    before = next(iter(quote_ids(asked.get("before", "")[:40])), "")
    if did == "moved" and quote:
        sent = _sent("move", quote=quote, cluster=number, before=before)
        undo = Undo("The quote is moved.", "Move it back", sent)
    elif did == "off" and quote:
        sent = _sent("on", quote=quote, cluster=number, before=before)
        undo = Undo("The quote is off the board.", "Put it back", sent)
    elif did == "apart":
        undo = Undo("The cluster is taken apart.", "Put it together", _sent("together", cluster=number))
    else:
        return page
    return replace(page, undo=undo)


def _added(request: Request, page: BoardPage, added: int) -> BoardPage:
    """What is new, and what became of everything else that was pasted."""
    asked = request.query_params
    counted = (written(asked.get(name, "")) or 0 for name in ("more", "there", "unfit"))
    hung = Hung(added, pasted_ids(asked.get("missing", ""))[:SHOWN], *counted)
    said = f"{added} quotes are new here." if added > 1 else "One quote is new here."
    return replace(page, said=said, passed_over=" ".join(told_of(hung)))


def _sent(do: str, **values: str) -> list[tuple[str, str]]:
    return [("do", do), *values.items()]


@router.post("/boards/{board_id}")
def change(request: Request, archive: TheArchive, actor: Worker, board_id: str, form: Posted) -> Response:
    """One change of a board; or the board again, and why it was not made."""
    (do,), by = fields(form, "do"), acting(request)
    if do == "remove":
        remove_board(archive, actor, by, board_id)
        return RedirectResponse(f"/boards?removed={board_id}", SEE_OTHER)
    number = page_number(form.get("page"))
    try:
        done = _changed(archive, actor, by, board_id, do, form)
    except InvalidText as wrong:
        page = read_board(archive, actor, by, board_id, number)
        return desk_answer(request, "boards/page.html", _again(page, do, form, wrong), STATUS[InvalidText])
    query = urlencode(done | ({"page": str(number)} if number > 1 else {}))
    return RedirectResponse(f"{board_address(board_id)}?{query}", SEE_OTHER)


def _again(page: BoardPage, do: str, form: dict[str, str], wrong: InvalidText) -> BoardPage:
    page = replace(page, problem=str(wrong))
    if do == "add":
        return replace(page, adding=form.get("pasted", "")[:10_000], theme=form.get("theme", "")[:500])
    if do == "cluster":
        return replace(page, new_name=form.get("name", "")[:500], new_note=form.get("note", "")[:5_000])
    return page


def _changed(archive: Archive, actor: Actor, by: By, board_id: str, do: str, form: dict[str, str]) -> Done:
    if do == "board":
        change_board(archive, actor, by, board_id, *fields(form, "name", "about"))
    elif do == "add":
        return _done_adding(add_quotes(archive, actor, by, board_id, _wanted(form)))
    elif do in ("move", "off", "on"):
        return _changed_quote(archive, actor, by, board_id, do, form)
    elif do == "cluster":
        name, note = fields(form, "name", "note")
        key = add_cluster(archive, actor, by, board_id, name, note)
        for quote in quote_ids(form.get("quote", "")[:40]):
            return _moved("moved", quote, move_quote(archive, actor, by, board_id, quote, Place(key)))
    else:
        return _changed_cluster(archive, actor, by, board_id, do, form)
    return {"did": "saved"}


def _done_adding(hung: Hung) -> Done:
    counted = {"number": hung.new, "more": hung.more, "there": hung.there, "unfit": hung.unfit}
    done = {name: str(number) for name, number in counted.items() if number}
    return {"did": "added", **done} | ({"missing": " ".join(hung.missing)} if hung.missing else {})


def _moved(did: str, quote: str, was: Place) -> Done:
    done = {"did": did, "quote": quote, "cluster": str(was.cluster)}
    return done | ({"before": was.before} if was.before else {})


def _wanted(form: dict[str, str]) -> Wanted:
    who = form.get("by", "")
    by = who if who == "me" or written(who) is not None else ""
    return Wanted(form.get("theme", "")[:500], by, "stays" in form, form.get("pasted", ""))


def _changed_quote(
    archive: Archive, actor: Actor, by: By, board_id: str, do: str, form: dict[str, str]
) -> Done:
    (quote,) = fields(form, "quote")
    if do == "off":
        return _moved("off", quote, take_off_board(archive, actor, by, board_id, quote))
    place = Place(posted(*fields(form, "cluster")), form.get("before", "")[:40])
    if do == "on":
        put_on_board_again(archive, actor, by, board_id, quote, place)
        return {"did": "undone"}
    return _moved("moved", quote, move_quote(archive, actor, by, board_id, quote, place))


def _changed_cluster(
    archive: Archive, actor: Actor, by: By, board_id: str, do: str, form: dict[str, str]
) -> Done:
    key = posted(*fields(form, "cluster"))
    if do == "name":
        change_cluster(archive, actor, by, board_id, key, *fields(form, "name", "note"))
    elif do in ("earlier", "later"):
        move_cluster(archive, actor, by, board_id, key, -1 if do == "earlier" else 1)
    elif do == "apart":
        remove_cluster(archive, actor, by, board_id, key)
        return {"did": "apart", "cluster": str(key)}
    elif do == "together":
        put_cluster_back(archive, actor, by, board_id, key)
        return {"did": "undone"}
    elif do == "untheme":
        theme, gained, proof = fields(form, "theme", "gained", "proof")
        undo_theme(archive, actor, by, board_id, key, posted(theme), gained, proof)
        return {"did": "undone"}
    else:
        raise HTTPException(UNCLEAR)
    return {"did": "saved"}


@router.get("/boards/{board_id}/clusters/{key}/theme")
def ask(request: Request, archive: TheArchive, actor: Worker, board_id: str, key: str) -> Response:
    page = read_board_theme(archive, actor, acting(request), board_id, addressed(key))
    return desk_answer(request, "boards/theme.html", page)


@router.post("/boards/{board_id}/clusters/{key}/theme")
def turn(
    request: Request, archive: TheArchive, actor: Worker, board_id: str, key: str, form: Posted
) -> Response:
    """Turn a cluster into a theme. The answer is the board itself: it alone knows how to undo that."""
    (name,), by, number = fields(form, "name"), acting(request), addressed(key)
    try:
        turned = turn_into_theme(archive, actor, by, board_id, number, name, sure=form.get("sure", "")[:300])
    except InvalidText as wrong:
        page = read_board_theme(archive, actor, by, board_id, number, name[:300])
        known = isinstance(wrong, KnownAlready)
        page = replace(page, asked=known, problem="" if known else str(wrong))
        return desk_answer(request, "boards/theme.html", page, HTTPStatus.OK if known else UNCLEAR)
    page_now = read_board(archive, actor, by, board_id, 1)
    return desk_answer(request, "boards/page.html", replace(page_now, undo=_undo(turned, number)))


def _undo(turned: Turned, key: int) -> Undo:
    number = len(turned.gained)
    said = TURNED.format(turned.label, "one quote" if number == 1 else f"{number} quotes")
    told = {"theme": str(turned.theme), "gained": " ".join(turned.gained), "proof": turned.proof}
    return Undo(said, "Undo", _sent("untheme", cluster=str(key), **told))
