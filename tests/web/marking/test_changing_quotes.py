"""People change what they said of a quote, take it off and put it back: nobody's words are lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, update

from app.database.insight import LENS_QUOTE, MEMO
from app.database.marking import CODEBOOK, QUOTE, QUOTE_THEME
from app.database.visibility import TERMINAL
from app.services.marking.giving import give, themes_given
from app.services.marking.quotes import About, Chosen, mark
from app.services.recording import By
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import AT, BODY, edited, marking, one, page
from tests.web.people import look, send, someone
from tests.web.serving import served, story

WORDS = "wants to see the door"


@pytest.fixture
def web(tmp_path):
    stories = {"open.md": story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: [waiting]")}
    with served(tmp_path, stories, at_loopback=True) as web:
        yield web


def themes(web):
    names = select(CODEBOOK.c.name).join(QUOTE_THEME, QUOTE_THEME.c.theme == CODEBOOK.c.key)
    with web.archive.engine.connect() as connection:
        return set(connection.execute(names).scalars())


def opened(web, quote, who):
    address = f"/q/{quote}/edit"
    return filled_in(look(web, address, who), address) | {"do": "save"}


def test_who_saves_over_a_newer_word_of_somebody_else_is_shown_both_and_nothing_is_lost(web, ann, sue):
    quote = one(web, ann, themes="Loss")
    address = f"/q/{quote}/edit"
    hers, stewards = opened(web, quote, ann), opened(web, quote, sue)
    assert send(web, address, hers | {"note": "She decides."}, ann).status == 303
    refused = send(web, address, stewards | {"themes": "Waiting, being heard"}, sue)
    assert refused.status == 409 and "Somebody else has said something" in refused.text
    assert "She decides." in refused.text and 'value="Waiting, being heard"' in refused.text
    assert rows(web.archive, QUOTE)[0]["note"] == "She decides." and themes(web) == {"Loss"}
    again = filled_in(refused, address) | {"do": "save", "note": "She decides."}
    assert send(web, address, again, sue).status == 303
    assert rows(web.archive, QUOTE)[0]["note"] == "She decides."
    assert themes(web) == {"Waiting", "being heard"}


def test_who_saves_what_stands_there_already_is_not_told_of_a_conflict(web, ann, sue):
    quote = one(web, ann)
    hers, stewards = opened(web, quote, ann), opened(web, quote, sue)
    for who, form in ((ann, hers), (sue, stewards)):
        assert send(web, f"/q/{quote}/edit", form | {"note": "The same."}, who).status == 303


def test_a_form_that_does_not_say_what_it_showed_changes_only_what_it_names(web, ann):
    quote = one(web, ann, themes="Loss", note="Kept.", stays="yes")
    address = f"/q/{quote}/edit"
    send(web, address, {"do": "save", "themes": "Waiting"}, ann)
    row = rows(web.archive, QUOTE)[0]
    assert (themes(web), row["note"], row["stays"]) == ({"Waiting"}, "Kept.", True)
    send(web, address, {"do": "save", "stays": ""}, ann)
    assert rows(web.archive, QUOTE)[0]["stays"] is False and themes(web) == {"Waiting"}
    send(web, address, opened(web, quote, ann) | {"stays": "yes"}, ann)
    assert rows(web.archive, QUOTE)[0]["stays"] is True
    without = {name: value for name, value in opened(web, quote, ann).items() if name != "stays"}
    send(web, address, without, ann)
    assert rows(web.archive, QUOTE)[0]["stays"] is False


def test_a_theme_that_was_merged_while_a_form_was_open_is_no_conflict(web, ann, sue):
    quote = one(web, ann, themes="Bereavement")
    form = opened(web, quote, ann)
    one(web, sue, "the chair", themes="Loss")
    first, into = (row["key"] for row in rows(web.archive, CODEBOOK))
    with web.archive.writing() as connection:
        connection.execute(update(CODEBOOK).where(CODEBOOK.c.key == first).values(merged_into=into))
        connection.commit()
    assert send(web, f"/q/{quote}/edit", form | {"note": "Hers."}, ann).status == 303
    assert [row["theme"] for row in rows(web.archive, QUOTE_THEME)] == [first, into]


def twice(web, who, first, second):
    """A mark that was taken off, and another of the same words."""
    gone = one(web, who, WORDS, **first)
    send(web, f"/q/{gone}/edit", {"do": "remove"}, who)
    return gone, one(web, who, WORDS, **second)


def test_words_marked_again_and_then_put_back_are_one_quote_with_what_was_said_of_both(web, ann):
    first = {"themes": "Loss", "note": "First.", "stays": "yes"}
    gone, there = twice(web, ann, first, {"themes": "Waiting", "note": "Second."})
    assert gone != there
    answer = send(web, f"/q/{gone}/edit", {"do": "back"}, ann)
    assert answer.status == 303 and answer["location"] == f"/stories/open?changed={there}#{there}"
    (live,) = [row for row in rows(web.archive, QUOTE) if row["removed"] is None]
    assert (live["id"], live["note"], live["stays"]) == (there, "Second.\n\nFirst.", True)
    text = page(web, ann)
    assert "Loss" in text and "Waiting" in text and gone not in text
    assert look(web, f"/q/{gone}", ann)["location"] == f"/stories/open?quote={there}#{there}"
    send(web, f"/q/{gone}/edit", {"do": "back"}, ann)
    assert rows(web.archive, QUOTE)[1]["note"] == "Second.\n\nFirst."


def test_what_was_made_of_a_mark_goes_along_into_the_one_that_is_there(web, ann):
    gone, there = twice(web, ann, {}, {})
    key, other = (row["key"] for row in rows(web.archive, QUOTE))
    with web.archive.writing() as connection:
        placed = {"account": None, "at": web.archive.now()}
        cells = [(1, 1, key), (1, 2, key), (1, 1, other)]
        named = [{"row": row, "column": column, "quote": quote} | placed for row, column, quote in cells]
        connection.execute(insert(LENS_QUOTE), named)
        memo = {"id": "m-00000000", "about": "quote", "target": gone, "words": "Hm.", "folded": "hm."}
        connection.execute(insert(MEMO).values(**memo, made=web.archive.now(), changed=web.archive.now()))
        connection.commit()
    send(web, f"/q/{gone}/edit", {"do": "back"}, ann)
    placed = {(row["row"], row["column"], row["quote"]) for row in rows(web.archive, LENS_QUOTE)}
    assert placed == {(1, 1, other), (1, 2, other)}
    assert [row["target"] for row in rows(web.archive, MEMO)] == [there]


def test_the_same_words_marked_in_one_moment_by_one_person_are_one_quote(web):
    def marks(number):
        said = About((), f"Note {number}.", stays=False)
        return mark(web.archive, TERMINAL, By(None), "s-0pen0000", [Chosen(AT, WORDS)], 1, said)[0]

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(marks, range(8)))
    (row,) = rows(web.archive, QUOTE)
    assert ids == {row["id"]} and all(f"Note {number}." in row["note"] for number in range(8))


def test_a_mark_that_has_no_room_in_the_other_is_not_put_back_and_says_so(web, ann):
    gone, there = twice(web, ann, {"note": "a" * 1_500}, {"note": "b" * 1_500})
    refused = send(web, f"/q/{gone}/edit", {"do": "back"}, ann)
    assert refused.status == 422 and "can not be one mark" in refused.text and there in refused.text
    assert [row["note"][:1] for row in rows(web.archive, QUOTE)] == ["a", "b"]
    assert rows(web.archive, QUOTE)[0]["removed"] is not None


def test_two_notes_that_do_not_fit_on_one_quote_are_refused_and_nothing_is_cut(web, ann):
    one(web, ann, WORDS, note="a" * 1_500, themes="Loss")
    refused = marking(web, ann, anchor=AT, exact=WORDS, note="b" * 1_500, themes="Waiting")
    assert refused.status == 422 and "At most 498 more would fit" in refused.text
    assert "b" * 1_500 in refused.text
    assert rows(web.archive, QUOTE)[0]["note"] == "a" * 1_500 and themes(web) == {"Loss"}
    assert one(web, ann, WORDS, note="b" * 498)
    full = marking(web, ann, anchor=AT, exact=WORDS, note="c")
    assert full.status == 422 and "Nothing more fits" in full.text


def test_a_short_note_that_is_part_of_a_longer_one_is_kept_and_the_same_note_is_not_said_twice(web, ann):
    one(web, ann, WORDS, note="She decides.")
    one(web, ann, WORDS, note="She")
    one(web, ann, WORDS, note="She decides.")
    assert rows(web.archive, QUOTE)[0]["note"] == "She decides.\n\nShe"


def test_twenty_themes_and_others_are_refused_and_one_that_is_there_already_is_none_more(web, ann):
    twenty = ", ".join(f"theme {number}" for number in range(20))
    quote = one(web, ann, WORDS, themes=twenty)
    refused = marking(web, ann, anchor=AT, exact=WORDS, themes="Other", note="Why.")
    assert refused.status == 422 and "20 is the most for one quote" in refused.text
    assert "Other" in refused.text and len(rows(web.archive, QUOTE_THEME)) == 20
    assert [row["name"] for row in rows(web.archive, CODEBOOK) if row["name"] == "Other"] == []
    assert one(web, ann, WORDS, themes="theme 7", note="Why.") == quote
    assert send(web, f"/q/{quote}/edit", opened(web, quote, ann), ann).status == 303


def test_a_quote_that_a_cluster_gave_a_theme_too_many_keeps_them_and_takes_no_more(web, ann):
    quote = one(web, ann, WORDS, themes=", ".join(f"theme {number}" for number in range(20)))
    (key,) = [row["key"] for row in rows(web.archive, QUOTE)]
    with web.archive.writing() as connection:
        give(connection, [key], themes_given(web.archive, connection, TERMINAL, ["Doors"], None).values())
        connection.commit()
    form = opened(web, quote, ann)
    assert send(web, f"/q/{quote}/edit", form | {"note": "Why."}, ann).status == 303
    assert rows(web.archive, QUOTE)[0]["note"] == "Why." and len(rows(web.archive, QUOTE_THEME)) == 21
    more = opened(web, quote, ann)
    refused = send(web, f"/q/{quote}/edit", more | {"themes": f"{more['themes']}, Other"}, ann)
    assert refused.status == 422 and "22 themes, and 20 is the most" in refused.text


def test_what_she_wrote_of_a_quote_that_an_edit_lost_meanwhile_is_kept_where_it_waits(web, ann):
    quote = one(web, ann, WORDS)
    form = opened(web, quote, ann)
    edited(web, "Nobody came.\n")
    answer = send(web, f"/q/{quote}/edit", form | {"note": "She decides.", "themes": "Doors"}, ann)
    assert answer["location"] == f"/desk/quotes?saved=said#{quote}"
    waiting = look(web, answer["location"].partition("#")[0], ann).text
    assert "What you wrote is kept." in waiting and "She decides." in waiting and "Doors" in waiting
    ben = someone(web.archive, "Ben", "member", organisation="Here")
    assert send(web, f"/q/{quote}/edit", form | {"note": "His."}, ben).status == 404
