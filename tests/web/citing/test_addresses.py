"""An address that stood in a footnote for years leads to what was said there, or says that it does not."""

import re

import pytest
from sqlalchemy import event

from app.rendering.passages import anchor_of
from app.services.reconcile import reconcile
from tests.web.citing.archive import AT, CHAIR, FLAT, FLAT_AT, ID
from tests.web.people import look, someone
from tests.web.serving import served, story

OLD = "She kept the flat, the nephew & her job, in that order."
OLD_AT = anchor_of(OLD)
KEYS = (f"id: {ID}", "storyteller: Marisa")


@pytest.fixture
def web(tmp_path):
    with served(
        tmp_path, {"2019/first-call.md": story(f"{CHAIR}\n\n{OLD}\n", *KEYS)}, at_loopback=True
    ) as web:
        yield web


def put(web, body, *keys, slug="2019/first-call", uses="publication"):
    path = web.archive.settings.stories / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(story(body, *KEYS, *keys, uses=uses))
    reconcile(web.archive)


def moved(web, old, new):
    """As somebody does it in the folder."""
    folder = web.archive.settings.stories
    (folder / f"{new}.md").parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{old}.md").rename(folder / f"{new}.md")
    reconcile(web.archive)


@pytest.mark.parametrize("spelled", [AT, AT.upper(), f"{AT} "])
def test_a_passage_that_stands_there_is_opened(web, spelled):
    answer = look(web, f"/s/{ID}?at={spelled}")
    assert (answer.status, answer["location"]) == (302, f"/stories/2019/first-call#{AT}")


def test_a_passage_that_was_edited_is_opened_where_it_stood_and_the_nearest_is_offered(web):
    put(web, f"{CHAIR}\n\n{FLAT}\n")
    answer = look(web, f"/s/{ID}?at={OLD_AT}")
    assert answer["location"] == f"/s/{ID}/v/1?at={OLD_AT}#{OLD_AT}"
    page = look(web, answer["location"].partition("#")[0]).text
    assert f"The passage {OLD_AT} stands here, and no longer in the story" in page
    assert f'href="/stories/2019/first-call#{FLAT_AT}"' in page and "She kept the flat, the job" in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_passage_that_was_edited_is_cited_as_what_is_nearest_now(web):
    put(web, f"{CHAIR}\n\n{FLAT}\n")
    page = look(web, f"/s/{ID}/cite?at={OLD_AT}").text
    assert "There is no such passage" in page and "She kept the flat" in page
    assert f'href="/s/{ID}/cite?at={FLAT_AT}"' in page and ">paragraph 2</a>" in page


def test_a_passage_that_was_taken_out_offers_what_stands_in_its_place(web):
    put(web, f"{CHAIR}\n\nSomething else entirely was put there.\n")
    page = look(web, f"/s/{ID}/v/1?at={OLD_AT}").text
    assert "Something else entirely was put there." in page and "Nearest to it now" in page


@pytest.mark.parametrize("asked", ["p-000000", "p-zzzzzz-4", "x", "%22%3E%3Cscript%3E", "p-000000-99999999"])
def test_an_anchor_that_never_was_opens_the_story_at_its_top_and_says_so(web, asked):
    answer = look(web, f"/s/{ID}?at={asked}")
    assert answer.status == 302 and "#" not in answer["location"]
    page = look(web, answer["location"]).text
    assert "The passage that the address names does not stand in this story" in page
    assert "data-missing" not in look(web, "/stories/2019/first-call").text


def test_versions_and_passages_of_another_story_are_not_this_ones(web):
    other = "s-another0"
    for text in ("Another story.", "Another story, told again."):
        path = web.archive.settings.stories / "other.md"
        path.write_text(story(text, f"id: {other}"))
        reconcile(web.archive)
    assert look(web, f"/s/{other}/v/2").status == 200
    assert look(web, f"/s/{ID}/v/2") == look(web, "/nowhere")
    for text in ("Another story.", "Another story, told again."):
        asked = look(web, f"/s/{ID}?at={anchor_of(text)}")
        assert asked["location"] == "/stories/2019/first-call?missing"
        assert "There is no such passage" in look(web, f"/s/{ID}/cite?at={anchor_of(text)}").text


def test_an_anchor_of_a_version_that_is_closed_to_her_never_was(web):
    put(web, f"{CHAIR}\n\n::: closed\n{OLD}\n:::\n")
    answer = look(web, f"/s/{ID}?at={OLD_AT}")
    assert answer["location"] == "/stories/2019/first-call?missing"
    assert look(web, f"/s/{ID}/v/1?at={OLD_AT}").status == 404


def test_current_consent_governs_every_version(web):
    put(web, f"{CHAIR}\n\n{FLAT}\n")
    assert look(web, f"/s/{ID}/v/1").status == 200
    put(web, f"{CHAIR}\n\n{FLAT}\n", uses="design")
    for address in (f"/s/{ID}/v/1", f"/s/{ID}/v/2", f"/s/{ID}?at={OLD_AT}", f"/s/{ID}/cite", f"/s/{ID}.bib"):
        assert look(web, address) == look(web, "/nowhere")
    put(web, f"{CHAIR}\n\n{FLAT}\n", "status: withdrawn")
    assert look(web, f"/s/{ID}/v/1").status == look(web, f"/s/{ID}").status


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "2", "1x", "01", "%31%00"])
def test_a_version_that_never_was_is_absent(web, number):
    assert look(web, f"/s/{ID}/v/{number}") == look(web, "/nowhere")
    assert look(web, f"/s/{ID}/v/{number}?at={AT}") == look(web, "/nowhere")


def test_the_address_that_a_story_left_leads_to_it(web):
    moved(web, "2019/first-call", "calls/one")
    answer = look(web, "/stories/2019/first-call")
    assert (answer.status, answer["location"]) == (302, "/stories/calls/one")
    put(web, f"{CHAIR}\n\n{FLAT}\n", slug="calls/one")
    moved(web, "calls/one", "calls/two")
    for old in ("2019/first-call", "calls/one"):
        assert look(web, f"/stories/{old}")["location"] == "/stories/calls/two"


def test_an_old_address_is_looked_up_by_an_index(web):
    moved(web, "2019/first-call", "calls/one")
    asked = []

    def hear(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(web.archive.engine, "before_cursor_execute", hear)
    try:
        assert look(web, "/stories/2019/first-call").status == 302
    finally:
        event.remove(web.archive.engine, "before_cursor_execute", hear)
    ((statement, parameters),) = [one for one in asked if "revision.slug = " in one[0]]
    with web.archive.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert any("ix_revision_slug" in step[-1] for step in plan), plan


def test_an_old_address_with_somebodys_name_in_it_leads_nowhere(web):
    moved(web, "2019/first-call", "rosalind-achterberg")
    put(web, f"{CHAIR}\n\nMore.\n", slug="rosalind-achterberg")
    moved(web, "rosalind-achterberg", "calls/two")
    assert look(web, "/stories/rosalind-achterberg") == look(web, "/nowhere")
    assert look(web, "/stories/2019/first-call").status == 302


def test_an_old_address_of_a_story_that_she_may_not_read_leads_nowhere(web):
    moved(web, "2019/first-call", "calls/one")
    put(web, f"{CHAIR}\n", slug="calls/one", uses="design")
    assert look(web, "/stories/2019/first-call") == look(web, "/nowhere")
    ann = someone(web.archive, "Ann", "member", organisation="Here")
    assert look(web, "/stories/2019/first-call", ann).status in (302, 404)


def test_a_story_that_stands_at_an_address_now_is_shown_there(web):
    moved(web, "2019/first-call", "calls/one")
    path = web.archive.settings.stories / "2019/first-call.md"
    path.write_text(story("Another story.", "id: s-another0"))
    reconcile(web.archive)
    assert "Another story." in look(web, "/stories/2019/first-call").text


def test_without_a_script_the_number_of_a_passage_stands_at_its_link(web):
    page = look(web, f"/s/{ID}/v/1").text
    assert re.findall(r'data-n="(\d)">#</a>', page) == ["1", "2"] and "citeit" not in page
