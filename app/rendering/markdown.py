"""Markdown to HTML that is safe to show, with the passages in it."""

from collections.abc import Sequence

from markdown_it.token import Token

from app.rendering.cleaning import clean_page
from app.rendering.closed import source_lines
from app.rendering.inline import InlineWriter
from app.rendering.model import LinkResolver, Rendered
from app.rendering.parser import TooTangled
from app.rendering.parts import Part, read_closed, read_part
from app.rendering.passages import bare_words, normalised_text
from app.rendering.plain import render_plain
from app.rendering.survey import Survey, end_of, survey, words_of
from app.rendering.writer import Found, Writer

CLOSED = '<p class="closed">A passage is closed here.</p>\n'
SHOWN = (
    '<div class="closed" role="group" aria-label="Closed passage">\n'
    '<p class="why">Closed: only stewards and the story’s gatherers read this.</p>\n'
)


def render(
    markdown: str,
    *,
    links: LinkResolver,
    show_closed: bool = False,
    title: str | None = None,
    link_closed: bool = False,
) -> Rendered:
    """HTML, passages and sections of a story's or persona's body.

    For readers (`show_closed` False) nothing of a closed passage is anywhere in the answer. With
    `link_closed` such passages have their link as others do. A first heading that only repeats `title` is
    left out. Never raises: a text that would take too long is shown as the plain text it is.
    """
    lines = source_lines(markdown)
    try:
        part = read_part(lines)
    except TooTangled:
        return render_plain(lines, CLOSED, SHOWN if show_closed else None)
    return _Story(part, links, show_closed=show_closed, link_closed=link_closed).rendered(title)


class _Story:
    """One body on its way from its parts to a page."""

    def __init__(self, part: Part, links: LinkResolver, *, show_closed: bool, link_closed: bool) -> None:
        self._part, self._links, self._show_closed = part, links, show_closed
        self._link_closed = link_closed
        self._survey, self._found, self._used = Survey(), Found(), set[str]()
        self._inner: dict[int, Part] = {}  # closed parts by the identity of the token that stands for them
        self._comments = part.parsed.comments
        self._closed_words = bare_words(line for region in part.closed.values() for line in region.lines)
        self._open_words = ""

    def rendered(self, title: str | None) -> Rendered:
        tokens = self._part.parsed.tokens
        first_heading = _first_heading(tokens)
        _drop_title(tokens, title)
        survey(self._part, self._survey)
        if self._part.closed:
            self._open_words = bare_words(t.meta["text"] for t in tokens if "text" in t.meta)
        if self._show_closed:
            self._read_closed(self._part)
        html = clean_page(self._write(self._part))
        return self._answer(html, first_heading)

    def _answer(self, html: str, first_heading: str | None) -> Rendered:
        found = self._found
        return Rendered(
            html,
            tuple(found.passages),
            tuple(found.sections),
            tuple(found.pulls),
            closed=len(self._part.closed),
            comments=self._comments,
            first_heading=first_heading,
        )

    def _read_closed(self, around: Part) -> None:
        """Read the closed regions after all that is open, so that open anchors owe them nothing."""
        for number, (token, line) in enumerate(_closed_tokens(around), 1):
            name = f"{around.name}.{number}" if around.name else f"c{number}"
            part = self._inner[id(token)] = read_closed(around.closed[line], around, name)
            self._comments += part.parsed.comments
            survey(part, self._survey, levels=token.meta["levels"], section=token.meta["section"])
            self._read_closed(part)

    def _write(self, part: Part) -> str:
        inline = InlineWriter(self._links, self._survey.here, self._used, part.name)
        return Writer(
            part,
            inline,
            self._found,
            closed_part=self._closed_part,
            may_pull=self._may_pull,
            link_closed=self._link_closed,
        ).html()

    def _closed_part(self, token: Token) -> str:
        part = self._inner.get(id(token))
        if part is None:
            return CLOSED
        return f"{SHOWN}{self._write(part)}</div>\n"

    def _may_pull(self, words: str) -> bool:
        """A pull quote repeats words: it must not repeat what has been closed since."""
        folded = bare_words([words])
        return self._show_closed or folded not in self._closed_words or folded in self._open_words


def _closed_tokens(part: Part) -> list[tuple[Token, int]]:
    closed = [(t, t.map[0]) for t in part.parsed.tokens if t.type == "closed" and t.map]
    return [(token, line) for token, line in closed if line in part.closed]


def _first_heading(tokens: Sequence[Token]) -> str | None:
    at = next((i for i, token in enumerate(tokens) if token.type == "heading_open"), None)
    return None if at is None else normalised_text(words_of(tokens[at + 1].children)) or None


def _drop_title(tokens: list[Token], title: str | None) -> None:
    if title is None or not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        return
    if normalised_text(words_of(tokens[1].children)).casefold() == normalised_text(title).casefold():
        del tokens[: end_of(tokens, 0) + 1]
