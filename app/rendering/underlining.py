"""Marks for quotes in a rendered text: the HTML stays as it is, with `<mark>` around the words."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby, pairwise
from typing import NamedTuple

from app.rendering.passages import ZERO_WIDTH

TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>(?:[^<>"]|"[^"]*")*)>')
ANCHOR = re.compile(r' id="(p-[0-9a-z]{6}(?:-\d+)?)"')
NO_WORDS = re.compile(r' class="(?:[^"]* )?(?:anchor|footnote-ref|footnote-back|at)(?: [^"]*)?"')
APART = frozenset({"td", "th", "tr", "br"})  # between them words are apart, without a space in the HTML
VOID = frozenset({"br", "img", "hr", "wbr"})
CHARACTER = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z0-9]{1,32});|.", re.DOTALL)
LANES = 3  # kinds of line, so that quotes over each other are told apart without colour


@dataclass(frozen=True)
class Mark:
    """Words to be marked: characters `start` to `end` of a passage's normalised text."""

    id: str
    anchor: str
    start: int
    end: int
    colour: int = 0


class _Spot(NamedTuple):
    """Where a character stands in the HTML; `node` counts the stretches of text between tags."""

    node: int
    start: int
    end: int


@dataclass
class _Passage:
    """A passage's words in the HTML, stretch by stretch; None is a gap that counts as a space."""

    anchor: str
    nodes: list[tuple[int, int] | None]


def underlined(html: str, marks: Iterable[Mark], texts: Mapping[str, str]) -> str:
    """The HTML with these marks; `texts` are the passages' normalised texts by anchor.

    The first piece of each has the quote's id. A passage whose words are not those of `texts` is left alone.
    """
    wanted: dict[str, list[Mark]] = {}
    for mark in marks:
        wanted.setdefault(mark.anchor, []).append(mark)
    inserts: list[tuple[int, str]] = []
    for passage in _passages(html, wanted):
        spots = _spots(html, passage, texts.get(passage.anchor, ""))
        if spots is not None:
            inserts += _inserts(spots, wanted[passage.anchor])
    return _with(html, inserts)


def _with(html: str, inserts: Iterable[tuple[int, str]]) -> str:
    pieces, last = [], 0
    for at, tag in inserts:
        pieces += [html[last:at], tag]
        last = at
    return "".join([*pieces, html[last:]])


def _passages(html: str, wanted: Mapping[str, object]) -> Iterator[_Passage]:
    """Those of the passages that are wanted, in their order."""
    for found in ANCHOR.finditer(html):
        if found[1] in wanted:
            opens = TAG.match(html, html.rfind("<", 0, found.start()))
            if opens:
                yield _Passage(found[1], list(_nodes(html, opens)))


def _nodes(html: str, opens: re.Match[str]) -> Iterator[tuple[int, int] | None]:
    """The stretches of text within an element that are words of its passage."""
    depth, silent, last = 1, 0, opens.end()
    for tag in TAG.finditer(html, opens.end()):
        if not silent and tag.start() > last:
            yield last, tag.start()
        last = tag.end()
        if tag["name"] in APART and not silent:
            yield None
        if tag["name"] in VOID:
            continue
        depth += -1 if tag["end"] else 1
        if depth == 0:
            return
        if silent and depth < silent:
            silent = 0
        elif not silent and not tag["end"] and NO_WORDS.search(tag["rest"]):
            silent = depth


class _Even:
    """Where each character stands, where the HTML says the words as they are: no list of them is needed."""

    def __init__(self, nodes: Sequence[tuple[int, int]]) -> None:
        self._nodes, self._begins, at = nodes, [], 0
        for start, end in nodes:
            self._begins.append(at)
            at += end - start
        self.size = at

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where these characters stand, stretch by stretch: from, to."""
        node = bisect_right(self._begins, start) - 1
        while start < end:
            first, last = self._nodes[node]
            at = first + start - self._begins[node]
            take = min(end - start, last - at)
            if take:
                yield at, at + take
            start, node = start + take, node + 1


class _Uneven:
    """The same where single characters were counted, because the HTML writes them in another way."""

    def __init__(self, spots: Sequence[_Spot]) -> None:
        self._spots = spots

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for _, run in groupby(self._spots[start:end], key=lambda spot: spot.node):
            places = [spot for spot in run if spot.node >= 0]
            if places:
                yield places[0].start, places[-1].end


def _spots(html: str, passage: _Passage, text: str) -> _Even | _Uneven | None:
    nodes = [node for node in passage.nodes if node is not None]
    if len(nodes) == len(passage.nodes):
        plain = "".join(html[start:end] for start, end in nodes).replace("\n", " ")
        if plain.rstrip(" ") == text and "&" not in plain:
            return _Even(nodes)
    words, spots = _normalised(_characters(html, passage.nodes))
    return _Uneven(spots) if words == text else None


def _characters(html: str, nodes: Iterable[tuple[int, int] | None]) -> Iterator[tuple[str, _Spot]]:
    for number, node in enumerate(nodes):
        if node is None:
            yield " ", _Spot(-1, 0, 0)
            continue
        for one in CHARACTER.finditer(html, *node):
            for character in unescape(one[0]):
                yield character, _Spot(number, one.start(), one.end())


def _normalised(characters: Iterable[tuple[str, _Spot]]) -> tuple[str, list[_Spot]]:
    """What `passages.normalised_text` makes of them, with the place of each character."""
    text: list[str] = []
    spots: list[_Spot] = []
    for cluster, spot in _clusters(characters):
        if cluster.isspace():
            if text and text[-1] != " ":
                text.append(" ")
                spots.append(spot)
            continue
        composed = unicodedata.normalize("NFC", cluster)
        text += composed
        spots += [spot] * len(composed)
    if text and text[-1] == " ":
        text.pop()
        spots.pop()
    return "".join(text), spots


def _clusters(characters: Iterable[tuple[str, _Spot]]) -> Iterator[tuple[str, _Spot]]:
    """Characters that become one in NFC stand together, at the place of all of them."""
    held, place = "", _Spot(0, 0, 0)
    for character, spot in characters:
        if ord(character) in ZERO_WIDTH:
            continue
        if held and not character.isascii() and _composes(held, character) and spot.node == place.node:
            held, place = held + character, _Spot(place.node, place.start, spot.end)
            continue
        if held:
            yield held, place
        held, place = character, spot
    if held:
        yield held, place


def _composes(held: str, character: str) -> bool:
    both = unicodedata.normalize("NFC", held + character)
    return both != unicodedata.normalize("NFC", held) + unicodedata.normalize("NFC", character)


def _inserts(spots: _Even | _Uneven, marks: Sequence[Mark]) -> Iterator[tuple[int, str]]:
    """Tags around each run of characters that lie in one stretch of text and carry the same marks."""
    lanes, begun = _lanes(marks), set[str]()
    for start, end, here in _pieces(marks):
        for first, last in spots.runs(start, end):
            new = [one for one in here if one.id not in begun]
            begun.update(one.id for one in new)
            yield first, _tag(here, new, lanes)
            yield last, "</mark>"


def _pieces(marks: Sequence[Mark]) -> Iterator[tuple[int, int, list[Mark]]]:
    cuts = sorted({place for mark in marks for place in (mark.start, mark.end)})
    for start, end in pairwise(cuts):
        here = [mark for mark in marks if mark.start <= start and mark.end >= end]
        if here:
            yield start, end, here


def _lanes(marks: Sequence[Mark]) -> dict[str, int]:
    """A line for each quote that no quote over the same words has, as long as there are enough."""
    lanes: dict[str, int] = {}
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, one.id)):
        over = {lanes[o.id] for o in marks if o.id in lanes and o.start < mark.end and mark.start < o.end}
        lanes[mark.id] = next((lane for lane in range(LANES) if lane not in over), LANES - 1)
    return lanes


def _tag(here: Sequence[Mark], new: Sequence[Mark], lanes: Mapping[str, int]) -> str:
    classes = sorted({f"l{lanes[one.id]}c{one.colour}" for one in here})
    ids = " ".join(one.id for one in here)
    name = f' id="{escape(new[0].id)}"' if new else ""
    more = "".join(f'<span id="{escape(one.id)}"></span>' for one in new[1:])
    return f'<mark{name} class="q {" ".join(classes)}" data-q="{escape(ids)}">{more}'
