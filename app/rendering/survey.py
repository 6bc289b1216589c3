"""Before a text is written, every passage and heading in it gets its anchor."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from app.rendering.attributes import author_id
from app.rendering.parts import Part
from app.rendering.passages import Anchors, SectionAnchors, has_words, normalised_text

FIRST_LEVEL = 2  # the page's own heading is the first


@dataclass
class Survey:
    """What is known of a whole story while its parts are gone through, the open one first."""

    anchors: Anchors = field(default_factory=Anchors)
    sections: SectionAnchors = field(default_factory=SectionAnchors)
    here: set[str] = field(default_factory=set)  # ids that links on the page may jump to


@dataclass
class _Place:
    """Where in the order of headings we are."""

    levels: list[int]
    section: str | None


def words_of(children: Sequence[Token] | None) -> str:
    """The words of a line of text, without footnote marks and images."""
    return "".join(_words(token) for token in children or ())


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "" if token.type in ("image", "footnote_ref") else token.content


def end_of(tokens: Sequence[Token], start: int) -> int:
    """The place of the token that closes the one at `start`."""
    closing = tokens[start].type.replace("_open", "_close")
    depth, at = 0, start
    while at < len(tokens) - 1:
        depth += (tokens[at].type == tokens[start].type) - (tokens[at].type == closing)
        if depth == 0:
            return at
        at += 1
    return at


def survey(part: Part, story: Survey, *, levels: Sequence[int] = (), section: str | None = None) -> None:
    """Give the passages and headings of one part their anchors, in `token.meta`."""
    tokens, at = part.parsed.tokens, 0
    place = _Place(list(levels), section)
    while at < len(tokens):
        token = tokens[at]
        story.here.update(_author_ids(token))
        if token.type == "container_pull_open":
            end = end_of(tokens, at)
            _look_for_closed(tokens[at:end], place)
            at = end
        elif token.type == "table_open":
            end = end_of(tokens, at)
            _passage(token, " ".join(words_of(t.children) for t in tokens[at:end]), story, place)
            at = end
        else:
            _look_at(tokens, at, story, place)
        at += 1


def _look_at(tokens: Sequence[Token], at: int, story: Survey, place: _Place) -> None:
    token = tokens[at]
    if token.type in ("fence", "code_block"):
        _passage(token, token.content, story, place)
    elif token.type == "inline" and at and tokens[at - 1].type == "heading_open":
        _heading(tokens[at - 1], words_of(token.children), story, place)
    elif token.type == "inline":
        _passage(token, words_of(token.children), story, place)
    elif token.type == "closed":
        _look_for_closed([token], place)
    elif token.type == "footnote_block_open":
        place.section = None


def _look_for_closed(tokens: Sequence[Token], place: _Place) -> None:
    for token in tokens:
        if token.type == "closed":
            token.meta.update(levels=tuple(place.levels), section=place.section)


def _passage(token: Token, text: str, story: Survey, place: _Place) -> None:
    text = normalised_text(text)
    anchor = story.anchors.next(text) if has_words(text) else None
    token.meta.update(anchor=anchor, text=text, section=place.section)
    if anchor:
        story.here.add(anchor)


def _heading(token: Token, text: str, story: Survey, place: _Place) -> None:
    """The level used highest becomes the first, and none below it is skipped."""
    written = int(token.tag[1])
    while place.levels and place.levels[-1] >= written:
        place.levels.pop()
    level = min(FIRST_LEVEL + len(place.levels), 6)
    place.levels.append(written)
    title = normalised_text(text)
    place.section = story.sections.next(title)
    story.here.add(place.section)
    token.meta.update(anchor=place.section, title=title, level=level)


def _author_ids(token: Token) -> set[str]:
    found = {author_id(t.attrs) for t in (token, *(token.children or ())) if "id" in t.attrs}
    return {name for name in found if name}
