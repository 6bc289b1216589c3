"""Building a persona: begun from what was chosen, then quotes on the left and her statements on the right."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Actor, Role
from app.errors import DiskRefused, EditConflict, InvalidText, NotAllowed, RecordLocked
from app.services.archive import Archive
from app.services.building.asked import Asked, PersonaStale, chosen_in
from app.services.building.beginning import begin_persona
from app.services.building.changing import WAYS, change_persona
from app.services.building.conflicts import in_conflict
from app.services.building.going_back import BACK, bring_back
from app.services.building.loading import build_address
from app.services.building.starting import read_begin
from app.services.building.workbench import Bench, addressed, kept_of, read_build, typed_again
from app.services.marking.asking import AskedQuotes, chosen_of
from app.services.paging import FIELDS, OF_QUOTES, page_number
from app.services.views import BuildPage
from app.web.desk import desk_actor, desk_answer
from app.web.errors import STATUS
from app.web.forms import StoryPosted, fields
from app.web.frame import TheArchive
from app.web.numbers import written
from app.web.pages.marking import Worker
from app.web.sessions import account_asking, acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE, BEGIN = "personas/build.html", "personas/begin.html"
SEE_OTHER, UNCLEAR = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY
LONGEST = 4_000  # characters of a query that a form hands on
SAID = {
    "saved": "Saved, as a new version.",
    "back": "The earlier version is the current one again.",
    "still": "Saved, as a new version. The picture moves; only its first moment is kept.",
    "gone": "Saved, as a new version. The picture is deleted: no earlier version shows it any more.",
}
REFUSED = (InvalidText, NotAllowed, DiskRefused, RecordLocked)


def asked_in(request: Request, query: Mapping[str, str], pairs: list[tuple[str, str]]) -> AskedQuotes:
    """Which quotes an address asks for."""
    return AskedQuotes(
        q=query.get("q", "")[:1_000],
        chosen=chosen_of(pairs, (*FIELDS, *OF_QUOTES)),
        page=page_number(query.get("page")),
        account=account_asking(request),
        desk=desk_actor(request, set(Role)),
    )


def _asked(request: Request) -> AskedQuotes:
    return asked_in(request, request.query_params, request.query_params.multi_items())


def kept_in(request: Request, form: Mapping[str, str]) -> AskedQuotes:
    """What the page asked for on which a form stood."""
    pairs = parse_qsl(form.get("from", "")[:LONGEST])
    return asked_in(request, dict(pairs), pairs)


@router.get("/personas/build")
def begin(request: Request, archive: TheArchive, actor: Worker) -> Response:
    return desk_answer(request, BEGIN, read_begin(archive, actor, _asked(request)))


@router.post("/personas/build")
def make(request: Request, archive: TheArchive, actor: Worker, form: StoryPosted) -> Response:
    name, tagline = fields(form, "name", "tagline")
    asked, stories = (
        kept_in(request, form),
        [one.removeprefix("story.") for one in form if one[:6] == "story."],
    )
    try:
        who = begin_persona(archive, actor, acting(request), name, tagline, stories)
    except REFUSED as wrong:
        page = replace(
            read_begin(archive, actor, asked), problem=str(wrong), name=name[:500], tagline=tagline[:500]
        )
        return desk_answer(request, BEGIN, page, STATUS[type(wrong)])
    return RedirectResponse(addressed(build_address(who), kept_of(asked)), SEE_OTHER)


@router.get("/p/{who}/build")
def build(request: Request, archive: TheArchive, actor: Worker, who: str) -> Response:
    asked = request.query_params
    page = read_build(archive, actor, who, Bench(_asked(request), asked.get("at", "")[:40]))
    said = next((text for name, text in SAID.items() if name in asked), "")
    return desk_answer(request, PAGE, replace(page, said=said, then=asked.get("then", "")[:40]))


@router.post("/p/{who}/build")
def change(request: Request, archive: TheArchive, actor: Worker, who: str, form: StoryPosted) -> Response:
    """One step; or the workbench again, and why it was not taken."""
    do, digest = fields(form, "do", "digest")
    if do not in WAYS and do != BACK:
        raise HTTPException(UNCLEAR)
    asked = Asked(do, digest, form, chosen_in(form))
    bench = Bench(kept_in(request, form), form.get("statement", "")[:40])
    try:
        return _changed(request, archive, actor, who, asked, bench)
    except PersonaStale as stale:
        page = in_conflict(archive, actor, who, bench, asked, stale)
        return desk_answer(request, PAGE, page, STATUS[EditConflict])
    except REFUSED as wrong:
        page = typed_again(_page(archive, actor, who, bench), asked, str(wrong))
        return desk_answer(request, PAGE, page, STATUS[type(wrong)])


def _page(archive: Archive, actor: Actor, who: str, bench: Bench) -> BuildPage:
    return read_build(archive, actor, who, bench)


def _changed(
    request: Request, archive: Archive, actor: Actor, who: str, asked: Asked, bench: Bench
) -> Response:
    by = acting(request)
    if asked.do == BACK:
        number = written(asked.text("version"))
        bring_back(archive, actor, by, who, number or 0, expected=asked.expected)
        done, then = "back", ""
    else:
        done, then = "saved", change_persona(archive, actor, by, who, asked).then
    opened = f"at={then}" if asked.text("open") and then else ""
    query = (kept_of(bench.asked, bench.asked.page), opened, done, f"then={then}" if then else "")
    return RedirectResponse(addressed(build_address(who), *query), SEE_OTHER)
