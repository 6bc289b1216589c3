"""A story's source in paragraphs with what was found in it marked. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from app.services.gathering.identifying import Finding
from app.services.gathering.told_texts import StoryTexts
from app.services.views import TextBlock, TextPiece

_BETWEEN = re.compile(r"\n[ \t]*\n\s*")
MOST_SHOWN = 200_000  # characters; of a longer text only paragraphs in which something was found
MOST_BLOCKS = 500
FIELDS = {
    "title": "Title",
    "role": "Role",
    "summary": "Summary",
    "themes": "Themes",
    "content_notes": "Content notes",
    "moments": "Moments",
    "strengths": "Strengths",
    "hopes": "Hopes",
    "storyteller": "Storyteller",
    "address": "Address",
}


def where_is(texts: StoryTexts, one: Finding) -> str:
    """'line 3' of the text, or the field."""
    key = texts.key_at(one.start)
    return FIELDS[key] if key else f"line {one.line}"


def blocks_of(
    texts: StoryTexts, found: Sequence[Finding], digests: Sequence[str], addresses: Mapping[str, str]
) -> tuple[list[TextBlock], bool]:
    """The paragraphs, and whether some without a finding were left out."""
    long = len(texts.whole) > MOST_SHOWN
    blocks: list[TextBlock] = []
    starts = [one.start for one in found]
    for where, start, end in _paragraphs(texts):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if long and (first == last or len(blocks) >= MOST_BLOCKS):
            continue
        inside = list(zip(found[first:last], digests[first:last], strict=True))
        blocks.append(TextBlock(where, list(_pieces(texts.whole, start, end, inside, addresses))))
    return blocks, long


def _paragraphs(texts: StoryTexts) -> Iterator[tuple[str, int, int]]:
    for text in texts.texts:
        where, at = FIELDS.get(text.key, ""), text.start
        for gap in _BETWEEN.finditer(texts.whole, text.start, text.end):
            if texts.whole[at : gap.start()].strip():
                yield where, at, gap.start()
            at = gap.end()
        if texts.whole[at : text.end].strip():
            yield where, at, text.end


def _pieces(
    whole: str, start: int, end: int, inside: Sequence[tuple[Finding, str]], addresses: Mapping[str, str]
) -> Iterator[TextPiece]:
    at = start
    for one, digest in inside:
        if one.start > at:
            yield TextPiece(whole[at : one.start])
        address = addresses.get(digest, "")
        yield TextPiece(one.text, address, decided=not address)
        at = one.end
    if at < end:
        yield TextPiece(whole[at:end])
