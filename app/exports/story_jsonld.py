"""A story, or words from it, as schema.org describes such things (JSON-LD 1.1).

The vocabulary is named without a context that would have to be fetched, so that any reader understands it
without the network.
"""

import json
from typing import Any

from app.exports.cited import Cited, one_line

MEDIA_TYPE = "application/ld+json"
SCHEMA = "https://schema.org/"
INTERVIEW = "http://purl.org/ontology/bibo/Interview"
CONTEXT = {
    "@vocab": SCHEMA,
    **{name: {"@type": "@id"} for name in ("url", "license", "usageInfo", "additionalType")},
}
_IN_A_PAGE = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def story_jsonld(cited: Cited) -> dict[str, Any]:
    """The story as a creative work; a passage, quote or chosen words as a quotation that is part of it."""
    node = _quotation(cited) if cited.words else _story(cited)
    return {"@context": CONTEXT, **node}


def _quotation(cited: Cited) -> dict[str, Any]:
    return {
        "@type": "Quotation",
        "@id": cited.address,
        "identifier": cited.identifier,
        "text": one_line(cited.words),
        "position": cited.locator if cited.last else cited.paragraph,
        **_shared(cited, cited.address),
        "isPartOf": _story(cited),
    }


def _story(cited: Cited) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "CreativeWork",
        "@id": cited.story_address,
        "additionalType": INTERVIEW,
        "genre": "Interview",
        "identifier": cited.story_id,
        "name": one_line(cited.title),
        "version": str(cited.version),
        "dateCreated": cited.gathered,
        "abstract": one_line(cited.summary),
        "keywords": [one_line(label) for label in cited.themes],
        **_shared(cited, cited.story_address),
        "isPartOf": {
            "@type": "Collection",
            "@id": cited.archive_address,
            "name": one_line(cited.archive),
            "url": cited.archive_address,
        },
    }
    return {name: value for name, value in told.items() if value}


def _shared(cited: Cited, address: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "creator": {"@type": "Person", "name": one_line(cited.teller)} if cited.teller else None,
        "inLanguage": cited.language,
        "url": address,
        "license": cited.consent_address,
        "usageInfo": cited.consent_address,
        "conditionsOfAccess": cited.uses_label,
    }
    return {name: value for name, value in told.items() if value}


def jsonld_file(cited: Cited) -> bytes:
    """The same as a file."""
    return json.dumps(story_jsonld(cited), ensure_ascii=False, indent=1).encode()


def jsonld_html(cited: Cited) -> str:
    """The same as a part of a page: data, which no browser runs and no content security policy forbids."""
    told = json.dumps(story_jsonld(cited), ensure_ascii=False).translate(_IN_A_PAGE)
    return f'<script type="application/ld+json">{told}</script>'
