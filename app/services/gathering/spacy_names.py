"""People's names as spaCy sees them, where it and one of its English models are installed; else none.

It is off unless somebody installs the extra `names`: it is large, and takes longer than all the rest.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from app.services.gathering.patterns import Span
from app.services.gathering.people_names import parts_of
from app.services.gathering.word_lists import is_ordinary

MODELS = ("en_core_web_md", "en_core_web_sm")  # the first that is there
NOT_NEEDED = ("tagger", "parser", "attribute_ruler", "lemmatizer")
PART = 20_000  # characters read at once; spaCy's memory grows with what it reads
Model = Callable[[str], Any]


@cache
def model() -> Model | None:
    """The model, read once; None where there is none."""
    if find_spec("spacy") is None:
        return None
    name = next((name for name in MODELS if find_spec(name) is not None), None)
    return import_module(name).load(exclude=list(NOT_NEEDED)) if name else None


def people_in(text: str, own: Collection[str]) -> Iterator[Span]:
    """Where people are named, titles and what belongs to them left out; nothing that only tells `own`."""
    read = model()
    if read is None:
        return
    kept = {part for name in own for part in parts_of(name)}
    for start, part in _in_parts(text):
        for one in read(part).ents:
            if one.label_ == "PERSON" and _may_be(one.text) and not set(parts_of(one.text)) <= kept:
                yield start + one.start_char, start + one.end_char


def _may_be(name: str) -> bool:
    """Whether it can be somebody: a model takes places, days and what has a number for people."""
    words = parts_of(name)
    return not any(map(str.isdigit, name)) and not all(map(is_ordinary, words))


def _in_parts(text: str) -> Iterator[tuple[int, str]]:
    """The text in parts that end with a line where they can."""
    at = 0
    while at < len(text):
        end = at + PART
        end = max(text.rfind("\n", at, end) + 1, at) or end if end < len(text) else len(text)
        end = end if end > at else at + PART
        yield at, text[at:end]
        at = end
