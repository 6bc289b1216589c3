"""Somebody marks words of a story: a line stands below them, and they stand beside the text."""

import json
import re

import pytest
from sqlalchemy import update

from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.rendering.passages import anchor_of
from app.services.marking.forgetting import forget_marks
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.asking import AT_THE_MACHINE
from tests.web.filling import filled_in
from tests.web.marking.doing import AT, BODY, CHAIR, CLOSED, FLAT, FLAT_AT, MARK, edited, marking, one, page
from tests.web.people import look, send, someone
from tests.web.serving import story


def test_marked_words_have_a_line_below_them_and_stand_in_the_margin(web, ann):
    quote = one(web, ann, themes="Loss, being heard", note="She decides.", stays="yes")
    text = page(web, ann)
    assert re.search(
        rf'<mark id="{quote}" class="q l0c\d" data-q="{quote}">wants to see the door</mark>\.', text
    )
    margin = text[text.index('id="marks"') :]
    assert "wants to see the door" in margin and "She decides." in margin and "stays with me" in margin
    assert "Loss" in margin and "Being heard" in margin
    assert look(web, f"/q/{quote}", ann)["location"] == f"/stories/open?quote={quote}#{quote}"


def test_words_over_the_edges_of_other_marks_are_marked_where_they_stand(web, ann):
    quote = one(web, ann, "does is move the chair. She")
    text = page(web, ann)
    assert re.findall(rf'<mark[^>]*data-q="{quote}">([^<]*)</mark>', text) == [
        "does is ",
        "move",
        " the chair. She",
    ]
    assert text.count(f'id="{quote}"') == 1


def test_two_quotes_over_the_same_words_have_lines_of_two_kinds(web, ann):
    first, second = one(web, ann, "wants to see"), one(web, ann, "see the door")
    text = page(web, ann)
    assert re.search(
        rf'class="q l0c\d l1c\d" data-q="{first} {second}">(<span[^>]*></span>)?see</mark>', text
    )


def test_a_passage_is_marked_whole_without_script(web, ann):
    form = look(web, f"{MARK}?at={FLAT_AT}", ann)
    assert FLAT.replace("&", "&amp;") in form.text
    answer = send(web, MARK, filled_in(form, MARK), ann)
    (row,) = rows(web.archive, QUOTE)
    assert answer.status == 303 and row["exact"] == FLAT and row["anchor"] == FLAT_AT


def test_words_over_two_passages_are_a_quote_in_each(web, ann):
    both = [{"anchor": AT, "exact": "see the door."}, {"anchor": FLAT_AT, "exact": "She kept"}]
    answer = marking(web, ann, selection=json.dumps(both))
    assert answer.status == 303 and [row["exact"] for row in rows(web.archive, QUOTE)] == [
        "see the door.",
        "She kept",
    ]


def test_the_same_words_marked_twice_are_one_quote_with_what_was_said_of_both(web, ann):
    assert one(web, ann, themes="Loss") == one(web, ann, themes="Being heard", note="Twice.")
    assert len(rows(web.archive, QUOTE)) == 1
    assert "Loss" in page(web, ann) and "Being heard" in page(web, ann)


def test_two_people_mark_the_same_words_and_each_keeps_her_own(web, ann):
    ben = someone(web.archive, "Ben", "commissioner", organisation="Here")
    hers, his = one(web, ann), one(web, ben, note="Mine too.")
    assert hers != his
    assert "Ben" in page(web, ann) and "Mine too." in page(web, ann)
    assert his not in page(web, ann, "/stories/open?marks=mine")
    assert marking(web, ben, f"/q/{hers}/edit", do="remove").status == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"anchor": AT, "exact": ","},
        {"anchor": AT, "exact": "words that are not there"},
        {"anchor": "p-000000", "exact": ""},
        {"anchor": anchor_of(CLOSED), "exact": ""},
        {"anchor": AT, "exact": "x" * 100_000},
        {"anchor": AT, "themes": "x" * 200},
        {"anchor": AT, "themes": ",".join(f"theme {n}" for n in range(21))},
        {"anchor": AT, "note": "x" * 2_001},
        {"anchor": AT, "revision": "no"},
        {"selection": "[]"},
        {"selection": "{"},
        {"selection": "[[]]"},
        {"selection": '[{"where": "x"}]'},
        {"selection": json.dumps([{"anchor": AT}] * 21)},
        {},
    ],
    ids=range(15),
)
def test_what_can_not_be_marked_is_said_and_nothing_is(web, ann, fields):
    answer = marking(web, ann, **fields)
    assert answer.status == 422 and rows(web.archive, QUOTE) == []


def test_what_was_written_stays_in_the_form_when_nothing_could_be_marked(web, ann):
    answer = marking(web, ann, anchor=AT, exact=",", themes="Loss", note="Why.")
    assert (
        "There are no words in this" in answer.text
        and "Why." in answer.text
        and 'value="Loss"' in answer.text
    )


def test_a_quote_is_changed_taken_off_and_put_back(web, ann):
    quote = one(web, ann, themes="Loss")
    address = f"/q/{quote}/edit"
    form = filled_in(look(web, address, ann), address)
    send(web, address, form | {"do": "save", "themes": "Waiting", "note": "Other."}, ann)
    assert "Waiting" in page(web, ann) and "Loss" not in page(web, ann)
    assert send(web, address, {"do": "remove"}, ann)["location"] == f"/stories/open?off={quote}"
    assert f'id="{quote}"' not in page(web, ann) and look(web, f"/q/{quote}", ann).status == 404
    assert "Put it back" in page(web, ann, f"/stories/open?off={quote}")
    send(web, address, {"do": "back"}, ann)
    assert f'id="{quote}"' in page(web, ann)


def test_readers_see_the_words_of_a_quote_and_its_themes_not_who_marked_it_nor_a_note(web, ann):
    quote = one(web, ann, themes="Loss", note="Not for all.", stays="yes")
    text = page(web)
    assert f'id="{quote}"' in text and "Loss" in text
    assert "Ann" not in text and "Not for all." not in text and "stays with" not in text
    assert "/mark?" not in text and look(web, f"/q/{quote}").status == 302


def test_nobody_marks_or_meets_a_quote_in_a_story_that_she_may_not_read(web, ann):
    design = "/s/s-des1gn00/mark"
    answer = marking(web, ann, design, anchor=AT, exact="the chair")
    quote = answer["location"].rpartition("#")[2]
    assert look(web, f"/q/{quote}", ann).status == 302
    nobody = someone(web.archive, "Cy", "commissioner", organisation="Here")
    gone = look(web, "/nowhere", nobody)
    for who in (nobody, None):
        assert look(web, f"/q/{quote}", who).status == 404
    assert look(web, f"/q/{quote}", nobody).content == gone.content
    assert marking(web, nobody, design, anchor=AT).status == 404
    marking(web, None, anchor=AT)
    assert len(rows(web.archive, QUOTE)) == 1


def test_a_story_that_is_taken_back_takes_its_quotes_along(web, ann):
    quote = one(web, ann)
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    (web.archive.settings.stories / "open.md").write_text(story(BODY, "id: s-0pen0000", "status: withdrawn"))
    reconcile(web.archive)
    for who in (ann, steward):
        notice = look(web, f"/q/{quote}", who)
        assert notice.status == 410 and quote not in notice.text and "Marisa" not in notice.text


def test_a_typo_mended_in_the_story_loses_no_mark(web, ann):
    quote, other = one(web, ann, "wants to see"), one(web, ann, "the chair")
    edited(web, BODY.replace("to see", "to seee").replace("Marisa", "Mariza"))
    (row, moved) = rows(web.archive, QUOTE)
    assert (row["state"], moved["state"]) == ("changed", "moved")
    text = page(web, ann)
    assert (
        re.search(rf'data-q="{quote}">wants to seee</mark>', text)
        and f'data-q="{other}">the chair</mark>' in text
    )


def test_a_passage_that_is_closed_closes_its_quotes_and_one_that_goes_loses_them(web, ann):
    quote, flat = one(web, ann), marking(web, ann, anchor=FLAT_AT)["location"].rpartition("#")[2]
    edited(web, f"::: closed\n{CHAIR}\n:::\n")
    assert [row["state"] for row in rows(web.archive, QUOTE)] == ["same", "lost"]
    assert look(web, f"/q/{quote}", ann).status == 404 and look(web, f"/q/{flat}").status == 404
    assert quote not in page(web, ann) and flat not in page(web, ann)
    assert "wants to see the door" not in page(web, ann)
    edited(web, BODY)
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    assert rows(web.archive, QUOTE)[1]["state"] == "moved" and look(web, f"/q/{flat}", sue).status == 302


def test_words_that_changed_while_somebody_marked_them_are_a_conflict_and_others_are_found(web, ann):
    edited(web, BODY.replace("the flat", "her flat"))
    answer = marking(web, ann, anchor=FLAT_AT, exact="the flat", note="Kept.")
    assert answer.status == 409 and "Kept." in answer.text and rows(web.archive, QUOTE) == []
    assert marking(web, ann, anchor=FLAT_AT, exact="in that order").status == 303
    assert "in that order</mark>" in page(web, ann)


def queue(web, who):
    return look(web, "/desk/quotes", who).text


def test_changed_and_lost_quotes_wait_with_both_texts_and_are_kept_moved_or_taken_off(web, ann):
    changed = one(web, ann, "wants to see", themes="Loss")
    lost, other = (
        marking(web, ann, anchor=FLAT_AT, exact=words)["location"].rpartition("#")[2]
        for words in ("She kept the flat", "in that order")
    )
    assert "Nothing waits" in queue(web, ann)
    edited(web, f"{CHAIR.replace('to see', 'to seee')}\n\nShe laughs.\n")
    text = queue(web, ann)
    assert "“wants to see”" in text and "“wants to seee”" in text and "She kept the flat" in text
    decide = {"quote": changed, "do": "keep", "now": "wants to seee"}
    assert send(web, "/desk/quotes", decide | {"now": "wants to sea"}, ann).status == 409
    assert send(web, "/desk/quotes", decide, ann).status == 303
    refused = send(web, "/desk/quotes", {"quote": lost, "do": "elsewhere", "words": "She cries."}, ann)
    assert (
        refused.status == 422
        and "do not stand in this story" in refused.text
        and "She cries." in refused.text
    )
    assert (
        send(web, "/desk/quotes", {"quote": lost, "do": "elsewhere", "words": "She laughs."}, ann).status
        == 303
    )
    assert send(web, "/desk/quotes", {"quote": other, "do": "off"}, ann).status == 303
    assert "Nothing waits" in queue(web, ann)
    text = page(web, ann)
    assert (
        f'data-q="{lost}">She laughs.</mark>' in text and f'data-q="{changed}">wants to seee</mark>' in text
    )
    assert other not in text and "Loss" in text


def test_several_changed_quotes_are_kept_at_once_all_or_none(web, ann):
    first, second = one(web, ann, "wants to see"), one(web, ann, "to see the door")
    edited(web, BODY.replace("to see", "to seee"))
    now = {f"keep-{first}": "wants to seee", f"keep-{second}": "to seee the door"}
    assert all(
        f'name="{name}" value="{words}" form="several"' in queue(web, ann) for name, words in now.items()
    )
    ben = someone(web.archive, "Ben", "member", organisation="Here")
    several = {"do": "several"}
    assert send(web, "/desk/quotes", several, ann).status == 422
    assert "Choose at least one" in send(web, "/desk/quotes", several, ann).text
    assert send(web, "/desk/quotes", several | now, ben).status == 404
    assert send(web, "/desk/quotes", several | now | {f"keep-{second}": "other"}, ann).status == 409
    assert send(web, "/desk/quotes", several | now | {"keep-": "x"}, ann).status == 404
    assert {row["state"] for row in rows(web.archive, QUOTE)} == {"changed"}
    assert send(web, "/desk/quotes", several | now, ann)["location"].startswith("/desk/quotes?saved=several")
    assert {row["state"] for row in rows(web.archive, QUOTE)} == {"same"} and "Nothing waits" in queue(
        web, ann
    )


def test_words_of_a_story_with_a_content_note_are_folded_in_the_queue(web, ann):
    one(web, ann, "wants to see")
    note = story(BODY.replace("to see", "to seee"), "id: s-0pen0000", "content_notes: [loss]")
    (web.archive.settings.stories / "open.md").write_text(note)
    reconcile(web.archive)
    text = queue(web, ann)
    assert 0 < text.index("Mentions loss") < text.index("wants to seee")


def test_the_queue_shows_nobody_what_she_may_not_read(web, ann):
    one(web, ann, "wants to see")
    edited(web, BODY.replace("to see", "to seee"))
    ben = someone(web.archive, "Ben", "member", organisation="Here")
    sue = someone(web.archive, "Sue", "steward", organisation="Here")
    assert "wants to" not in queue(web, ben) and "wants to seee" in queue(web, sue)
    edited(web, f"::: closed\n{CHAIR}\n:::\n\nOpen.\n")
    assert "Marisa" not in queue(web, ann) and "wants to" not in queue(web, ann)


def test_of_words_that_were_closed_since_the_queue_shows_the_team_alone_how_they_were(web, ann):
    one(web, ann, "wants to see")
    edited(web, f"::: closed\n{CLOSED}\n:::\n\n{CHAIR}\n\nOpen.\n")
    edited(web, f"::: closed\n{CHAIR}\n:::\n\nOpen.\n")
    edited(web, "Open, and nothing else.\n")
    assert "That version is closed to you." in queue(web, ann)
    assert "wants to see" in queue(web, someone(web.archive, "Sue", "steward", organisation="Here"))


def test_an_erased_story_leaves_no_mark(web, ann):
    one(web, ann, themes="Hers alone", note="A note.")
    marking(web, ann, "/s/s-des1gn00/mark", anchor=AT, themes="Shared")
    with web.archive.writing() as connection:
        forget_marks(connection, "s-0pen0000")
        connection.commit()
    assert len(rows(web.archive, QUOTE)) == len(rows(web.archive, QUOTE_THEME)) == 1
    assert [row["name"] for row in rows(web.archive, CODEBOOK)] == ["Shared"]


def test_a_theme_shows_the_quotes_under_it_also_where_no_file_names_it(web, ann):
    quote = one(web, ann, themes="Being heard, Waiting", note="Why.")
    text = page(web, ann, "/themes/being-heard")
    assert "1 quote" in text and "wants to see the door" in text and "The first thing Marisa does" in text
    assert "marked by <bdi>Ann</bdi>" in text and "Why." in text and f"/stories/open#{quote}" in text
    assert "wants to see the door" in page(web, ann, "/themes/waiting/quotes")
    stranger = page(web, None, "/themes/being-heard")
    assert "wants to see the door" in stranger and "Ann" not in stranger and "Why." not in stranger


def offered_to(web, who):
    """The themes that the picker finds for a part of a name."""
    return [one["name"] for one in look(web, "/marking/themes?q=kept", who).json["items"]]


def test_a_theme_that_rests_on_hidden_stories_alone_is_none(web, ann):
    marking(web, ann, "/s/s-des1gn00/mark", anchor=AT, exact="the chair", themes="Kept in")
    assert "the chair" in page(web, ann, "/themes/kept-in")
    for address in ("/themes/kept-in", "/themes/kept-in/quotes", "/themes/never-was/quotes"):
        assert look(web, address).content == look(web, "/nowhere").content
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    assert offered_to(web, ann) == ["Kept in"]
    assert offered_to(web, cy) == []


def test_a_theme_that_somebody_defined_is_not_offered_to_whom_its_stories_are_closed(web, ann):
    kept = story(BODY, "id: s-kept0000", uses="design], not_for: [Elsewhere")
    (web.archive.settings.stories / "kept.md").write_text(kept)
    reconcile(web.archive)
    marking(web, ann, "/s/s-kept0000/mark", anchor=AT, exact="the chair", themes="Kept in")
    with web.archive.writing() as connection:
        connection.execute(update(CODEBOOK).values(adopted=web.archive.now()))
        connection.commit()
    here, elsewhere = (
        someone(web.archive, place, "steward", organisation=place) for place in ("Here", "Elsewhere")
    )
    assert offered_to(web, here) == ["Kept in"] and offered_to(web, elsewhere) == []


def test_words_of_a_story_with_a_content_note_are_folded_among_a_theme_s_quotes(web, ann):
    one(web, ann, themes="Loss")
    (web.archive.settings.stories / "open.md").write_text(
        story(BODY, "id: s-0pen0000", "storyteller: Marisa", "content_notes: [self-harm]")
    )
    reconcile(web.archive)
    text = page(web, ann, "/themes/loss")
    assert re.search(
        r'<details class="fold"><summary>Mentions self-harm: .*wants to see the door', text, re.S
    )


def test_while_nobody_has_an_account_whoever_sits_at_the_machine_marks_on_a_story_s_page(web):
    page = web.get("/stories/open", client=AT_THE_MACHINE).text
    assert 'id="marker"' in page and f"{MARK}?at={AT}" in page
    someone(web.archive, "Sue", "steward")
    assert 'id="marker"' not in web.get("/stories/open", client=AT_THE_MACHINE).text


def test_while_nobody_has_an_account_a_link_leads_whoever_sits_at_the_machine_to_the_desk(web):
    frame = web.get("/", client=AT_THE_MACHINE).text
    assert 'href="/desk">Desk</a>' in frame and 'href="/sessions">Sessions</a>' in frame
    assert 'href="/desk"' not in web.get("/").text
    someone(web.archive, "Sue", "steward")
    assert 'href="/desk"' not in web.get("/", client=AT_THE_MACHINE).text
