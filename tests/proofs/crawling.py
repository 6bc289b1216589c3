"""A crawler that follows every internal link, and looks whether each fragment is there."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from tests.web.asking import Answer
from tests.web.crawling import is_printed

REFERENCES = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}
REDIRECTS = (302, 303, 307, 308)


@dataclass
class Crawled:
    """What was seen. `broken` names the page, the link and what is wrong."""

    pages: int = 0
    links: int = 0
    broken: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        link = given.get(REFERENCES.get(tag, ""))
        if link is not None:
            self.links.append(link)


def crawl(get: Callable[[str], Answer], *, start: str = "/", most: int) -> Crawled:
    """Follow the links of at most so many pages, breadth first.

    Of the filters, which combine without end, each value is followed once, alone.
    """
    return _Crawl(get, most).run(start)


class _Crawl:
    def __init__(self, get: Callable[[str], Answer], most: int) -> None:
        self.get, self.most, self.found = get, most, Crawled()
        self.waiting: deque[tuple[str, str]] = deque()
        self.seen: set[str] = set()
        self.ids: dict[str, set[str]] = {}
        self.fragments: list[tuple[str, str, str]] = []

    def run(self, start: str) -> Crawled:
        self._note(start, start)
        while self.waiting and self.found.pages < self.most:
            self._visit(*self.waiting.popleft())
        for page, address, fragment in self.fragments:
            if address in self.ids and fragment not in self.ids[address]:
                self.found.broken.append(f"{page} -> {address}#{fragment}: no such place")
        return self.found

    def _visit(self, page: str, address: str) -> None:
        answer = self.get(address)
        if answer.status in REDIRECTS:
            self._note(address, answer["location"])
            return
        if answer.status != 200:
            self.found.broken.append(f"{page} -> {address}: {answer.status}")
            return
        if not answer["content-type"].startswith("text/html"):
            return
        self.found.pages += 1
        read = _Page(answer.text)
        self.ids[address] = read.ids
        for link in read.links:
            self._note(address, link)

    def _note(self, page: str, link: str) -> None:
        address, fragment = urldefrag(urljoin(f"http://localhost{page}", link))
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.hostname != "localhost":
            return
        self.found.links += 1
        inside = parts.path + (f"?{parts.query}" if parts.query else "")
        if fragment:
            self.fragments.append((page, inside, fragment))
        if inside not in self.seen and _is_followed(parts.query) and not is_printed(inside):
            self.seen.add(inside)
            self.waiting.append((page, inside))


def _is_followed(query: str) -> bool:
    return len([name for name, _ in parse_qsl(query) if name != "page"]) <= 1
