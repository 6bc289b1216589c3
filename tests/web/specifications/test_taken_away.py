"""What was taken away stands at the end of a specification and comes back; until then nothing counts it."""

import re

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, send
from tests.web.serving import story
from tests.web.specifications.doing import BODY, asked, begun, cited, quoted, states, text_of


@pytest.fixture
def spec(web, cy):
    return begun(web, cy)


@pytest.fixture
def outer(web, cy, spec):
    """A requirement with one in it, each with a citation."""
    outer = asked(web, cy, spec, "Being heard")
    inner = asked(web, cy, spec, "Ring back.", parent=outer.rpartition("/")[2])
    quote = quoted(web)
    cited(web, cy, outer, quote)
    cited(web, cy, inner, quote)
    cited(web, cy, inner, "", kind="persona", persona="elena")
    return outer


def removed(web, who, requirement):
    return send(web, requirement, {"do": "remove"}, who)


def returned(web, who, spec, requirement):
    return send(web, spec, {"do": "return", "requirement": requirement.rpartition("/")[2]}, who)


def test_what_was_taken_away_is_listed_with_who_and_when_and_comes_back_with_all_in_it(
    web, cy, ann, spec, outer
):
    assert "Taken away" not in look(web, spec, cy).text
    removed(web, cy, outer)
    page = text_of(look(web, spec, cy))
    assert "Being heard Taken away by Cy," in page and "with 1 requirement in it" in page
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    assert "Being heard" not in look(web, spec, ann).text
    back = returned(web, cy, spec, outer)
    page = look(web, back["location"], cy)
    assert "It is back" in page.text and "Ring back." in page.text and "Taken away by" not in page.text
    assert states(web, cy, spec) == ["current"] * 3
    step = back["location"].partition("step=")[2]
    assert send(web, spec, {"do": "undo", "step": step}, cy).status == 303
    assert "Taken away by Cy" in text_of(look(web, spec, cy))


def test_the_page_of_what_was_taken_away_says_so_to_who_writes_it_and_to_nobody_else(
    web, cy, ann, dora, spec, outer
):
    inner = re.search(rf'({spec}/requirements/req-\w+)">Ring back', look(web, spec, cy).text)[1]
    removed(web, cy, outer)
    page = look(web, outer, dora)
    assert page.status == 410 and "Taken away by Cy, " in text_of(page) and 'value="return"' in page.text
    page = look(web, inner, dora)
    assert page.status == 410 and "It stood in “ Being heard ”, which was taken away by Cy" in text_of(page)
    assert outer.rpartition("/")[2] in page.text.partition('value="return"')[0].rpartition("<form")[2]
    late = send(web, inner, {"do": "cite", "kind": "quote", "quote": ""}, cy)
    assert late.status == 410
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    never = look(web, f"{spec}/requirements/req-00000000", ann)
    assert look(web, outer, ann).status == never.status == 404
    assert look(web, outer, ann).text == never.text
    assert look(web, f"{spec}/requirements/req-00000000", cy).status == 404
    returned(web, cy, spec, outer)
    assert look(web, inner, dora).status == look(web, outer, dora).status == 200


def test_what_stood_in_something_that_is_away_comes_back_at_the_end_in_nothing(web, cy, spec, outer):
    found = re.search(rf'({spec}/requirements/req-\w+)">Ring back', look(web, spec, cy).text)
    inner = found[1]
    removed(web, cy, inner)
    removed(web, cy, outer)
    asked(web, cy, spec, "Another")
    assert returned(web, cy, spec, inner).status == 303
    assert '<span class="number">2</span>' in look(web, inner, cy).text


def test_nobody_puts_back_what_is_there_or_never_was_or_is_not_hers(web, cy, ann, spec, outer):
    assert returned(web, cy, spec, outer).status == 404
    assert returned(web, cy, spec, "/req-00000000").status == 404
    removed(web, cy, outer)
    assert returned(web, cy, begun(web, cy, "Another"), outer).status == 404
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    assert returned(web, ann, spec, outer).status == 404


def test_counts_are_the_same_everywhere_after_something_was_taken_away(web, cy, spec, outer):
    one = asked(web, cy, spec, "Another")
    cited(web, cy, one, quoted(web))
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(BODY, "id: s-0pen0000", "status: withdrawn"))
    reconcile(web.archive)
    assert "3 taken back" in text_of(look(web, spec, cy))
    removed(web, cy, outer)
    assert look(web, f"{spec}/health.json", cy).json["total"] == 1
    for place in (spec, f"{spec}/health"):
        assert "1 taken back" in text_of(look(web, place, cy)), place
    listed = text_of(look(web, "/specifications", cy))
    assert "1 requirement · 1 citation" in listed
    assert "1 citation" in look(web, f"{spec}/file.md", cy).text


def test_all_that_goes_with_a_requirement_is_counted_before_it_is_taken_away(web, cy, outer):
    page = text_of(look(web, outer, cy))
    assert "3 citations stand under it and in it and go with it." in page
    assert "1 requirement stands in it and goes too." in page
