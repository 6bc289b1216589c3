"""How the tests of records read a story."""

from datetime import date

import pytest

from app.records.model import ParsedPersona, ParsedStory, Problem, Slug
from app.records.personas import parse_persona
from app.records.problems import SetAside
from app.records.stories import parse_story

TODAY = date(2026, 7, 1)


def read(content: str | bytes) -> ParsedStory:
    raw = content if isinstance(content, bytes) else content.encode()
    return parse_story(raw, slug=Slug("2026/marisa"), file="2026/marisa.md", today=TODAY)


def keys(front_matter: str) -> ParsedStory:
    """A story whose front matter is this."""
    return read(f"---\n{front_matter}\n---\nText\n")


def persona(front_matter: str) -> ParsedPersona:
    content = f"---\n{front_matter}\n---\nText\n".encode()
    return parse_persona(content, slug=Slug("elena"), file="elena.md", today=TODAY)


def set_aside(content: str | bytes) -> tuple[Problem, ...]:
    """Why the file is set aside; each reason names the file and says what to do."""
    with pytest.raises(SetAside) as refused:
        read(content)
    problems = refused.value.problems
    assert problems
    assert all(problem.set_aside and problem.file and problem.remedy for problem in problems)
    return problems


def keys_set_aside(front_matter: str) -> tuple[Problem, ...]:
    return set_aside(f"---\n{front_matter}\n---\nText\n")
