"""The references of a whole document in one style: its footnotes and its list, made together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.errors import InvalidText
from app.exports.cited import Referenced
from app.exports.inlines import Inline
from app.services.citing import citeproc
from app.services.citing.citeproc import Entry, Mention, reference_of
from app.services.citing.styles import BY_NAME, Style, with_place

SECONDS = 40  # of the processor: 500 citations take less than one, 3,000 some 20 in APA
KEPT = 16  # documents, the last asked for: a person takes one in several formats
NOT_FORMATTED = "The references could not be formatted at this moment. Try again in a minute."


@dataclass(frozen=True)
class Listing:
    """`notes` are the footnotes, one for each citation; `entries` the list, in the style's own order.

    `whole`: the style has no footnotes of its own, so each of them is the whole reference.
    """

    notes: Sequence[Sequence[Inline]] = ()
    entries: Sequence[Entry] = ()
    whole: bool = False


def listed(
    sources: Mapping[str, Referenced],
    mentions: Sequence[Mention],
    style: Style,
    language: str,
    *,
    apart: bool = False,
) -> Listing:
    """The references of what is cited, by key, in the order of citing. The same content is formatted once.

    `apart`: no footnote leads to another one, as in a table. Raises InvalidText where they can not be made.
    """
    if not mentions:
        return Listing()
    told = [reference_of(source, key) for key, source in sources.items()]
    content = json.dumps(told, ensure_ascii=False, sort_keys=True)
    made = _listed(content, tuple(mentions), style.name, language)
    if not (apart or made.whole):
        return made
    by_key = {one.key: one.inlines for one in made.entries}
    return replace(made, notes=[with_place(by_key[one.key], one.locator) for one in mentions])


@lru_cache(KEPT)
def _listed(references: str, mentions: Sequence[Mention], name: str, language: str) -> Listing:
    style = BY_NAME[name]
    tree = citeproc.tree_of(json.loads(references), mentions, [style.path], language)
    every = citeproc.made(tree, SECONDS)
    if len(every) != 1 or len(every[0]) != len(mentions) + 1:
        raise InvalidText(NOT_FORMATTED)
    *cites, references_block = every[0]
    entries = citeproc.entries_in(references_block)
    return Listing([citeproc.citation_in(one)[1] for one in cites], entries, whole=not style.notes)
