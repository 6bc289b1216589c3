"""Citing a story, a passage, a quote or chosen words: the page, and the files."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.convertors import Convertor, register_url_convertor

from app.database.visibility import Role
from app.errors import NotFound
from app.services.citing.files import media_type_of
from app.services.citing.head import link_header
from app.services.citing.page import read_cite
from app.services.citing.reading import LONGEST_WORDS, AskedCitation, NotToBeTaken
from app.services.citing.taking import cited_file, note_taken
from app.web.desk import desk_actor
from app.web.frame import Reader, TheArchive, has_read, page_answer, private_answer, whole_address
from app.web.middleware import HEADERS_ALONE
from app.web.sessions import account_asking
from app.web.signposting import cited_here

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE = "citing/cite.html"
LONGEST_NAME = 40
FILE = {"X-Robots-Tag": "noindex", "Cache-Control": "no-cache"}


class BareId(Convertor[str]):
    """An id in front of a format's ending."""

    regex = "[^/.]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("bare", BareId())


def _asked(request: Request, record_id: str, prefix: str) -> AskedCitation:
    """What an address asks for; one that names a record of another kind asks for none."""
    query, whole = request.query_params, record_id == record_id.strip()
    return AskedCitation(
        record_id if whole and record_id.lower().startswith(prefix) else prefix,
        whole_address(request, ""),
        query.get("at", "")[:LONGEST_NAME],
        query.get("words", "")[:LONGEST_WORDS],
        query.get("to", "")[:LONGEST_NAME],
    )


def _writes(request: Request) -> bool:
    """Whether whoever asks writes specifications."""
    return desk_actor(request, {Role.COMMISSIONER, Role.STEWARD}) is not None


def _page(request: Request, archive: TheArchive, reader: Reader, asked: AskedCitation) -> Response:
    style = request.query_params.get("style", "")[:LONGEST_NAME]
    page = read_cite(archive, reader, asked, style, writes=_writes(request))
    has_read(request, page.id)
    return page_answer(request, PAGE, page)


@router.get("/s/{story_id}/cite")
def of_story(request: Request, archive: TheArchive, reader: Reader, story_id: str) -> Response:
    """The reference of a story, of one of its passages, or of words in it."""
    return _page(request, archive, reader, _asked(request, story_id, "s-"))


@router.get("/q/{quote_id}/cite")
def of_quote(request: Request, archive: TheArchive, reader: Reader, quote_id: str) -> Response:
    return _page(request, archive, reader, _asked(request, quote_id, "q-"))


@router.get("/s/{story_id:bare}.{form}")
def story_file(request: Request, archive: TheArchive, reader: Reader, story_id: str, form: str) -> Response:
    return _file(request, archive, reader, _asked(request, story_id, "s-"), form)


@router.get("/q/{quote_id:bare}.{form}")
def quote_file(request: Request, archive: TheArchive, reader: Reader, quote_id: str, form: str) -> Response:
    return _file(request, archive, reader, _asked(request, quote_id, "q-"), form)


def _note(request: Request, archive: TheArchive, reader: Reader, story_id: str, form: str) -> None:
    """That somebody read it, and has a copy, unless she asks for the headers alone."""
    has_read(request, story_id)
    if reader.signed_in and not request.scope.get(HEADERS_ALONE):
        note_taken(archive, account_asking(request), story_id, form)


def _file(request: Request, archive: TheArchive, reader: Reader, asked: AskedCitation, form: str) -> Response:
    """The file; the page that says why, where the story is not to be taken out."""
    form = form.lower()  # with an id that was read aloud, or typed in capitals
    try:
        content = cited_file(archive, reader, asked, form)
    except NotToBeTaken:
        return private_answer(request, PAGE, read_cite(archive, reader, asked), HTTPStatus.FORBIDDEN)
    cited = cited_here(request, archive, reader, asked.record_id)
    if cited is None:
        raise NotFound
    _note(request, archive, reader, cited.story_id, form)
    links = link_header([("cite-as", cited.address, ""), ("describes", cited.address, "text/html")])
    return Response(content, media_type=media_type_of(form), headers={**FILE, "Link": links})
