"""What differs between two texts of a story, word by word, as pieces that a page can show."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.records.aligning import ADDED, REMOVED, SAME, aligned, hunks
from app.records.blocks import as_lf, blocks_of
from app.services.gathering.pairing import paired
from app.services.views import Counts, Part, Piece

SECONDS = 0.6  # for one comparison; then the rest of it is coarser
AROUND = 1  # unchanged paragraphs shown above and below a change
BREAK = "\n\n"
MOST_PAIRS = 2_500  # of paragraphs that are held side by side
MARK = "¶"  # shows that a break between paragraphs came or went
_BLANK = re.compile(r"\n[ \t]*\n")
_MARKS = re.compile(r"^[ \t>]*:{3}.*$", re.MULTILINE)  # a passage that is closed gains no word by that
_TOKEN = re.compile(r"\n\n|\s+|\w+|[^\w\s]")
_SENTENCE = re.compile(r"\n\n|(?:[^.!?\n]|\n(?!\n))+[.!?]*|[.!?\n]+?")
LONG = 200_000  # characters
_NAMES = {SAME: "same", ADDED: "added", REMOVED: "removed"}


def without_comments(text: str) -> str:
    """A text without its HTML comments, which are shown nowhere; one that never ends goes with its block."""
    text, kept, at = as_lf(text), list[str](), 0
    last = text.rfind("-->")
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        at = _end_of_comment(text, start + 4, last)
    return "".join([*kept, text[at:]])


def _end_of_comment(text: str, at: int, last: int) -> int:
    """Behind its `-->`, the `last` of which is known; else where its block ends."""
    if at <= last:
        return text.index("-->", at) + 3
    blank = _BLANK.search(text, at)
    return blank.start() if blank else len(text)


def compared(before: str, after: str, *, seconds: float = SECONDS) -> list[Part]:
    """The text after with what came and went, paragraph by paragraph; what is far from a change is folded.

    Nothing where the two say the same in the same paragraphs. After `seconds` it is right still, and coarser.
    """
    end = time.monotonic() + seconds
    old, new = ([block.words for block in blocks_of(as_lf(text))[1]] for text in (before, after))
    changes, at, parts = hunks(old, new), 0, list[Part]()
    for number, hunk in enumerate(changes):
        parts += _unchanged(new[at : hunk.new_start], first=number == 0, last=False)
        left = max(end - time.monotonic(), 0.01)
        parts += _changed(old[hunk.start : hunk.end], new[hunk.new_start : hunk.new_end], left)
        at = hunk.new_end
    return parts + _unchanged(new[at:], first=False, last=True) if changes else []


def side_by_side(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts whole; what the other has not is `removed` in the first and `added` in the second."""
    cut = _TOKEN if len(one) + len(other) < LONG else _SENTENCE
    before, after = cut.findall(one), cut.findall(other)
    pieces = list(_pieces(aligned(before, after, seconds=SECONDS, readable=True), before, after))
    left = [Piece(what, text) for what, text in pieces if what != _NAMES[ADDED]]
    return left, [Piece(what, text) for what, text in pieces if what != _NAMES[REMOVED]]


def counted(before: str, after: str) -> Counts:
    """The words that came and went, in a time that grows with the texts' length alone."""
    old, new = (Counter(_MARKS.sub("", text).split()) for text in (before, after))
    return Counts((new - old).total(), (old - new).total())


def _unchanged(paragraphs: Sequence[str], *, first: bool, last: bool) -> list[Part]:
    above, below = (0 if first else AROUND), (0 if last else AROUND)
    if len(paragraphs) <= above + below + 1:
        return [_same(text) for text in paragraphs]
    hidden = len(paragraphs) - above - below
    kept = [_same(text) for text in paragraphs]
    return [*kept[:above], Part(folded=hidden), *kept[above + hidden :]]


def _same(text: str) -> Part:
    return Part((Piece("same", text),))


def _changed(old: Sequence[str], new: Sequence[str], seconds: float) -> list[Part]:
    """The paragraphs of one place that differ: each beside the one that it was, if that can be told."""
    if min(len(old), len(new)) < 2 or len(old) * len(new) > MOST_PAIRS:
        return _told_apart(BREAK.join(old), BREAK.join(new), seconds)
    pairs = paired(old, new)
    return [part for one, other in pairs for part in _told_apart(one, other, seconds / len(pairs))]


def _told_apart(old: str, new: str, seconds: float) -> list[Part]:
    """Word by word; of very long texts sentence by sentence."""
    cut = _TOKEN if len(old) + len(new) < LONG else _SENTENCE
    before, after = cut.findall(old), cut.findall(new)
    runs = aligned(before, after, seconds=seconds, readable=True)
    return [Part(tuple(pieces)) for pieces in _paragraphs(_pieces(runs, before, after))]


def _pieces(
    runs: Iterable[tuple[int, int]], before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Each stretch of one sort as its text."""
    old = new = 0
    for what, count in runs:
        tokens = before[old : old + count] if what == REMOVED else after[new : new + count]
        old += count if what != ADDED else 0
        new += count if what != REMOVED else 0
        yield _NAMES[what], "".join(tokens)


def _paragraphs(pieces: Iterable[tuple[str, str]]) -> Iterator[list[Piece]]:
    """The pieces cut where paragraphs end."""
    found: list[Piece] = []
    for what, text in pieces:
        for number, part in enumerate(text.split(BREAK)):
            if number and found:
                yield _ended(found, what)
                found = []
            if part:
                found.append(Piece(what, part))
    if found:
        yield found


def _ended(paragraph: list[Piece], what: str) -> list[Piece]:
    """A paragraph; where its end came or went and something of it stayed, with a mark that says so."""
    stayed = any(piece.what == "same" for piece in paragraph)
    return [*paragraph, Piece(what, MARK)] if what != "same" and stayed else paragraph
