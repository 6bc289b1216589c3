"""A commissioner goes from words in a story to a requirement, without marking them first."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from app.database.marking import QUOTE
from app.rendering.passages import anchor_of
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.people import look, send
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

PASSAGE = f"“{WORDS}”"
AT = anchor_of(PASSAGE)
SOME = "told it so often"
WAY = re.compile(r'href="(/specifications[^"]*)">Cite it in a specification')


def way(web, who, address):
    """Where a page to cite leads whoever writes specifications; None where it leads nowhere."""
    found = WAY.search(look(web, address, who).text)
    return unescape(found[1]) if found else None


def followed(web, who, address, path):
    """The link of a page that leads to `path`."""
    links = [unescape(one) for one in re.findall(r'href="([^"]*)"', look(web, address, who).text)]
    return next(one.partition("#cite")[0] for one in links if one.startswith(f"{path}?"))


@pytest.mark.parametrize(("words", "marked"), [(SOME, SOME), ("", PASSAGE)])
def test_from_words_to_the_requirement_there_is_a_link_at_each_step(web, cy, words, marked):
    """At each the words are shown that she brought along; a whole passage is named alone in addresses."""
    spec = begun(web, cy)
    requirement = asked(web, cy, spec)
    first = way(web, cy, f"/s/s-0pen0000/cite?at={AT}&words={quote(words)}")
    told = text_of(look(web, first, cy))
    shown = f"“{words}”" if words else PASSAGE
    assert f"Choose the specification in which to cite this: {shown} Marisa · s-0pen0000#{AT}" in told
    second = followed(web, cy, first, spec)
    third = followed(web, cy, second, requirement)
    page = look(web, third, cy).text
    assert f'value="s-0pen0000#{AT}"' in page and f">\n{words}</textarea>" in page
    assert cited(web, cy, requirement, f"s-0pen0000#{AT}", words).status == 303
    assert [row["size"] for row in rows(web.archive, QUOTE)] == [len(marked)]
    assert states(web, cy, spec) == ["current"] and citations(web)[0]["wording"] == ""


def test_words_over_two_passages_are_led_there_one_passage_after_the_other(web, cy):
    requirement = asked(web, cy, begun(web, cy))
    first, second = BODY.split("\n\n")[:2]
    at, to = anchor_of(first), anchor_of(second)
    page = look(web, f"/s/s-0pen0000/cite?at={at}&to={to}", cy).text
    ways = [unescape(one) for one in re.findall(r'href="(/specifications[^"]*)">paragraph', page)]
    assert ways == [f"/specifications?quote=s-0pen0000%23{one}" for one in (at, to)]
    assert "each passage for itself" in page
    for one in (at, to):
        assert cited(web, cy, requirement, f"s-0pen0000#{one}").status == 303


def test_she_is_told_whose_words_she_brought_as_far_as_she_may_read_them(web, cy):
    spec = begun(web, cy)
    hidden = quoted(web, "They moved my bed", "s-des1gn00")
    for page in ("/specifications", spec):
        told = text_of(look(web, f"{page}?quote={quoted(web)}", cy))
        assert f"to cite this: “{WORDS}” Marisa · q-" in told
        told = text_of(look(web, f"{page}?quote=s-0pen0000%23{AT}&words=She+never+said+it", cy))
        assert PASSAGE in told and "never said" not in told
        told = text_of(look(web, f"{page}?quote={hidden}", cy))
        assert f"to cite {hidden}." in told and "bed" not in told
    text = story(BODY, "id: s-0pen0000", "storyteller: Marisa", "content_notes: [loss]")
    (web.archive.settings.stories / "open.md").write_text(text)
    reconcile(web.archive)
    told = text_of(look(web, f"{spec}?quote=s-0pen0000%23{AT}&words={quote(SOME)}", cy))
    assert "to cite the words that you chose in the story of Marisa" in told and SOME not in told


def test_words_go_along_to_a_requirement_that_is_added_for_them_and_never_under_a_heading(web, cy):
    spec = begun(web, cy)
    heading = asked(web, cy, spec, "Access", heading="yes")
    at = f"{spec}?quote=s-0pen0000%23{AT}&words={quote(SOME)}"
    page = look(web, at, cy).text
    assert f'href="{heading}' not in page
    action = unescape(re.search(r'<form class="form" method="post" action="([^"]*words=[^"]*)"', page)[1])
    added = send(web, action, {"do": "add", "text": "Ring back."}, cy)["location"]
    assert f'value="s-0pen0000#{AT}"' in look(web, added.partition("#")[0], cy).text
    another = send(web, action, {"do": "add", "text": "Times", "heading": "yes"}, cy)["location"]
    assert another.startswith(f"{spec}?quote=") and SOME in look(web, another, cy).text


def test_a_quote_is_led_there_by_its_id(web, cy):
    quote_id = quoted(web)
    assert way(web, cy, f"/q/{quote_id}/cite") == f"/specifications?quote={quote_id}"


def test_nobody_else_is_led_there_nor_from_what_was_not_agreed_to(web, cy, ann, dora):
    assert way(web, None, f"/s/s-0pen0000/cite?at={AT}") is None
    assert way(web, ann, f"/s/s-0pen0000/cite?at={AT}") is None
    assert way(web, dora, f"/s/s-des1gn00/cite?at={anchor_of('She laughs.')}") is None
    assert way(web, cy, "/s/s-0pen0000/cite") is None  # a whole story is no evidence


@pytest.mark.parametrize("pasted", ["nonsense", "s-0pen0000", "s-#p-", "/stories/open#p-000000", '"><b>'])
def test_what_names_no_passage_is_not_brought_along(web, cy, pasted):
    begun(web, cy)
    page = look(web, f"/specifications?quote={quote(pasted)}&words={quote('<b>hers')}", cy)
    assert page.status == 200 and "Choose the specification" not in page.text and "hers" not in page.text


def test_words_that_were_brought_along_are_kept_where_they_are_refused(web, cy):
    requirement = asked(web, cy, begun(web, cy))
    answer = send(
        web,
        requirement,
        {"do": "cite", "kind": "quote", "quote": f"s-0pen0000#{AT}", "wording": "told it too often"},
        cy,
    )
    assert answer.status == 422 and ">\ntold it too often</textarea>" in answer.text
