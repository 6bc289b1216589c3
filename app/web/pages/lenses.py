"""Lenses: the list, the grid, its cells, and the form of the story team."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Role
from app.errors import EditConflict, InvalidText, StoryholdError
from app.services.insight.cells import read_cell, refuse_nothing, refused, with_quotes_of, write_cell
from app.services.insight.example_lens import DRAFTS
from app.services.insight.lens_making import (
    Named,
    add_line,
    change_lens,
    change_line,
    draft_of,
    make_lens,
    move_line,
    put_lens_back,
    put_line_back,
    remove_lens,
    remove_line,
)
from app.services.insight.lenses import lens_address, list_lenses, read_lens, read_lens_form
from app.services.insight.placing import place_quote, quote_ids, take_out
from app.services.insight.standing import COLUMN, ROW, Cell
from app.services.paging import page_number
from app.web.desk import AtDesk, desk_actor, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import Reader, TheArchive, page_answer
from app.web.numbers import addressed, posted, written
from app.web.pages.marking import Worker
from app.web.sessions import acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
SEE_OTHER = HTTPStatus.SEE_OTHER
MEANWHILE = "Somebody else has changed this lens meanwhile, so nothing was kept. Look at it, and save again."
SAID = {"placed": "The quote stands here now.", "saved": "Saved."}


def _answer(request: Request, template: str, page: Any) -> Response:
    """With the desk's sections for those who work here."""
    works = desk_actor(request, set(Role)) is not None
    return (desk_answer if works else page_answer)(request, template, page)


@router.get("/lenses")
def lenses(request: Request, archive: TheArchive, reader: Reader) -> Response:
    actor = desk_actor(request, set(Role)) or reader
    removed = request.query_params.get("removed", "")[:200]
    return _answer(request, "lenses/list.html", list_lenses(archive, actor, removed))


@router.post("/lenses")
def make(request: Request, archive: TheArchive, actor: AtDesk, form: Posted) -> Response:
    """A lens of her own, one that the archive brings along, or one that was removed put back."""
    (do,), by = fields(form, "do"), acting(request)
    if do == "back":
        (slug,) = fields(form, "lens")
        put_lens_back(archive, slug)
        return RedirectResponse(lens_address(slug), SEE_OTHER)
    if do in DRAFTS:
        return RedirectResponse(lens_address(make_lens(archive, by, DRAFTS[do])), SEE_OTHER)
    if do != "make":
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    name, about, rows, columns = fields(form, "name", "about", "rows", "columns")
    try:
        slug = make_lens(archive, by, draft_of(Named(name, about), rows, columns))
    except InvalidText as wrong:
        typed = {"name": name[:500], "about": about[:5_000], "rows": rows[:5_000], "columns": columns[:5_000]}
        page = replace(list_lenses(archive, actor), problem=str(wrong), **typed)  # type: ignore[arg-type]
        return desk_answer(request, "lenses/list.html", page, STATUS[InvalidText])
    return RedirectResponse(f"{lens_address(slug)}/edit?saved", SEE_OTHER)


@router.get("/lenses/{slug}")
def lens(request: Request, archive: TheArchive, reader: Reader, slug: str) -> Response:
    actor = desk_actor(request, set(Role)) or reader
    return _answer(request, "lenses/page.html", read_lens(archive, actor, slug))


@router.get("/lenses/{slug}/edit")
def lens_form(request: Request, archive: TheArchive, actor: AtDesk, slug: str) -> Response:
    asked = request.query_params
    ask, gone = (written(asked.get(name, "")) or 0 for name in ("remove", "removed"))
    page = read_lens_form(archive, actor, slug, ask=ask, removed=gone)
    return desk_answer(request, "lenses/edit.html", replace(page, saved="saved" in asked))


@router.post("/lenses/{slug}/edit")
def change(request: Request, archive: TheArchive, actor: AtDesk, slug: str, form: Posted) -> Response:
    """One change of a lens, a row or a column; or the form again, and why it was not made."""
    (do,) = fields(form, "do")
    try:
        query = _changed(archive, slug, do, form)
    except (InvalidText, EditConflict) as wrong:
        page = replace(read_lens_form(archive, actor, slug), problem=_why(wrong))
        if do in ("add-row", "add-column"):
            typed = {"new_name": form["name"][:500], "new_about": form["about"][:5_000], "new_axis": do[4:]}
            page = replace(page, **typed)  # type: ignore[arg-type]
        return desk_answer(request, "lenses/edit.html", page, STATUS[type(wrong)])
    if do == "remove-lens":
        return RedirectResponse(f"/lenses?removed={slug}", SEE_OTHER)
    return RedirectResponse(f"{lens_address(slug)}/edit?{query}", SEE_OTHER)


def _why(wrong: StoryholdError) -> str:
    return MEANWHILE if isinstance(wrong, EditConflict) else str(wrong)


def _changed(archive: TheArchive, slug: str, do: str, form: dict[str, str]) -> str:
    """Do it; what the form's address says afterwards."""
    if do == "lens":
        name, about, seen = fields(form, "name", "about", "seen")
        change_lens(archive, slug, Named(name, about), seen=seen)
    elif do in ("add-row", "add-column"):
        add_line(archive, slug, ROW if do == "add-row" else COLUMN, Named(*fields(form, "name", "about")))
    elif do == "remove-lens":
        remove_lens(archive, slug)
    else:
        return _changed_line(archive, slug, do, form)
    return "saved"


def _changed_line(archive: TheArchive, slug: str, do: str, form: dict[str, str]) -> str:
    key = posted(*fields(form, "line"))
    if do == "line":
        name, about, seen = fields(form, "name", "about", "seen")
        change_line(archive, slug, key, Named(name, about), seen=seen)
    elif do in ("up", "down"):
        move_line(archive, slug, key, -1 if do == "up" else 1)
    elif do == "remove":
        remove_line(archive, slug, key)
        return f"removed={key}"
    elif do == "back":
        put_line_back(archive, slug, key)
    else:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return f"saved#line-{key}"


def _cell(row: str, column: str) -> Cell:
    return addressed(row), addressed(column)


@router.get("/lenses/{slug}/{row}/{column}")
def cell(request: Request, archive: TheArchive, reader: Reader, slug: str, row: str, column: str) -> Response:
    actor = desk_actor(request, set(Role)) or reader
    asked, at = request.query_params, _cell(row, column)
    number, theme = page_number(asked.get("page")), asked.get("theme", "")[:200].strip()
    page = read_cell(archive, actor, slug, at, 1 if theme else number)
    if theme and page.may_place:
        page = with_quotes_of(archive, actor, page, at, theme, number)
    elif number > page.pager.pages:
        page = read_cell(archive, actor, slug, at, page.pager.pages)
    if page.may_place:
        out = next(iter(quote_ids(asked.get("out", "")[:40])), "")
        page = replace(page, out=out, said=SAID.get(asked.get("said", ""), ""))
    return _answer(request, "lenses/cell.html", page)


@router.post("/lenses/{slug}/{row}/{column}")
def change_cell(
    request: Request, archive: TheArchive, actor: Worker, slug: str, row: str, column: str, form: Posted
) -> Response:
    """Place a quote, take one out, or say what the cell means."""
    (do,), at, by = fields(form, "do"), _cell(row, column), acting(request)
    address = f"{lens_address(slug)}/{at[0]}/{at[1]}"
    try:
        if do == "place":
            placed = place_quote(archive, actor, by, slug, at, refuse_nothing(*fields(form, "quote")))
            return RedirectResponse(f"{address}?said=placed#{placed}", SEE_OTHER)
        if do == "out":
            (quote_id,) = fields(form, "quote")
            take_out(archive, actor, slug, at, quote_id)
            return RedirectResponse(f"{address}?out={quote_id}", SEE_OTHER)
        if do == "words" and (team := desk_actor(request, {Role.GATHERER, Role.STEWARD})):
            words, themes, seen = fields(form, "words", "themes", "seen")
            write_cell(archive, team, by, slug, at, words, themes, seen=seen)
            return RedirectResponse(f"{address}?said=saved", SEE_OTHER)
    except (InvalidText, EditConflict) as wrong:
        typed = {"typed": form.get("quote", "")[:500]} if do == "place" else _typed(form)
        page = refused(archive, actor, slug, at, problem=_why(wrong), **typed)
        return desk_answer(request, "lenses/cell.html", page, STATUS[type(wrong)])
    raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)


def _typed(form: dict[str, str]) -> dict[str, str]:
    return {"written_words": form["words"][:5_000], "written_themes": form["themes"][:5_000]}
