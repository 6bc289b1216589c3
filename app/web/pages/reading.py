"""Pages that are read: home, stories, personas, themes, search."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Protocol, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.database.visibility import Role
from app.errors import NotFound
from app.records.ids import normal_id
from app.services.building.loading import build_address
from app.services.building.reshaping_job import address_of
from app.services.cards import theme_address
from app.services.citing.anchors import MISSING, address_at
from app.services.citing.former import former_address
from app.services.citing.head import hits_with_coins, with_citing, with_coins
from app.services.codebook import codebook_address
from app.services.harvesting.feeds import feed_of_search, feed_of_theme
from app.services.home import read_home
from app.services.listing import list_stories
from app.services.marking.of_theme import read_theme_quotes
from app.services.marking.tabs import search_quotes, search_stories
from app.services.paging import page_number
from app.services.patterns.theme_page import read_theme_page
from app.services.persona_comparing import compare_personas
from app.services.personas import list_personas, read_persona
from app.services.reading import address_by_id, random_story, read_story
from app.services.searching import PAGE_SIZE, Asked
from app.services.themes import list_themes, slug_meant
from app.services.views import Pager
from app.web.contacting import contact_of
from app.web.desk import desk_actor
from app.web.frame import Reader, TheArchive, chosen_filters, has_read, page_answer, whole_address
from app.web.pages.marking import marker_of
from app.web.pages.memos import memos_part
from app.web.pages.selecting import to_choose
from app.web.pages.taking import asked_of
from app.web.signposting import cited_here, signposted

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
STORIES_A_PAGE = 24  # whole rows of two and of three
SORTS = ("match", "newest", "title")


@router.get("/")
def home(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return page_answer(request, "home.html", read_home(archive, reader))


def _asked(request: Request, default: str) -> Asked:
    asked = request.query_params
    sort = asked.get("sort", default)
    return Asked(
        q=asked.get("q", "")[:1000],
        chosen=chosen_filters(request),
        sort=sort if sort in SORTS else default,
        page=page_number(asked.get("page")),
        size=STORIES_A_PAGE if default == "newest" else PAGE_SIZE,
        layout="table" if asked.get("layout") == "table" else "",
    )


class Paged(Protocol):
    """A page of a list."""

    @property
    def pager(self) -> Pager: ...


PageOf = TypeVar("PageOf", bound=Paged)


def _page(number: int, read: Callable[[int], PageOf]) -> PageOf:
    """Page `number` of a list; the last one where there are fewer."""
    page = read(number)
    return page if number <= page.pager.pages else read(page.pager.pages)


@router.get("/stories")
def stories(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = _asked(request, "newest")
    page = _page(asked.page, lambda number: list_stories(archive, reader, replace(asked, page=number)))
    page = replace(page, cards=with_coins(archive, reader, whole_address(request, ""), page.cards))
    if page.cards and desk_actor(request, {Role.GATHERER, Role.STEWARD}):
        page = to_choose(request, "/stories", page)
    return page_answer(request, "stories/list.html", page)


@router.get("/random")
def any_story(archive: TheArchive, reader: Reader) -> Response:
    address = random_story(archive, reader)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


@router.get("/stories/{slug:text}")
def story(request: Request, archive: TheArchive, reader: Reader, slug: str) -> Response:
    opened = normal_id(request.query_params.get("quote", "")[:40]) or ""
    try:
        page = read_story(archive, reader, slug, marker_of(request), opened)
    except NotFound:
        now = former_address(archive, reader, slug)
        if not now:
            raise
        return RedirectResponse(now, HTTPStatus.FOUND)
    has_read(request, page.id)
    if not page.taken_back_label:
        page = replace(page, memos=memos_part(request, archive, "story", page.id))
    page = replace(page, missing=MISSING in request.query_params)
    cited = cited_here(request, archive, reader, page.id)
    answer = page_answer(request, "stories/page.html", with_citing(page, cited))
    return signposted(answer, cited)


@router.get("/personas")
def personas(request: Request, archive: TheArchive, reader: Reader) -> Response:
    number = page_number(request.query_params.get("page"))
    page = _page(number, lambda number: list_personas(archive, reader, number))
    page = replace(page, may_build=desk_actor(request, set(Role)) is not None)
    return page_answer(request, "personas/list.html", page)


@router.get("/personas/compare")
def compared(request: Request, archive: TheArchive, reader: Reader) -> Response:
    page = compare_personas(archive, reader, request.query_params.getlist("persona")[:20])
    for one in page.personas:
        has_read(request, one.id)
    return page_answer(request, "personas/compare.html", page)


@router.get("/personas/{slug:text}")
def persona(request: Request, archive: TheArchive, reader: Reader, slug: str) -> Response:
    if now := address_of(archive, reader, slug):
        return RedirectResponse(now, HTTPStatus.FOUND)
    page = read_persona(archive, reader, slug)
    has_read(request, page.id)
    page = replace(page, memos=memos_part(request, archive, "persona", page.id))
    if desk_actor(request, set(Role)):
        page = replace(page, build_address=build_address(page.id))
    return page_answer(request, "personas/page.html", page)


@router.get("/themes")
def themes(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = request.query_params
    number, sort = page_number(asked.get("page")), asked.get("sort", "")
    page = _page(number, lambda number: list_themes(archive, reader, number, sort))
    return page_answer(request, "themes/list.html", page)


@router.get("/themes/{slug}")
def theme(request: Request, archive: TheArchive, reader: Reader, slug: str) -> Response:
    meant = slug_meant(archive, reader, slug)
    if meant:
        return RedirectResponse(theme_address(meant), HTTPStatus.FOUND)
    number, around = page_number(request.query_params.get("page")), _around(request)
    page = _page(number, lambda number: read_theme_page(archive, reader, slug, number, around=around))
    page = replace(page, feed=feed_of_theme(archive, slug))
    if desk_actor(request, {Role.GATHERER, Role.STEWARD}):
        page = replace(page, write_address=codebook_address(slug))
    page = replace(page, memos=memos_part(request, archive, "theme", slug))
    return page_answer(request, "themes/page.html", page)


def _around(request: Request) -> bool:
    """Whether what stands around quotes is shown of all of them."""
    return request.query_params.get("around") == "all"


@router.get("/themes/{slug}/quotes")
def theme_quotes(request: Request, archive: TheArchive, reader: Reader, slug: str) -> Response:
    number, around = page_number(request.query_params.get("page")), _around(request)
    page = _page(number, lambda number: read_theme_quotes(archive, reader, slug, number, around=around))
    return page_answer(request, "themes/quotes.html", page)


@router.get("/search")
def find(request: Request, archive: TheArchive, reader: Reader) -> Response:
    if request.query_params.get("in") == "quotes":
        return _find_quotes(request, archive, reader)
    asked = _asked(request, "match")
    page = _page(asked.page, lambda number: search_stories(archive, reader, replace(asked, page=number)))
    page = replace(page, feed=feed_of_search(asked))
    page = replace(page, hits=hits_with_coins(archive, reader, whole_address(request, ""), page.hits))
    return page_answer(request, "search.html", page, query=asked.q)


def _find_quotes(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = asked_of(request)
    page = _page(asked.page, lambda number: search_quotes(archive, reader, replace(asked, page=number)))
    return page_answer(request, "marking/found.html", page, query=asked.q)


@router.get("/s/{record_id}")
@router.get("/p/{record_id}")
def permanent(request: Request, archive: TheArchive, reader: Reader, record_id: str) -> Response:
    """A permanent address leads to the page of today, after the access check."""
    prefix = "s-" if request.url.path.startswith("/s/") else "who-"
    whole = record_id == record_id.strip()  # an id in a file may have white space around it, an address not
    wanted = record_id if whole and record_id.lower().startswith(prefix) else ""
    anchor = request.query_params.get("at", "")[:40]
    if prefix == "who-":
        return RedirectResponse(address_by_id(archive, reader, wanted), HTTPStatus.FOUND)
    there = address_at(archive, reader, wanted, anchor) if anchor else address_by_id(archive, reader, wanted)
    cited = cited_here(request, archive, reader, wanted)
    return signposted(RedirectResponse(there, HTTPStatus.FOUND), cited)


@router.get("/help/consent")
def consent(request: Request, archive: TheArchive) -> Response:
    return page_answer(request, "help/consent.html", contact_of(archive.settings.contact))
