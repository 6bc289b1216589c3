"""People who work here build a persona: evidence under statements, one version of her file for each step."""

import difflib
import re
from html import unescape

from sqlalchemy import select

from app.database.tables import REVISION
from app.services.reconcile import reconcile
from tests.web.building.conftest import ELENA
from tests.web.building.doing import ELENA_AT, done, file, headings, problem, statements, step
from tests.web.marking.doing import one
from tests.web.people import look, send


def changed(web):
    """The lines of her file that were taken away and put there."""
    lines = difflib.ndiff(ELENA.splitlines(), file(web).splitlines())
    return [line for line in lines if line[0] in "-+"]


def test_a_quote_is_put_under_a_statement_and_no_other_line_changes(web, ann):
    quote = one(web, ann)
    done(web, ann, "for", statement=statements(web, ann)["Keeps the paper"], **{f"take.{quote}": "yes"})
    assert changed(web) == [
        "-     - Keeps the paper  # a guess",
        f"+     - {{statement: Keeps the paper, evidence: [{quote}]}}  # a guess",
    ]
    done(web, ann, "against", statement=statements(web, ann)["Knows the buses"], **{f"take.{quote}": "yes"})
    assert f"evidence: [s-0pen0000], note: keep, against: [{quote}]}}" in file(web)
    done(web, ann, "for", statement=statements(web, ann)["Moves the chair first"], pasted=f"see {quote}")
    assert f"      note: n\n      evidence: [{quote}]\n" in file(web)
    page = look(web, "/personas/elena", ann).text
    assert page.count(">wants to see the door<") == 3


def test_each_step_is_a_version_with_who_did_it_and_the_version_before_comes_back(web, ann):
    done(web, ann, "remove", statement=statements(web, ann)["Knows the buses"])
    with web.archive.engine.connect() as connection:
        rows = connection.execute(select(REVISION).where(REVISION.c.record_id == "who-e1ena000")).all()
    assert [(row.number, row.who, row.note) for row in rows][1] == (2, "Ann", "A statement taken away")
    assert "Knows the buses" not in file(web)
    done(web, ann, "back", version="1")
    assert file(web) == ELENA
    assert "Version 3" in look(web, ELENA_AT, ann).text
    assert "already" in problem(step(web, ann, "back", version="1")) or file(web) == ELENA


def test_a_statement_is_written_from_a_quote_in_words_of_ones_own(web, ann):
    quote = one(web, ann, "The first thing Marisa does is move the chair")
    fields = {f"take.{quote}": "yes", "heading": "new", "name": "What she does"}
    answer = step(web, ann, "write", words="“the first thing Marisa does is move the chair.”", **fields)
    assert answer.status == 422 and problem(answer).startswith("These are the words of somebody’s story.")
    done(web, ann, "write", words="Makes sure: of the way out", **fields)
    assert file(web).endswith(
        f"""  What she does:
    - {{statement: "Makes sure: of the way out", evidence: [{quote}]}}
---
Elena is thirty-eight.
"""
    )


def test_headings_and_statements_are_added_renamed_moved_and_taken_away(web, ann):
    done(web, ann, "heading", name="What would help")
    done(web, ann, "write", words="Someone who rings", heading=headings(web, ann)["What would help"])
    done(web, ann, "rename", heading=headings(web, ann)["What she brings"], name="What she has")
    done(web, ann, "later", heading=headings(web, ann)["What she has"])
    assert list(headings(web, ann)) == ["What gets in the way", "What she has", "What would help"]
    done(web, ann, "down", statement=statements(web, ann)["Keeps the paper"])
    assert list(statements(web, ann))[1:3] == ["Knows the buses", "Keeps the paper"]
    done(
        web,
        ann,
        "reword",
        statement=statements(web, ann)["Knows the buses"],
        words="Knows every bus",
        heading=headings(web, ann)["What would help"],
    )
    assert list(statements(web, ann))[2:] == ["Someone who rings", "Knows every bus"]
    assert "{statement: Knows every bus, evidence: [s-0pen0000], note: keep}" in file(web)
    refused = step(web, ann, "drop", heading=headings(web, ann)["What she has"])
    assert problem(refused).startswith("There are statements under this heading.")
    done(web, ann, "remove", statement=statements(web, ann)["Keeps the paper"])
    done(web, ann, "drop", heading=headings(web, ann)["What she has"])
    assert "# below the first" in file(web) or "What she has" not in file(web)
    assert "mood: kept\n" in file(web) and "name: Elena   # not her name\n" in file(web)


def test_what_stands_at_her_head_is_saved_and_only_the_story_team_lets_more_people_see_her(web, ann, june):
    fields = {
        "name": "Elena",
        "tagline": "who starts again",
        "quote": "We begin again.",
        "reviewed": "2026-03-04",
    }
    done(web, ann, "details", **fields, **{"use.design": "yes"})
    assert "name: Elena   # not her name\ntagline: who starts again\nuses: [design]\n" in file(web)
    assert "quote: We begin again.\nreviewed: 2026-03-04\n" in file(web)
    wider = fields | {"use.design": "yes", "use.publication": "yes"}
    answer = step(web, ann, "details", **wider)
    assert answer.status == 403 and "More people would see her." in problem(answer)
    done(web, june, "details", **wider)
    assert "uses: [design, publication]" in file(web)
    assert step(web, ann, "details", **(fields | {"reviewed": "soon"})).status == 422
    done(web, ann, "reviewed")
    assert f"reviewed: {web.archive.now().date()}\n" in file(web)


def test_whoever_saves_over_somebody_elses_work_is_shown_both_and_may_do_it_all_the_same(web, ann, bo):
    digest = look(web, ELENA_AT, ann).text.partition('name="digest" value="')[2].partition('"')[0]
    key = statements(web, ann)["Keeps the paper"]
    done(web, bo, "remove", statement=statements(web, bo)["Knows the buses"])
    answer = step(web, ann, "reword", digest=digest, statement=key, words="Keeps every letter", heading="")
    assert answer.status == 409
    for shown in (
        "Somebody saved meanwhile",
        "Bo saved Elena",
        "Keeps every letter",
        "<td>Keeps the paper</td>",
    ):
        assert shown in answer.text
    assert "Keeps every letter" not in file(web)
    again = answer.text.partition("Do it all the same")[0].rpartition("<form")[2]
    fresh = again.partition('name="digest" value="')[2].partition('"')[0]
    step(web, ann, "reword", digest=fresh, statement=key, words="Keeps every letter", heading="")
    assert "Keeps every letter" in file(web) and "Knows the buses" not in file(web)
    gone = step(web, ann, "reword", digest=digest, statement=key, words="Again", heading="")
    assert gone.status == 409 and "It is not there any more" in gone.text and "all the same" not in gone.text


def test_a_step_that_only_adds_is_taken_whoever_saved_meanwhile(web, ann, bo):
    quote = one(web, ann)
    digest = look(web, ELENA_AT, ann).text.partition('name="digest" value="')[2].partition('"')[0]
    key = statements(web, ann)["Keeps the paper"]
    done(web, bo, "remove", statement=statements(web, bo)["Knows the buses"])
    answer = step(web, ann, "for", digest=digest, statement=key, **{f"take.{quote}": "yes"})
    assert answer.status == 303 and quote in file(web) and "Knows the buses" not in file(web)


def test_a_persona_is_begun_from_what_was_chosen_and_is_there_for_design(web, ann, cy):
    one(web, ann, themes="doors")
    page = look(web, "/personas/build?theme=doors", ann).text
    assert "Theme: doors: 1 quote that you may read." in page.replace("Doors", "doors") and "Marisa" in page
    fields = {"name": "Ruth", "tagline": "who waits", "from": "theme=doors", "story.s-0pen0000": "yes"}
    answer = send(web, "/personas/build", fields, ann)
    assert answer.status == 303 and answer["location"].endswith("/build?theme=doors")
    told = file(web, "ruth")
    assert told.endswith("name: Ruth\ntagline: who waits\nuses: [design]\nstories: [s-0pen0000]\n---\n")
    assert "wants to see the door" in look(web, answer["location"], ann).text
    again = send(web, "/personas/build", fields, ann)
    assert "There is somebody else of this name" in look(web, again["location"], ann).text
    hers = send(web, "/personas/build", {"name": "Cleo", "tagline": "", "from": ""}, cy)
    assert look(web, hers["location"], cy).status == 200


def test_nobody_sees_or_changes_what_rests_on_stories_that_she_may_not_read(web, ann, sue):
    text = ELENA.replace(
        "    - Keeps the paper", "    - {statement: Secret, evidence: [s-team0000]}\n    - Keeps the paper"
    )
    path = web.archive.settings.personas / "elena.md"
    path.write_text(text)
    reconcile(web.archive)
    assert "Secret" not in look(web, ELENA_AT, ann).text and "Secret" in look(web, ELENA_AT, sue).text
    done(web, ann, "up", statement=statements(web, ann)["Knows the buses"])
    done(web, ann, "rename", heading=headings(web, ann)["What she brings"], name="Hers")
    assert "    - {statement: Secret, evidence: [s-team0000]}\n" in file(web)
    answer = step(
        web, ann, "for", statement=statements(web, ann)["Keeps the paper"], pasted="s-team0000#p-000000"
    )
    never = step(
        web, ann, "for", statement=statements(web, ann)["Keeps the paper"], pasted="s-never000#p-000000"
    )
    assert problem(answer).replace("s-team0000", "") == problem(never).replace("s-never000", "")


def test_a_persona_that_somebody_may_not_see_is_not_there_to_be_built(web, cy, ann):
    never = look(web, "/p/who-00000000/build", cy)
    assert never.status == 404 and look(web, ELENA_AT, cy).text == never.text
    assert send(web, ELENA_AT, {"do": "reviewed", "digest": ""}, cy).status == 404
    assert look(web, ELENA_AT).status in (303, 404)


def test_a_persona_is_begun_from_a_cell_a_board_a_search_and_stories_that_were_picked(web, ann, june):
    quote = one(web, june)
    send(web, "/lenses", {"do": "example"}, june)
    cell = re.search(
        r"/lenses/purpose-power-practice/\d+/\d+", look(web, "/lenses/purpose-power-practice").text
    )
    assert cell
    send(web, cell[0], {"do": "place", "quote": quote}, june)
    board = send(web, "/boards", {"do": "make", "name": "Doors", "about": ""}, june)["location"]
    send(web, board, {"do": "add", "pasted": quote}, june)
    for page in (cell[0], board, "/search?in=quotes&q=door"):
        link = re.search(r'href="(/personas/build\?[^"]+)"', look(web, page, june).text)
        assert link, page
        begun = look(web, unescape(link[1]), june).text
        assert "1 quote that you may read." in begun and "Marisa" in begun, begun
    picked = look(web, "/personas/build?story=s-0pen0000&story=s-des1gn00&story=s-team0000", ann).text
    assert "Marisa" in picked and "Deb" in picked and "Tam" not in picked
    fields = {"name": "Ruth", "tagline": "", "from": "", "story.s-0pen0000": "y", "story.s-team0000": "y"}
    send(web, "/personas/build", fields, ann)
    assert "stories: [s-0pen0000]\n" in file(web, "ruth")
