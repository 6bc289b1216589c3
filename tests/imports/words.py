"""What came of a file, read as a reader of the archive would."""

import re

from app.imports.convert import Converted, convert
from app.rendering.markdown import render
from app.rendering.passages import has_words, normalised_text
from tests.rendering.conftest import LINKS


def read(name: str, text: str | bytes, encoding: str = "utf-8") -> Converted:
    """Bring in a file of these words."""
    return convert(name, text if isinstance(text, bytes) else text.encode(encoding))


def shown(markdown: str) -> list[str]:
    """The words of each passage on the story's page."""
    return [passage.text for passage in render(markdown, links=LINKS).passages]


def words(text: str) -> list[str]:
    """The words of a text, in their order; a line of nothing but marks is no passage, so `_` is no word."""
    return [word for word in re.findall(r"\w+", normalised_text(text)) if has_words(word)]


def reasons(converted: Converted) -> str:
    """All that the gatherer is told, in one text."""
    return "\n".join(f"{one.place}: {one.reason} {one.remedy}" for one in converted.reports)
