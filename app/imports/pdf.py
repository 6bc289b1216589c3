"""PDF: words as they stand on pages, put together again as well as that goes. Always to be looked through."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import ImportRefused
from app.imports.conversations import turns_in
from app.imports.escaping import escape_line
from app.imports.limited import STOPPED, run
from app.imports.model import Converted, Report
from app.imports.office import wrong_kind
from app.imports.speakers import named, names_among
from app.imports.turns import body_of

SECONDS = 15  # of the processor; the program itself stops earlier, with what it has by then
_WORKER = Path(__file__).with_name("pdf_worker.py")
_BEGINS = b"%PDF-"
_BEGINS_WITHIN = 1024  # bytes
_PARTED = re.compile(r"[^\W\d_][-\u00ad\u2010]$")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–—\s]*\d{1,4}[-–—\s]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?…:][”’\"')\]]*$")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SHORT = 0.75  # of the longest lines: a sentence that ends on a shorter line ends a paragraph
_OFTEN = 3  # pages that a line must stand at the edge of, to be no part of the text
_WRONG = {
    "locked": ImportRefused(
        "A password is needed to open this PDF.", "Save it again without a password, and bring that in."
    ),
    "much": STOPPED,
    "damaged": ImportRefused(
        "The PDF is damaged or was cut off.",
        "Save or send it again, and look that the whole of it has arrived.",
    ),
}
_SCANNED = ImportRefused(
    "No words can be read in this PDF: it seems to be scanned, pictures of pages.",
    "Run text recognition on it, or write down what it says, and bring that in.",
)


def from_pdf(content: bytes) -> Converted:
    """The words of a PDF; `must_review` always. Raises ImportRefused for a password and for scanned pages."""
    if _BEGINS not in content[:_BEGINS_WITHIN]:
        raise wrong_kind("pdf")
    told = _read(content)
    pages = [_CONTROLS.sub("", page) for page in told["pages"]]
    if not any(map(_has_words, pages)):
        raise _SCANNED
    names = names_among(line.strip() for page in pages for line in page.split("\n") if line.strip())
    joining = _Joining(_edges(pages), names if len(names) > 1 else frozenset())
    body = "\n".join(f"{escape_line(paragraph)}\n" for paragraph in joining.paragraphs(pages))
    turns = turns_in(body)
    reports = (*_unread(told, pages), *joining.reports())
    return Converted("pdf", body=body_of(turns) or body, turns=turns, reports=reports, must_review=True)


def _read(content: bytes) -> dict[str, Any]:
    outcome = run([sys.executable, "-I", str(_WORKER)], content, seconds=SECONDS)
    try:
        told = dict(json.loads(outcome.output))
    except ValueError:
        raise STOPPED from None
    if "wrong" in told:
        raise _WRONG[told["wrong"]]
    return told


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _unread(told: dict[str, Any], pages: list[str]) -> Iterator[Report]:
    for number, page in enumerate(pages, 1):
        if number in told["unread"]:
            yield Report(
                f"page {number}", "This page is damaged; nothing on it could be read.", "Write it down."
            )
        elif not _has_words(page):
            reason = "No words can be read on this page: it is empty, or scanned, a picture of a page."
            yield Report(f"page {number}", reason, "Write down what it says, if it says anything.")
    if len(pages) < told["total"]:
        reason = f"The PDF has {told['total']} pages, and reading it stopped here."
        yield Report(f"page {len(pages) + 1}", reason, "Split it, and bring in the rest apart.")


def _edges(pages: list[str]) -> frozenset[str]:
    """Lines that stand first or last on page after page: what a printer adds, not what was said."""
    found = Counter[str]()
    for page in pages:
        lines = [line.strip() for line in page.split("\n") if line.strip()]
        found.update({*lines[:1], *lines[-1:]})
    return frozenset(line for line, times in found.items() if times >= max(_OFTEN, len(pages) // 2))


@dataclass
class _Joining:
    """Puts lines together to paragraphs, and counts what it did to them."""

    edges: frozenset[str]
    names: frozenset[str]
    parted: int = 0
    left_out: int = 0
    _open: str = ""
    _longest: int = 0  # line of the paragraph that is open
    _done: list[str] = field(default_factory=list)

    def paragraphs(self, pages: list[str]) -> list[str]:
        long = max(len(line) for page in pages for line in page.split("\n")) * _SHORT
        for page in pages:
            for line in self._inner(page.split("\n")):
                self._add(line.strip(), long)
        self._close()
        return self._done

    def _inner(self, lines: list[str]) -> list[str]:
        """A page's lines without the number and the title that stand at its edge."""
        while lines and not lines[0].strip():
            lines = lines[1:]
        while lines and not lines[-1].strip():
            lines = lines[:-1]
        for at in (0, -1):
            if lines and (lines[at].strip() in self.edges or _PAGE_NUMBER.fullmatch(lines[at].strip())):
                del lines[at]
                self.left_out += 1
        return lines

    def _add(self, line: str, long: float) -> None:
        if not line:
            self._close()
            return
        if named(line, self.names):
            self._close()
        short = len(line) < (_SHORT * self._longest if self._open else long)
        self._longest = max(self._longest, len(line)) if self._open else len(line)
        if self._open and _PARTED.search(self._open) and line[:1].islower():
            self._open, self.parted = self._open[:-1] + line, self.parted + 1
        else:
            self._open = f"{self._open} {line}".strip()
        if short and _SENTENCE_ENDS.search(line):
            self._close()

    def _close(self) -> None:
        if self._open:
            self._done.append(self._open)
        self._open = ""

    def reports(self) -> Iterator[Report]:
        if self.parted:
            many = "1 word that was" if self.parted == 1 else f"{self.parted:,} words that were"
            reason = f"{many} parted at the end of a line {'was' if self.parted == 1 else 'were'} joined."
            yield Report("", reason, "Look for words that should keep their hyphen.")
        if self.left_out:
            one = self.left_out == 1
            many = "1 page number or line" if one else f"{self.left_out:,} page numbers and lines"
            reason = f"{many} at the edges of pages {'was' if one else 'were'} left out."
            yield Report("", reason, "Look whether anything that was said is missing.")
