"""Who is in a specification: those who write, a team that answers, or named people alone."""

import re
from html import unescape

import pytest

from app.database.ledgers import AUDIT
from tests.archives import rows
from tests.web.people import look, send, someone
from tests.web.specifications.doing import asked, begun, cited, quoted, text_of

PLACES = ("", "/health", "/health.json", "/matrix", "/matrix.csv", "/file.csv", "/about", "/access")


@pytest.fixture
def spec(web, cy):
    return begun(web, cy)


@pytest.fixture
def requirement(web, cy, spec):
    return asked(web, cy, spec)


def opened(web, who, spec, access, *people):
    told = {"do": "people", "access": access} | {f"person-{one}": "yes" for one in people}
    return send(web, f"{spec}/access", told, who)


def key_of(web, who, spec, name):
    """The number of somebody's account, as the page names it."""
    page = look(web, f"{spec}/access", who).text
    return page.partition(f"> {name}</label>")[0].rpartition('name="person-')[2].partition('"')[0]


@pytest.mark.parametrize("place", [*PLACES, "/requirements/{}"])
def test_a_reader_without_rights_gets_the_answer_of_what_never_was(web, spec, requirement, ann, sue, place):
    gil = someone(web.archive, "Gil", "gatherer", organisation="Here")
    place = place.format(requirement.rpartition("/")[2])
    for who in (ann, gil):
        there = look(web, f"{spec}{place}", who)
        never = look(web, f"/specifications/spec-00000000{place}", who)
        assert there.status == 404 and there.body == never.body
        told = {"do": "undo", "text": "x", "step": "step-0"}
        sent = [send(web, f"{one}{place}", told, who) for one in (spec, "/specifications/spec-00000000")]
        assert sent[0].body == sent[1].body and sent[0].status in (404, 405, 422)
    assert look(web, "/specifications", gil).status == 404
    assert "no specification that is open to you" in text_of(look(web, "/specifications", ann))
    assert look(web, spec).status == 303 and look(web, "/specifications/spec-00000000").status == 303


def test_whoever_closes_it_without_a_name_finds_her_choice_and_the_names_open(web, cy, dora, sue, spec):
    answer = opened(web, cy, spec, "named")
    assert answer.status == 422 and "Name at least one other person" in answer.text
    assert re.search(r'value="named" checked', answer.text)
    assert '<fieldset class="named">' in answer.text and "Dora</label>" in answer.text


def test_the_address_of_the_badge_stands_whole_with_a_line_for_a_page(web, cy, spec):
    page = look(web, f"{spec}/access", cy).text
    assert f'type="text" value="http://localhost:8000{spec}/badge.svg" readonly' in page
    assert unescape(page).count(f'<img src="http://localhost:8000{spec}/badge.svg" alt="Whether') == 1
    assert look(web, f"{spec}/badge.svg")["cross-origin-resource-policy"] == "cross-origin"


def test_a_draft_that_is_opened_to_a_team_is_answered_requirement_by_requirement(
    web, cy, ann, spec, requirement
):
    cited(web, cy, requirement, quoted(web))
    assert opened(web, cy, spec, "team").status == 303
    page = look(web, requirement, ann)
    assert page.status == 200 and "Change it" not in page.text and "Cite something" not in page.text
    told = {"do": "answer", "verdict": "change", "words": "Within a day."}
    assert send(web, requirement, told, ann).status == 303
    assert "Would change it : Within a day. Ann" in text_of(look(web, requirement, cy))
    assert "1 answer" in text_of(look(web, spec, cy))
    for do in (
        {"do": "text"},
        {"do": "remove"},
        {"do": "cite", "kind": "figure"},
        {"do": "move", "way": "up"},
    ):
        assert send(web, requirement, {"text": "x", "rationale": "", "edition": "1", **do}, ann).status in (
            404,
            422,
        )
    for place in ("/about", "/access"):
        assert look(web, f"{spec}{place}", ann).status == 404
    answer = look(web, requirement, ann).text.partition('name="answer" value="')[2].partition('"')[0]
    assert send(web, requirement, {"do": "unanswer", "answer": answer}, cy).status == 404
    send(web, requirement, {"do": "unanswer", "answer": answer}, ann)
    assert "Within a day." not in look(web, requirement, cy).text


def test_a_team_reads_no_words_that_are_for_commissioning_alone(web, cy, ann, spec, requirement):
    cited(web, cy, requirement, quoted(web, "Nobody rang back", "s-t01d0000"))
    opened(web, cy, spec, "team")
    assert "Nobody rang back" in look(web, spec, cy).text
    page = look(web, spec, ann).text
    assert "Nobody rang back" not in page and "Kath" not in page and "Nothing supports this yet." in page


def test_while_a_procurement_runs_only_named_people_find_it_and_both_are_audited(
    web, cy, dora, ann, sue, spec, requirement
):
    opened(web, cy, spec, "team")
    assert opened(web, cy, spec, "named").status == 422
    assert opened(web, cy, spec, "named", "999999").status == 422
    assert opened(web, cy, spec, "named", key_of(web, cy, spec, "Ann")).status == 303
    for who in (dora, sue):
        for place in PLACES:
            assert look(web, f"{spec}{place}", who).status == 404
        assert "Waiting well" not in look(web, "/specifications", who).text
        assert send(web, spec, {"do": "add", "text": "x"}, who).status == 404
        assert opened(web, who, spec, "writers").status == 404
    assert look(web, requirement, ann).status == 200 and look(web, spec, cy).status == 200
    told = [row for row in rows(web.archive, AUDIT) if row["event"] == "who is in a specification"]
    assert [row["data"]["access"] for row in told] == ["team", "named"]
    assert all(row["record_id"] == spec.rpartition("/")[2] and row["account"] for row in told)
    audit = text_of(look(web, "/desk/audit", sue))
    assert "Cy closed to all but named people the specification" in audit and "Waiting well" not in audit
    opened(web, cy, spec, "writers")
    assert look(web, spec, dora).status == 200 and look(web, spec, ann).status == 404


def test_a_program_with_a_token_is_told_what_its_holder_is_told(web, cy, ann, spec, requirement):
    cited(web, cy, requirement, quoted(web))
    told = look(web, f"/api/v1{spec}/health", cy)
    assert told.status == 200 and told.json["worst"] == "current" and told.json["citations"][0]["quote"]
    (item,) = look(web, "/api/v1/specifications", cy).json["items"]
    assert (item["title"], item["worst"], item["total"]) == ("Waiting well", "current", 1)
    for who in (ann, None):
        assert look(web, f"/api/v1{spec}/health", who).status == 404
        assert look(web, "/api/v1/specifications", who).json["items"] == []


def test_specifications_stand_in_the_navigation_of_who_may_be_in_one(web, cy, ann, sue):
    gil = someone(web.archive, "Gil", "gatherer", organisation="Here")
    link = '<a href="/specifications"'
    assert all(link in look(web, "/stories", who).text for who in (cy, ann, sue))
    assert link not in look(web, "/stories", gil).text and link not in look(web, "/stories").text
