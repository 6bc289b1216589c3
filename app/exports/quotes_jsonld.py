"""Quotes as a collection of W3C Web Annotations (https://www.w3.org/TR/annotation-model/)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.exports.quoted import Taken, TakenQuote

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'
FRAGMENTS = "http://tools.ietf.org/rfc/rfc3236"


def quotes_jsonld(taken: Taken) -> dict[str, Any]:
    """The collection with all its annotations on one page. What was left out is in its description."""
    page = f"{taken.address}#annotations"
    collection: dict[str, Any] = {
        "@context": CONTEXT,
        "id": taken.address,
        "type": "AnnotationCollection",
        "label": taken.title,
        "created": f"{taken.day}T00:00:00Z",
        "rights": taken.consent_address,
        "dcterms:description": " ".join(_described(taken)),
        "total": len(taken.quotes),
    }
    if not taken.quotes:
        return collection
    items = [_annotation(taken, quote) for quote in taken.quotes]
    return collection | {
        "first": {"id": page, "type": "AnnotationPage", "startIndex": 0, "items": items},
        "last": page,
    }


def _described(taken: Taken) -> Iterator[str]:
    yield from (f"{one}." for one in (*taken.asked, taken.purpose) if one)
    yield from (f"Left out: {one.sentence}" for one in taken.left_out)


def _annotation(taken: Taken, quote: TakenQuote) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": quote.address,
        "type": "Annotation",
        "motivation": "tagging" if quote.themes else "highlighting",
        "created": quote.made,
        "rights": taken.consent_address,
        "body": list(_bodies(taken, quote)),
        "target": _target(quote),
    }
    return made | ({"creator": {"type": "Person", "name": quote.by}} if quote.by else {})


def _bodies(taken: Taken, quote: TakenQuote) -> Iterator[Mapping[str, str]]:
    for label in taken.labels(quote):
        yield _textual(label, "tagging")
    if quote.note:
        yield _textual(quote.note, "commenting")
    yield _textual(f"Said by {quote.said_by}. Agreed to: {quote.agreed}.", "describing")
    if quote.content_notes:
        yield _textual(f"Mentions {', '.join(quote.content_notes)}.", "describing")


def _textual(value: str, purpose: str) -> Mapping[str, str]:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _target(quote: TakenQuote) -> dict[str, Any]:
    """The words in the story; the same once more by way of their passage, which stands under its anchor."""
    exact = {
        "type": "TextQuoteSelector",
        "exact": quote.words,
        "prefix": quote.before,
        "suffix": quote.after,
    }
    passage = {
        "type": "FragmentSelector",
        "conformsTo": FRAGMENTS,
        "value": quote.anchor,
        "refinedBy": exact,
    }
    found: dict[str, Any] = {"source": quote.story_address, "selector": [exact, passage]}
    return found | ({"processingLanguage": quote.language} if quote.language else {})
