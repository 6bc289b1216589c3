"""Closing, rewording and adding to the text of a story, so that nothing else in it changes.

Each way of writing the change is tried and read back; the first that means just what was asked for is
taken, and where none does, nothing is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from app.records.model import RecordKind
from app.rendering.closed import marks_before, source_lines
from app.rendering.markdown import render
from app.rendering.model import Passage, Rendered
from app.rendering.passages import normalised_text
from app.rendering.source_places import Place, line_offsets, place_of
from app.services.references import ReferenceTargets

LONGEST_CARRIED = 4_000  # characters; comparing takes their square
OPENING, ENDING = "::: closed", ":::"
_MARKS = re.compile(r"[^>\s]")
_WORDS = re.compile(r"\s+|[^\s]+")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_NOWHERE = ReferenceTargets(RecordKind.STORY, "")
Texts = Counter[str]


def passages_in(body: str) -> tuple[Passage, ...]:
    """The passages of a text, closed ones among them."""
    return render(body, links=_NOWHERE, show_closed=True).passages


def whole(body: str, title: str) -> Rendered:
    """A text as it is shown to its storyteller: closed passages too, and its title not again."""
    return render(body, links=_NOWHERE, show_closed=True, title=title)


def with_headings(body: str, title: str) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """The passages of a text, closed ones among them, each with the headings that stand before it.

    A heading that says the story's title again is left out.
    """
    rendered = whole(body, title)
    order = {section.anchor: number for number, section in enumerate(rendered.sections, 1)}
    shown = 0
    for passage in rendered.passages:
        now = max(shown, order.get(passage.section or "", 0))
        yield passage, tuple(section.title for section in rendered.sections[shown:now])
        shown = now


def passage_at(body: str, anchor: str) -> Passage | None:
    """The passage with this anchor."""
    return next((one for one in passages_in(body) if one.anchor == anchor), None)


def paragraphs_of(words: str) -> list[str]:
    """What she wrote as the passages that it would be."""
    return [normalised_text(part) for part in re.split(r"\n\s*\n", words) if part.strip()]


def closed_body(body: str, anchor: str) -> str | None:
    """The text with this passage closed, where it must be with what stands around it, else with all of it.

    None where there is no such open passage.
    """
    wanted = passage_at(body, anchor)
    if wanted is None or wanted.closed:
        return None
    before, every = _open(body), _every(body)
    for candidate in _closings(body, place_of(body, anchor)):
        after = _open(candidate)
        gone = before - after
        if gone[wanted.text] and not after - before and not every - _every(candidate):
            return candidate
    whole = f"{OPENING}\n{body.rstrip()}\n{ENDING}\n"  # too tangled to be read in parts
    return None if _open(whole) else whole


def _closings(body: str, place: Place | None) -> Iterator[str]:
    """Ways to close a passage, the smallest first."""
    if place is not None:
        alone = (place.start, place.end) == (place.block_start, place.block_end)
        if not alone:
            yield _wrapped(body, place.start, place.end, inside=True)
        yield _wrapped(body, place.block_start, place.block_end, inside=False)


def _wrapped(body: str, start: int, end: int, *, inside: bool) -> str:
    lines, offsets = source_lines(body), line_offsets(body)
    head, tail = body[: offsets[start]], body[offsets[end] :]
    own = [body[offsets[at] : offsets[at + 1]].rstrip("\n") for at in range(start, end)]
    first = marks_before(lines[start]) if inside else ""
    after = _MARKS.sub(" ", first)
    kept = [after + own[0][len(first) :], *own[1:]]
    return head + "\n".join([first + OPENING, *kept, after + ENDING]) + "\n" + tail


def reworded_body(body: str, anchor: str, passage: str, words: str) -> str | None:
    """The text with these words, in paragraphs, in the place of a passage whose words were `passage`.

    None where the passage is no more or has other words by now, or where the change can not be written
    so that nothing else changes with it.
    """
    wanted = passage_at(body, anchor)
    place = place_of(body, anchor)
    new = paragraphs_of(words)
    if wanted is None or place is None or wanted.text != passage or not new:
        return None
    expected = _open(body) - Counter([wanted.text]) + Counter(new)
    return _first(_rewordings(body, place, wanted.text, new), lambda one: _open(one) == expected, body)


def _rewordings(body: str, place: Place, old: str, new: Sequence[str]) -> Iterator[str]:
    lines, offsets = source_lines(body), line_offsets(body)
    first = marks_before(lines[place.start])
    after = _MARKS.sub(" ", first)
    own = [lines[place.start][len(first) :]]
    own += [line[len(marks_before(line)) :] for line in lines[place.start + 1 : place.end]]
    source = "\n".join(own)

    def written(parts: Sequence[str]) -> str:
        shown = f"\n{after.rstrip()}\n{after}".join(parts)
        return body[: offsets[place.start]] + first + shown + "\n" + body[offsets[place.end] :]

    if normalised_text(source) == old:
        yield written(new)
        yield written([escaped(part) for part in new])
    elif len(new) == 1 and len(source) < LONGEST_CARRIED:
        yield written([_carried(source.replace("\n", " "), old, new[0])])


def _carried(source: str, old: str, new: str) -> str:
    """The Markdown of a passage with the same change made in it: its emphasis and its notes stay."""
    places: dict[int, int] = {}
    for block in SequenceMatcher(None, old, source, autojunk=False).get_matching_blocks():
        places.update((block.a + at, block.b + at) for at in range(block.size))
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    starts = [0, *accumulate(map(len, before))]
    for tag, i1, i2, j1, j2 in reversed(SequenceMatcher(None, before, after, autojunk=False).get_opcodes()):
        if tag != "equal":
            start = places.get(starts[i1], len(source))
            end = start if tag == "insert" else places.get(starts[i2] - 1, len(source) - 1) + 1
            source = source[:start] + "".join(after[j1:j2]) + source[end:]
    return source


def extended_body(body: str, words: str) -> str | None:
    """The text with these paragraphs at its end; None where they can not stand there open."""
    new = paragraphs_of(words)
    expected = _open(body) + Counter(new)
    ways = (new, [escaped(part) for part in new])
    texts = ("\n\n".join(filter(None, [body.rstrip("\n"), *way])) + "\n" for way in ways)
    return _first(texts, lambda one: _open(one) == expected, body) if new else None


def _first(candidates: Iterator[str], fits: Callable[[str], bool], body: str) -> str | None:
    closed = _every(body) - _open(body)
    return next((one for one in candidates if fits(one) and _every(one) - _open(one) == closed), None)


def escaped(text: str) -> str:
    """Words that Markdown reads as nothing but words."""
    return _PUNCTUATION.sub(r"\\\1", text)


def _open(body: str) -> Texts:
    rendered = render(body, links=_NOWHERE)
    return Counter(passage.text for passage in rendered.passages)


def _every(body: str) -> Texts:
    return Counter(passage.text for passage in passages_in(body))
