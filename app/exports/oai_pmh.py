"""Answers of OAI-PMH 2.0: http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.exports.oai_dc import OAI_DC, SCHEMA, oai_dc
from app.exports.xml_text import DECLARATION, Element, element, in_pieces, opening, written

PREFIX = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
ROOT = {
    "xmlns": NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
}
IDENTIFIERS = "http://www.openarchives.org/OAI/2.0/oai-identifier"
DOMAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*)+")  # all that the scheme allows
GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"


@dataclass(frozen=True)
class Asked:
    """The request as the answer repeats it; without attributes where it was not understood."""

    address: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Header:
    """Of one record: its identifier, when it changed last, in which sets it stands, whether it is gone."""

    identifier: str
    stamp: str
    sets: Sequence[str] = ()
    deleted: bool = False


@dataclass(frozen=True)
class Resumption:
    """Where a list goes on; `token` is empty at its end. `size` is of the whole list, `cursor` from 0."""

    token: str
    expires: str
    size: int
    cursor: int


@dataclass(frozen=True)
class Identity:
    """Who answers."""

    name: str
    address: str
    mail: str
    earliest: str
    host: str  # in identifiers
    sample: str  # an identifier


def answer(at: str, asked: Asked, verb: str, parts: Iterable[Element]) -> Iterator[bytes]:
    """An answer, one part at a time. `at` is the moment of the answer."""
    yield _beginning(at, asked) + f"<{verb}>\n".encode()
    yield from in_pieces(parts)
    yield f"</{verb}>\n</OAI-PMH>\n".encode()


def refusal(at: str, asked: Asked, errors: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """An answer that names errors of the protocol: code and words of each."""
    yield _beginning(at, asked)
    for code, words in errors:
        yield written(element("error", words, attributes={"code": code})).encode()
    yield b"</OAI-PMH>\n"


def _beginning(at: str, asked: Asked) -> bytes:
    request = element("request", asked.address, attributes=asked.attributes)
    told = written(element("responseDate", at)) + written(request)
    return f"{DECLARATION}{opening('OAI-PMH', ROOT)}{told}".encode()


def header(said: Header) -> Element:
    """A record's header."""
    status = {"status": "deleted"} if said.deleted else {}
    sets = (element("setSpec", spec) for spec in said.sets)
    named = (element("identifier", said.identifier), element("datestamp", said.stamp))
    return element("header", "", (*named, *sets), status)


def record(said: Header, metadata: Iterable[tuple[str, str]]) -> Element:
    """A record, with its Dublin Core; of one that is gone nothing but its header."""
    parts = [header(said)]
    if not said.deleted:
        parts.append(element("metadata", "", [oai_dc(metadata)]))
    return element("record", "", parts)


def metadata_format() -> Element:
    """The one format in which records are given."""
    parts = (
        element("metadataPrefix", PREFIX),
        element("schema", SCHEMA),
        element("metadataNamespace", OAI_DC),
    )
    return element("metadataFormat", "", parts)


def harvested_set(spec: str, name: str) -> Element:
    """A set."""
    return element("set", "", (element("setSpec", spec), element("setName", name)))


def resumption(said: Resumption) -> Element:
    """Where the list goes on, or an empty element where it ends."""
    told = {"completeListSize": str(said.size), "cursor": str(said.cursor)}
    if said.token:
        told["expirationDate"] = said.expires
    return element("resumptionToken", said.token, attributes=told)


def identity(said: Identity) -> Iterator[Element]:
    """What Identify tells."""
    yield element("repositoryName", said.name)
    yield element("baseURL", said.address)
    yield element("protocolVersion", "2.0")
    yield element("adminEmail", said.mail)
    yield element("earliestDatestamp", said.earliest)
    yield element("deletedRecord", "persistent")
    yield element("granularity", GRANULARITY)
    yield element("compression", "gzip")
    if DOMAIN.fullmatch(said.host):
        yield element("description", "", [_identifiers(said)])


def _identifiers(said: Identity) -> Element:
    told = {
        "scheme": "oai",
        "repositoryIdentifier": said.host,
        "delimiter": ":",
        "sampleIdentifier": said.sample,
    }
    attributes = {
        "xmlns": IDENTIFIERS,
        "xsi:schemaLocation": f"{IDENTIFIERS} http://www.openarchives.org/OAI/2.0/oai-identifier.xsd",
    }
    return element("oai-identifier", "", (element(tag, text) for tag, text in told.items()), attributes)
