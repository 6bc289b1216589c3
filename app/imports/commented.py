"""A text in Markdown, and the comments that stand among its words."""

import re
from dataclasses import dataclass

_COMMENT = re.compile(r"\\.|(?P<comment><!--.*?-->)", re.DOTALL)


@dataclass(frozen=True)
class Apart:
    """A text without its comments, and each comment with the place in that text where it stood."""

    text: str
    comments: tuple[tuple[int, str], ...]

    @property
    def together(self) -> str:
        """All comments, one after another."""
        return "".join(comment for _, comment in self.comments)

    def after(self, end: int) -> str:
        """The words from here on with their comments; those that stood further up come first."""
        rest = self.text[end:]
        last = start = end + len(rest) - len(rest.lstrip())
        first, pieces = "", []
        for at, comment in self.comments:
            if at <= start:
                first += comment
            else:
                pieces += [self.text[last:at], comment]
                last = at
        return first + "".join([*pieces, self.text[last:]]).strip()


def apart(markdown: str) -> Apart:
    """A text, and its comments. What is escaped begins none; what never ends is none."""
    pieces: list[str] = []
    comments: list[tuple[int, str]] = []
    size = last = 0
    end = markdown.rfind("-->") + 3 if "-->" in markdown else 0  # so that none is looked for in vain
    for found in _COMMENT.finditer(markdown, 0, end):
        if found["comment"] is not None:
            piece = markdown[last : found.start()]
            pieces.append(piece if size else piece.lstrip())
            size, last = size + len(pieces[-1]), found.end()
            comments.append((size, found["comment"]))
    rest = markdown[last:]
    return Apart("".join([*pieces, rest if size or not comments else rest.lstrip()]), tuple(comments))


def without_comments(markdown: str) -> str:
    """The text alone."""
    return apart(markdown).text
