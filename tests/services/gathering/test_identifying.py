"""What a check of a text finds that may tell who somebody is, and what it leaves alone."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.gathering import patterns
from app.services.gathering.identifying import Kind, find_names

STORYBOOK = Path(__file__).parents[4] / "shared" / "data" / "storybook"
TOLD = {"Donna", "Judd", "Katie", "Linda", "Pat", "Shaz", "Trudy", "Wendy"}
MENTIONED = {
    "Anthony",
    "Anthony Seddon",
    "Matthew",
    "Jo",
    "Stacey",
    "Sandra",
    "James",
    "Vivien",
    "Ella",
    "Siobhan",
    "Nick",
    "Jessie",
}


def found(text, kind=None, **told):
    return [one.text for one in find_names(text, **told) if kind is None or one.kind == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("She saw Dr Whitfield. Whitfield said no.", ["Whitfield", "Whitfield"]),
        ("Then Mrs O’Brien’s dog came.", ["O’Brien"]),
        ("My friend Kwabenah rang.", ["Kwabenah"]),
        ("There was a nurse called Xolani who stayed.", ["Xolani"]),
        ("It was Priya Natarajan who listened.", ["Priya Natarajan"]),
        ("Agnieszka rang back.", ["Agnieszka"]),
        ("**Tonho:** I went.\n\n**Interviewer:** And?\n\n**Tonho:** On.\n\n**Tonho:** So.", ["Tonho"] * 3),
        ("We met Will Power there.", ["Will Power"]),
        ("So I went with Grace to the sea.", ["Grace"]),
        ("DONNA. Then Donna spoke.", ["DONNA", "Donna"]),
    ],
)
def test_a_name_is_found_by_how_the_text_speaks_of_somebody(text, names):
    assert found(text, Kind.NAME) == names


@pytest.mark.parametrize(
    "text",
    [
        "The Living Well Programme came to Tameside & Glossop in May.",
        "Will you ring? Hope is all. Mark this. In April and August too.",
        "On Monday the Crisis Team of Stepping Hill Hospital wrote. Nobody said why.",
        "I was on PIP and saw my GP. The CPN said so. COVID came.",
        "I write in an IDE with a NAS. I wrote to the BBC.",
        "She uses WhatsApp, reads the Guardian and speaks Polish.",
        "The Anthony Seddon Fund is in Manchester.",
        "## What Gets In The Way\n\n**Note:** this. **Note:** that.",
    ],
)
def test_words_with_a_capital_letter_that_name_nobody_are_left_alone(text):
    assert found(text) == []


def test_names_of_the_key_are_found_in_every_way_in_which_they_are_written():
    text = "MARISA came. marisa’s bag, Jones too; Mrs Jones. Jonesy did not."
    assert found(text, known=["Marisa Jones"]) == ["MARISA", "marisa", "Jones", "Jones"]
    assert found("Will rang. He will not.", known=["Will"]) == ["Will"]
    assert found("Zoë or Zoe\u0308", known=["Zoë"]) == ["Zoë", "Zoe\u0308"]


def test_a_storyteller_who_keeps_her_own_name_keeps_it_and_nobody_else_does():
    assert found("Marisa and Anna came.", own=["Marisa"]) == ["Anna"]
    assert found("Marisa Jones came.", own=["Marisa"]) == ["Marisa Jones"]


def test_what_stands_in_brackets_for_somebody_is_no_name_left_behind():
    assert found("[Anna] came, and Anna too.", pseudonyms=["Anna"]) == ["Anna"]


@pytest.mark.parametrize(
    ("kind", "text", "texts"),
    [
        (Kind.PHONE, "Ring 07700 900123 or +44 20 7946 0018, (0161) 496 0000.", 3),
        (Kind.PHONE, "My number is 496 0123.", 1),
        (Kind.PHONE, "From 2019-2021 it cost £1,000,000, at 12:30 on 2020-01-02, 24/7; 3.14159265.", 0),
        (Kind.EMAIL, "Write to m.jones@nhs.net.", 1),
        (Kind.POSTCODE, "S1 2AB, EC1A 1BB and m1 1ae, but not Q1 2AB or a13b4cd.", 3),
        (Kind.NHS, "943 476 5919 and 9434765919, not 943 476 5910.", 2),
        (Kind.INSURANCE, "AB 12 34 56 C, not QQ123456C.", 1),
        (Kind.BIRTH, "Born on 12 March 1985. DOB: 12/03/85. Her birthday is the 3rd of May.", 3),
        (Kind.BIRTH, "She came on 12 March 1985.", 0),
        (Kind.ADDRESS, "At 12 Mill Lane, then Flat 3, 14 St Mary’s Road, then Coronation Street.", 3),
        (Kind.ADDRESS, "Down the street, on the road to nowhere.", 0),
        (Kind.WEB, "https://fb.com/marisa, www.x.org/y?z, foo.co.uk and @marisa_j.", 4),
        (Kind.WEB, "It was late.So we went. And etc.And e.g. this.", 0),
    ],
)
def test_what_leads_to_a_person_is_found_by_its_form(kind, text, texts):
    assert len(found(text, kind)) == texts, found(text)


def test_closed_passages_comments_and_the_targets_of_links_are_looked_into():
    text = "[her](https://example.org/m)\n\n::: closed\nDr Whitfield.\n:::\n\n<!-- real: Agnes -->\n"
    assert found(text) == ["https://example.org/m", "Whitfield", "Agnes"]


def test_a_finding_says_where_it_stands_in_the_source():
    text = "First.\n\n> She saw *Dr Whitfield*.\n"
    (one,) = find_names(text)
    assert (text[one.start : one.end], one.line) == ("Whitfield", 3)


@given(st.text(alphabet="ab A.B’-@1 0+()[]:\n’é", max_size=300), st.lists(st.text(max_size=8), max_size=3))
def test_findings_never_overlap_and_are_what_they_say(text, known):
    end = 0
    for one in find_names(text, known=known):
        assert end <= one.start < one.end and text[one.start : one.end] == one.text
        end = one.end


@pytest.mark.parametrize(
    "piece", ["a", "1 ", "Ab ", "Anna ", "@", "a.b.", "(", "www.", "A", "born 1 ", "Anna: b\n"]
)
def test_no_text_is_looked_at_more_often_the_longer_it_is(piece, monkeypatch):
    """The dear steps, counted: the library for telephone numbers and the look behind a word."""
    asked = Counter()
    real = patterns._possible
    monkeypatch.setattr(patterns, "_possible", lambda *told: asked.update(["phone"]) or real(*told))
    find_names((piece * 40_000)[:40_000])
    once = asked["phone"]
    find_names((piece * 80_000)[:80_000])
    assert asked["phone"] - once <= min(2 * once + 2, patterns._MOST_ASKED)


def test_no_pattern_repeats_without_an_end_but_in_what_begins_at_the_end_of_a_slice():
    """What can repeat without an end takes the square of a text's length."""
    for name, pattern in vars(patterns).items():
        if isinstance(pattern, re.Pattern) and name != "_CALLED":  # which sees forty characters
            bare = re.sub(r"\[(?:\\.|[^\]])*\]|\\.", "x", pattern.pattern)
            assert not re.search(r"[*+]", bare), name


@pytest.mark.skipif(not STORYBOOK.is_dir(), reason="the storybook is not here")
def test_in_a_real_storybook_nothing_but_people_is_taken_for_people(figures):
    bodies = [
        path.read_text(encoding="utf-8").split("\n---\n", 1)[1] for path in sorted(STORYBOOK.glob("*.md"))
    ]
    names = Counter(name for body in bodies for name in found(body, Kind.NAME))
    false = [name for name in names if name.title() not in TOLD | MENTIONED | {"Lisa"}]
    assert false == []
    assert {one for one in MENTIONED if one not in names} == set()
    figures("words of the storybook looked through for names", sum(len(body.split()) for body in bodies))
    figures("names found in it", names.total())
    figures("of these, nobody’s name", len(false))
