"""Persona files that are not as they should be: shown for what they are, and nothing in them is lost."""

import re
from itertools import pairwise

import pytest

from app.services.reconcile import reconcile
from tests.web.building.conftest import ELENA
from tests.web.building.doing import ELENA_AT, done, file, headings, problem, statements, step
from tests.web.marking.doing import one
from tests.web.people import look


def written(web, text, name="elena"):
    (web.archive.settings.personas / f"{name}.md").write_text(text)
    reconcile(web.archive)


LISTED = """---
id: who-e1ena000
name: Elena
statements:  # no heading
  - Keeps the paper
  - {statement: Knows the buses, evidence: [s-0pen0000], note: keep}
---
"""


def test_statements_without_headings_are_shown_for_what_they_are_and_put_under_one(web, ann):
    written(web, LISTED)
    page = look(web, ELENA_AT, ann)
    assert "On line 4 her file lists 2 statements without a heading" in page.text
    refused = step(web, ann, "write", words="New", heading="new", name="What we heard")
    assert refused.status == 422 and "Put one above them first." in problem(refused)
    assert step(web, ann, "heading", name="What we heard").status == 422
    assert file(web) == LISTED
    done(web, ann, "under", name="What we heard")
    assert file(web) == LISTED.replace("  - ", "    - ").replace("heading\n", "heading\n  What we heard:\n")
    assert list(statements(web, ann)) == ["Keeps the paper", "Knows the buses"]


def test_evidence_that_names_nothing_is_kept_and_shown_as_broken(web, ann, sue):
    broken = "[q-never000, see the notes, s-0pen0000]"
    written(web, ELENA.replace("evidence: [s-0pen0000]", f"evidence: {broken}"))
    key = statements(web, sue)["Knows the buses"]
    page = look(web, f"{ELENA_AT}?at={key}", sue).text
    assert "“see the notes” is neither the id of a quote nor a passage" in page
    assert "leads to nothing that you may see" in page
    done(
        web,
        ann,
        "reword",
        statement=statements(web, ann)["Knows the buses"],
        words="Knows every bus",
        heading="",
    )
    assert f"{{statement: Knows every bus, evidence: {broken}, note: keep}}" in file(web)
    done(web, sue, "off", statement=statements(web, sue)["Knows every bus"], reference="see the notes")
    assert "evidence: [q-never000, s-0pen0000]" in file(web)


UNSEEN = re.compile(r'id="unseen">(.*?)</p>')
MORE = (
    "1 statement more rests on evidence that is not there for you: it names nothing, or something that you "
    "may not read. What stands there stays in her file."
)


@pytest.mark.parametrize(
    "named", ["s-never000#p-000000", "s-never000", "q-never000", "s-0pen0000#p-000000", "s-team0000"]
)
def test_who_builds_is_told_how_many_statements_rest_on_what_is_not_there_for_her(web, ann, sue, named):
    """In the same words whether it names nothing or what she may not read; it is shown to nobody else."""
    written(web, ELENA.replace("evidence: [s-0pen0000]", f"evidence: [{named}]"))
    page = look(web, ELENA_AT, ann).text
    assert UNSEEN.findall(page) == [MORE]
    assert "Knows the buses" not in page + look(web, "/personas/elena", ann).text
    assert "Knows the buses" not in look(web, "/personas/elena").text
    sees = named in ("s-team0000", "s-0pen0000#p-000000")  # a story that she may read
    assert ("Knows the buses" in look(web, ELENA_AT, sue).text) == sees
    assert UNSEEN.findall(look(web, ELENA_AT, sue).text) == ([] if sees else [MORE])


def test_the_page_of_problems_names_personas_whose_evidence_is_not_there(web, ann, sue):
    assert "Evidence that is not there" not in look(web, "/desk/problems", sue).text
    broken = ELENA.replace("evidence: [s-0pen0000]", "evidence: [q-never000], against: [s-never000]")
    written(web, broken.replace("      note: n", "      evidence: [s-0pen0000, s-never000]"))
    page = look(web, "/desk/problems", sue).text
    assert "A statement rests on evidence that is not there for you; of one that you see, a piece" in page
    assert look(web, "/desk/problems", ann).status == 404


def test_a_persona_that_names_herself_leads_nowhere_and_says_so(web, ann):
    written(
        web,
        ELENA.replace(
            "stories: [s-0pen0000]", "stories: [elena, who-e1ena000]\nmerged_into: who-e1ena000"
        ).replace("evidence: [s-0pen0000]", "evidence: [who-e1ena000]"),
    )
    assert look(web, "/personas/elena", ann).status == 200
    page = look(web, ELENA_AT, ann)
    assert page.status == 200 and "A persona can not be merged into herself." in page.text
    assert "“who-e1ena000” is neither the id of a quote nor a passage" in page.text


def test_personas_that_lead_to_each_other_lead_nobody_in_a_circle(web, ann):
    names = ("elena", "who-e1ena000"), ("b", "who-bbbbbbbb"), ("c", "who-cccccccc"), ("elena", "who-e1ena000")
    for (name, who), (_, into) in pairwise(names):
        written(web, f"---\nid: {who}\nname: {name}\nmerged_into: {into}\n---\n", name)
    assert look(web, "/personas/elena", ann).status == 200


def test_a_file_that_can_not_be_read_has_a_page_that_says_so(web, sue):
    written(web, ELENA.replace("mood: kept", "mood: &x kept"))
    page = look(web, ELENA_AT, sue)
    assert page.status == 200 and "Her file can not be read as it is now" in page.text
    assert step(web, sue, "heading", name="New").status == 422


def test_headings_that_hold_no_list_stay_as_they_are(web, ann):
    odd = ELENA.replace(
        "  What gets in the way:\n", "  Odd: {a: b}\n  One: Only this\n  What gets in the way:\n"
    )
    written(web, odd)
    done(web, ann, "later", heading=headings(web, ann)["Odd"])
    assert "  Odd: {a: b}\n" in file(web) and "  One: Only this\n" in file(web)
    quote = one(web, ann)
    done(web, ann, "for", statement=statements(web, ann)["Only this"], pasted=quote)
    assert f"  One:\n    - {{statement: Only this, evidence: [{quote}]}}\n" in file(web)
    assert step(web, ann, "drop", heading=headings(web, ann)["Odd"]).status == 422


def test_five_hundred_statements_are_shown_and_changed(web, ann):
    lines = "".join(f"    - {{statement: Says {n}, evidence: [s-0pen0000]}}\n" for n in range(500))
    written(web, ELENA.replace("    - Keeps the paper  # a guess\n", lines))
    assert len(statements(web, ann)) == 502
    done(web, ann, "down", statement=statements(web, ann)["Says 250"])
    assert list(statements(web, ann))[250:252] == ["Says 251", "Says 250"]


def test_steps_that_name_nothing_are_refused_and_change_nothing(web, ann):
    key = statements(web, ann)["Keeps the paper"]
    wrong = [
        ("for", {}, "Choose the statement"),
        ("for", {"statement": key}, "Choose a quote on the left first"),
        ("for", {"statement": key, "pasted": "q-never000"}, "No words that you may read"),
        ("write", {"words": " ", "heading": "new", "name": "A"}, "The statement is missing."),
        ("write", {"words": "x" * 501, "heading": "new", "name": "A"}, "can have 500 characters"),
        ("write", {"words": "a\x00b", "heading": "new", "name": "A"}, "can not be read"),
        ("write", {"words": "Fine", "heading": "none", "name": "A"}, "Choose one of the headings."),
        ("write", {"words": "Fine", "heading": "new", "name": ""}, "The heading is missing."),
        ("up", {"statement": key}, "already"),
        ("off", {"statement": key, "reference": "q-never000"}, "not among its evidence"),
        ("link", {"story": "s-team0000"}, "No story that you may read"),
        ("unlink", {"story": "s-des1gn00"}, "already"),
        ("quote", {}, "Choose a quote"),
        ("details", {"name": ""}, "Her name is missing."),
        ("details", {"name": "Elena", "reviewed": "2026-13-01"}, "Write the day"),
    ]
    for do, fields, why in wrong:
        answer = step(web, ann, do, **fields)
        assert answer.status == 422 and why in answer.text, (do, fields, answer.text)
    assert step(web, ann, "burn").status == 422
    assert step(web, ann, "back", version="99").status == 404
    assert file(web) == ELENA
