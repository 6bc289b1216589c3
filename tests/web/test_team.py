"""What a story's gatherers and stewards read of it beyond its readers; and that nobody else does."""

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, someone
from tests.web.serving import served, write

CLOSED_WORD, CLOSED_HEADING, UNKNOWN, CONTEXT, COMMENT = (
    "gravelmouth",
    "hollowheath",
    "ironquill",
    "saltmarrow",
    "kindlewick",
)
WORDS = (CLOSED_WORD, CLOSED_HEADING, UNKNOWN, CONTEXT, COMMENT)
TEXT = f"""---
id: s-0c105ed0
title: The chair
gatherer: J. O.
interviewer_phone: {UNKNOWN}
Context: {{age_band: {CONTEXT}}}
context: {{gender: {CONTEXT}}}
consent: {{uses: [publication], not_for: [Northgate Trust]}}
---
She moved the chair. <!-- {COMMENT} -->

::: closed
## {CLOSED_HEADING}

What she said about {CLOSED_WORD}. [Another](s-0c105ed1)
:::

She sat down.
"""
HIDDEN = "---\nid: s-0c105ed1\ntitle: Hidden\nstatus: draft\n---\nNot yet.\n"
INSTEAD = "A passage is closed here."
READERS = ("anonymous", "member", "commissioner", "another gatherer", "the name without the role")
TEAM = ("own gatherer", "steward")
OURS = {"organisation": "The archive"}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with served(tmp_path_factory.mktemp("team"), {"chair.md": TEXT, "hidden.md": HIDDEN}) as web:
        yield web


@pytest.fixture(scope="module")
def cookies(web):
    return {
        "anonymous": None,
        "member": someone(web.archive, "Mo", "member", **OURS),
        "commissioner": someone(web.archive, "Co", "commissioner", **OURS),
        "another gatherer": someone(web.archive, "An", "gatherer", gathers_as="A. N.", **OURS),
        "the name without the role": someone(web.archive, "Ex", "member", gathers_as="J. O.", **OURS),
        "own gatherer": someone(web.archive, "Jo", "gatherer", gathers_as="j.  o.", **OURS),
        "steward": someone(web.archive, "Sue", "steward", **OURS),
        "steward of Northgate": someone(web.archive, "Nor", "steward", organisation="northgate TRUST"),
        "gatherer of Northgate": someone(
            web.archive, "Ned", "gatherer", gathers_as="J. O.", organisation="Northgate Trust"
        ),
    }


@pytest.mark.parametrize("reader", READERS)
def test_readers_learn_that_a_passage_is_closed_and_not_a_word_of_it(web, cookies, reader):
    text = look(web, "/stories/chair", cookies[reader]).text
    assert INSTEAD in text and [word for word in WORDS if word in text] == []
    assert "Only you and stewards" not in text and "Northgate" not in text


@pytest.mark.parametrize("reader", TEAM)
def test_the_team_reads_what_is_closed_and_that_it_is(web, cookies, reader):
    answer = look(web, "/stories/chair", cookies[reader])
    assert answer["cache-control"] == "no-store"
    assert CLOSED_WORD in answer.text and CLOSED_HEADING in answer.text
    assert "only stewards and the story’s gatherers read this" in answer.text
    assert "Only you and stewards see this" in answer.text


@pytest.mark.parametrize("reader", TEAM)
def test_the_team_sees_unknown_keys_and_organisations_but_neither_context_nor_comments(web, cookies, reader):
    text = look(web, "/stories/chair", cookies[reader]).text
    assert UNKNOWN in text and "interviewer_phone" in text and "Northgate Trust" in text
    assert "The file holds 1 comment" in text
    assert CONTEXT not in text and COMMENT not in text


@pytest.mark.parametrize("reader", ["steward of Northgate", "gatherer of Northgate"])
def test_whoever_the_story_is_not_for_finds_nothing_whatever_her_role(web, cookies, reader):
    assert look(web, "/stories/chair", cookies[reader]) == look(web, "/nowhere")


def test_a_closed_passage_has_no_address_to_copy_and_no_place_in_the_margin(web, cookies):
    text = look(web, "/stories/chair", cookies["steward"]).text
    closed = text[text.index('<div class="closed"') : text.index("She sat down.")]
    assert "Link to passage" not in closed and "Link to passage" in text
    assert 'class="toc"' not in text


def test_a_link_in_a_closed_passage_leads_only_where_its_reader_may_go(web, cookies):
    assert 'href="/stories/hidden"' in look(web, "/stories/chair", cookies["steward"]).text
    assert "/stories/hidden" not in look(web, "/stories/chair", cookies["own gatherer"]).text


ELSEWHERE = ("/", "/stories", "/stories?layout=table", "/search?q=chair", "/themes")
ELSEWHERE += ("/api/v1/stories", "/api/v1/stories/chair", "/api/v1/search?q=chair", "/random", "/personas")
ELSEWHERE += ("/api/v1/complete?q=gravel", "/api/v1/complete?q=hollow", "/api/v1/complete?q=ironq")


@pytest.mark.parametrize("reader", [*READERS, *TEAM])
@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_closed_stands_on_the_story_s_own_page_alone(web, cookies, address, reader):
    text = (
        look(web, address, cookies[reader])
        .text.replace("q=gravelmouth", "")
        .replace('value="gravelmouth"', "")
    )
    assert [word for word in WORDS if word in text.replace("“gravelmouth”", "")] == []


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("reader", [*READERS, *TEAM])
def test_search_finds_nothing_by_a_word_that_is_closed(web, cookies, reader, word):
    answer = look(web, f"/api/v1/search?q={word}", cookies[reader]).json
    assert (answer["total"], answer["did_you_mean"]) == (0, None)


@pytest.mark.parametrize("reader", [*READERS, *TEAM])
def test_no_number_that_is_shown_counts_what_is_closed(web, cookies, reader):
    """Seven words are open: whoever knew of more could guess how much is closed."""
    assert "7 words" in look(web, "/stories/chair", cookies[reader]).text


def test_pages_for_the_team_leave_nothing_behind_for_the_next_reader(web, cookies):
    for reader in (*TEAM, *READERS, *TEAM, *READERS):
        text = look(web, "/stories/chair", cookies[reader]).text
        assert (CLOSED_WORD in text) == (reader in TEAM)


UNREADABLE = TEXT.replace("title: The chair", "title: [The chair")


def test_a_file_that_can_not_be_read_stays_with_its_team_who_learn_what_to_mend(tmp_path):
    with served(tmp_path, {"chair.md": TEXT, "hidden.md": HIDDEN}) as web:
        own = someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS)
        member = someone(web.archive, "Mo", "member", **OURS)
        write(tmp_path / "stories", {"chair.md": UNREADABLE})
        reconcile(web.archive)
        text = look(web, "/stories/chair", own).text
        assert "This file can not be read now" in text and "She moved the chair" in text
        assert CLOSED_WORD in text and "To mend in the file" in text and "line " in text
        for cookie in (None, member):
            assert look(web, "/stories/chair", cookie) == look(web, "/nowhere")
        write(tmp_path / "stories", {"chair.md": TEXT})
        reconcile(web.archive)
        assert "This file can not be read now" not in look(web, "/stories/chair", own).text
        assert look(web, "/stories/chair").status == 200
