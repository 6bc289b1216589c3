"""References in the styles that people ask for, made by Pandoc's citeproc: a program apart, with limits."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app.errors import ImportRefused, InvalidText
from app.exports import inlines
from app.exports.cited import KIND, Cited, one_line
from app.exports.inlines import Inline
from app.exports.pandoc_tree import API, para, text
from app.imports.documents import HEAP, pandoc
from app.imports.limited import Turns, run

FOLDER = Path(inlines.__file__).with_name("styles")
FILTER = FOLDER.with_name("citing.lua")
KEPT = 2_000  # references, the last asked for
SECONDS = 10  # of the processor: five styles take less than one
TURNS = Turns(BoundedSemaphore(2), wait=5)  # so that many readers together leave the others their server
KEY = "cited"
FIRST_NOTE: Sequence[Inline] = ({"t": "Superscript", "c": [{"t": "Str", "c": "1"}]},)
NOT_FORMATTED = (
    "The reference could not be formatted at this moment. Take it as a file for a reference manager instead, "
    "or try again in a minute."
)


@dataclass(frozen=True)
class Style:
    """A way to write references. `notes` has its citations in footnotes; `numbered` in a numbered list."""

    name: str
    label: str
    file: str
    notes: bool = False
    numbered: bool = False

    @property
    def path(self) -> str:
        return str(FOLDER / f"{self.file}.csl")


STYLES = (
    Style("harvard", "Harvard", "harvard-cite-them-right"),
    Style("apa", "APA", "apa"),
    Style("vancouver", "Vancouver", "nlm-citation-sequence", numbered=True),
    Style("oscola", "OSCOLA", "oscola", notes=True),
    Style("chicago", "Chicago", "chicago-author-date"),
)
BY_NAME: Mapping[str, Style] = {style.name: style for style in STYLES}


@dataclass(frozen=True)
class Words:
    """The same words in the three forms in which they are copied."""

    plain: str
    html: str
    markdown: str


@dataclass(frozen=True)
class Formatted:
    """A reference in one style: as it stands in the list, in the text, and in a footnote."""

    reference: Words
    in_text: Words
    footnote: Words


def formatted(cited: Cited, language: str) -> Mapping[str, Formatted]:
    """The reference in each style, by its name. The same content is formatted once.

    Raises InvalidText where it can not be.
    """
    told = json.dumps(_reference(cited), ensure_ascii=False, sort_keys=True)
    return _formatted(told, cited.locator, language)


@lru_cache(KEPT)
def _formatted(reference: str, locator: str, language: str) -> Mapping[str, Formatted]:
    blocks = _made(_tree(json.loads(reference), locator, language))
    return {
        style.name: _read(style, block["c"][1], locator) for style, block in zip(STYLES, blocks, strict=True)
    }


def _made(tree: bytes) -> Sequence[dict[str, Any]]:
    command = [pandoc(), "+RTS", f"-M{HEAP}", "-RTS", "--from=json", "--to=json", f"--lua-filter={FILTER}"]
    try:
        outcome = run(command, tree, seconds=SECONDS, turns=TURNS)
        blocks = json.loads(outcome.output)["blocks"] if outcome.code == 0 else []
    except (ImportRefused, ValueError):
        blocks = []
    if len(blocks) != len(STYLES):
        raise InvalidText(NOT_FORMATTED)
    return list(blocks)


def _reference(cited: Cited) -> dict[str, Any]:
    """What styles are told: all that is printed, and nothing that could make the same reference another."""
    told = {
        "id": KEY,
        "type": KIND,
        "title": one_line(cited.title),
        "author": one_line(cited.teller),
        "issued": cited.gathered,
        "accessed": cited.accessed,
        "publisher": one_line(cited.archive),
        "version": str(cited.version),
        "URL": cited.address,
        "language": cited.language,
    }
    return {name: value for name, value in told.items() if value}


def _tree(reference: Mapping[str, str], locator: str, language: str) -> bytes:
    """A citation and the list of references, with the reference as Pandoc's own metadata.

    As such its words are words; in CSL-JSON `<i>` and its kind would mean something.
    """
    meta = {
        "references": {"t": "MetaList", "c": [{"t": "MetaMap", "c": dict(_fields(reference))}]},
        "styles": {"t": "MetaList", "c": [_string(style.path) for style in STYLES]},
        "lang": _string(language),
        "link-citations": {"t": "MetaBool", "c": False},
    }
    blocks = [para(_citation(locator)), {"t": "Div", "c": [["refs", [], []], []]}]
    return json.dumps(
        {"pandoc-api-version": API, "meta": meta, "blocks": blocks}, ensure_ascii=False
    ).encode()


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


def _citation(locator: str) -> dict[str, Any]:
    """With the paragraphs in braces, where Pandoc looks for the name of a locator in English."""
    suffix = [{"t": "Str", "c": ","}, {"t": "Space"}, {"t": "Str", "c": f"{{para. {locator}}}"}]
    citation = {
        "citationId": KEY,
        "citationPrefix": [],
        "citationSuffix": suffix if locator else [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 1,
        "citationHash": 0,
    }
    return {"t": "Cite", "c": [[citation], [{"t": "Str", "c": f"[@{KEY}]"}]]}


def _read(style: Style, blocks: Sequence[Any], locator: str) -> Formatted:
    cite = blocks[0]["c"][0]["c"][1]
    reference = _entry(blocks[1])
    note = next((one["c"][0]["c"] for one in cite if one["t"] == "Note"), None)
    if style.notes:
        return Formatted(_words(reference), _words(FIRST_NOTE), _words(note or reference))
    return Formatted(_words(reference), _words(cite), _words(_with_place(reference, locator)))


def _entry(references: Mapping[str, Any]) -> list[Inline]:
    """The one entry of the list; without its number where the list is numbered."""
    entry = references["c"][1][0]["c"][1][0]["c"]
    right = [one for one in entry if one["t"] == "Span" and "csl-right-inline" in one["c"][0][1]]
    return list(right[0]["c"][1] if right else entry)


def _with_place(reference: Sequence[Inline], locator: str) -> list[Inline]:
    """A reference as a footnote: styles without notes say nowhere how a paragraph is named in one."""
    named = "Paras" if "–" in locator else "Para."
    return [*reference, *([{"t": "Str", "c": f" {named} {locator}."}] if locator else [])]


def _words(found: Sequence[Inline]) -> Words:
    return Words(inlines.plain(found).strip(), inlines.html(found).strip(), inlines.markdown(found).strip())
