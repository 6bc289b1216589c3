"""A text as its blocks: paragraphs and what else stands between blank lines."""

import re
from dataclasses import dataclass, replace

_LINE_END = re.compile(r"\r\n|\r|\n")
_GAP = re.compile(r"((?>\r\n|\r|\n)(?:[^\S\r\n]*+(?>\r\n|\r|\n))+)")


@dataclass(frozen=True)
class Block:
    """Lines with words, and all that follows them until the next such line.

    `words` are the lines with LF between them and without the last line's end, which belongs to `gap`.
    """

    raw: str
    gap: str

    @property
    def words(self) -> str:
        return as_lf(self.raw)


def as_lf(text: str) -> str:
    """The text with LF line ends."""
    return _LINE_END.sub("\n", text)


def blocks_of(text: str) -> tuple[str, list[Block]]:
    """The blank lines above the first block, and the blocks; joined they are the text again."""
    first = len(text) - len(text.lstrip())
    start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1
    end = max(len(text.rstrip()), start)
    parts = [*_GAP.split(text[start:end]), text[end:]]
    found = [_block(raw, gap) for raw, gap in zip(parts[::2], parts[1::2], strict=True) if raw]
    return text[:start] if found else text, found


def _block(raw: str, gap: str) -> Block:
    """Spaces at the end of its last line belong to no word."""
    words = raw.rstrip()
    return Block(words, raw[len(words) :] + gap)


def joined(lead: str, blocks: list[Block], line_end: str) -> str:
    """The blocks as a text again; two that were no neighbours get a blank line between them."""
    parts = [lead]
    for number, block in enumerate(blocks, 1):
        missing = 2 - len(_LINE_END.findall(block.gap)) if number < len(blocks) else 0
        parts += [block.raw, block.gap, line_end * missing]
    return "".join(parts)


def with_line_ends(block: Block, line_end: str) -> Block:
    """The block with one kind of line end."""
    raw, gap = (_LINE_END.sub(line_end, part) for part in (block.raw, block.gap))
    return replace(block, raw=raw, gap=gap)
