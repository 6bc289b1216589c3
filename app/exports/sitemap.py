"""Sitemaps for search engines: https://www.sitemaps.org/protocol.html"""

from collections.abc import Iterable, Iterator

from app.exports.xml_text import Element, document, element

MEDIA_TYPE = "application/xml; charset=utf-8"
MOST = 50_000  # addresses in one part
ROOT = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
Line = tuple[str, str]  # a whole address, and when it changed last; empty where that is not known


def sitemap(lines: Iterable[Line]) -> Iterator[bytes]:
    """One part: addresses of pages."""
    return document("urlset", ROOT, (_line("url", *line) for line in lines))


def sitemap_index(lines: Iterable[Line]) -> Iterator[bytes]:
    """The list of all parts."""
    return document("sitemapindex", ROOT, (_line("sitemap", *line) for line in lines))


def _line(tag: str, address: str, changed: str) -> Element:
    said = [element("loc", address), *([element("lastmod", changed)] if changed else [])]
    return element(tag, "", said)
