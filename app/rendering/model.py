"""What rendering gives: HTML that is safe to show, and the passages in it."""

from dataclasses import dataclass
from typing import Protocol


class LinkResolver(Protocol):
    """Turns what a gatherer wrote as a link's target into an address of the archive."""

    def address_of(self, target: str) -> str | None:
        """Page address of `s-…`, `who-…`, `s-…#p-…` or a relative `.md` path; None when it is neither."""
        ...


@dataclass(frozen=True)
class Passage:
    """A leaf block with words. `number` counts from 1 through the passages that are shown.

    `text` is the normalised text, `html` the inner HTML, `quotation` True inside a blockquote,
    `section` the anchor of the heading above it.
    """

    anchor: str
    number: int
    text: str
    html: str
    quotation: bool = False
    closed: bool = False
    section: str | None = None


@dataclass(frozen=True)
class Section:
    """A heading of the story; `level` is 2 to 6 as shown."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """A rendered body. `closed` counts the closed passages that were left out or shown."""

    html: str
    passages: tuple[Passage, ...] = ()
    sections: tuple[Section, ...] = ()
    pulls: tuple[str, ...] = ()
    closed: int = 0
    comments: int = 0
    first_heading: str | None = None
