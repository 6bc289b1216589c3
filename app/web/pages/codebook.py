"""The codebook at the desk: the tree, one theme and its form, a theme that is made."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.database.visibility import Actor
from app.errors import EditConflict, InvalidText
from app.records.model import Digest
from app.services.codebook import (
    BOOK,
    DESK,
    SORTS,
    STATES,
    Asked,
    adopt,
    codebook_address,
    read_codebook,
    slug_at,
    undo,
)
from app.services.codebook_new import make_theme, new_theme_page, refused_theme_page
from app.services.codebook_theme import Written, read_codebook_theme, read_refused, write_theme
from app.services.marking.last_steps import read_last_steps
from app.services.marking.reshaping_page import reshapable
from app.services.paging import page_number
from app.services.themes import slug_meant
from app.services.views import CodebookPage
from app.web.desk import AtDesk, desk_answer
from app.web.errors import status_of
from app.web.forms import Posted, StoryPosted, fields
from app.web.frame import TheArchive
from app.web.numbers import written
from app.web.sessions import acting

router = APIRouter(prefix=DESK, include_in_schema=False)
FIELDS = ("definition", "use_when", "not_when", "colour", "example", "aliases")
THEME = "desk/theme.html"


@router.get("")
def codebook(request: Request, archive: TheArchive, actor: AtDesk) -> Response:
    asked = request.query_params
    sort, show = asked.get("sort", "tree"), asked.get("show", BOOK)
    wanted = Asked(
        number=page_number(asked.get("page")),
        q=asked.get("q", "")[:200],
        sort=sort if sort in dict(SORTS) else "tree",
        show=show if show in STATES else BOOK,
    )
    page = _page(archive, actor, wanted, *_done(request))
    steps = page_number(asked["steps"]) if "steps" in asked else None
    done = read_last_steps(archive, actor, acting(request).account, steps)
    return desk_answer(request, "desk/codebook.html", replace(page, unticked="unticked" in asked, done=done))


def _page(archive: TheArchive, actor: Actor, asked: Asked, said: str, step: int) -> CodebookPage:
    page = read_codebook(archive, actor, asked.number, asked, said, step)
    last = page.pager.pages
    return page if asked.number <= last else read_codebook(archive, actor, last, asked, said, step)


def _done(request: Request) -> tuple[str, int]:
    """What was done just now, in words, and the step with which it can be undone."""
    asked = request.query_params
    adopted, back, left = (written(asked.get(name, "")) for name in ("adopted", "back", "left"))
    step = written(asked.get("step", "")) or 0
    if adopted is not None:
        return _counted(adopted, "{} taken into the codebook."), step
    if back is not None:
        more = _counted(left, " {} changed meanwhile and left as it is.") if left else ""
        return _counted(back, "{} as before.") + more, 0
    if "brought" in asked:
        return ("Brought in." if step else "Everything stood here already; nothing was changed."), step
    return ("It is in the codebook.", step) if "made" in asked else ("", 0)


def _counted(number: int, said: str) -> str:
    return (
        said.format("1 theme is" if number == 1 else f"{number:,} themes are")
        if number
        else ("Nothing was changed.")
    )


@router.post("")
def change(request: Request, archive: TheArchive, actor: AtDesk, form: StoryPosted) -> Response:
    """Adopt themes that are new here, one or several; or undo what was done."""
    by = acting(request).account
    if "undo" in form:
        key = written(form["undo"])
        if key is None:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
        done = undo(archive, actor, key, by)
        return _onward(f"{DESK}?back={done.themes}&left={done.left}")
    chosen = _chosen(form)
    if not chosen:
        return _onward(f"{DESK}?unticked")
    number, step = adopt(archive, actor, chosen, by)
    return _onward(f"{DESK}?adopted={number}" + (f"&step={step}" if step else ""))


def _chosen(form: dict[str, str]) -> list[str]:
    """The theme whose own button was pressed, else those that were ticked."""
    if "one" in form:
        return [form["one"]]
    fields(form, "several")
    return [name.removeprefix("theme-") for name in form if name.startswith("theme-")]


def _onward(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


@router.get("/new")
def new_theme(request: Request, _actor: AtDesk) -> Response:
    under = request.query_params.get("under", "")[:200]
    return desk_answer(request, "desk/new_theme.html", new_theme_page(under=under))


@router.post("/new")
def make(request: Request, archive: TheArchive, actor: AtDesk, form: Posted) -> Response:
    """Write the theme down; or show the form again, with what was typed in it and why."""
    (name,) = fields(form, "name")
    typed = (name, form.get("under", ""), form.get("definition", ""))
    try:
        address = make_theme(archive, actor, *typed, by=acting(request).account)
    except InvalidText as refused:
        page = refused_theme_page(*typed, refused)
        return desk_answer(request, "desk/new_theme.html", page, status_of(refused))
    return _onward(address)


@router.get("/{slug}")
def theme(request: Request, archive: TheArchive, actor: AtDesk, slug: str) -> Response:
    if meant := slug_meant(archive, actor, slug_at(slug)):
        return RedirectResponse(codebook_address(meant), HTTPStatus.FOUND, {"Cache-Control": "no-store"})
    saved = "saved" in request.query_params
    page = reshapable(actor, read_codebook_theme(archive, actor, slug_at(slug), saved=saved))
    return desk_answer(request, THEME, page)


@router.post("/{slug}")
def write(request: Request, archive: TheArchive, actor: AtDesk, slug: str, form: Posted) -> Response:
    """Keep what was written; or show the form again, with the words still in it and why."""
    fields(form, "definition", "digest")  # a form without its text must not be taken for an empty one
    said, slug = Written(**{name: form[name] for name in FIELDS if name in form}), slug_at(slug)
    try:
        expected = Digest(form["digest"])
        write_theme(archive, actor, slug, said, expected=expected, by=acting(request).account)
    except (EditConflict, InvalidText) as refused:
        page = reshapable(actor, read_refused(archive, actor, slug, said, refused))
        return desk_answer(request, THEME, page, status_of(refused))
    return _onward(f"{codebook_address(slug)}?saved")
