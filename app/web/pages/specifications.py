"""Specifications: the list, one of them, what it is about, and who is in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import EditConflict, ImportRefused, InvalidText, NotFound, StoryholdError
from app.services.archive import Archive
from app.services.paging import page_number
from app.services.specifications.access import (
    Who,
    open_or_close,
    show_badge,
    specification_address,
)
from app.services.specifications.importing import bring_in
from app.services.specifications.making import (
    change_specification,
    make_specification,
    put_specification_back,
    remove_specification,
)
from app.services.specifications.promises import follow, promise, take_promise_off
from app.services.specifications.reading import (
    list_specifications,
    read_about,
    read_access,
    read_specification,
)
from app.services.specifications.requirements import add_requirement, undo
from app.services.specifications.returning import put_back
from app.services.views import AccessPage, SpecificationPage, Undo
from app.web.errors import status_of
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer, whole_address
from app.web.numbers import posted, written
from app.web.specifying import (
    MOST_TYPED,
    NOT_KEPT,
    Specifies,
    brought_along,
    requirement_form,
    specification_form,
)
from app.web.uploads import Uploaded

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
LIST, PAGE = "specifications/list.html", "specifications/page.html"
SAID = {
    "kept": "Kept.",
    "undone": "It is undone.",
    "people": "Kept, and written down in the audit.",
    "badge": "Kept, and written down in the audit.",
    "back": "The specification is back.",
}
MEANWHILE = (
    "Somebody else has changed this meanwhile. What you typed is still here, beside what stands there now."
)


@router.get("/specifications")
def specifications(request: Request, archive: TheArchive, who: Specifies) -> Response:
    asked = request.query_params
    number, brought = page_number(asked.get("page")), brought_along(asked)
    page = list_specifications(archive, who, number, removed=asked.get("removed", "")[:40], brought=brought)
    if number > page.pager.pages:
        page = list_specifications(archive, who, page.pager.pages, brought=brought)
    return private_answer(request, LIST, page)


@router.post("/specifications")
def begin(request: Request, archive: TheArchive, who: Specifies, form: Posted) -> Response:
    """Begin a specification, or put one back."""
    (do,) = fields(form, "do")
    if do == "back":
        (specification_id,) = fields(form, "specification")
        put_specification_back(archive, who, specification_id)
        return RedirectResponse(f"{specification_address(specification_id)}?said=back", SEE_OTHER)
    if do != "make":
        raise HTTPException(UNCLEAR)
    fields(form, "title")
    filled = specification_form(form)
    try:
        made = make_specification(archive, who, filled)
    except NOT_KEPT as wrong:
        page = replace(list_specifications(archive, who, 1), problem=str(wrong), wrong="begin", form=filled)
        return private_answer(request, LIST, page, status_of(wrong))
    return RedirectResponse(specification_address(made), SEE_OTHER)


@router.get("/specifications/import")
def choose(request: Request, archive: TheArchive, who: Specifies) -> Response:
    """The list, which has the form in which a file is chosen."""
    _writers_alone(who)
    return private_answer(request, LIST, list_specifications(archive, who, 1))


@router.post("/specifications/import")
def bring(request: Request, archive: TheArchive, who: Specifies, sent: Uploaded) -> Response:
    """A draft made of a file, whose page tells what is otherwise in it; or why none was made."""
    try:
        if sent.problem or len(sent.files) != 1:
            raise InvalidText(sent.problem or "Choose one file.")
        made, step = bring_in(archive, who, sent.files[0].name, sent.files[0].content)
    except (InvalidText, ImportRefused) as refused:
        page = replace(list_specifications(archive, who, 1), problem=str(refused), wrong="import")
        return private_answer(request, LIST, page, status_of(refused))
    told = f"?file={step}" if step else ""
    return RedirectResponse(f"{specification_address(made)}{told}", SEE_OTHER)


@router.get("/specifications/{specification_id}")
def one(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    return private_answer(request, PAGE, _page(request, archive, who, specification_id))


def _page(request: Request, archive: Archive, who: Who, specification_id: str) -> SpecificationPage:
    asked = request.query_params
    steps = {"step": asked.get("step", "")[:40], "file_step": asked.get("file", "")[:40]}
    steps["added"] = asked.get("next", "")[:40]
    number, brought = page_number(asked.get("page")), brought_along(asked)
    page = read_specification(archive, who, specification_id, number, brought=brought, **steps)
    off = asked.get("off", "")[:40]
    if off and page.writes:
        sent = [("do", "promise-back"), ("promise", off)]
        page = replace(page, undo=Undo("What was promised is taken off.", "Put it back", sent))
    return replace(page, said=SAID.get(asked.get("said", ""), ""))


@router.post("/specifications/{specification_id}")
def change(
    request: Request, archive: TheArchive, who: Specifies, specification_id: str, form: Posted
) -> Response:
    """One change of a specification; or the page again, and why it was not made."""
    (do,) = fields(form, "do")
    if do not in DOING:
        raise HTTPException(UNCLEAR)
    try:
        told = DOING[do](archive, who, specification_id, form)
    except NOT_KEPT as wrong:
        said = MEANWHILE if isinstance(wrong, EditConflict) else str(wrong)
        page = replace(_page(request, archive, who, specification_id), problem=said)
        page = replace(page, wrong="add" if do == "add-next" else do)
        page = replace(page, new=requirement_form(form), typed=form.get("words", "")[:MOST_TYPED])
        page = replace(page, typed_in=form.get("promise", "")[:40])
        return private_answer(request, PAGE, page, status_of(wrong))
    told = _still_brought(request, told, form) if do == "add" else told
    return RedirectResponse(f"{specification_address(specification_id)}{told}", SEE_OTHER)


def _still_brought(request: Request, told: str, form: dict[str, str]) -> str:
    """Where what somebody came with to cite it is cited: under what she added; beside all under a heading."""
    brought = brought_along(request.query_params)
    if not brought.quote:
        return told
    return f"?{brought.query}" if "heading" in form else f"{told.partition('?')[0]}?{brought.query}#cite"


def _add(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    fields(form, "text")
    made = add_requirement(archive, who, specification_id, requirement_form(form))
    return f"/requirements/{made}?said=added"


def _add_next(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    """The page again, with the form for the next one."""
    fields(form, "text")
    return f"?next={add_requirement(archive, who, specification_id, requirement_form(form))}"


def _undo(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    (step,) = fields(form, "step")
    undo(archive, who, specification_id, step)
    return "?said=undone"


def _return(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    (requirement,) = fields(form, "requirement")
    return f"?step={put_back(archive, who, specification_id, requirement)}"


def _promise(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    words, day = fields(form, "words", "day")
    promise(archive, who, specification_id, words, day)
    return "?said=kept#promises"


def _follow(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    promise_id, happened, edition = fields(form, "promise", "words", "edition")
    done, read = "done" in form, posted(edition)
    follow(archive, who, specification_id, promise_id, happened, done=done, edition=read)
    return "?said=kept#promises"


def _drop(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    (promise_id,) = fields(form, "promise")
    take_promise_off(archive, who, specification_id, promise_id)
    return f"?off={promise_id}"


def _put_back(archive: Archive, who: Who, specification_id: str, form: dict[str, str]) -> str:
    (promise_id,) = fields(form, "promise")
    take_promise_off(archive, who, specification_id, promise_id, back=True)
    return "?said=undone#promises"


DOING: Mapping[str, Callable[[Archive, Who, str, dict[str, str]], str]] = {
    "add": _add,
    "add-next": _add_next,
    "undo": _undo,
    "return": _return,
    "promise": _promise,
    "follow": _follow,
    "drop": _drop,
    "promise-back": _put_back,
}


@router.get("/specifications/{specification_id}/about")
def about(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    _writers_alone(who)
    return private_answer(request, "specifications/about.html", read_about(archive, who, specification_id))


def _writers_alone(who: Who) -> None:
    if not who.writes:
        raise NotFound


@router.post("/specifications/{specification_id}/about")
def say(
    request: Request, archive: TheArchive, who: Specifies, specification_id: str, form: Posted
) -> Response:
    """Say what it is about, or take it away; or the form again, and why not."""
    (do,) = fields(form, "do")
    try:
        if do == "remove":
            remove_specification(archive, who, specification_id)
            return RedirectResponse(f"/specifications?removed={specification_id}", SEE_OTHER)
        _, edition = fields(form, "title", "edition")
        filled = specification_form(form)
        change_specification(archive, who, specification_id, filled, edition=posted(edition))
    except NOT_KEPT as wrong:
        return _not_said(request, archive, who, specification_id, form, wrong)
    return RedirectResponse(f"{specification_address(specification_id)}?said=kept", SEE_OTHER)


def _not_said(
    request: Request,
    archive: Archive,
    who: Who,
    specification_id: str,
    form: dict[str, str],
    wrong: StoryholdError,
) -> Response:
    page = read_about(archive, who, specification_id)
    conflict = isinstance(wrong, EditConflict)
    theirs = page.form if conflict else None
    page = replace(page, problem=MEANWHILE if conflict else str(wrong), theirs=theirs)
    page = replace(page, form=specification_form(form))
    return private_answer(request, "specifications/about.html", page, status_of(wrong))


@router.get("/specifications/{specification_id}/access")
def access(request: Request, archive: TheArchive, who: Specifies, specification_id: str) -> Response:
    _writers_alone(who)
    page = read_access(archive, who, specification_id, whole_address(request, ""))
    page = replace(page, said=SAID.get(request.query_params.get("said", ""), ""))
    return private_answer(request, "specifications/access.html", page)


@router.post("/specifications/{specification_id}/access")
def let_in(
    request: Request, archive: TheArchive, who: Specifies, specification_id: str, form: Posted
) -> Response:
    """Say who is in it, or what its badge tells; or the form again, and why not."""
    (do,) = fields(form, "do")
    try:
        if do == "badge":
            show_badge(archive, who, specification_id, shown="badge" in form)
        elif do == "people":
            (way,) = fields(form, "access")
            open_or_close(archive, who, specification_id, way, _named(form))
        else:
            raise HTTPException(UNCLEAR)
    except NOT_KEPT as wrong:
        page = read_access(archive, who, specification_id, whole_address(request, ""))
        page = _chosen(page, form, wrong)
        return private_answer(request, "specifications/access.html", page, status_of(wrong))
    return RedirectResponse(f"{specification_address(specification_id)}/access?said={do}", SEE_OTHER)


def _named(form: dict[str, str]) -> list[int]:
    named = [written(name.removeprefix("person-")) for name in form if name.startswith("person-")]
    return [one for one in named if one is not None]


def _chosen(page: AccessPage, form: dict[str, str], wrong: StoryholdError) -> AccessPage:
    """The form again as it was filled in, and why it was not kept."""
    way, people = form.get("access", ""), {str(one) for one in _named(form)}
    ways = [replace(one, current=one.value == way) for one in page.ways]
    named = [replace(one, current=one.value in people) for one in page.people]
    return replace(page, problem=str(wrong), ways=ways, people=named)
