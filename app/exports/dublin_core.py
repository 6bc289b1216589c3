"""Simple Dublin Core as OAI-PMH carries it (oai_dc): fifteen elements, each any number of times."""

from dataclasses import dataclass, fields

from app.exports.xml_text import Element, element

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ROOT = {
    "xmlns:oai_dc": OAI_DC,
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{OAI_DC} {SCHEMA}",
}
Said = tuple[str, ...]


@dataclass(frozen=True)
class DublinCore:
    """What is said of one story; each field is an element of the same name, in the order of its values."""

    title: Said = ()
    creator: Said = ()
    subject: Said = ()
    description: Said = ()
    publisher: Said = ()
    contributor: Said = ()
    date: Said = ()
    type: Said = ()
    format: Said = ()
    identifier: Said = ()
    source: Said = ()
    language: Said = ()
    relation: Said = ()
    coverage: Said = ()
    rights: Said = ()


def dublin_core(said: DublinCore) -> Element:
    """The record as `oai_dc:dc`, which declares its own namespaces; what is empty is left out."""
    root = element("oai_dc:dc", attributes=ROOT)
    for field in fields(said):
        root.extend(element(f"dc:{field.name}", text) for text in getattr(said, field.name) if text.strip())
    return root
