"""The references of a whole document in one style: its footnotes and its list, made together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.errors import InvalidText
from app.exports.cited import Referenced
from app.exports.inlines import Inline
from app.services.citing import citeproc
from app.services.citing.citeproc import Entry, Mention, reference_of
from app.services.citing.styles import BY_NAME, Style, with_place

KEPT = 16  # documents, the last asked for: a person takes one in several formats
NOT_FORMATTED = "The references could not be formatted at this moment. Try again in a minute."


@dataclass(frozen=True)
class Listing:
    """`notes` are the footnotes, one for each citation; `entries` the list, in the style's own order."""

    notes: Sequence[Sequence[Inline]] = ()
    entries: Sequence[Entry] = ()


def listed(
    sources: Mapping[str, Referenced], mentions: Sequence[Mention], style: Style, language: str
) -> Listing:
    """The references of what is cited, by key, in the order of citing. The same content is formatted once.

    Raises InvalidText where they can not be.
    """
    if not mentions:
        return Listing()
    told = [reference_of(source, key) for key, source in sources.items()]
    return _listed(
        json.dumps(told, ensure_ascii=False, sort_keys=True), tuple(mentions), style.name, language
    )


@lru_cache(KEPT)
def _listed(references: str, mentions: Sequence[Mention], name: str, language: str) -> Listing:
    style = BY_NAME[name]
    every = citeproc.made(citeproc.tree_of(json.loads(references), mentions, [style.path], language))
    if len(every) != 1 or len(every[0]) != len(mentions) + 1:
        raise InvalidText(NOT_FORMATTED)
    *cites, references_block = every[0]
    entries = citeproc.entries_in(references_block)
    by_key = {one.key: one.inlines for one in entries}
    if style.notes:
        return Listing([citeproc.citation_in(one)[1] for one in cites], entries)
    return Listing([with_place(by_key[one.key], one.locator) for one in mentions], entries)
