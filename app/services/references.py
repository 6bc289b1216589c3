"""References in texts: from what a gatherer wrote to an address, and to a page that this reader may see."""

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from app.records.ids import normal_id
from app.records.model import RecordKind

FOLDERS = {RecordKind.STORY: "stories", RecordKind.PERSONA: "personas"}
PERMANENT = {"s": "/s/", "who": "/p/", "q": "/q/"}
PASSAGE_ANCHOR = re.compile(r"p-[0-9a-hjkmnp-tv-z]{6}(-[0-9]{1,6})?")
LINK = re.compile(r'<a href="(/(?:s|p|q|stories|personas)/[^"#?]+)(#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)
WRITTEN = re.compile(r"\]\(\s*<?([^)\s>]+)|^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)", re.MULTILINE)


@dataclass(frozen=True)
class ReferenceTargets:
    """A LinkResolver that needs no catalogue: whether the page is there is asked when it is read."""

    kind: RecordKind
    slug: str

    def address_of(self, target: str) -> str | None:
        path, _, anchor = target.partition("#")
        address = _permanent(path) or self._relative(path)
        if address is None:
            return None
        return f"{address}#{anchor}" if PASSAGE_ANCHOR.fullmatch(anchor) else address

    def _relative(self, path: str) -> str | None:
        stem, ending = posixpath.splitext(unquote(path))
        if ending not in (".md", ".markdown") or stem.startswith("/") or ":" in stem:
            return None
        here = posixpath.dirname(f"{FOLDERS[self.kind]}/{self.slug}")
        page = posixpath.normpath(posixpath.join(here, stem))
        inside = page.startswith(tuple(f"{name}/" for name in FOLDERS.values()))
        return quote(f"/{page}") if inside else None


def _permanent(path: str) -> str | None:
    record_id = normal_id(path)
    return None if record_id is None else PERMANENT[record_id.partition("-")[0]] + record_id


def references_in(html: str) -> set[str]:
    """The addresses of records that a rendered text links to."""
    return {match.group(1) for match in LINK.finditer(html)}


def references_written(markdown: str, targets: ReferenceTargets) -> set[str]:
    """The addresses of records that a Markdown text names as targets, shown or not."""
    written = {inline or defined for inline, defined in WRITTEN.findall(markdown)}
    found = {targets.address_of(unquote(target)) for target in written}
    return {address.partition("#")[0] for address in found if address}


def with_references(html: str, page_of: Callable[[Iterable[str]], dict[str, str]]) -> str:
    """The text with each link to a record turned to its page, or to plain words where there is none.

    `page_of` takes the addresses and gives the pages of those that the reader may see.
    """
    found = references_in(html)
    pages = page_of(found) if found else {}

    def turned(match: re.Match[str]) -> str:
        page = pages.get(match.group(1))
        return (
            match.group(3) if page is None else f'<a href="{page}{match.group(2) or ""}">{match.group(3)}</a>'
        )

    return LINK.sub(turned, html) if found else html
