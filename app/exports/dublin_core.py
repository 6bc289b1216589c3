"""A story, or words from it, in simple Dublin Core: as tags of a page, and as `oai_dc`."""

from collections.abc import Iterator
from xml.etree import ElementTree as Tree

from app.exports.cited import KIND, Cited, one_line

MEDIA_TYPE = "application/xml; charset=utf-8"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
Tree.register_namespace("dc", DC)
Tree.register_namespace("oai_dc", OAI_DC)
Tree.register_namespace("xsi", _XSI)


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
    root = Tree.Element(f"{{{OAI_DC}}}dc", {f"{{{_XSI}}}schemaLocation": _SCHEMA})
    for name, value in dublin_core_elements(cited):
        Tree.SubElement(root, f"{{{DC}}}{name}").text = value
    Tree.indent(root, " ")
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))
