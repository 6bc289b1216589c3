"""Simple Dublin Core as OAI-PMH carries it: elements of fifteen names, each any number of times."""

from collections.abc import Iterable

from app.exports.xml_text import Element, element

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ROOT = {
    "xmlns:oai_dc": OAI_DC,
    "xmlns:dc": DC,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{OAI_DC} {SCHEMA}",
}


def oai_dc(said: Iterable[tuple[str, str]]) -> Element:
    """The record as `oai_dc:dc`, which declares its own namespaces.

    `said` are names without prefix and values, in their order; a name may occur again.
    """
    return element("oai_dc:dc", "", (element(f"dc:{name}", text) for name, text in said), ROOT)
