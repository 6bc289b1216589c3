"""The page on which somebody asks where words come from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from app.database.visibility import Actor
from app.errors import InvalidText, SearchUnavailable
from app.services.archive import Archive
from app.services.dates import date_label
from app.services.tracing.documents import paragraphs_of
from app.services.tracing.signs import Checked
from app.services.tracing.tracing import LONGEST, Place, Traced, Tracer, trace_one
from app.services.views import TracedLine, TracedPlace, TracedSign, TracePage

ADDRESS = "/trace"
MOST = 500  # paragraphs of a file that are traced while somebody waits
SHOWN = 5  # places
NO_WORDS = "There are no paragraphs in this file. Look whether it is the right one."
REBUILDING = "Search is being rebuilt, so nothing can be looked for now. Try again in a minute."
TOO_LONG = f"This is more than one quotation: at most {LONGEST:,} characters are looked for at once."


def read_trace(archive: Archive, actor: Actor, text: str, *, files: bool) -> TracePage:
    """One quotation and where it stands; the empty form where nothing is asked.

    `files` says that she may send some.
    """
    page = TracePage(q=text[:LONGEST], may_send_files=files, most=MOST)
    if len(text) > LONGEST:
        return replace(page, q="", problem=TOO_LONG)
    if not text.strip():
        return page
    try:
        return replace(page, line=line_of(archive, trace_one(archive, actor, text)))
    except SearchUnavailable:
        return replace(page, unavailable=True)


@dataclass(frozen=True)
class TracedFile:
    """A file's quotations one after the other, how many they are, and how many were left as too many."""

    traced: Iterator[Traced]
    total: int
    left: int


def trace_file(archive: Archive, actor: Actor, name: str, content: bytes) -> TracedFile:
    """All quotations of a file, each looked for when it is asked for.

    Raises ImportRefused where it can not be read, InvalidText where it is empty, SearchUnavailable.
    """
    texts = paragraphs_of(name, content)
    if not texts:
        raise InvalidText(NO_WORDS)
    if not archive.index.ready():
        raise SearchUnavailable(REBUILDING)
    wanted = texts[:MOST]
    return TracedFile(_traced(archive, actor, wanted), len(wanted), len(texts) - len(wanted))


def _traced(archive: Archive, actor: Actor, texts: Iterable[str]) -> Iterator[Traced]:
    with archive.engine.connect() as connection:
        tracer = Tracer(archive, connection, actor)
        for text in texts:
            yield tracer.trace(text)


def line_of(archive: Archive, traced: Traced) -> TracedLine:
    """A quotation as a page shows it."""
    state = "nowhere"
    if traced.places:
        one = "sure" if traced.sure else "unsure"
        state = "several" if len(traced.places) > 1 else one
    return TracedLine(
        text=traced.text,
        state=state,
        percent=round(traced.confidence * 100),
        more=len(traced.places) > SHOWN,
        sign=_sign(archive, traced.sign) if traced.sign else None,
        places=[_place(one, stands=traced.stands) for one in islice(traced.places, SHOWN)],
        altered=traced.altered,
        placed=traced.certain,
    )


def _sign(archive: Archive, checked: Checked) -> TracedSign:
    since = date_label(checked.since, archive.settings.language) if checked.since else ""
    return TracedSign(checked.sign.text, checked.state.value, since, checked.stands, checked.uses)


def _place(place: Place, *, stands: bool) -> TracedPlace:
    return TracedPlace(
        heading=place.heading,
        address=place.address,
        story_id=place.story_id,
        anchors=place.anchors,
        version=place.version,
        current=place.current,
        pieces=place.pieces,
        same=not place.difference,
        folded=place.folded,
        content_notes=place.content_notes,
        stands=stands,
        cite_address=_cited_at(place) if place.current else "",
    )


def _cited_at(place: Place) -> str:
    """Where the words are cited as they stand there; of several passages all of these."""
    to = {"to": place.anchors[-1]} if len(place.anchors) > 1 else {}
    words = {"words": place.words} if place.words else {}
    return f"/s/{place.story_id}/cite?{urlencode({'at': place.anchor, **to, **words})}"
