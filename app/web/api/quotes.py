"""Quotes as JSON."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.services.marking.asking import FILTERS, AskedQuotes
from app.services.marking.exposing import ExposedQuote, expose_quote, list_exposed
from app.web.api.searching import Values
from app.web.api.shapes import ERRORS, Listed, Paged, listed
from app.web.frame import Reader, TheArchive
from app.web.sessions import account_asking

router = APIRouter(prefix="/api/v1", tags=["quotes"], responses=ERRORS)


class QuotesRequest(Paged):
    """Which quotes; the filters repeat, any within one and all across."""

    q: str = Field("", max_length=1000)
    theme: Values = Field(default_factory=list, max_length=50)
    story: Values = Field(default_factory=list, max_length=50, description="slugs or ids")
    by: Values = Field(default_factory=list, max_length=50, description="`mine`, or an account’s number")
    flag: list[Literal["stays"]] = Field(default_factory=list, max_length=1)
    persona: Values = Field(default_factory=list, max_length=50)
    site: Values = Field(default_factory=list, max_length=50)
    kind: Values = Field(default_factory=list, max_length=50)
    use: Values = Field(default_factory=list, max_length=50)
    year: Values = Field(default_factory=list, max_length=50)
    sort: Literal["match", "newest", "story", "marked"] = "match"


class QuoteItem(BaseModel):
    """A quote; its place in a list is its rank. In lists `words` is null where the story has content notes.

    `note`, `by`, `stays` and `changed` are null for who does not work here.
    """

    id: str
    address: str
    story_id: str
    story: str
    storyteller: str
    anchor: str
    start: int = Field(description="in characters of the passage’s text")
    words: str | None
    prefix: str | None
    suffix: str | None
    themes: list[str]
    content_notes: list[str]
    language: str | None
    uses: list[str]
    until: str | None
    note: str | None
    by: str | None
    stays: bool | None
    changed: bool | None


@router.get("/quotes", response_model=Listed[QuoteItem])
def quotes(
    request: Request, archive: TheArchive, reader: Reader, asked: Annotated[QuotesRequest, Query()]
) -> dict[str, Any]:
    """Quotes that this reader may see, by their words and by what was said of them. Ranks, no scores."""
    chosen = {name: tuple(getattr(asked, name)) for name in FILTERS if getattr(asked, name)}
    wanted = AskedQuotes(asked.q, chosen, asked.sort, asked.page, asked.size, account_asking(request))
    found, total = list_exposed(archive, reader, wanted)
    items = [_item(one, folded=one.folded) for one in found]
    return listed(request, items, total, asked.page, asked.size)


@router.get("/quotes/{quote_id}", response_model=QuoteItem)
def quote(archive: TheArchive, reader: Reader, quote_id: str) -> dict[str, Any]:
    """One quote, with its words also where its story has content notes."""
    return _item(expose_quote(archive, reader, quote_id), folded=False)


def _item(one: ExposedQuote, *, folded: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "address": f"/q/{one.id}",
        "story_id": one.story_id,
        "story": one.story,
        "storyteller": one.storyteller,
        "anchor": one.anchor,
        "start": one.start,
        "words": None if folded else one.words,
        "prefix": None if folded else one.before,
        "suffix": None if folded else one.after,
        "themes": [theme.slug for theme in one.themes],
        "content_notes": list(one.content_notes),
        "language": one.language or None,
        "uses": list(one.uses),
        "until": one.until,
        "note": one.note,
        "by": one.by,
        "stays": one.stays,
        "changed": one.changed,
    }
