"""A reference from a terminal: what anybody may cite, unless a role is named."""

import json

import pytest

from app.rendering.passages import anchor_of
from tests.archives import story_file, write
from tests.terminal.test_terminal import run

CHAIR = "The first thing Marisa does is move the chair."
DOOR = "Then she looks at the door."
AT, DOOR_AT = anchor_of(CHAIR), anchor_of(DOOR)
ID = "s-7k3fq2mx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("cited")
    told = {"storyteller": "Marisa", "title": "The eleven months", "gathered": "2026-03-04"}
    files = {
        "stories/open.md": story_file(f"{CHAIR}\n\n{DOOR}", id=ID, **told),
        "stories/design.md": story_file(
            "For the teams.", id="s-des1gn00", consent="consent: {uses: [design]}"
        ),
        "stories/draft.md": story_file("Not yet.", id="s-draft000", status="draft"),
        "stories/back.md": story_file("Hers.", id="s-taken000", status="withdrawn"),
    }
    write(made, files)
    return made


def cite(folder, *arguments):
    return run(folder, "cite", *arguments, STORYHOLD_BASE_URL="https://stories.example.org")


def test_a_reference_is_printed_alone(folder):
    done = cite(folder, ID)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("Marisa (2026) ‘The eleven months’. Storyhold. Available at: ")
    assert f"https://stories.example.org/s/{ID} (Accessed: " in done.stdout and done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        (("--style", "apa"), "Marisa. (2026, March 4). The eleven months [Interview]."),
        (("--style", "oscola", "--part", "footnote"), "Interview with Marisa, ‘The Eleven Months’"),
        (("--style", "chicago", "--part", "in-text"), "(Marisa 2026, para. 1)"),
        (("--part", "quotation"), f"“{CHAIR}” (Marisa, 2026, para. 1)"),
        (("--part", "quotation", "--format", "markdown"), f"> “{CHAIR}” (Marisa, 2026, para. 1)"),
        (("--style", "apa", "--format", "html"), "Marisa. (2026, March 4). <i>The eleven months</i>"),
        (("--format", "bib"), f"@misc{{{ID}-{AT},"),
        (("--format", "ris"), "TY  - PCOMM"),
        (("--format", "txt"), f"“{CHAIR}”"),
    ],
)
def test_a_passage_is_cited_as_it_was_asked_for(folder, arguments, starts):
    done = cite(folder, f"{ID}#{AT.upper()}", *arguments)
    assert done.returncode == 0 and done.stdout.startswith(starts), done.stdout


def test_several_passages_are_cited_from_the_first_to_the_last(folder):
    done = cite(folder, f"{ID}#{AT}..{DOOR_AT}", "--part", "quotation")
    assert done.stdout.startswith(f"“{CHAIR}”\n\n“{DOOR}” (Marisa, 2026, paras 1–2)"), done.stdout
    refused = cite(folder, f"{ID}#{AT}..p-000000")
    assert (refused.returncode, refused.stdout) == (1, "") and "There is no such passage" in refused.stderr


def test_a_file_for_programs_is_printed_whole(folder):
    (item,) = json.loads(cite(folder, ID, "--format", "csl.json").stdout)
    assert item["title"] == "The eleven months" and item["URL"] == f"https://stories.example.org/s/{ID}"


def test_anybody_cites_what_is_public_and_a_role_what_it_reads(folder):
    assert cite(folder, "s-des1gn00").returncode == 1
    assert cite(folder, "s-des1gn00", "--as", "member").returncode == 0
    assert cite(folder, "s-des1gn00", "--as", "commissioner").returncode == 1
    assert cite(folder, "s-des1gn00", "--as", "steward").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("s-never000",), "There is nothing with this id"),
        (("marisa",), "There is nothing with this id"),
        (("s-draft000",), "There is nothing with this id"),
        (("s-draft000", "--as", "steward"), "the story is a draft"),
        (("s-taken000",), "has taken it back"),
        ((f"{ID}#p-000000",), "There is no such passage"),
    ],
)
def test_what_can_not_be_cited_is_said_in_one_sentence(folder, arguments, said):
    done = cite(folder, *arguments)
    assert (done.returncode, done.stdout) == (1, "") and said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), (ID, "--style", "mla"), (ID, "--as", "reader"), (ID, "--format", "x")]
)
def test_what_is_asked_for_wrongly_is_exit_2(folder, arguments):
    assert cite(folder, *arguments).returncode == 2
