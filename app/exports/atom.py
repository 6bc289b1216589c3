"""Feeds in Atom (RFC 4287), by pages (RFC 5005), with what is gone (RFC 6721)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.exports.xml_text import Element, document, element

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ROOT = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:at": "http://purl.org/atompub/tombstones/1.0"}


@dataclass(frozen=True)
class Entry:
    """A story. Addresses are whole; `id` is its permanent one."""

    id: str
    updated: str
    title: str
    address: str
    authors: Sequence[str] = ()
    summary: str = ""
    rights: str = ""
    language: str = ""
    themes: Sequence[tuple[str, str]] = ()  # slug and label


@dataclass(frozen=True)
class Gone:
    """A story that was here, by its permanent address."""

    id: str
    when: str


@dataclass(frozen=True)
class Feed:
    """One page of a feed. `links` are pairs of relation and whole address."""

    id: str
    title: str
    updated: str
    author: str  # of what names nobody
    language: str
    links: Sequence[tuple[str, str]]
    parts: Sequence[Entry | Gone]


def atom(feed: Feed) -> Iterator[bytes]:
    """The feed, one part at a time."""
    return document("feed", {**ROOT, "xml:lang": feed.language}, _parts(feed))


def _parts(feed: Feed) -> Iterator[Element]:
    yield element("id", feed.id)
    yield element("title", feed.title)
    yield element("updated", feed.updated)
    yield element("author", "", [element("name", feed.author)])
    for relation, address in feed.links:
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        yield element("link", attributes={"rel": relation, "href": address, "type": kind})
    for part in feed.parts:
        yield _gone(part) if isinstance(part, Gone) else _entry(part)


def _entry(said: Entry) -> Element:
    parts = [element("id", said.id), element("title", said.title), element("updated", said.updated)]
    parts += [element("author", "", [element("name", name)]) for name in said.authors]
    parts.append(element("link", attributes={"rel": "alternate", "href": said.address, "type": "text/html"}))
    parts += [element("category", attributes={"term": slug, "label": label}) for slug, label in said.themes]
    parts += _texts(("summary", said.summary), ("rights", said.rights))
    return element("entry", "", parts, {"xml:lang": said.language} if said.language else None)


def _texts(*texts: tuple[str, str]) -> Iterable[Element]:
    return [element(name, text) for name, text in texts if text]


def _gone(said: Gone) -> Element:
    return element("at:deleted-entry", attributes={"ref": said.id, "when": said.when})
