"""The Markdown that the archive understands, and how much of it: what costs more is shown as plain text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.rendering.closed import closes
from app.rendering.comments import remove_comments

DEEPEST = 40  # levels of quotations and lists; a list takes two
MOST_LINES = 25_000  # with words; a long book has fewer
MOST_BLOCKS = 6_000  # paragraphs, list items and lines of quotations
MOST_QUOTED = 12  # quotations inside each other that begin on one line
MOST_AMPERSANDS = 20_000  # the cleaner's cost for them grows with the square
MOST_WORK = 250_000  # by `_WORK`, some 3 µs each: how much of the marks inside lines is read
MOST_BRACKETS = 1_000  # open at once in one block, where the parser's cost grows with the square
MOST_CELLS = 10_000  # in all tables together
MOST_COLUMNS = 256
_INTERRUPTS = ("paragraph", "reference", "blockquote", "list")
AUTHOR_ATTRIBUTES = ("id", "class", "lang")
BLOCK_ATTRIBUTES = (*AUTHOR_ATTRIBUTES, "at")

_WORK = {**dict.fromkeys("\n#$%+-:=>@}]", 1), **dict.fromkeys("[!*_`&<{^~\\", 5)}
_BLOCK = re.compile(r"\s*(?:[-+*>]|\d{1,9}[.)])")
_DELIMITERS = re.compile(r"[|:\-][|:\- \t]*(?:\n|\Z)")
_QUOTED = re.compile(r"(?:[ \t]*>){%d}" % MOST_QUOTED)  # noqa: UP031
_HEADING_ATTRIBUTES = re.compile(r"(?<![ \t])[ \t]++\{((?:[#.][\w-]+[ \t]*|lang=\"?[\w-]+\"?[ \t]*)+)\}$")


class TooTangled(Exception):
    """A text that would take too long, or nests too deep; it is shown as plain text instead."""


@dataclass
class Parsed:
    """The tokens of a text, what is defined in it, and the line ranges of its fenced code."""

    tokens: list[Token]
    env: dict[str, Any] = field(default_factory=dict)
    fenced: Sequence[tuple[int, int]] = ()

    @property
    def comments(self) -> int:
        return int(self.env.get("comments", 0))


def parse(lines: Sequence[str], references: object = None) -> Parsed:
    """Tokens of a text from which closed passages have been taken; `references` are link definitions
    that stand elsewhere.

    Raises TooTangled.
    """
    _refuse_tangles(lines)
    env: dict[str, Any] = {"references": dict(references)} if isinstance(references, dict) else {}
    try:
        tokens = _MARKDOWN.parse("\n".join(lines), env)
    except RecursionError:
        raise TooTangled from None
    return Parsed(tokens, env, env.get("fenced", ()))


def _refuse_tangles(lines: Sequence[str]) -> None:
    if len(lines) > 4 * MOST_LINES or sum(1 for line in lines if line) > MOST_LINES:
        raise TooTangled
    if sum(line.count("&") for line in lines) > MOST_AMPERSANDS or any(map(_QUOTED.match, lines)):
        raise TooTangled
    pairs = zip(("", *lines), lines, strict=False)
    if sum(1 for before, line in pairs if _begins_block(before, line)) > MOST_BLOCKS:
        raise TooTangled


def _begins_block(before: str, line: str) -> bool:
    return line != "" and line[0] != "#" and (not before or _BLOCK.match(line) is not None)


def _closed_rule(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    if state.src[at : at + 1] not in ":：" or not closes(state.src[at : state.eMarks[start]]):
        return False
    if not silent:
        token = state.push("closed", "", 0)
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if start + 2 > end:
        return False
    if not _DELIMITERS.match(state.src, state.bMarks[start + 1] + state.tShift[start + 1]):
        return False
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    if columns > MOST_COLUMNS:
        return False
    left = MOST_CELLS - int(state.env.get("cells", 0))
    if columns * (end - start) > left and columns * (_end_of_rows(state, start, end) - start) > left:
        return False
    found = table_rule(state, start, end, silent)
    if found and not silent:
        state.env["cells"] = MOST_CELLS - left + columns * (state.line - start)
    return found


def _end_of_rows(state: StateBlock, start: int, end: int) -> int:
    """The next empty line; kept, because every line of a long table asks."""
    first, last = state.env.get("rows", (0, 0))
    if not first <= start < last:
        last = next((line for line in range(start, end) if state.isEmpty(line)), end)
        state.env["rows"] = (start, last)
    return int(last)


def _note_places(state: StateCore) -> None:
    """Core rule: remember where fenced code stands, and refuse what was nested too deep to be read."""
    tokens = state.tokens
    opened = (t for t in tokens if t.type == "footnote_reference_open" and t.map)
    state.env["notes"] = {t.meta["label"]: tuple(t.map or ()) for t in opened}
    state.env["fenced"] = [(t.map[0], t.map[1]) for t in tokens if t.type == "fence" and t.map]
    if any(token.level >= DEEPEST - 1 for token in tokens):
        raise TooTangled


def _split_closed_code(state: StateCore) -> None:
    """Core rule: indented code swallows the line that stands for a closed region; take it out again."""
    if ":" not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "code_block":
            lines = token.content.split("\n")
            open_lines = [line for line in lines if not closes(line)]
            token.content = "\n".join(open_lines)
            first = (token.map or [0, 0])[0]
            at = [first + i for i, line in enumerate(lines) if closes(line)]
            tokens.extend(_closed_token(token, line) for line in at)
    state.tokens = tokens


def _closed_token(beside: Token, line: int) -> Token:
    return Token("closed", "", 0, map=[line, line + 1], level=beside.level, block=True)


def _heading_attributes(state: StateCore) -> None:
    """Core rule: `# Heading {#id .class}`, which the attributes plugin leaves to others."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and inline.content.endswith("}"):
            found = _HEADING_ATTRIBUTES.search(inline.content)
            if found:
                inline.content = inline.content[: found.start()]
                _set_attributes(opening, found.group(1).split())


def _set_attributes(token: Token, written: Sequence[str]) -> None:
    for word in written:
        if word.startswith("#"):
            token.attrSet("id", word[1:])
        elif word.startswith("."):
            token.attrJoin("class", word[1:])
        else:
            token.attrSet("lang", word.partition("=")[2].strip('"'))


def _inline_rule(state: StateCore) -> None:
    """Core rule: read the words of each block, as far as the allowance of marks goes."""
    left = MOST_WORK
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        left -= sum(token.content.count(mark) * work for mark, work in _WORK.items())
        if left < 0 or _brackets(token.content) > MOST_BRACKETS:
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _brackets(text: str) -> int:
    """How many square brackets are open at once, at most."""
    if text.count("[") <= MOST_BRACKETS:
        return 0
    open_ = most = 0
    for bracket in re.findall(r"[\[\]]", text):
        open_ = open_ + 1 if bracket == "[" else max(open_ - 1, 0)
        most = max(most, open_)
    return most


def _container(md: MarkdownIt, name: str) -> None:
    """A container; words after its name would be lost, so with them it is none."""
    whole = re.compile(rf"\s*{name}\s*(?:\{{[^{{}}]*\}}\s*)?", re.IGNORECASE)
    container_plugin(md, name, validate=lambda info, _: bool(whole.fullmatch(info)))


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin).use(attrs_plugin, spans=True, allowed=AUTHOR_ATTRIBUTES)
    md.use(attrs_block_plugin, allowed=BLOCK_ATTRIBUTES)
    for name in ("note", "pull"):
        _container(md, name)
    _rules(md)
    return md


def _rules(md: MarkdownIt) -> None:
    md.block.ruler.at("table", _table_rule, {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("table", "closed", _closed_rule, {"alt": [*_INTERRUPTS]})
    md.core.ruler.before("inline", "places", _note_places)
    md.core.ruler.before("inline", "closed_code", _split_closed_code)
    md.core.ruler.before("inline", "comments", remove_comments)
    md.core.ruler.before("inline", "heading_attributes", _heading_attributes)
    md.core.ruler.at("inline", _inline_rule)


_MARKDOWN = _markdown()
