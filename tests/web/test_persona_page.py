"""A persona's page: what its statements rest on, and what happened to that since."""

import re

import pytest

from app.rendering.passages import anchor_of
from app.services.reconcile import reconcile
from tests.web.people import look, send, someone
from tests.web.serving import served, story, write

SAID = "“Ask me once, and then believe me.” She put the letter down."
TOLD = "The bus was late again."
AT, THEN = anchor_of(SAID), anchor_of(TOLD)
BODY = f"{SAID}\n\n{TOLD}\n"
FACE = """---
id: who-3m2xa8qd
name: Elena
uses: [design, publication]
statements:
  What she brings:
    - {statement: Asks once, evidence: [%s]}
    - {statement: Knows the buses, evidence: [s-0pen0000#%s, s-0ther000#%s], against: [s-0ther000]}
    - Loses pay
---
"""


@pytest.fixture
def web(tmp_path):
    stories = {
        "open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa"),
        "other.md": story(BODY, "id: s-0ther000", "storyteller: Owen"),
    }
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "member", organisation="Here")


@pytest.fixture
def quote(web, ann):
    fields = {"revision": "1", "anchor": AT, "exact": "Ask me once"}
    return send(web, "/s/s-0pen0000/mark", fields, ann)["location"].rpartition("#")[2]


@pytest.fixture
def elena(web, tmp_path, quote):
    write(tmp_path, {"personas/elena.md": FACE % (quote, THEN, THEN)})
    reconcile(web.archive)
    return "/personas/elena"


def statement(web, who, text, elena="/personas/elena"):
    """What stands on the page below one statement."""
    shown = look(web, elena, who).text
    found = re.search(
        rf"<li>{text}(.*?)</li>\s*(?:<li>(?:Asks|Knows|Loses)|</ul>\s*</section>)", shown, re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else None


def test_a_statement_rests_on_the_words_of_a_quote_as_well_as_on_a_passage(web, elena, quote):
    assert statement(web, None, "Asks once").startswith(
        "1 quote · 1 story “Ask me once” Marisa, in the story"
    )
    assert f'href="/q/{quote}"' in look(web, elena).text
    assert statement(web, None, "Knows the buses").startswith("2 quotes · 2 stories")
    assert "nobody has told us this yet" in statement(web, None, "Loses pay")


def test_one_that_rests_on_a_single_story_says_so_and_a_whole_story_can_speak_against_it(web, elena):
    assert "rests on a single story" in statement(web, None, "Asks once")
    buses = statement(web, None, "Knows the buses")
    assert "rests on a single story" not in buses
    assert "1 quote says otherwise Owen , the whole story" in buses


def test_words_that_were_changed_are_flagged_for_who_works_here_and_not_counted_for_anybody(
    web, tmp_path, elena, ann
):
    write(tmp_path, {"stories/other.md": story("Another text.", "id: s-0ther000", "storyteller: Owen")})
    reconcile(web.archive)
    buses = statement(web, ann, "Knows the buses")
    assert buses.startswith("1 quote · 1 story") and "Owen : the story was changed" in buses
    assert "The evidence of 1 statement has changed" in look(web, elena, ann).text
    assert "changed" not in statement(web, None, "Knows the buses")


def test_a_story_that_was_taken_back_is_flagged_and_none_of_its_words_are_there(web, tmp_path, elena, ann):
    write(
        tmp_path,
        {"stories/other.md": story(BODY, "id: s-0ther000", "storyteller: Owen", "status: withdrawn")},
    )
    reconcile(web.archive)
    buses = statement(web, ann, "Knows the buses")
    assert buses.startswith("1 quote · 1 story") and "is gone: the story was taken back" in buses
    for who in (None, ann):
        assert "Owen" not in look(web, elena, who).text


def test_evidence_that_names_nothing_is_flagged_as_that_which_is_hidden_from_her(web, tmp_path, ann):
    shown = []
    for number, uses in enumerate(("commissioning", "")):
        hidden = {"stories/hidden.md": story(BODY, "id: s-h1dden00", uses=uses)} if uses else {}
        write(tmp_path, {"personas/elena.md": FACE % ("s-h1dden00", THEN, THEN)} | hidden)
        if not uses:
            (tmp_path / "stories/hidden.md").unlink()
        reconcile(web.archive)
        shown.append(look(web, "/personas/elena", ann).text)
        assert number or "Asks once" not in shown[0]
    assert shown[0] == shown[1]


MOMENTS = (
    "moments: [{when: '2019', what: Loses her sister, kind: low}, {what: A nurse waits, kind: support},"
    " {what: Is rung back, kind: turning point}]"
)


def test_moments_of_the_stories_behind_are_one_journey_with_a_table(web, tmp_path, elena):
    open_story = story(BODY, "id: s-0pen0000", "storyteller: Marisa", MOMENTS, "themes: [loss]")
    noted = story(BODY, "id: s-0ther000", "storyteller: Owen", MOMENTS, "content_notes: [suicide]")
    write(tmp_path, {"stories/open.md": open_story, "stories/other.md": noted})
    reconcile(web.archive)
    shown = look(web, elena).text
    drawing, _, table = shown.partition("The moments as a table")
    assert drawing.count('<a href="#moment-') == 6 and 'class="way"' in drawing
    rows = re.findall(r'<tr id="moment-\d"><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>', table)
    assert rows[0] == ("Loses her sister", "Low", "2019") and ("Mentions suicide", "Low", "") in rows
    assert "Loss" in shown


def test_moments_of_a_hidden_story_are_in_no_journey(web, tmp_path, elena, ann):
    hidden = story(BODY, "id: s-0ther000", "storyteller: Owen", MOMENTS, uses="design")
    write(tmp_path, {"stories/other.md": hidden})
    reconcile(web.archive)
    assert "The way they went" not in look(web, elena).text
    assert look(web, elena, ann).text.count('<a href="#moment-') == 3


def test_what_changed_since_the_review_is_named_on_top_for_who_works_here(web, tmp_path, ann):
    reviewed = FACE.replace("uses:", "reviewed: 2026-01-01\nuses:") % ("s-0pen0000#" + AT, THEN, THEN)
    write(tmp_path, {"personas/elena.md": reviewed})
    reconcile(web.archive)
    assert "Changed underneath" not in look(web, "/personas/elena", ann).text
    gone = story(f"{SAID}\n", "id: s-0pen0000", "storyteller: Marisa")
    write(tmp_path, {"stories/open.md": gone})
    reconcile(web.archive)
    page = look(web, "/personas/elena", ann).text
    part = page.partition("Changed underneath since it was last reviewed")[2].partition("</section>")[0]
    assert "Knows the buses" in part and "Marisa: the story was changed" in part and "Asks once" not in part
    assert "Changed underneath" not in look(web, "/personas/elena").text
