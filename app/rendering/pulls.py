"""Pull quotes that repeat nothing: search, anchors and the storyteller's door pass a pull quote over, because
its words stand elsewhere in the story."""

import re
from collections.abc import Iterator

from app.rendering.passages import bare_words

_PULL = re.compile(r"^[ >]*:{3,} *pull\b[^\n]*\n(.*?)^[ >]*:{3,} *$", re.MULTILINE | re.DOTALL)


def lone_pulls(markdown: str) -> Iterator[int]:
    """The lines, counted from 1, of pull quotes whose words stand nowhere else in the text."""
    found = [(one.start(), bare_words([one[1]])) for one in _PULL.finditer(markdown)]
    if not found:
        return
    elsewhere = bare_words([_PULL.sub("\n", markdown)])
    for start, words in found:
        if words.strip() and words not in elsewhere:
            yield markdown.count("\n", 0, start) + 1
