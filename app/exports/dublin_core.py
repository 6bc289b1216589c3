"""A story, or words from it, in simple Dublin Core: as a file, as tags of a page, and as harvesters get it.

What each of these says is decided here alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.exports.cited import KIND, Cited, one_line
from app.exports.oai_dc import oai_dc
from app.exports.xml_text import DECLARATION, written

MEDIA_TYPE = "application/xml; charset=utf-8"


@dataclass(frozen=True)
class Described:
    """What is told of a story, or of words from one. Addresses are whole; what is empty is left out.

    `source` and `part_of` are for words alone: where they stand, and the address of their story.
    """

    title: str
    teller: str
    themes: Sequence[str]  # labels
    description: str
    archive: str
    gathered: str  # a day, a month or a year
    address: str
    identifier: str
    language: str
    site: str
    rights: str
    consent_address: str
    source: str = ""
    part_of: str = ""


def dublin_core_elements(said: Described) -> Iterator[tuple[str, str]]:
    """Names and values, in the order in which they are written; a name may occur again."""
    told = [
        ("title", said.title),
        ("creator", said.teller),
        *(("subject", label) for label in said.themes),
        ("description", said.description),
        ("publisher", said.archive),
        ("date", said.gathered),
        ("type", KIND),
        ("format", "text/html"),
        ("identifier", said.address),
        ("identifier", said.identifier),
        ("source", said.source),
        ("language", said.language),
        ("relation", said.part_of),
        ("coverage", said.site),
        ("rights", said.rights),
        ("rights", said.consent_address),
    ]
    yield from ((name, one_line(value)) for name, value in told if one_line(value))


def described(cited: Cited) -> Described:
    """What is told of something that is cited.

    Of a whole story no version is named: a record that harvesters have would be another with each.
    """
    return Described(
        title=cited.title,
        teller=cited.teller,
        themes=cited.themes,
        description=cited.words or cited.summary or cited.mentions,
        archive=cited.archive,
        gathered=cited.gathered,
        address=cited.address,
        identifier=cited.identifier,
        language=cited.language,
        site=cited.site,
        rights=cited.uses_label,
        consent_address=cited.consent_address,
        source=f"{cited.archive}, {cited.place}" if cited.words else "",
        part_of=cited.story_address if cited.words else "",
    )


def dublin_core(cited: Cited) -> bytes:
    """The file."""
    return f"{DECLARATION}{written(oai_dc(dublin_core_elements(described(cited))))}".encode()
