"""How a text reads: Flesch reading ease, counted as docs/sample-archive.md says it is."""

import re
from collections.abc import Iterator

_LINE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?|\d+\.[ \t]+|[-*][ \t]+)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_ABBREVIATED = re.compile(r"\b(Mr|Mrs|Dr|St|No)\.")
_END = re.compile(r"(?<=[.!?…])[”’\"')\]]*\s+(?=[“‘\"'(A-Z0-9])")
_WORD = re.compile(r"[A-Za-z][A-Za-z’'\-]*")


def told(file: str) -> str:
    """The prose of a story's file."""
    bare = re.sub(r"^(?:#|\||:::).*\n", "", _without_blocks(file), flags=re.MULTILINE)
    return _LINE_MARKS.sub("", _LINK.sub(r"\1", bare))


def _without_blocks(file: str) -> str:
    body = re.sub(r"\A---\n.*?\n---\n", "", file, flags=re.DOTALL)
    blocks = r"^::: *(?:pull|closed).*?^:::[ \t]*$|<!--.*?-->|\[\^[^\]]+\]:?"
    return re.sub(blocks, "", body, flags=re.DOTALL | re.MULTILINE)


def sentences(prose: str) -> list[str]:
    """The sentences of each paragraph; a sentence has a word in it."""
    return [one for text in re.split(r"\n\s*\n", prose) for one in _sentences(text)]


def _sentences(paragraph: str) -> Iterator[str]:
    plain = _ABBREVIATED.sub(r"\1", " ".join(paragraph.split()))
    plain = re.sub(r"(\d)\.(\d)", r"\1\2", plain)
    return (one for one in _END.split(plain) if re.search("[A-Za-z]{2}", one))


def words(text: str) -> list[str]:
    """Words as they are counted."""
    return _WORD.findall(text)


def reading_ease(file: str) -> tuple[float, float]:
    """A story's Flesch reading ease, and the mean number of words in its sentences."""
    prose = told(file)
    counted = words(prose)
    length = len(counted) / len(sentences(prose))
    return 206.835 - 1.015 * length - 84.6 * sum(map(_syllables, counted)) / len(counted), length


def _syllables(word: str) -> int:
    letters = re.sub("[^a-z]", "", word.lower())
    groups = len(re.findall("[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee")) and groups > 1
    silent_too = bool(re.search("[^td]ed$", letters)) and groups > 1
    return max(1, groups - silent - silent_too)
