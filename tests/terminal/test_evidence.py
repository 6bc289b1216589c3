"""A steward asks the terminal what changed under personas since they were last reviewed."""

import json
import os
from pathlib import Path

import pytest

from app.database.visibility import TERMINAL, Actor, Role
from app.rendering.passages import anchor_of
from app.services.evidence_since import watch_personas
from app.services.personas import read_persona
from tests.archives import Clock, make_archive, story_file, take_in, write
from tests.terminal.test_terminal import run

SAID, TOLD = "She rang back.", "The bus was late again."
AT, THEN = anchor_of(SAID), anchor_of(TOLD)
BODY = f"{SAID}\n\n{TOLD}"
MEMBER = Actor(roles=frozenset({Role.MEMBER}), organisation="Here", signed_in=True)
FACE = """---
id: who-3m2xa8qd
name: Elena
uses: [design, publication]
%sstatements:
  What she brings:
    - {statement: Asks once, evidence: [s-0pen0000#%s]}
    - {statement: Knows the buses, evidence: [s-0pen0000#%s, s-0ther000#%s], against: [s-0wh01e00]}
    - {statement: Is nowhere, evidence: [s-n0where0]}
    - Loses pay
---
"""


def face(reviewed=""):
    line = f"reviewed: {reviewed}\n" if reviewed else ""
    return FACE % (line, AT, THEN, THEN)


def files(reviewed=""):
    named = {"open": "s-0pen0000", "other": "s-0ther000", "whole": "s-0wh01e00"}
    stories = {
        f"stories/{name}.md": story_file(BODY, id=id, storyteller=name.title()) for name, id in named.items()
    }
    return stories | {"personas/elena.md": face(reviewed)}


@pytest.fixture
def archive(tmp_path):
    made = make_archive(tmp_path, files("2026-05-10"))
    take_in(made)
    yield made
    made.close()


def later(archive, day, tmp_path, **changed):
    """What the archive says after files were changed on a day in May."""
    clock: Clock = archive.clock
    clock.time = clock.time.replace(day=day)
    write(tmp_path, {f"stories/{name}.md": text for name, text in changed.items()})
    take_in(archive)
    return told(archive)


def told(archive, actor=TERMINAL):
    return [
        (one.statement, one.what, one.story, one.on)
        for persona in watch_personas(archive, actor)
        for one in persona.evidence
    ]


def beneath(archive, actor):
    return read_persona(archive, actor, "elena").underneath


NOWHERE = ("Is nowhere", "missing", "", "")


def test_what_is_still_as_it_was_when_it_was_reviewed_is_not_listed(archive):
    assert told(archive) == [NOWHERE]


def test_words_that_were_changed_after_the_review_are_listed_and_those_before_are_not(archive, tmp_path):
    other = story_file(TOLD, id="s-0pen0000", storyteller="Open")
    assert later(archive, 6, tmp_path, open=other) == [NOWHERE]
    again = story_file(f"{TOLD}\n\nAnd more.", id="s-0pen0000", storyteller="Open")
    assert later(archive, 20, tmp_path, open=again) == [
        ("Asks once", "changed", "s-0pen0000", "2026-05-20"),
        NOWHERE,
    ]


def test_a_whole_story_that_was_edited_since_is_listed(archive, tmp_path):
    other = story_file("Other words.", id="s-0wh01e00", storyteller="Whole")
    found = later(archive, 20, tmp_path, whole=other)
    assert ("Knows the buses", "changed", "s-0wh01e00", "2026-05-20") in found


def test_consent_that_ended_and_a_story_that_was_taken_back_are_listed(archive, tmp_path):
    ended = "consent: {uses: [publication], given: 2026-01-01, until: 2026-05-12}"
    later(archive, 11, tmp_path, open=story_file(BODY, ended, id="s-0pen0000"))
    found = later(archive, 20, tmp_path, other=story_file(BODY, id="s-0ther000", status="withdrawn"))
    assert ("Asks once", "ended", "s-0pen0000", "2026-05-12") in found
    assert ("Knows the buses", "withdrawn", "s-0ther000", "2026-05-20") in found


def test_under_a_persona_that_was_never_reviewed_all_that_is_wrong_is_listed(tmp_path):
    archive = make_archive(tmp_path, files())
    take_in(archive)
    other = story_file(TOLD, id="s-0pen0000")
    assert [one[0] for one in later(archive, 6, tmp_path, open=other)] == ["Asks once", "Is nowhere"]
    archive.close()


def test_the_page_says_the_same_to_who_works_there_and_nothing_to_others(archive, tmp_path):
    later(archive, 20, tmp_path, open=story_file(TOLD, id="s-0pen0000", storyteller="Open"))
    assert beneath(archive, MEMBER) is None  # what changed rests on nothing that she reads
    draft = story_file(f"{SAID} {TOLD}", id="s-0ther000", storyteller="Other")
    later(archive, 21, tmp_path, other=draft)
    found = beneath(archive, MEMBER)
    assert found is not None and found.reviewed
    assert dict(found.statements)["Knows the buses"] == [
        "Other: the story was changed, and these words are not in it any more"
    ]
    assert beneath(archive, Actor()) is None
    assert beneath(archive, Actor(signed_in=True)) is None


def test_the_terminal_prints_it_as_text_and_as_json_and_ends_with_one(tmp_path):
    write(tmp_path, files())
    done = run(tmp_path, "check", "--evidence")
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == [
        "Elena (who-3m2xa8qd), never reviewed",
        "  personas/elena.md:9: What she brings: Is nowhere",
        "    s-n0where0: missing: there is nothing of this name in the archive",
    ]
    data = json.loads(run(tmp_path, "check", "--evidence", "--format", "json").stdout)
    (persona,) = data["personas"]
    assert (persona["id"], persona["slug"], persona["reviewed"]) == ("who-3m2xa8qd", "elena", "")
    (statement,) = persona["statements"]
    assert statement["statement"] == "Is nowhere" and statement["heading"] == "What she brings"
    assert (persona["file"], statement["line"]) == ("personas/elena.md", 9)
    assert statement["evidence"][0]["what"] == "missing" and statement["evidence"][0]["against"] is False


def test_where_nothing_changed_it_says_so_and_files_are_not_named_beside_it(tmp_path: Path):
    write(tmp_path, {"stories/a.md": story_file(id="s-7k3fq2mx"), "personas/.keep": ""})
    done = run(tmp_path, "check", "--evidence")
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "No evidence of a persona has changed since it was last reviewed, "
        "and nothing under a design session since it ended.",
    )
    told = json.loads(run(tmp_path, "check", "--evidence", "--format", "json").stdout)
    assert told == {"personas": [], "sessions": []}
    assert run(tmp_path, "check", os.fspath(tmp_path / "stories"), "--evidence").returncode == 2
