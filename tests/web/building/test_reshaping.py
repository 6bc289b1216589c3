"""A persona is split, merged into another or retired as one job, and links follow."""

import re

import pytest
from sqlalchemy import update

from app.database.gathering import JOB_ITEM
from app.services.building.reshaping_job import do_file
from app.services.gathering.jobs import run
from app.services.gathering.journal import State, read_items, read_job
from app.services.gathering.pictures import keep_pictures
from app.services.reconcile import reconcile
from tests.imports.photographs import photograph
from tests.web.building.conftest import ELENA
from tests.web.building.doing import ELENA_AT, file, statements, step
from tests.web.people import hidden, look, send
from tests.web.pictured import drawn

AT = "/p/who-e1ena000/reshape"
KATH = """---
id: who-kath0000
name: Kath
uses: [design]
statements:
  what she brings:
    - {statement: knows the  buses, evidence: [s-des1gn00]}  # hers
---
"""


@pytest.fixture
def kath(web):
    (web.archive.settings.personas / "kath.md").write_text(KATH)
    path = web.archive.settings.stories / "open.md"
    path.write_text(
        path.read_text().replace("themes: [waiting]", "themes: [waiting]\npersonas: [elena, ada]  # two")
    )
    reconcile(web.archive)


def reshaped(web, who, way, address=AT, **fields):
    """Looked at, begun and worked on to its end; the job's page."""
    told = {"way": way, "digest": hidden(look(web, address, who), "digest"), **fields}
    seen = send(web, address, told | {"do": "look"}, who)
    assert seen.status == 200 and "Is this right?" in seen.text, seen.text
    begun = send(web, address, told | {"do": "start"}, who)
    assert begun.status == 303, begun.text
    run(web.archive, int(begun["location"].rpartition("/")[2]))
    return begun["location"]


def undone(web, who, job):
    assert send(web, job, {"do": "undo"}, who).status == 303
    run(web.archive, int(job.rpartition("/")[2]))


def test_a_persona_is_merged_into_another_and_her_address_and_stories_follow(web, sue, ann, kath):
    story = web.archive.settings.stories / "open.md"
    before = (file(web), KATH, story.read_text())
    wider = {
        "way": "merge",
        "digest": hidden(look(web, AT, sue), "digest"),
        "to": "who-kath0000",
        "do": "look",
    }
    assert "More people may see Kath than Elena" not in send(web, AT, wider, sue).text
    job = reshaped(web, sue, "merge", to="who-kath0000")
    assert "personas: [kath, ada]  # two\n" in story.read_text()
    told = file(web, "kath")
    assert "- {statement: knows the  buses, evidence: [s-des1gn00, s-0pen0000]}  # hers\n" in told
    assert "    - Keeps the paper  # a guess\n    # below the first\n" in told
    assert "  What gets in the way:\n    - statement: Moves the chair first\n      note: n\n" in told
    assert "stories: [s-0pen0000]\n" in told
    assert "merged_into: who-kath0000\n" in file(web)
    assert look(web, "/personas/elena", ann)["location"] == "/personas/kath"
    assert look(web, look(web, "/p/who-e1ena000", ann)["location"], ann)["location"] == "/personas/kath"
    assert "Elena" not in look(web, "/personas", ann).text
    page = look(web, job, sue)
    assert "Merge Elena into Kath" in page.text and "Undo" in page.text
    undone(web, sue, job)
    assert (file(web), file(web, "kath"), story.read_text()) == before
    assert look(web, "/personas/elena", ann).status == 200


def test_some_statements_go_to_a_new_persona_with_the_stories_that_only_they_rest_on(web, sue, kath):
    story = web.archive.settings.stories / "open.md"
    before = story.read_text()
    key = statements(web, sue)["Knows the buses"]
    job = reshaped(web, sue, "split", name="Ruth", **{f"go.{key}": "yes"})
    told = file(web, "ruth")
    assert told.endswith(
        """name: Ruth
uses: [design]
stories: [s-0pen0000]
statements:
  What she brings:
    - {statement: Knows the buses, evidence: [s-0pen0000], note: keep}
---
"""
    )
    assert "Knows the buses" not in file(web) and "stories: []\n" in file(web)
    assert "personas: [ruth, ada]  # two\n" in story.read_text()
    undone(web, sue, job)
    assert file(web) == ELENA and story.read_text() == before
    assert not (web.archive.settings.personas / "ruth.md").exists()


def test_a_retired_persona_is_offered_no_more_and_her_page_says_so(web, june, ann):
    reshaped(web, june, "retire")
    assert re.search(r"^retired: \d{4}-\d\d-\d\d$", file(web), re.MULTILINE)
    assert "/personas/elena" not in look(web, "/personas", ann).text
    assert "Elena was retired on " in look(web, "/personas/elena", ann).text
    assert "She was retired on " in look(web, ELENA_AT, ann).text
    step(web, ann, "back", version="1")
    assert "retired: " in file(web)  # a version brought back undoes no job
    reshaped(web, june, "offer")
    assert file(web) == ELENA and "/personas/elena" in look(web, "/personas", ann).text


def test_what_can_not_be_done_is_refused_and_who_is_not_of_the_story_team_finds_no_page(web, ann, sue, kath):
    assert look(web, AT, ann).status == 404
    digest = hidden(look(web, AT, sue), "digest")
    wrong = [
        ({"way": "merge", "to": "who-e1ena000"}, "merged into herself"),
        ({"way": "merge", "to": "who-00000000"}, "Choose the persona that takes her in."),
        ({"way": "split", "name": "Ruth"}, "Choose at least one statement"),
        ({"way": "split", "name": " ", "go.x": "yes"}, "The new name is missing."),
        ({"way": "offer"}, "She is offered already."),
    ]
    for fields, why in wrong:
        answer = send(web, AT, {"digest": digest, "do": "start", **fields}, sue)
        assert answer.status == 422 and why in answer.text, (fields, answer.text)
    stale = send(web, AT, {"digest": "x", "do": "start", "way": "retire"}, sue)
    assert stale.status == 409 and "Somebody changed her meanwhile." in stale.text
    assert send(web, AT, {"digest": digest, "do": "start", "way": "burn"}, sue).status == 422
    everything = {f"go.{key}": "yes" for key in statements(web, sue).values()}
    answer = send(web, AT, {"digest": digest, "do": "look", "way": "split", "name": "R", **everything}, sue)
    assert answer.status == 422 and "Leave at least one statement here" in answer.text


def test_before_a_merge_it_says_that_more_people_see_the_other(web, sue, kath):
    path = web.archive.settings.personas / "kath.md"
    path.write_text(KATH.replace("uses: [design]", "uses: [design, publication]"))
    reconcile(web.archive)
    asked = {
        "way": "merge",
        "digest": hidden(look(web, AT, sue), "digest"),
        "to": "who-kath0000",
        "do": "look",
    }
    assert "More people may see Kath than Elena" in send(web, AT, asked, sue).text


def test_a_split_that_a_crash_kept_from_being_noted_makes_nobody_twice(web, sue, kath):
    key = statements(web, sue)["Knows the buses"]
    told = {
        "way": "split",
        "digest": hidden(look(web, AT, sue), "digest"),
        "name": "Ruth",
        f"go.{key}": "yes",
    }
    job = int(send(web, AT, told | {"do": "start"}, sue)["location"].rpartition("/")[2])
    new = read_items(web.archive, job, State.WAITING)[0]
    do_file(web.archive, read_job(web.archive, job), new)
    with web.archive.writing() as connection:
        waits = update(JOB_ITEM).where(JOB_ITEM.c.job == job, JOB_ITEM.c.number == new.number)
        connection.execute(waits.values(state=State.WAITING.value, after=""))
        connection.commit()
    run(web.archive, job)
    assert {path.name for path in web.archive.settings.personas.iterdir()} == {
        "elena.md",
        "kath.md",
        "ruth.md",
    }
    assert file(web, "ruth").count("Knows the buses") == 1 and "Knows the buses" not in file(web)


def test_a_file_that_somebody_changed_meanwhile_is_left_alone_and_named(web, sue, ann, kath):
    told = {
        "way": "merge",
        "digest": hidden(look(web, AT, sue), "digest"),
        "to": "who-kath0000",
        "do": "start",
    }
    job = send(web, AT, told, sue)["location"]
    step(web, ann, "reviewed", address="/p/who-kath0000/build")
    run(web.archive, int(job.rpartition("/")[2]))
    page = look(web, job, sue).text
    assert "merged_into" not in file(web) and "The file of the other persona could not be changed" in page
    assert "Somebody changed it after this was begun" in page and "Undo this, look at both personas" in page


@pytest.mark.usefixtures("kath")
def test_a_portrait_stays_with_the_persona_that_it_shows(web, june):
    picture = drawn(photograph())
    keep_pictures(web.archive, "who-e1ena000", [picture.content])
    key = f'portrait: {{picture: "{picture.digest}", words: A stop}}\n'
    path = web.archive.settings.personas / "elena.md"
    path.write_text(path.read_text().replace("mood: kept\n", f"mood: kept\n{key}"))
    reconcile(web.archive)
    told = {"way": "split", "digest": hidden(look(web, AT, june), "digest"), "name": "Ada", "do": "look"}
    looked = send(web, AT, told | {f"go.{statements(web, june)['Keeps the paper']}": "yes"}, june)
    assert "Her portrait stays hers. The new one begins with a woven pattern." in looked.text
    reshaped(web, june, "split", name="Ada", **{f"go.{statements(web, june)['Keeps the paper']}": "yes"})
    assert key in file(web) and "portrait" not in file(web, "ada")
    reshaped(web, june, "merge", to="who-kath0000")
    assert key in file(web) and "portrait" not in file(web, "kath")
    assert '<img class="weave portrait"' not in look(web, "/personas/kath", june).text
