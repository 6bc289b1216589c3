"""A story, or words from it, in simple Dublin Core: as tags of a page, and as `oai_dc`."""

from collections.abc import Iterator

from app.exports.cited import KIND, Cited, one_line
from app.exports.oai_dc import oai_dc
from app.exports.xml_text import DECLARATION, written

MEDIA_TYPE = "application/xml; charset=utf-8"


def dublin_core_elements(cited: Cited) -> Iterator[tuple[str, str]]:
    """Names and values, in the order in which they are written; a name may occur again."""
    told = [
        ("title", cited.title),
        ("creator", cited.teller),
        *(("subject", label) for label in cited.themes),
        ("description", cited.words or cited.summary),
        ("publisher", cited.archive),
        ("date", cited.gathered),
        ("type", KIND),
        ("format", "text/html"),
        ("identifier", cited.address),
        ("identifier", cited.identifier),
        ("source", f"{cited.archive}, {cited.place}"),
        ("language", cited.language),
        ("relation", cited.story_address if cited.words else ""),
        ("rights", cited.uses_label),
        ("rights", cited.consent_address),
    ]
    yield from ((name, one_line(value)) for name, value in told if one_line(value))


def dublin_core(cited: Cited) -> bytes:
    """The file."""
    return f"{DECLARATION}{written(oai_dc(dublin_core_elements(cited)))}".encode()
