"""Taking quotes out of the archive: what would leave, and the files in which it does."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.database.visibility import Actor, Role
from app.errors import InvalidText, NotFound
from app.exports import quotes_jsonld
from app.exports.csv_cells import MEDIA_TYPE as CSV
from app.exports.quoted import Taken
from app.exports.quotes_csv import quotes_csv
from app.exports.quotes_markdown import quotes_markdown
from app.exports.quotes_word import document
from app.services.marking.asking import AskedQuotes, chosen_of
from app.services.marking.finding import SIZE
from app.services.marking.places import BOARDS, PLACES
from app.services.marking.reports import word_file
from app.services.marking.taking import Taking, purpose_of, read_take, take_out
from app.services.paging import page_number
from app.web.desk import desk_actor
from app.web.frame import Reader, TheArchive, page_answer, private_answer, whole_address
from app.web.sessions import account_asking, acting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_QUERY = 1_000


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode()


def _json(taken: Taken) -> bytes:
    return json.dumps(quotes_jsonld.quotes_jsonld(taken), ensure_ascii=False, indent=1).encode()


FILES: Mapping[str, tuple[str, Callable[[Taken], bytes]]] = {
    "csv": (CSV, lambda taken: _joined(quotes_csv(taken))),
    "md": ("text/markdown; charset=utf-8", lambda taken: _joined(quotes_markdown(taken))),
    "docx": (WORD, lambda taken: word_file(document(taken))),
    "jsonld": (quotes_jsonld.MEDIA_TYPE, _json),
}


def asked_of(request: Request) -> AskedQuotes:
    """What somebody asked for among quotes; what nobody could have chosen is left out."""
    query = request.query_params
    return AskedQuotes(
        q=query.get("q", "")[:LONGEST_QUERY],
        chosen=chosen_of(query.multi_items()),
        sort=query.get("sort", "")[:20],
        page=page_number(query.get("page")),
        size=SIZE,
        account=account_asking(request),
    )


def _taking(request: Request, actor: Actor) -> Taking:
    query, asked = request.query_params, asked_of(request).as_(actor)
    places = chosen_of(query.multi_items(), PLACES)
    asked = replace(asked, chosen={**asked.chosen, **places}, desk=desk_actor(request, set(Role)))
    purpose = purpose_of(actor, query.get("for", ""))
    return Taking(asked, acting(request), whole_address(request, ""), purpose)


@router.get("/quotes/take")
def take(request: Request, archive: TheArchive, reader: Reader) -> Response:
    """What would leave, and what would not, before it does."""
    taking = _taking(request, reader)
    answer = private_answer if BOARDS in taking.asked.chosen else page_answer
    return answer(request, "marking/take.html", read_take(archive, reader, taking))


@router.get("/quotes.{form}")
def file(request: Request, archive: TheArchive, reader: Reader, form: str) -> Response:
    """The quotes as a file; the page that says what to do, where they are too many for one."""
    if form not in FILES:
        raise NotFound
    media_type, made = FILES[form]
    taking = _taking(request, reader)
    try:
        content = made(take_out(archive, reader, taking, form))
    except InvalidText as refused:
        page = read_take(archive, reader, taking, str(refused))
        return private_answer(request, "marking/take.html", page, HTTPStatus.UNPROCESSABLE_ENTITY)
    name = f"quotes-{archive.now():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
