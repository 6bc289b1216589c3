"""Editing a story: what is shown, what is written, and what nobody loses."""

import re

import pytest

from tests.archives import take_in
from tests.web.filling import filled_in
from tests.web.people import look, send, someone
from tests.web.serving import served, story, write

OWN = b"""---\r
# her file, as she keeps it\r
title:   "The eleven months"   # a note\r
id: s-7k3fq2mx\r
storyteller: Marisa\r
gatherer: Ann Reed\r
themes:\r
    - waiting\r
    - 'telling it twice'\r
mood: { kept: as is }\r
consent: {uses: [publication], given: 2026-03-04}\r
---\r
The first thing Marisa does is move the chair.\r
\r
<!-- her sister's name -->\r
\r
::: closed\r
What she said about her brother.\r
:::\r
"""
EDIT = "/s/s-7k3fq2mx/edit"


@pytest.fixture
def web(tmp_path):
    files = {"own.md": OWN, "other.md": story("Not hers.", "id: s-2m9tb3rw", "themes: [being heard]")}
    with served(tmp_path, files, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return someone(web.archive, "Ann", "gatherer", gathers_as="Ann Reed")


def own(tmp_path) -> bytes:
    return (tmp_path / "stories/own.md").read_bytes()


def changed(web, who, address=EDIT, **fields):
    form = filled_in(look(web, address, who), address) | fields
    return send(web, address, form, who)


def test_a_gatherer_saves_what_she_did_not_touch_and_no_byte_changes(web, ann, tmp_path):
    answer = changed(web, ann)
    assert answer.status == 303 and "same" in answer["location"]
    assert own(tmp_path) == OWN


def test_only_the_lines_that_a_gatherer_changed_differ(web, ann, tmp_path):
    answer = changed(web, ann, site="Northgate", **{"themes-2": "being heard"})
    assert answer.status == 303
    after = OWN.replace(b"'telling it twice'\r\n", b"'telling it twice'\r\n    - being heard\r\n")
    after = after.replace(b"2026-03-04}\r\n", b"2026-03-04}\r\nsite: Northgate\r\n")
    assert own(tmp_path) == after


def test_a_gatherer_changes_a_sentence_and_keeps_her_line_ends(web, ann, tmp_path):
    form = filled_in(look(web, EDIT, ann), EDIT)
    form["body"] = form["body"].replace("move the chair", "open the window")
    assert send(web, EDIT, form, ann).status == 303
    assert own(tmp_path) == OWN.replace(b"move the chair", b"open the window")


def test_a_saved_change_is_found_and_stands_in_the_history_with_its_reason(web, ann):
    form = filled_in(look(web, EDIT, ann), EDIT)
    form["body"] = form["body"].replace("move the chair", "open the window")
    send(web, EDIT, form | {"note": "She asked for it"}, ann)
    assert "own" in look(web, "/search?q=window").text
    page = look(web, f"{EDIT}?saved", ann)
    assert "Saved as version 2" in page.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("gathered", "2024-20-03", "no date"),
        ("language", "not a tag!", "no language tag"),
        ("title", "x" * 1001, "longer than 1000"),
        ("moment-0-when", "2019", "does not say what happened"),
        ("context", "no colon here: but\nthis: [", ""),
        ("status", "withdrawn", "taken back on a page of its own"),
        ("status", "published", "taken back on a page of its own"),
        ("themes-4", "t" * 300, "longer than 200"),
        ("note", "two\x00lines", "can not be read"),
    ],
)
def test_what_can_not_be_understood_is_refused_at_its_field_and_nothing_is_written(
    web, ann, tmp_path, field, value, said
):
    answer = changed(web, ann, **{field: value})
    if not said:
        assert answer.status == 303
        return
    assert answer.status == 422 and said in answer.text and "Not saved" in answer.text
    assert own(tmp_path) == OWN


def test_words_that_were_refused_stay_in_the_form(web, ann):
    answer = changed(web, ann, gathered="soon", site="Harbour House")
    again = filled_in(answer, EDIT)
    assert again["gathered"] == "soon" and again["site"] == "Harbour House"


def test_looking_at_the_text_writes_nothing(web, ann, tmp_path):
    answer = changed(web, ann, body="# Heading\n\nShe **rang** back.", do="look")
    assert answer.status == 200 and "<strong>rang</strong>" in answer.text
    assert own(tmp_path) == OWN


def test_the_preview_is_drawn_as_the_page_is_and_what_it_holds_stays_inert(web, ann):
    text = "She rang.\n\n::: closed\nHers.\n:::\n\n<script>alert(1)</script>"
    answer = send(web, "/s/s-7k3fq2mx/preview", {"body": text}, ann)
    assert answer.status == 200 and "She rang." in answer.text and "Hers." in answer.text
    assert "<script" not in answer.text and answer["cache-control"] == "no-store"


def test_the_team_is_told_of_what_can_not_be_seen(web, ann):
    page = look(web, EDIT, ann).text
    assert "A comment stands in the text" in page
    answer = changed(web, ann, body="She \u202esaid\u200b so.", do="look")
    assert "Line 1 holds a character that can not be seen (U+202E)" in answer.text


def test_nobody_but_its_team_may_edit_a_story(web, ann):
    nowhere = look(web, "/s/s-never000/edit", ann)
    assert look(web, "/s/s-2m9tb3rw/edit", ann).content == nowhere.content
    member = someone(web.archive, "Mel", "member")
    assert look(web, EDIT, member).status == 404
    sent = {"digest": "x", "body": "Mine now.", "title": "", "status": "ready"}
    assert send(web, EDIT, sent, member).status == 404
    assert send(web, "/s/s-2m9tb3rw/edit", sent, ann).status == 404
    assert send(web, "/s/s-2m9tb3rw/preview", {"body": "x"}, ann).status == 404


def test_a_stale_save_overwrites_nothing_and_offers_both_changes_together(web, ann, tmp_path):
    sue = someone(web.archive, "Sue", "steward")
    mine = filled_in(look(web, EDIT, ann), EDIT)
    assert changed(web, sue, site="Harbour House").status == 303
    before = own(tmp_path)
    mine["body"] = mine["body"].replace("move the chair", "open the window")
    answer = send(web, EDIT, mine, ann)
    assert answer.status == 409 and "Sue saved this story meanwhile" in answer.text
    assert own(tmp_path) == before
    both = filled_in(answer, EDIT)
    assert both["site"] == "Harbour House" and "open the window" in both["body"]
    assert send(web, EDIT, both, ann).status == 303
    assert b"open the window" in own(tmp_path) and b"site: Harbour House" in own(tmp_path)


def test_a_stale_save_of_the_same_place_shows_both_and_keeps_hers_in_the_form(web, ann, tmp_path):
    sue = someone(web.archive, "Sue", "steward")
    mine = filled_in(look(web, EDIT, ann), EDIT)
    theirs = mine | {"body": mine["body"].replace("move the chair", "shut the door")}
    assert send(web, EDIT, theirs, sue).status == 303
    mine["body"] = mine["body"].replace("move the chair", "open the window")
    answer = send(web, EDIT, mine, ann)
    assert answer.status == 409 and "Both of you changed the same places" in answer.text
    assert "open the window" in filled_in(answer, EDIT)["body"]
    theirs, hers = re.findall(r"<pre[^>]*>(.*?)</pre>", answer.text, re.DOTALL)
    assert (
        "<mark>shut</mark>" in theirs and "<mark>open</mark>" in hers
    ) or "<mark>shut the door</mark>" in theirs
    assert "shut the door" in re.sub("</?mark>", "", theirs) and "move the chair" not in theirs
    assert b"shut the door" in own(tmp_path)


def test_a_change_by_hand_meanwhile_is_not_overwritten(web, ann, tmp_path):
    mine = filled_in(look(web, EDIT, ann), EDIT)
    write(tmp_path, {"stories/own.md": OWN.replace(b"Marisa\r\n", b"Marisa O.\r\n", 1)})
    answer = send(web, EDIT, mine | {"site": "Northgate"}, ann)
    assert answer.status == 409 and "storyteller: Marisa<mark> O.</mark>" in answer.text
    assert b"Marisa O." in own(tmp_path) and b"Northgate" not in own(tmp_path)


def test_a_whole_file_is_edited_as_text(web, ann, tmp_path):
    page = look(web, f"{EDIT}?whole", ann)
    form = filled_in(page, EDIT)
    assert send(web, EDIT, form, ann).status == 303 and own(tmp_path) == OWN
    form["whole"] = form["whole"].replace("mood: { kept: as is }", "mood: better")
    assert send(web, EDIT, form, ann).status == 303
    assert own(tmp_path) == OWN.replace(b"mood: { kept: as is }", b"mood: better")
    for broken in ("---\ntitle: [\n---\nx", "---\na: &x 1\n---\nx", "---\nid: s-0ther000\n---\nx"):
        again = filled_in(look(web, f"{EDIT}?whole", ann), EDIT)
        assert send(web, EDIT, again | {"whole": broken}, ann).status == 422


def test_a_file_that_can_not_be_read_is_mended_as_a_whole(web, ann, tmp_path):
    from tests.archives import take_in

    write(tmp_path, {"stories/own.md": OWN.replace(b"themes:\r\n", b"themes: &x\r\n")})
    take_in(web.archive)
    page = look(web, EDIT, ann)
    assert page.status == 200 and "can not be read as a story" in page.text
    form = filled_in(page, EDIT)
    assert send(web, EDIT, form | {"whole": form["whole"].replace(" &x", "")}, ann).status == 303
    assert own(tmp_path) == OWN


def test_a_draft_made_ready_is_read_by_those_whom_she_agreed_to(web, ann):
    assert changed(web, ann, status="draft").status == 303
    assert look(web, "/stories/own").status == 404
    assert changed(web, ann, status="ready").status == 303
    assert look(web, "/stories/own").status == 200


def test_a_key_that_says_draft_otherwise_goes_when_a_story_is_made_ready(web, ann, tmp_path):
    from tests.archives import take_in

    write(tmp_path, {"stories/own.md": OWN.replace(b"mood:", b"draft: true\r\nmood:")})
    take_in(web.archive)
    assert look(web, "/stories/own").status == 404
    assert changed(web, ann, status="ready").status == 303
    assert look(web, "/stories/own").status == 200 and b"draft" not in own(tmp_path)


def test_a_form_that_lacks_a_field_is_not_taken_for_an_empty_one(web, ann, tmp_path):
    form = filled_in(look(web, EDIT, ann), EDIT)
    for name in ("digest", "body", "status"):
        assert send(web, EDIT, {k: v for k, v in form.items() if k != name}, ann).status == 422
    assert own(tmp_path) == OWN


def test_a_story_with_names_left_behind_is_not_made_ready_and_her_words_stay(web, ann, tmp_path):
    draft = OWN.replace(b"storyteller: Marisa\r\n", b"storyteller: Marisa\r\nstatus: draft\r\n")
    write(tmp_path / "stories", {"own.md": draft})
    take_in(web.archive)
    body = "Then Dr Whitfield came."
    answer = changed(web, ann, status="ready", body=body)
    assert answer.status == 422 and "1 thing in the story may tell who somebody is" in answer.text
    assert body in answer.text and own(tmp_path) == draft
    top = answer.text.partition('<form class="form writing')[0].partition("Not saved.")[2]
    assert 'href="/s/s-7k3fq2mx/names"' in top and "1 thing in the story may" in top
    again = filled_in(look(web, f"{EDIT}?whole", ann), EDIT)
    again["whole"] = again["whole"].replace("status: draft", "status: ready") + "\nThen Dr Whitfield came.\n"
    assert "1 thing in the story may" in send(web, EDIT, again, ann).text
    assert changed(web, ann, body=body).status == 303
