"""What is done about a citation in the list of what does not stand is said and undone there."""

import re
from datetime import timedelta

import pytest

from app.services.reconcile import reconcile
from tests.archives import Clock
from tests.web.people import look, send, someone
from tests.web.serving import served, story
from tests.web.specifications.doing import (
    BODY,
    WORDS,
    asked,
    begun,
    citations,
    cited,
    quoted,
    states,
    text_of,
)

NOW = BODY.replace("so often", "so many times").replace("for a week", "for two weeks")
RANG = "Nobody rang back for a week."


@pytest.fixture
def spec(web, cy):
    """Two quotes of a story in which other words stand by now."""
    spec = begun(web, cy)
    requirement = asked(web, cy, spec)
    cited(web, cy, requirement, quoted(web))
    cited(web, cy, requirement, quoted(web, RANG), "Nobody rang back …")
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(NOW, "id: s-0pen0000", "storyteller: Marisa"))
    reconcile(web.archive)
    return spec


def act(web, who, spec, do, mark, **more):
    return send(web, f"{spec}/health", {"do": do, "citation": mark, **more}, who)


def marks(web, who, spec):
    """The citations in the order of the page, and in their midst 'done' where something is told."""
    return re.findall(r'<li (?:class="done" )?id="(c-\w+|done)">', look(web, spec, who).text)


def led(answer):
    """Where she is led: back to the list, to the place in it."""
    path, _, place = answer["location"].partition("#")
    assert answer.status == 303 and place == "done" and "/health?" in path
    return path


def undo(web, who, spec, page):
    """Press what the page offers at the place where something was done."""
    form = page.text.partition('<li class="done" id="done">')[2].partition("</form>")[0]
    told = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return send(web, f"{spec}/health", told, who)


def test_a_citation_is_taken_off_in_the_list_and_put_back_at_its_place(web, cy, spec):
    first, second = (one["id"] for one in citations(web))
    there = led(act(web, cy, spec, "uncite", first, next=second, page="1"))
    page = look(web, there, cy)
    assert "The citation is taken off." in page.text and WORDS not in page.text
    assert marks(web, cy, there) == ["done", second]
    back = led(undo(web, cy, spec, page))
    assert "It is undone." in look(web, back, cy).text
    assert marks(web, cy, back) == ["done", first, second]


def test_what_is_cited_as_it_stands_now_in_the_list_can_be_cited_as_it_was_again(web, cy, spec):
    first, second = (one["id"] for one in citations(web))
    there = led(act(web, cy, spec, "recite", second, page="1"))
    page = look(web, there, cy)
    new = citations(web)[-1]["id"]
    assert f"It is cited as it stands now, marked {new}." in page.text
    assert states(web, cy, spec) == ["text changed", "current"]
    assert marks(web, cy, there) == [first, new, "done"]
    back = led(undo(web, cy, spec, page))
    assert marks(web, cy, back) == [first, "done", second]
    assert states(web, cy, spec) == ["text changed"] * 2


def test_who_comes_too_late_is_told_so_in_the_list_and_who_may_not_write_finds_no_form(web, cy, ann, spec):
    first, second = (one["id"] for one in citations(web))
    act(web, cy, spec, "uncite", first)
    late = act(web, cy, spec, "uncite", first, next=second)
    assert late.status == 409 and "Somebody has done that meanwhile" in late.text
    assert act(web, cy, spec, "uncite", "c-00000000").status == 409
    assert act(web, cy, spec, "erase", second).status == 422
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    assert act(web, ann, spec, "uncite", second).status == 404
    told = look(web, f"{spec}/health?off={first}&back={first}", ann)
    assert told.status == 200 and 'id="done"' not in told.text


def test_a_citation_that_can_not_be_cited_anew_is_told_at_its_place(web, cy, spec):
    first = citations(web)[0]["id"]
    path = web.archive.settings.stories / "open.md"
    path.write_text(story(NOW, "id: s-0pen0000", "storyteller: Marisa", uses="design"))
    reconcile(web.archive)
    answer = act(web, cy, spec, "recite", first)
    assert answer.status == 422 and "<strong>Nothing was changed.</strong>" in answer.text
    assert answer.text.index('id="done"') < answer.text.index(f'id="{first}"')


def test_where_quotations_are_checked_is_said_beside_specifications_and_at_the_foot_of_each_page(
    web, cy, spec
):
    for place in ("/specifications", f"{spec}/health"):
        assert '<a href="/trace">' in look(web, place, cy).text.partition("</main>")[0]
    foot = look(web, "/").text.partition("</main>")[2]
    assert '<a href="/trace">' in foot and '<a href="/api/docs">' in foot
    told = look(web, "/api/docs").text
    assert 'href="/feed.xml"' in told and 'href="/oai?verb=Identify"' in told


@pytest.mark.parametrize(
    ("keys", "whom"),
    [((), "whoever gathered the story"), (("gatherer: J. O.",), "J. O., who gathered the story,")],
)
def test_who_gathered_it_is_to_be_asked_before_a_consent_ends(tmp_path, keys, whom):
    clock = Clock()
    day = (clock.time + timedelta(days=30)).date()
    told = story(BODY, "id: s-0pen0000", *keys, uses=f"publication], until: {day}, x: [")
    with served(tmp_path, {"open.md": told.replace(", x: []", "")}, at_loopback=True, clock=clock) as web:
        cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
        spec = begun(web, cy)
        cited(web, cy, asked(web, cy, spec), quoted(web))
        page = text_of(look(web, f"{spec}/health", cy))
        assert f"Ask {whom} to ask its storyteller again before that day." in page
