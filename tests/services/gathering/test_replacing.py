"""Names replaced by pseudonyms: every form of a person, nothing else, and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.markdown import render
from app.services.gathering.others import _NoLinks
from app.services.gathering.pseudonyms import in_place_of
from app.services.gathering.replacing import changes_for, places_of, spliced, undoing, with_pseudonyms
from app.services.gathering.told_texts import findings_in, texts_of, with_changes

SLUG = "heron"
KEY = {"Marisa Jones": "Ana Brown", "Tom": "Ben"}


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Marisa Jones came.", "[Ana Brown] came."),
        ("Marisa came, and Marisa’s dog.", "[Ana] came, and [Ana]’s dog."),
        ("Mrs Jones rang. MARISA!", "Mrs [Brown] rang. [Ana]!"),
        ("then marisa said", "then [Ana] said"),
        ("Tomorrow Tom came to Tomsk.", "Tomorrow [Ben] came to Tomsk."),
        ("**Marisa:** I went.", "**\\[Ana]:** I went."),
        ("Tom: Yes.", "\\[Ben]: Yes."),
        ("Tom(he) came", "\\[Ben](he) came"),
        ("::: closed\nTom wept.\n:::\n<!-- Tom -->", "::: closed\n[Ben] wept.\n:::\n<!-- [Ben] -->"),
        ("[Ben] and [Ana] came.", "[Ben] and [Ana] came."),
    ],
)
def test_every_form_of_a_name_is_replaced_and_nothing_else(text, replaced):
    assert with_pseudonyms(text, KEY).text == replaced
    assert with_pseudonyms(replaced, KEY).text == replaced


@pytest.mark.parametrize(
    "text", ["Tom: Yes.", "Tom: https://example.org", "Tom (he) or Tom[^1]", "Tom{.x} Tom[x][y]"]
)
def test_no_name_makes_anything_but_words_of_what_stands_beside_it(text):
    """`[Ben]: Yes.` would define a link, and the answer would be gone from the page."""
    html = render(with_pseudonyms(text, KEY).text, links=_NoLinks()).html
    assert html.count("[Ben]") == text.count("Tom")


def test_a_form_that_may_be_either_of_two_people_stays():
    key = {"Marisa Jones": "Ana", "Marisa Smith": "Bea"}
    assert with_pseudonyms("Marisa met Marisa Smith.", key).text == "Marisa met [Bea]."
    assert in_place_of("Marisa", key | {"Marisa": "Cleo"}) == "Cleo"


def test_a_storyteller_who_keeps_her_own_name_keeps_it():
    assert with_pseudonyms("Marisa met Tom.", KEY, own=["Marisa"]).text == "Marisa met [Ben]."


FILE = """---
title: Tom's bus  # a note
own_name: true
storyteller: Marisa
unknown: Tom
strengths: [knows Tom]
---
Marisa came.

Tom’s bus came.
"""
INSTEAD = {
    "title: Tom's bus": 'title: "[Ben]\'s bus"',
    "knows Tom": '"knows [Ben]"',
    "Tom’s bus": "[Ben]’s bus",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_only_the_lines_with_the_name_change(line_end):
    texts = texts_of(FILE.replace("\n", line_end).encode(), SLUG)
    changes = changes_for(texts.whole, findings_in(texts, KEY), KEY)
    wanted = FILE
    for before, after in INSTEAD.items():
        wanted = wanted.replace(before, after)
    assert with_changes(texts, changes).decode() == wanted.replace("\n", line_end)


WORDS = st.sampled_from(
    ["Marisa", "Marisa Jones", "Tom", "came", "[Ben]", ":", "(", "’s", "\n\n", ".", "tomorrow", "TOM"]
)


@given(st.lists(WORDS, max_size=30), st.sampled_from([" ", ""]))
def test_what_was_replaced_can_be_put_back_to_the_letter(words, between):
    body = between.join(words)
    content = f"---\nstatus: draft\n---\n{body}".encode()
    texts = texts_of(content, SLUG)
    changes = changes_for(texts.whole, findings_in(texts, KEY), KEY)
    logged = [one.as_kept() for one in places_of(texts.whole, changes)]
    after = texts_of(with_changes(texts, changes), SLUG)
    assert after.whole == spliced(texts.whole, changes)
    if "[Ben]" not in words:
        back, lost = undoing(after, logged)
        assert (with_changes(after, back), lost) == (content, 0)


def test_a_place_is_known_by_the_words_beside_it_when_the_text_has_changed():
    texts = texts_of(
        b"Tom went to sea in the year of the storm.\n\nLater on TOM came home with a parrot.\n", SLUG
    )
    changes = changes_for(texts.whole, findings_in(texts, KEY), KEY)
    logged = [one.as_kept() for one in places_of(texts.whole, changes)]
    edited = texts_of(b"New.\n\nLater on [Ben] came home with a parrot.\n", SLUG)
    back, lost = undoing(edited, logged)
    assert with_changes(edited, back) == b"New.\n\nLater on TOM came home with a parrot.\n"
    assert lost == 1
