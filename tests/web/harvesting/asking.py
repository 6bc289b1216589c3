"""Asking as harvesters do, without a harvester: XML read by the standard library."""

from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from tests.web.asking import Web
from tests.web.people import FORM

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
ATOM = "{http://www.w3.org/2005/Atom}"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@dataclass(frozen=True)
class Told:
    """An answer of the protocol."""

    root: ET.Element

    @property
    def errors(self) -> list[str]:
        return [one.get("code", "") for one in self.root.findall(f"{OAI}error")]

    @property
    def headers(self) -> dict[str, ET.Element]:
        found = self.root.iter(f"{OAI}header")
        return {said(one, "identifier").rpartition(":")[2]: one for one in found}

    @property
    def deleted(self) -> set[str]:
        return {name for name, one in self.headers.items() if one.get("status") == "deleted"}

    @property
    def stamps(self) -> dict[str, str]:
        return {name: said(one, "datestamp") for name, one in self.headers.items()}

    @property
    def token(self) -> str:
        return next((one.text or "" for one in self.root.iter(f"{OAI}resumptionToken")), "")

    def sets(self, story_id: str) -> list[str]:
        return [one.text or "" for one in self.headers[story_id].findall(f"{OAI}setSpec")]

    def dc(self, name: str) -> list[str]:
        return [one.text or "" for one in self.root.iter(f"{DC}{name}")]


def said(element: ET.Element, name: str) -> str:
    return element.findtext(f"{OAI}{name}") or ""


def ask(web: Web, verb: str, *, post: bool = False, **arguments: str) -> Told:
    """The answer to a verb; `from` is written `from_`."""
    given = {"verb": verb, **{name.rstrip("_"): value for name, value in arguments.items()}}
    return asked(web, urlencode(given), post=post)


def asked(web: Web, query: str, *, post: bool = False) -> Told:
    """The answer to a query as it is written."""
    if post:
        answer = web.ask("POST", "/oai", headers=[FORM], body=query.encode())
    else:
        answer = web.get(f"/oai?{query}")
    assert (answer.status, answer["content-type"]) == (200, "text/xml; charset=utf-8")
    return Told(ET.fromstring(answer.content))


def records(web: Web, **arguments: str) -> Told:
    return ask(web, "ListRecords", metadataPrefix="oai_dc", **arguments)


def identifiers(web: Web, **arguments: str) -> Told:
    return ask(web, "ListIdentifiers", metadataPrefix="oai_dc", **arguments)


def feed(web: Web, address: str = "/feed.xml") -> ET.Element:
    answer = web.get(address)
    assert (answer.status, answer["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return ET.fromstring(answer.content)


def entries(root: ET.Element) -> list[str]:
    """The titles of a feed's entries, in their order."""
    return [one.findtext(f"{ATOM}title") or "" for one in root.findall(f"{ATOM}entry")]


def gone(root: ET.Element) -> list[str]:
    """The ids of what a feed says is gone."""
    return [one.get("ref", "").rpartition("/")[2] for one in root.findall(GONE)]


def link(root: ET.Element, relation: str) -> str | None:
    found = (one.get("href") for one in root.findall(f"{ATOM}link") if one.get("rel") == relation)
    return next(found, None)
