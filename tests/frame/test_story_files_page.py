"""What docs/story-files.md tells gatherers is what happens to their files."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.records.model import Slug, Status
from app.records.personas import parse_persona
from app.records.problems import SetAside
from app.records.stories import parse_story

PAGE = Path(__file__).parents[2] / "docs" / "story-files.md"
STORY, PERSONA = re.findall(r"^```markdown\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
TODAY = date(2026, 6, 1)


def parsed(text, parse=parse_story):
    return parse(text.encode("utf-8"), slug=Slug("example"), file="example.md", today=TODAY)


def test_the_examples_have_no_problems():
    assert parsed(STORY).problems == ()
    assert parsed(PERSONA, parse_persona).problems == ()


def test_every_key_of_a_story_is_in_the_example_and_in_the_table():
    shown = set(re.findall(r"^(\w+):", STORY, re.MULTILINE))
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    described = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert shown <= described
    assert parsed(STORY).story.other_keys == {}


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n",
        "+++\ntitle = 'x'\n+++\n",
        ";;;\n{}\n;;;\n",
        "---js\nx\n---\n",
        "---\n- a\n---\n",
        "---\ntitle: x\nTHIS IS NOT: [\n---\n",
        "---\nsummary: " + "a" * 66_000 + "\n---\n",
        "---\ntitle: a\ntitle: b\n---\n",
        "---\ntitle: &a x\nsite: *a\n---\n",
        "---\ntitle: !x y\n---\n",
        "---\n<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> other\n---\n",
    ],
)
def test_what_the_page_calls_set_aside_is_set_aside(text):
    with pytest.raises(SetAside):
        parsed(text)


@pytest.mark.parametrize(
    ("front", "kept"),
    [
        ("gathered: 2024-20-03", lambda story: story.gathered is None),
        ("role: [a, b]", lambda story: story.role is None),
        ("status: finished", lambda story: story.status is Status.READY),
        ("status: finished\nconsent: {uses: [design]}", lambda story: story.status is Status.DRAFT),
        ("content_notes: {a: b}", lambda story: story.folded),
        ("id: marisa", lambda story: story.id is None),
        ("consent: yes", lambda story: not story.consent.uses),
        ("consent:", lambda story: not story.consent.uses),
        ("consents: {uses: [publication]}", lambda story: not story.consent.uses),
        ("consent: {uses: [publication, all]}", lambda story: not story.consent.uses),
        ("consent: {uses: [publication], given: 2027-01-01}", lambda story: not story.consent.uses),
        (
            "consent: {uses: [publication], given: 2026-02-01, until: 2026-01-01}",
            lambda story: not story.consent.uses,
        ),
    ],
)
def test_what_the_page_calls_a_problem_of_one_key_leaves_the_story_there(front, kept):
    read = parsed(f"---\n{front}\n---\nThe text.\n")
    assert len(read.problems) == 1
    assert kept(read.story)
    assert read.story.body == "The text.\n"


def test_a_single_value_keeps_the_characters_that_were_written():
    story = parsed("---\ntitle: 2024\nsite: no\nthemes: waiting, loss\n---\n").story
    assert (story.title, story.site, story.themes) == ("2024", "no", ("waiting", "loss"))
