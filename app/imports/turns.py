"""A conversation as Markdown: who says what, and when.

A turn is a paragraph that begins with its speaker's name in bold. Its time stands on a line of its own
above it, as an attribute of the paragraph: so it is no word of the passage and no part of its anchor.
"""

import re
from collections.abc import Iterable, Iterator

from app.imports.escaping import escape
from app.imports.model import Turn

BLOCK = re.compile(r"#{1,6} |>|[-+*] |\d{1,9}[.)] |\||:::|```|~~~|\{")  # that is no plain paragraph


def body_of(turns: Iterable[Turn]) -> str:
    """The turns as Markdown with LF line ends; empty where nothing is said.

    A name is written where the speaker changes; who goes on speaking is not named again.
    """
    return "".join(f"{block}\n\n" for block in _blocks(turns)).removesuffix("\n")


def _blocks(turns: Iterable[Turn]) -> Iterator[str]:
    before = ""
    for turn in turns:
        text = turn.text.strip("\n")
        if not text:
            continue
        named = _named(turn.speaker, text) if turn.speaker and turn.speaker != before else text
        yield f"{{at={turn.at}}}\n{named}" if turn.at else named
        before = turn.speaker


def _named(speaker: str, text: str) -> str:
    between = "\n\n" if BLOCK.match(text) else " "
    return f"**{escape(' '.join(speaker.split()))}:**{between}{text}"


def clock(seconds: float) -> str:
    """A time as it is shown: '00:12:34'."""
    whole = max(int(seconds), 0)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
