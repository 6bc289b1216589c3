"""Words that must stay what they are: nothing in them turns into Markdown by accident."""

import re

from app.rendering.closed import closes

_INSIDE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash that would take the next character's meaning, or break the line
    r"|[*`]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)|(?<=~)~"
    r"|\](?=[(\[{:])"
    r"|\[(?=\^)|\^(?=\[)"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)",
    re.MULTILINE,
)
_BEGINS = re.compile(
    r"(?:#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=]+\s*$|(?:-\s*){2,}$|\{|[|:\-][|:\-\s]*$|:::?|~~~)"
)
_ENDS_CLOSED = re.compile(r":{3,}")
_DESCRIPTION = re.compile(r"([\\\[\]*_`<&~{])")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escape_line(line: str) -> str:
    """One line of plain words as Markdown that reads as the same words, at the beginning of a line too.

    A line that closes a passage, and one that ends it, stay: nobody writes these by accident, and what
    somebody wished to keep back must not come open.
    """
    bare = " ".join(line.split())
    if closes(bare) or _ENDS_CLOSED.fullmatch(bare):
        return bare
    words = escape(bare)
    if _BEGINS.match(words):
        return f"\\{words}"
    return _NUMBERED.sub(r"\1\\\2", words, count=1) if _NUMBERED.match(words) else words


def escape_description(words: str) -> str:
    """What a picture shows, in plain words, as Markdown between the square brackets of a picture."""
    return _DESCRIPTION.sub(r"\\\1", " ".join(words.split()))


def escape(words: str) -> str:
    """Plain words as Markdown for the middle of a line."""
    return _INSIDE.sub(r"\\\g<0>", words)
