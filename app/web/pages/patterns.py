"""What recurs across stories: themes together, by story, by site; and what stands behind a number."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.exports.csv_cells import MEDIA_TYPE
from app.services.paging import page_number
from app.services.patterns.asking import BY_SITE, BY_STORY, LONGEST, TOGETHER, Asked, asked_of
from app.services.patterns.behind import PLACES, Wanted, read_behind
from app.services.patterns.downloads import download
from app.services.patterns.grid import read_by_story
from app.services.patterns.lines import read_by_line
from app.services.patterns.together import read_patterns
from app.services.views import BehindPage, GridPage, PatternsPage
from app.web.frame import Reader, TheArchive, page_answer

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
FILES = {TOGETHER: "themes-together", BY_STORY: "themes-by-story", BY_SITE: "themes-by"}

Wish = TypeVar("Wish", Asked, Wanted)
Page = TypeVar("Page", PatternsPage, GridPage, BehindPage)


def last_page(asked: Wish, read: Callable[[Wish], Page]) -> Page:
    """The page that was asked for; the last one where there are fewer."""
    page = read(asked)
    return page if asked.page <= page.pager.pages else read(replace(asked, page=page.pager.pages))


def _asked(request: Request, path: str) -> Asked:
    return asked_of(path, request.query_params.multi_items())


@router.get("/patterns")
def together(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = _asked(request, TOGETHER)
    page = last_page(asked, lambda asked: read_patterns(archive, reader, asked))
    return page_answer(request, "patterns/together.html", page)


@router.get("/patterns/stories")
def by_story(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = _asked(request, BY_STORY)
    page = last_page(asked, lambda asked: read_by_story(archive, reader, asked))
    return page_answer(request, "patterns/grid.html", page)


@router.get("/patterns/sites")
def by_site(request: Request, archive: TheArchive, reader: Reader) -> Response:
    asked = _asked(request, BY_SITE)
    page = last_page(asked, lambda asked: read_by_line(archive, reader, asked))
    return page_answer(request, "patterns/grid.html", page)


@router.get("/patterns/quotes")
def quotes(request: Request, archive: TheArchive, reader: Reader) -> Response:
    """The quotes, or stories, behind a number."""
    query = request.query_params
    asked = _asked(request, TOGETHER)
    where = tuple((name, query[name][:LONGEST]) for name in PLACES if query.get(name))
    around = query.get("around") == "all"
    wanted = Wanted(asked.themes, asked.by, where, page_number(query.get("page")), around)
    page = last_page(wanted, lambda wanted: read_behind(archive, reader, wanted))
    return page_answer(request, "patterns/quotes.html", page)


@router.get("/patterns.csv")
def together_file(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _file(archive, reader, _asked(request, TOGETHER))


@router.get("/patterns/stories.csv")
def by_story_file(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _file(archive, reader, _asked(request, BY_STORY))


@router.get("/patterns/sites.csv")
def by_site_file(request: Request, archive: TheArchive, reader: Reader) -> Response:
    return _file(archive, reader, _asked(request, BY_SITE))


def _file(archive: TheArchive, reader: Reader, asked: Asked) -> Response:
    """The figures as a file, one part at a time."""
    name = f"{FILES[asked.path]}{f'-{asked.lines}' if asked.path == BY_SITE else ''}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{archive.now():%Y-%m-%d}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(download(archive, reader, asked), media_type=MEDIA_TYPE, headers=headers)
