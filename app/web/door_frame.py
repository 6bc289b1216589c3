"""The frame of a storyteller's own pages: no navigation, no script, nothing that leads elsewhere."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.services.gathering.wording import Words
from app.services.views import Site
from app.web.frame import archive_of
from app.web.templating import render_page

# `same-origin` keeps the address, which is the key, from every other site. Not `no-referrer`: over plain
# HTTP browsers would send `Origin: null` with each form then, and the archive refuses such forms.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def door_answer(
    request: Request,
    template: str,
    page: Any,
    words: Words,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page in her language, which no browser keeps and no search engine finds."""
    site = Site(archive_of(request).settings.title, words.language)
    html = render_page(f"door/{template}", site=site, page=page, _=words.say)
    return HTMLResponse(html, int(status), {**HEADERS, **(headers or {})})
