"""Addresses for programs that gather what is public: OAI-PMH, feeds, the sitemap, robots.txt.

Whoever asks is answered as nobody in particular, whatever cookie she brings.
"""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from app.database.visibility import ANONYMOUS
from app.exports.atom import MEDIA_TYPE as ATOM
from app.exports.atom import Feed, atom
from app.exports.sitemap import MEDIA_TYPE as SITEMAP
from app.exports.sitemap import sitemap, sitemap_index
from app.search.model import Sort
from app.services.harvesting.answering import Here, harvest
from app.services.harvesting.asking import Pairs
from app.services.harvesting.feeds import search_feed, theme_feed, theme_feed_address, whole_feed
from app.services.harvesting.mapping import sitemap_part, sitemap_parts
from app.services.paging import page_number
from app.services.searching import Asked
from app.services.themes import slug_meant
from app.web.contacting import contact_address
from app.web.forms import URL_ENCODED
from app.web.frame import PUBLIC, TheArchive, chosen_filters, whole_address

router = APIRouter(include_in_schema=False)
XML = "text/xml; charset=utf-8"  # as the protocol asks for
NO_STORE = {"Cache-Control": "no-store"}
NOBODY = "nobody@archive.invalid"  # where no mail address is set, which an answer has to name
MOST_ARGUMENTS = 20
NOT_FOR_ROBOTS = ("/s/*/v/", "/search", "/login", "/account", "/desk", "/door/", "/add", "/mine")


def here_of(request: Request, archive: TheArchive) -> Here:
    """Where harvesters find this archive."""
    contact = contact_address(archive.settings.contact)
    mail = contact.removeprefix("mailto:") if contact.startswith("mailto:") else NOBODY
    return Here(whole_address(request, ""), mail)


@router.get("/oai")
def oai(request: Request, archive: TheArchive) -> Response:
    return _harvested(request, archive, request.query_params.multi_items())


async def arguments(request: Request) -> Pairs:
    """The arguments of a posted request; none of what is no form, or has more than anybody could mean."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URL_ENCODED:
        return []
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_ARGUMENTS, errors="replace")
    except ValueError:
        return []


@router.post("/oai")
def oai_posted(
    request: Request, archive: TheArchive, pairs: Annotated[Pairs, Depends(arguments)]
) -> Response:
    return _harvested(request, archive, pairs)


@router.get("/feed.xml")
def feed(request: Request, archive: TheArchive) -> Response:
    return _fed(whole_feed(archive, whole_address(request, ""), _page(request)))


@router.get("/themes/{slug}/feed.xml")
def feed_of_theme(request: Request, archive: TheArchive, slug: str) -> Response:
    meant = slug_meant(archive, ANONYMOUS, slug)
    if meant:
        return RedirectResponse(theme_feed_address(meant), HTTPStatus.FOUND)
    return _fed(theme_feed(archive, whole_address(request, ""), slug, _page(request)))


@router.get("/search/feed.xml")
def feed_of_search(request: Request, archive: TheArchive) -> Response:
    asked = Asked(
        q=request.query_params.get("q", "")[:1000],
        chosen=chosen_filters(request),
        sort=Sort.NEWEST.value,
        page=_page(request),
    )
    return _fed(search_feed(archive, whole_address(request, ""), asked))


def _page(request: Request) -> int:
    return page_number(request.query_params.get("page"))


def _fed(feed: Feed) -> Response:
    return StreamingResponse(atom(feed), media_type=ATOM, headers=PUBLIC)


@router.get("/sitemap.xml")
def sitemap_of_parts(request: Request, archive: TheArchive) -> Response:
    parts = sitemap_parts(archive, whole_address(request, ""))
    return StreamingResponse(sitemap_index(parts), media_type=SITEMAP, headers=PUBLIC)


@router.get("/sitemap-{part:int}.xml")
def part_of_sitemap(request: Request, archive: TheArchive, part: int) -> Response:
    lines = sitemap_part(archive, whole_address(request, ""), part)
    return StreamingResponse(sitemap(lines), media_type=SITEMAP, headers=PUBLIC)


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """What search engines are asked to leave alone, and where the sitemap stands."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {whole_address(request, '/sitemap.xml')}", ""]
    return PlainTextResponse("\n".join(lines), headers=PUBLIC)


def _harvested(request: Request, archive: TheArchive, pairs: Pairs) -> Response:
    """Answers of one moment, which nobody keeps."""
    return StreamingResponse(
        harvest(archive, here_of(request, archive), pairs), media_type=XML, headers=NO_STORE
    )
