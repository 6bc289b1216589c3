"""References in the styles that people ask for, made by Pandoc's citeproc."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.errors import InvalidText
from app.exports import inlines
from app.exports.cited import Cited
from app.exports.inlines import Inline
from app.services.citing import citeproc
from app.services.citing.citeproc import Mention, reference_of

FOLDER = Path(inlines.__file__).with_name("styles")
KEPT = 2_000  # references, the last asked for
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
DEFAULT = STYLES[0]


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
    told = json.dumps(reference_of(cited, KEY), ensure_ascii=False, sort_keys=True)
    return _formatted(told, cited.locator, language)


@lru_cache(KEPT)
def _formatted(reference: str, locator: str, language: str) -> Mapping[str, Formatted]:
    paths = [style.path for style in STYLES]
    tree = citeproc.tree_of([json.loads(reference)], [Mention(KEY, locator)], paths, language)
    every = citeproc.made(tree)
    if len(every) != len(STYLES):
        raise InvalidText(NOT_FORMATTED)
    return {style.name: _read(style, blocks, locator) for style, blocks in zip(STYLES, every, strict=True)}


def _read(style: Style, blocks: Sequence[Any], locator: str) -> Formatted:
    cite, note = citeproc.citation_in(blocks[0])
    reference = citeproc.entries_in(blocks[-1])[0].inlines
    if style.notes:
        return Formatted(_words(reference), _words(FIRST_NOTE), _words(note or reference))
    return Formatted(_words(reference), _words(cite), _words(with_place(reference, locator)))


def with_place(reference: Sequence[Inline], locator: str) -> list[Inline]:
    """A reference as a footnote: styles without notes say nowhere how a paragraph is named in one."""
    named = "Paras" if "–" in locator else "Para."
    return [*reference, *([{"t": "Str", "c": f" {named} {locator}."}] if locator else [])]


def _words(found: Sequence[Inline]) -> Words:
    return Words(inlines.plain(found).strip(), inlines.html(found).strip(), inlines.markdown(found).strip())
