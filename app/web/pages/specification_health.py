"""Whether a specification still stands: what it cites, what is done about that in the list, and JSON."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.errors import NotFound, StoryholdError
from app.services.archive import Archive
from app.services.paging import page_number
from app.services.specifications.access import Who, specification_address
from app.services.specifications.citing import cite_as_before, cite_as_now, take_citation_off
from app.services.specifications.health import health_json, read_health
from app.services.views import HealthPage, Undo
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer, whole_address
from app.web.specifying import NOT_KEPT, Specifies

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE = "specifications/health.html"
MARK = re.compile(r"c-[0-9a-z]{8,10}")
OFF, ANEW, UNDONE = "The citation is taken off.", "It is cited as it stands now, marked {}.", "It is undone."
DONE_ALREADY = "Somebody has done that meanwhile, or put it back. What stands now is below."


@router.get("/specifications/{specification_id}/health.json")
def for_programs(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    told = health_json(archive, who, specification_id, whole_address(request, ""))
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.get("/specifications/{specification_id}/health")
def health(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    page = _page(archive, who, specification_id, request.query_params)
    return private_answer(request, PAGE, page)


def _page(archive: Archive, who: Who, specification_id: str, asked: Mapping[str, str]) -> HealthPage:
    """The page, and at the place in it where something was done what that was."""
    number, told = page_number(asked.get("page")), {name: _mark(asked.get(name, "")) for name in TOLD}
    page = replace(read_health(archive, who, specification_id, number), at=told["at"])
    if not page.writes:
        return page
    undo = _undo(told["off"], told["new"], page.pager.number) if told["off"] else None
    return replace(page, undo=undo, said=UNDONE if told["back"] else "")


TOLD = ("at", "off", "new", "back")  # marks of citations, in the address


def _mark(text: str) -> str:
    return text if MARK.fullmatch(text) else ""


def _undo(off: str, new: str, number: int) -> Undo:
    sent = [("citation", off), ("page", str(number))]
    if new:
        return Undo(ANEW.format(new), "Undo", [("do", "recite-back"), ("new", new), *sent])
    return Undo(OFF, "Put it back", [("do", "uncite-back"), *sent])


@router.post("/specifications/{specification_id}/health")
def act(
    request: Request, archive: TheArchive, who: Specifies, specification_id: str, form: Posted
) -> Response:
    """Do something about one citation, and stay in the list; or the list again, and why it was not done."""
    do, _ = fields(form, "do", "citation")
    if do not in DOING:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        told = DOING[do](archive, who, specification_id, form)
    except (*NOT_KEPT, NotFound) as wrong:
        if not who.writes:
            raise
        return _not_done(request, archive, who, specification_id, form, wrong)
    told = {"page": str(page_number(form.get("page"))), **told}
    return RedirectResponse(
        f"{specification_address(specification_id)}/health?{urlencode(told)}#done", HTTPStatus.SEE_OTHER
    )


def _not_done(
    request: Request,
    archive: Archive,
    who: Who,
    specification_id: str,
    form: dict[str, str],
    wrong: StoryholdError,
) -> Response:
    """The list as it stands, and at the citation, or where it was, why nothing was done."""
    page = _page(archive, who, specification_id, {"page": form.get("page", "")})
    there = any(one.id == form["citation"] for one in page.citations)
    page = replace(page, at=form["citation"] if there else _mark(form.get("next", "")))
    if isinstance(wrong, NotFound):
        return private_answer(request, PAGE, replace(page, problem=DONE_ALREADY), HTTPStatus.CONFLICT)
    return private_answer(request, PAGE, replace(page, problem=str(wrong)), status_of(wrong))


def _recite(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> dict[str, str]:
    new = cite_as_now(archive, who, specification_id, form["citation"])
    return {"off": form["citation"], "new": new, "at": form.get("next", "")}


def _recite_back(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> dict[str, str]:
    (new,) = fields(form, "new")
    cite_as_before(archive, who, specification_id, form["citation"], new)
    return {"back": form["citation"], "at": form["citation"]}


def _uncite(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> dict[str, str]:
    take_citation_off(archive, who, specification_id, form["citation"])
    return {"off": form["citation"], "at": form.get("next", "")}


def _uncite_back(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> dict[str, str]:
    take_citation_off(archive, who, specification_id, form["citation"], back=True)
    return {"back": form["citation"], "at": form["citation"]}


DOING: Mapping[str, Callable[[Archive, Who, str, dict[str, str]], dict[str, str]]] = {
    "recite": _recite,
    "recite-back": _recite_back,
    "uncite": _uncite,
    "uncite-back": _uncite_back,
}
