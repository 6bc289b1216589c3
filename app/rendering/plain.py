"""What would take too long to read as Markdown is shown as the plain text it is."""

import re
from collections.abc import Sequence
from html import escape

from app.rendering.closed import sift
from app.rendering.model import Passage, Rendered
from app.rendering.passages import Anchors, has_words, normalised_text
from app.rendering.writer import anchor_link

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BETWEEN = re.compile(r"\n[ \t]*\n\s*")
_MOST_PASSAGES = 5_000  # the rest is one passage


def render_plain(lines: Sequence[str], instead: str, around: str | None) -> Rendered:
    """The open text in paragraphs, everything in it inert, then `instead` for what is closed.

    For those who may read that, it stands in the box that `around` opens.
    """
    sifted = sift(lines, not_fenced=range(len(lines)))
    open_lines = [line for number, line in enumerate(sifted.lines) if number not in sifted.places]
    anchors = Anchors()
    text, comments = _COMMENT.subn("", "\n".join(open_lines))
    html, passages = _paragraphs(text, anchors, 0, closed=False)
    for region in sifted.regions:
        if around is None:
            html += instead
        else:
            more, found = _paragraphs("\n".join(region.lines), anchors, len(passages), closed=True)
            html, passages = f"{html}{around}{more}</div>\n", [*passages, *found]
    return Rendered(html, tuple(passages), closed=len(sifted.regions), comments=comments)


def _paragraphs(text: str, anchors: Anchors, shown: int, *, closed: bool) -> tuple[str, list[Passage]]:
    html: list[str] = []
    passages: list[Passage] = []
    for block in _BETWEEN.split(text.strip("\n"), maxsplit=_MOST_PASSAGES):
        words, inner = normalised_text(block), escape(block, quote=False)
        if has_words(words):
            anchor, number = anchors.next(words), shown + len(passages) + 1
            passages.append(Passage(anchor, number, words, inner, closed=closed))
            link = "" if closed else anchor_link(anchor)
            html.append(f'<p id="{anchor}" class="passage">{inner}{link}</p>\n')
        elif words:
            html.append(f"<p>{inner}</p>\n")
    return "".join(html), passages
