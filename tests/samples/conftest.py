"""The sample archive as its files say it, and the page that describes it."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.records.model import Persona, RecordKind, Story
from app.records.personas import parse_persona
from app.records.stories import parse_story
from app.rendering.markdown import render
from app.rendering.model import Rendered
from app.services.references import ReferenceTargets

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)  # after everything in the samples; nothing of them depends on the day


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """The text of each story's file by its name."""
    return {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "stories").glob("*.md"))}


@pytest.fixture(scope="session")
def stories(files: dict[str, str]) -> dict[str, Story]:
    return {
        name: parse_story(text.encode(), slug=name, file=name, today=TODAY).story
        for name, text in files.items()
    }


@pytest.fixture(scope="session")
def personas() -> dict[str, Persona]:
    paths = sorted((ROOT / "personas").glob("*.md"))
    return {
        path.stem: parse_persona(path.read_bytes(), slug=path.stem, file=path.name, today=TODAY).persona
        for path in paths
    }


@pytest.fixture(scope="session")
def page() -> str:
    """docs/sample-archive.md: what the writers agreed on."""
    return (ROOT / "docs/sample-archive.md").read_text("utf-8")


@pytest.fixture(scope="session")
def vocabulary(page: str) -> set[str]:
    """The themes that the page lists."""
    return {row[0] for row in rows_under(page, "## Themes")}


def rendered(story: Story) -> Rendered:
    """A story's page and its passages."""
    return render(story.body, links=ReferenceTargets(RecordKind.STORY, "any"), title=story.title)


def rows_under(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    below = page.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert lines, f"no table under {heading}"
    table = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in lines[0].splitlines()]
    return table[2:]
