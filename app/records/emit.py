"""Writes values as YAML that every reader takes for the same texts."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.errors import InvalidRecord
from app.records.model import PartialDate
from app.records.yaml_guard import DEEPEST

_WORDS_WITH_A_MEANING = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf")
)
_NEVER_PLAIN = re.compile(r":(?: |$)| #|[`\\]")
_NEVER_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:]")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_DATES = frozenset({"gathered", "date", "reviewed", "retired", "given", "until", "co_crafted"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class Bare(str):
    """A text that is written without quotation marks: true, 3, 2026-03-04."""

    __slots__ = ()


Written = str | None | list["Written"] | dict[str, "Written"]


@dataclass(frozen=True)
class Habits:
    """How a file is written: the end of its lines, the indents of its lists and mappings."""

    line_end: str = "\n"
    in_blocks: bool = False  # lists as lines with hyphens rather than in brackets
    list_indent: str = ""
    mapping_indent: str = "  "
    line_by_line: bool = True  # the lines of a mapping's keys that stay are kept


def written(value: object, depth: int = 1) -> Written:
    """A value as texts, lists and mappings, as it will be read back.

    Raises InvalidRecord for what is nested deeper than any front matter may be.
    """
    if depth > DEEPEST:
        raise InvalidRecord("A value is nested too deep.")
    if value is None or type(value) is Bare:
        return value
    if isinstance(value, bool | int | date | PartialDate):
        return Bare(_bare(value))
    if isinstance(value, Mapping):
        return {str(key): written(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return ["" if item is None else written(item, depth + 1) for item in items]
    return str(value)


def _bare(value: bool | int | date | PartialDate) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.iso if isinstance(value, PartialDate) else str(value)


def entry(key: str, value: Written, habits: Habits, *, style: str = "", comment: str = "") -> str:
    """The lines of one key, without the last line's end. `style` is 'flow', a quotation mark or none."""
    name = scalar(key)
    if isinstance(value, dict) and value and style != "flow":
        return _lines(f"{name}:{comment}", _mapping_lines(value, habits), habits)
    if isinstance(value, list) and value and habits.in_blocks and style != "flow":
        items = [f"{habits.list_indent}- {inline(item)}".rstrip() for item in value]
        return _lines(f"{name}:{comment}", items, habits)
    return f"{name}: {inline(value, key=key, style=style, top=True)}".rstrip(" ") + comment


def _lines(first: str, rest: list[str], habits: Habits) -> str:
    return habits.line_end.join([first, *rest])


def _mapping_lines(value: dict[str, Written], habits: Habits) -> list[str]:
    lines = []
    for key, item in value.items():
        nested = Habits("\n", habits.in_blocks and not isinstance(item, list), "", "  ")
        lines += [habits.mapping_indent + line for line in entry(key, item, nested).split("\n")]
    return lines


def inline(value: Written, *, key: str = "", style: str = "", top: bool = False) -> str:
    """A value on one line; `top` where it stands outside of all brackets."""
    if value is None:
        return ""
    if isinstance(value, dict):
        pairs = (f"{scalar(name, flow=True)}: {inline(item, key=name)}" for name, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    plain = type(value) is Bare or (bool(_DATE.fullmatch(value)) and key in _DATES)
    return str(value) if plain else scalar(value, style=style, flow=not top)


def scalar(text: str, *, style: str = "", flow: bool = False) -> str:
    """A text, plain where no reader of YAML could take it for anything else, else in quotation marks."""
    if style == "'" and _visible(text):
        return "'" + text.replace("'", "''") + "'"
    if style != '"' and _may_be_plain(text, flow):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _may_be_plain(text: str, flow: bool) -> bool:
    if not text[:1].isalpha() or text.casefold() in _WORDS_WITH_A_MEANING:
        return False
    if _NEVER_PLAIN.search(text) or (flow and _NEVER_PLAIN_IN_FLOW.search(text)):
        return False
    return _visible(text) and text == text.strip()


def _visible(text: str) -> bool:
    """No line ends, tabs, invisible characters or spaces of other kinds, which an editor may lose."""
    return all(char == " " or unicodedata.category(char)[0] not in "CZ" for char in text)


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == " " or unicodedata.category(char)[0] not in "CZ":
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
