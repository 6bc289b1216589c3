"""Whole stories, written out as documents by another program and brought in again: not a word is lost."""

from collections import Counter
from pathlib import Path

import pypandoc
import pytest

from app.imports.convert import convert
from app.records.frontmatter import split
from app.rendering.markdown import render
from tests.imports.words import words
from tests.rendering.conftest import LINKS

STORIES = sorted((Path(__file__).parents[2] / "stories").glob("**/*.md"))[:3]
STORIES += sorted((Path(__file__).parents[3] / "shared" / "data" / "storybook").glob("*.md"))[:2]


def said(markdown: str) -> Counter[str]:
    page = render(markdown, links=LINKS)
    sections = [section.title for section in page.sections]
    return Counter(words(" ".join([*sections, *(passage.text for passage in page.passages)])))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "html"])
def test_a_story_that_was_written_in_a_word_processor_comes_in_whole(story, kind, tmp_path):
    body = split(story.read_bytes(), story.name).body
    document = tmp_path / f"story.{kind}"
    options = [] if kind == "docx" else ["--standalone", "--metadata=title=Story"]
    source = "commonmark+pipe_tables+strikeout+fenced_divs"
    pypandoc.convert_text(body, kind, format=source, outputfile=str(document), extra_args=options)
    assert said(body) - said(convert(document.name, document.read_bytes()).body) == Counter()
