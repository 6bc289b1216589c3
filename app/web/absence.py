"""What stands where a story was, in the form that was wanted: id, day, what took its place, whom to ask.

Nothing of the story itself: no reason, title, name, words or digest, in no format.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.config import Settings
from app.errors import Withdrawn
from app.exports.xml_text import DECLARATION, element, written
from app.services.dates import date_label
from app.services.views import NoticePage, Site
from app.web.contacting import contact_of
from app.web.templating import render_page

TAKEN_BACK = "This story is no longer here"
RIGHT = "The person who told it has taken it back. That is their right, and no reason is needed."
JSON, XML = "application/problem+json", "application/xml"
TEXT, HTML = "text/plain; charset=utf-8", "text/html"
ENDINGS = {
    ".csl.json": JSON,
    ".jsonld": JSON,
    ".json": JSON,
    ".xml": XML,
    ".bib": TEXT,
    ".ris": TEXT,
    ".md": TEXT,
    ".txt": TEXT,
}
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def notice(site: Site, settings: Settings, path: str, error: Withdrawn) -> Response:
    """What is answered at an address of a story that was taken back, in the form that it asks for."""
    if path.startswith("/api/"):
        return absence_answer(site, settings, error, JSON)
    return absence_answer(site, settings, error, wanted_form(path))


def wanted_form(path: str) -> str:
    """The form of a notice at an address: by the ending of an id, else a page. A slug may end in anything."""
    if not path.startswith(("/s/", "/q/")):
        return HTML
    return next((form for ending, form in ENDINGS.items() if path.endswith(ending)), HTML)


def absence_answer(site: Site, settings: Settings, error: Withdrawn, form: str) -> Response:
    """The notice as JSON, XML, text or a page, whichever is nearest to the media type `form`. Always 410."""
    if "json" in form:
        return _problem(settings, error)
    if form.startswith("text/") and "html" not in form:
        return Response(_sentences(settings, error), HTTPStatus.GONE, HEADERS, TEXT)
    if "xml" in form and "html" not in form:
        return Response(_document(settings, error), HTTPStatus.GONE, HEADERS, XML)
    return _page(site, settings, error)


def _told(settings: Settings, error: Withdrawn) -> Mapping[str, str]:
    """All that is told; what is not known is left out."""
    told = {
        "id": error.story_id,
        "since": error.since or "",
        "replacement": error.replacement or "",
        "contact": settings.contact,
    }
    return {name: value for name, value in told.items() if value}


def _problem(settings: Settings, error: Withdrawn) -> Response:
    status = HTTPStatus.GONE
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": RIGHT}
    return JSONResponse({**body, **_told(settings, error)}, status, HEADERS, JSON)


def _document(settings: Settings, error: Withdrawn) -> str:
    parts = (element(name, text) for name, text in _told(settings, error).items())
    return DECLARATION + written(element("gone", "", parts))


def _sentences(settings: Settings, error: Withdrawn) -> str:
    since = date_label(error.since or "", settings.language)
    lines = [f"{TAKEN_BACK}{f' ({error.story_id})' if error.story_id else ''}.", RIGHT]
    lines += [f"It was taken back on {since}."] if since else []
    lines += [f"Another story stands in its place: {error.replacement}"] if error.replacement else []
    lines += [f"Questions: {settings.contact}"] if settings.contact else []
    return "\n".join([*lines, ""])


def _page(site: Site, settings: Settings, error: Withdrawn) -> Response:
    label = date_label(error.since or "", settings.language)
    page = NoticePage(error.story_id, label, error.replacement or "", contact_of(settings.contact))
    return HTMLResponse(render_page("notice.html", site=site, page=page), HTTPStatus.GONE, HEADERS)
