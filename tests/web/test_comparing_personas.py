"""Personas are put side by side: what they share, and what only one of them has."""

import re

import pytest

from tests.web.people import look, someone
from tests.web.serving import served, story

BODY = "She rang back.\n"
MOMENTS = "moments: [{what: Loses her sister, kind: low}, {what: Is rung back, kind: high}]"


def face(name, number, uses, story_id, *statements):
    lines = [f"    - {{statement: {text}, evidence: [{story_id}]}}" for text in statements]
    head = [f"id: who-{number}m2xa8qd", f"name: {name}", f"uses: [{uses}]", f"stories: [{story_id}]"]
    return "\n".join(["---", *head, "statements:", "  What helps:", *lines, "---", ""])


@pytest.fixture
def web(tmp_path):
    stories = {
        "a.md": story(BODY, "id: s-0pen0000", "themes: [loss, waiting]", MOMENTS),
        "b.md": story(BODY, "id: s-0ther000", "themes: [loss]", uses="design"),
    }
    personas = {
        "elena.md": face("Elena", 3, "design, publication", "s-0pen0000", "Somebody who rings", "Time"),
        "kath.md": face("Kath", 4, "design, publication", "s-0ther000", "A lift"),
        "inner.md": face("Inner", 5, "design", "s-0ther000", "A door"),
    }
    with served(tmp_path, stories, personas, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


def compare(web, who, *slugs):
    return look(web, "/personas/compare?" + "&".join(f"persona={slug}" for slug in slugs), who)


def test_statements_stand_side_by_side_under_their_heading(web, ann):
    text = compare(web, ann, "elena", "kath").text
    row = re.search(r'<th scope="row">What helps</th>(.*?)</tr>', text, re.DOTALL)[1]
    elena, kath = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    assert "Somebody who rings" in elena and "1 story" in elena and "A lift" in kath
    shared = re.findall(r'<th scope="row"><a class="chip".*?</a></th>(<td.*?)</tr>', text, re.DOTALL)
    assert shared == ["<td>1</td><td>1</td>", '<td>1</td><td class="none">none</td>']
    assert text.count('aria-label="Low: Loses her sister') == 1


def test_a_reader_compares_what_she_may_see(web):
    text = compare(web, None, "elena", "kath").text
    assert "A lift" not in text and "rests on no story yet" in text
    assert "Inner" not in text
    assert compare(web, None, "elena", "inner").status == 404


def test_whoever_chose_one_is_asked_for_another_and_of_seven_six_are_shown(web, ann):
    assert "Choose one more persona" in compare(web, ann, "elena").text
    assert "Choose two to six" in compare(web, ann).text
    assert compare(web, ann, "nobody", "elena").status == 404
    assert look(web, "/personas/elena", ann).text.count("/personas/compare?persona=elena") == 1
