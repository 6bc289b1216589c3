"""Pandoc's citeproc makes references of what it is told: a program apart, with limits."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app.errors import ImportRefused
from app.exports import inlines
from app.exports.cited import KIND, Referenced, one_line
from app.exports.inlines import Inline
from app.exports.pandoc_tree import API, Block, para, text
from app.imports.documents import HEAP, pandoc
from app.imports.limited import Turns, run

FILTER = Path(inlines.__file__).with_name("citing.lua")
SECONDS = 10  # of the processor: five styles take less than one
TURNS = Turns(BoundedSemaphore(2), wait=5)  # so that many readers together leave the others their server
ENTRY = "ref-"  # begins the name of an entry, before the key of its reference


@dataclass(frozen=True)
class Mention:
    """A place at which something is cited: its paragraphs ('12', '12–14'; none: all), and its footnote."""

    key: str
    locator: str = ""
    note: int = 1


@dataclass(frozen=True)
class Entry:
    """What the list of references says of one. `number` is its mark where the list is numbered: '1.'."""

    key: str
    number: str
    inlines: Sequence[Inline]


def reference_of(told: Referenced, key: str) -> dict[str, Any]:
    """What styles are told: all that is printed, and nothing that could make the same reference another."""
    fields = {
        "id": key,
        "type": KIND,
        "title": one_line(told.title),
        "author": one_line(told.teller),
        "issued": told.gathered,
        "accessed": told.accessed,
        "publisher": one_line(told.archive),
        "version": str(told.version),
        "URL": told.address,
        "language": told.language,
    }
    return {name: value for name, value in fields.items() if value}


def tree_of(
    references: Sequence[Mapping[str, str]], mentions: Sequence[Mention], styles: Sequence[str], language: str
) -> bytes:
    """A paragraph for each citation, and the list, with the references as Pandoc's own metadata.

    As such their words are words; in CSL-JSON `<i>` and its kind would mean something.
    """
    told = [{"t": "MetaMap", "c": dict(_fields(one))} for one in references]
    meta = {
        "references": {"t": "MetaList", "c": told},
        "styles": {"t": "MetaList", "c": [_string(path) for path in styles]},
        "lang": _string(language),
        "link-citations": {"t": "MetaBool", "c": False},
    }
    blocks = [*map(_mention, mentions), {"t": "Div", "c": [["refs", [], []], []]}]
    return json.dumps(
        {"pandoc-api-version": API, "meta": meta, "blocks": blocks}, ensure_ascii=False
    ).encode()


def made(tree: bytes, seconds: int = SECONDS) -> Sequence[Sequence[Block]]:
    """What stands in the place of the tree's blocks, for each style; nothing where it can not be made."""
    command = [pandoc(), "+RTS", f"-M{HEAP}", "-RTS", "--from=json", "--to=json", f"--lua-filter={FILTER}"]
    try:
        outcome = run(command, tree, seconds=seconds, turns=TURNS)
        every = json.loads(outcome.output)["blocks"] if outcome.code == 0 else []
    except (ImportRefused, ValueError):
        every = []
    return [one["c"][1] for one in every]


def citation_in(block: Block) -> tuple[Sequence[Inline], Sequence[Inline]]:
    """A citation as it stands in the text, and its footnote where the style has one."""
    cite = block["c"][0]["c"][1]
    note = next((one["c"][0]["c"] for one in cite if one["t"] == "Note"), ())
    return cite, note


def entries_in(references: Block) -> list[Entry]:
    """The list of references, in its order."""
    return [_entry(one["c"][0][0], one["c"][1][0]["c"]) for one in references["c"][1]]


def _entry(name: str, entry: Sequence[Inline]) -> Entry:
    """An entry; without its number where the list is numbered."""
    spans = {kind: one["c"][1] for one in entry if one["t"] == "Span" for kind in one["c"][0][1]}
    number = inlines.plain(spans.get("csl-left-margin", ())).strip()
    return Entry(name.removeprefix(ENTRY), number, spans.get("csl-right-inline", entry))


def _fields(reference: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, value in reference.items():
        if name == "author":
            literal = {"t": "MetaMap", "c": {"literal": _inlines(value)}}
            yield name, {"t": "MetaList", "c": [literal]}
        elif name in ("title", "publisher"):
            yield name, _inlines(value)
        else:
            yield name, _string(value)


def _inlines(words: str) -> dict[str, Any]:
    return {"t": "MetaInlines", "c": text(words)}


def _string(words: str) -> dict[str, Any]:
    return {"t": "MetaString", "c": words}


def _mention(one: Mention) -> Block:
    """With the paragraphs in braces, where Pandoc looks for the name of a locator in English."""
    suffix = [{"t": "Str", "c": ","}, {"t": "Space"}, {"t": "Str", "c": f"{{para. {one.locator}}}"}]
    citation = {
        "citationId": one.key,
        "citationPrefix": [],
        "citationSuffix": suffix if one.locator else [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": one.note,
        "citationHash": 0,
    }
    return para({"t": "Cite", "c": [[citation], [{"t": "Str", "c": f"[@{one.key}]"}]]})
