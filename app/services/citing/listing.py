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
    made = _listed(_content(sources), tuple(mentions), style.name, language)
    if not made.whole:
        return replace(made, notes=_each_alone(sources, mentions, style, language)) if apart else made
    by_key = {one.key: one.inlines for one in made.entries}
    return replace(made, notes=[with_place(by_key[one.key], one.locator) for one in mentions])


def _content(sources: Mapping[str, Referenced]) -> str:
    told = [reference_of(source, key) for key, source in sources.items()]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _each_alone(
    sources: Mapping[str, Referenced], mentions: Sequence[Mention], style: Style, language: str
) -> Sequence[Sequence[Inline]]:
    """The footnotes of a style that has its own, each as it is where nothing stands before it.

    To the style each place is a source of its own, since it leads back to one that it knows.
    """
    places = dict.fromkeys((one.key, one.locator) for one in mentions)
    named = {place: f"{place[0]}-{number}" for number, place in enumerate(places, 1)}
    content = _content({name: sources[key] for (key, _), name in named.items()})
    firsts = [Mention(name, locator, at) for at, ((_, locator), name) in enumerate(named.items(), 1)]
    made = _listed(content, tuple(firsts), style.name, language)
    notes = dict(zip(places, made.notes, strict=True))
    return [notes[one.key, one.locator] for one in mentions]


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
