"""A reference as CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""

import json
from typing import Any

from app.exports.cited import KIND, Cited, one_line

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"


def csl_item(cited: Cited) -> dict[str, Any]:
    """One item. What CSL has no name for, such as the paragraph, stands under `custom`."""
    item: dict[str, Any] = {
        "id": cited.identifier,
        "type": KIND,
        "title": one_line(cited.title),
        "author": [{"literal": one_line(cited.teller)}] if cited.teller else [],
        "issued": {"date-parts": [cited.date_parts]} if cited.gathered else {},
        "accessed": {"date-parts": [[int(part) for part in cited.accessed.split("-")]]},
        "publisher": one_line(cited.archive),
        "archive": one_line(cited.archive),
        "archive_location": cited.story_id,
        "version": str(cited.version),
        "URL": cited.address,
        "language": cited.language,
        "note": cited.uses_label,
        "custom": _custom(cited),
    }
    return {name: value for name, value in item.items() if value}


def _custom(cited: Cited) -> dict[str, Any]:
    told: dict[str, Any] = {
        "paragraph": cited.paragraph,
        "anchor": cited.anchor,
        "quotation": one_line(cited.words),
    }
    told |= {"lastParagraph": cited.last, "lastAnchor": cited.last_anchor}
    named = {name: value for name, value in told.items() if value}
    return named | {"uses": list(cited.uses), "consent": cited.consent_address}


def csl_json(cited: Cited) -> bytes:
    """The file: a list of one item, as reference managers read it."""
    return json.dumps([csl_item(cited)], ensure_ascii=False, indent=1).encode()
