"""Only what its storyteller agreed to can be cited, and as she said it."""

import re
from html import unescape

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, send, someone
from tests.web.serving import story
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


@pytest.fixture
def spec(web, cy):
    return begun(web, cy)


@pytest.fixture
def requirement(web, cy, spec):
    return asked(web, cy, spec)


def test_a_quote_that_is_not_hers_to_read_is_not_found_like_one_that_never_was(web, cy, requirement):
    hidden = quoted(web, "They moved my bed", "s-des1gn00")
    answers = [cited(web, cy, requirement, one) for one in (hidden, "q-00000000", "nonsense", "")]
    said = {text_of(one).replace(hidden, "q-00000000") for one in answers[:2]}
    assert {one.status for one in answers} == {422} and len(said) == 1
    assert "No quote was found" in answers[0].text and "J. O." not in answers[0].text


def test_whoever_reads_words_that_are_for_design_alone_is_told_why_they_can_not_be_cited(web, dora):
    requirement = asked(web, dora, begun(web, dora))
    answer = cited(web, dora, requirement, quoted(web, "They moved my bed", "s-des1gn00"))
    assert answer.status == 422
    assert "did not agree to commissioning or publication" in answer.text
    assert (
        "May be used for design" in answer.text
        and "Ask J. O., who gathered it, or the stewards" in answer.text
    )


@pytest.mark.parametrize(
    ("keys", "uses", "why"),
    [
        ("status: draft", "publication", "its story is a draft"),
        ("x: y", "publication], until: 2020-01-01, x: [", "agreed to has ended"),
        ("x: y", "nonsense", "can not be understood"),
    ],
)
def test_a_steward_can_not_cite_what_nobody_agreed_to_either(web, sue, keys, uses, why):
    quote, requirement = quoted(web, WORDS), asked(web, sue, begun(web, sue))
    text = story(BODY, "id: s-0pen0000", keys, uses=uses)
    (web.archive.settings.stories / "open.md").write_text(text)
    reconcile(web.archive)
    answer = cited(web, sue, requirement, quote)
    assert answer.status == 422 and why in answer.text


def test_of_a_story_that_was_taken_back_it_is_said_and_no_more(web, cy, requirement):
    quote = quoted(web)
    (web.archive.settings.stories / "open.md").write_text(story(BODY, "id: s-0pen0000", "status: withdrawn"))
    reconcile(web.archive)
    answer = cited(web, cy, requirement, quote)
    assert answer.status == 422 and "has taken this story back" in answer.text and WORDS not in answer.text


def test_wording_with_brackets_and_dots_stands_and_silent_changes_are_refused_with_the_difference(
    web, cy, spec, requirement
):
    quote = quoted(web)
    wording = "I had told [my story] so often … it stopped sounding like mine"
    assert cited(web, cy, requirement, quote, wording).status == 303
    assert wording in text_of(look(web, spec, cy))
    altered = cited(web, cy, requirement, quote, "I told it so often that it stopped sounding like mine.")
    assert altered.status == 422 and "<del>had</del>" in altered.text.replace(
        "<del>had </del>", "<del>had</del>"
    )
    assert "I told it so often that it stopped" in altered.text and quote in altered.text


def beside(answer, field):
    """The problem that stands beside a field, which is described by it; nothing else is."""
    invalid = re.findall(r'name="(\w+)"[^>]*aria-invalid="true" aria-describedby="wrong"', answer.text)
    assert answer.status == 422 and invalid == [field] and answer.text.count('id="wrong"') == 1
    return answer.text.partition(f' name="{field}"')[2].partition("</p>")[0]


def test_words_in_the_place_of_an_address_lead_to_where_their_source_is_found(web, cy, requirement):
    answer = cited(web, cy, requirement, f"“{WORDS}” she said")
    assert "No address and no id stand in this." in beside(answer, "quote")
    found = re.search(r'<form id="find-source" method="post" action="/trace">.*?value="([^"]*)"', answer.text)
    assert found and 'form="find-source"' in answer.text
    assert "/stories/open#p-" in send(web, "/trace", {"q": unescape(found[1])}, cy).text


@pytest.mark.parametrize("pasted", ["s-0pen0000", "http://x/stories/open", "http://x/s/s-0pen0000#p-zzzzzz"])
def test_the_address_of_a_story_leads_to_the_choice_of_a_passage(web, cy, requirement, pasted):
    answer = cited(web, cy, requirement, pasted)
    assert '<a href="/stories/open">Choose a passage of <bdi>Marisa</bdi></a>' in beside(answer, "quote")
    assert "find-source" not in answer.text


def test_a_story_that_is_not_hers_is_like_one_that_never_was(web, cy, requirement):
    pasted = ("s-des1gn00", "/stories/design", "s-00000000", "/stories/never", "nonsense")
    said = {beside(cited(web, cy, requirement, one), "quote").partition('role="alert"')[2] for one in pasted}
    assert len(said) == 1 and "No quote was found" in said.pop()


def test_altered_words_are_refused_where_they_were_typed_with_the_difference(web, cy, requirement):
    answer = cited(web, cy, requirement, quoted(web), "I told it so often.")
    assert "These are not the words that were said." in beside(answer, "wording")
    assert "<del>" in answer.text.partition('name="wording"')[2].partition('name="stance"')[0]
    figure = cited(web, cy, requirement, "", kind="figure", figure="4 of 10")
    assert "A figure needs its source" in beside(figure, "figure")


def test_the_same_words_under_the_mark_of_another_are_not_cited_twice(web, cy, dora, requirement):
    assert cited(web, cy, requirement, quoted(web)).status == 303
    told = {"revision": "1", "anchor": citations(web)[0]["anchor"], "exact": WORDS}
    hers = send(web, "/s/s-0pen0000/mark", told, dora)["location"].rpartition("#")[2]
    answer = cited(web, dora, requirement, hers)
    assert answer.status == 422 and "It stands there already: c-" in answer.text
    assert len(citations(web)) == 1


def test_another_part_of_a_passage_that_stands_there_is_cited_and_said_to_be_beside_it(web, cy, requirement):
    quote = quoted(web)
    assert "beside" not in cited(web, cy, requirement, quote)["location"]
    answer = cited(web, cy, requirement, quote, "I had told [my story] so often")
    page = look(web, answer["location"], cy)
    assert "The same passage stood there already" in page.text and len(citations(web)) == 2


def test_the_same_is_not_cited_twice_and_comes_off_and_back(web, cy, spec, requirement):
    quote = quoted(web)
    cited(web, cy, requirement, quote)
    assert "It stands there already: c-" in cited(web, cy, requirement, quote).text
    assert cited(web, cy, requirement, quote, stance="challenges").status == 303
    told = look(web, f"{spec}/health.json", cy).json["citations"]
    off = send(web, requirement, {"do": "uncite", "citation": told[0]["id"]}, cy)["location"]
    assert states(web, cy, spec) == ["current"]
    assert "The citation is taken off." in look(web, off, cy).text
    send(web, requirement, {"do": "uncite-back", "citation": told[0]["id"]}, cy)
    assert len(states(web, cy, spec)) == 2


def test_a_persona_an_idea_and_a_figure_can_be_cited(web, dora):
    spec = begun(web, dora)
    requirement = asked(web, dora, spec)
    assert cited(web, dora, requirement, "", kind="persona", persona="who-3m2xa8qd").status == 303
    told = {"do": "make", "title": "A meeting"}
    session = send(web, "/sessions", told, dora)["location"].removesuffix("/prepare")
    send(web, f"{session}/prepare", {"do": "lay-persona", "persona": "who-3m2xa8qd"}, dora)
    send(web, session, {"do": "open"}, dora)
    assert send(web, session, {"do": "idea", "text": "A bench at the door"}, dora).status == 303
    page = look(web, session, dora).text
    number = page.partition('id="idea-')[2].partition('"')[0]
    address = f"http://x{session}#idea-{number}"
    assert cited(web, dora, requirement, "", kind="idea", idea=address).status == 303
    figure = {"kind": "figure", "figure": "4 of 10 wait", "source": "NHS, 2026"}
    assert cited(web, dora, requirement, "", **figure).status == 303
    assert cited(web, dora, requirement, "", **figure | {"source": ""}).status == 422
    page = text_of(look(web, spec, dora))
    for words in ("Elena", "A bench at the door", "4 of 10 wait", "NHS, 2026"):
        assert words in page
    assert states(web, dora, spec) == ["current", "current", "not watched"]
    told = {"do": "reword", "text": "A bench under a roof"}
    assert send(web, f"{session}/ideas/{number}", told, dora).status == 303
    assert states(web, dora, spec) == ["text changed", "current", "not watched"]
    page = text_of(look(web, requirement, dora))
    assert "A bench under a roof" in page and "It says this now. It said something else" in page


def test_another_commissioner_does_not_find_an_idea_of_a_session_that_is_not_open_to_her(
    web, cy, requirement
):
    answer = cited(web, cy, requirement, "", kind="idea", idea="/sessions/d-00000000#idea-1")
    assert answer.status == 422 and "No idea was found" in answer.text


def test_nobody_cites_under_a_heading_or_as_something_else(web, cy, spec):
    heading = asked(web, cy, spec, "Access", heading="yes")
    assert "This is a heading" in cited(web, cy, heading, quoted(web)).text
    requirement = asked(web, cy, spec)
    assert cited(web, cy, requirement, quoted(web), kind="rumour").status == 422
    assert cited(web, cy, requirement, quoted(web), stance="sideways").status == 422


def test_from_a_quote_one_finds_the_requirements_that_cite_it_as_far_as_one_may(
    web, cy, spec, requirement, ann
):
    quote = quoted(web)
    cited(web, cy, requirement, quote)
    link = f'the specification <a href="{requirement}">Waiting well</a>, 1'
    assert link in look(web, f"/q/{quote}/edit", cy).text
    assert "the specification" not in look(web, f"/q/{quote}/edit", ann).text
    send(web, f"{spec}/access", {"do": "people", "access": "team"}, cy)
    assert link in look(web, f"/q/{quote}/edit", ann).text
    begin = look(web, f"/specifications?quote={quote}", cy).text
    assert f'href="{spec}?quote={quote}"' in begin
    assert f'href="{requirement}?quote={quote}#cite"' in look(web, f"{spec}?quote={quote}", cy).text
    assert f'value="{quote}"' in look(web, f"{requirement}?quote={quote}", cy).text


def test_somebody_of_another_organisation_meets_neither_the_words_nor_their_number(
    web, cy, spec, requirement
):
    cited(web, cy, requirement, quoted(web))
    text = story(BODY, "id: s-0pen0000", uses="publication], not_for: [Elsewhere")
    (web.archive.settings.stories / "open.md").write_text(text)
    reconcile(web.archive)
    eve = someone(web.archive, "Eve", "commissioner", organisation="Elsewhere")
    page = look(web, spec, eve)
    assert WORDS not in page.text and "0 citations" in look(web, "/specifications", eve).text
    assert states(web, eve, spec) == [] and "Nothing supports this yet." in page.text
    assert states(web, cy, spec) == ["current"]


def test_words_of_a_passage_are_marked_and_cited_in_one_step(web, cy, spec, requirement):
    page = look(web, "/stories/open", cy).text
    anchor = page.partition("it stopped sounding")[0].rpartition('id="')[2].partition('"')[0]
    assert anchor.startswith("p-")
    for place in (f"http://x/stories/open#{anchor}", f"s-0pen0000#{anchor}"):
        words = "it stopped sounding like mine" if "stories" in place else "I had told it [all] so often"
        assert cited(web, cy, requirement, place, words).status == 303
    page = text_of(look(web, spec, cy))
    assert "“it stopped sounding like mine”" in page and "I had told it [all] so often" in page
    assert cited(web, cy, requirement, "s-0pen0000#p-zzzzzz").status == 422
    assert cited(web, cy, requirement, f"s-des1gn00#{anchor}").status == 422


def test_what_a_gatherer_tells_of_somebody_is_not_said_to_be_her_words(web, cy, spec, requirement):
    assert cited(web, cy, requirement, quoted(web)).status == 303
    assert cited(web, cy, requirement, quoted(web, "move the chair")).status == 303
    page = look(web, requirement, cy)
    assert text_of(page).count("From the story of Marisa") == 1 and text_of(page).count("Marisa ·") == 2
    assert page.text.count('class="voice told"') == 1 and page.text.count('class="voice"') == 1
    copy = look(web, f"{spec}/file.md", cy).text
    assert "> — From the story of Marisa\n" in copy and "> — Marisa\n" in copy
