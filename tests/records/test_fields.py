"""What a gatherer wrote in another way than the contract's is understood where it can be."""

import pytest

from app.records.model import Moment, MomentKind, Statement, StatementGroup, Use
from tests.records.reading import keys, persona


def test_tags_categories_and_keywords_are_themes_where_there_are_no_themes():
    assert keys("tags: [a]\ncategories: b, c\nkeywords:\n- a").story.themes == ("a", "b", "c")
    story = keys("themes: []\ntags: [a]").story
    assert (story.themes, story.other_keys) == ((), {"tags": ["a"]})


def test_gathered_comes_before_date_and_uses_before_scope():
    assert keys("date: 2020\ngathered: 2026").story.gathered.iso == "2026"
    consent = keys("consent: {scope: [publication], uses: [design]}").story.consent
    assert consent.uses == {Use.DESIGN}


def test_a_single_text_is_a_list_of_one_and_commas_split_it():
    story = keys("kind: lived experience, peer worker\npersonas: elena\nhopes: rest").story
    assert story.kinds == ("lived experience", "peer worker")
    assert (story.personas, story.hopes) == (("elena",), ("rest",))


def test_a_story_without_consent_states_none_and_understands_that():
    parsed = keys("title: x\ncontents: y\ncontext: {a: b}")
    assert (parsed.story.consent.stated, parsed.story.consent.understood) == (False, True)
    assert parsed.problems == ()


def test_keys_that_the_archive_does_not_know_are_kept():
    assert keys("credits: [Sam, {by: Jo}]\nx:").story.other_keys == {
        "credits": ["Sam", {"by": "Jo"}],
        "x": None,
    }


def test_a_key_spelt_in_another_way_is_named():
    parsed = keys("Title: x\ncontent-notes: y\nStoryTeller: z")
    assert [(problem.line, problem.key) for problem in parsed.problems] == [
        (2, "Title"),
        (3, "content-notes"),
        (4, "StoryTeller"),
    ]
    assert parsed.story.title == "marisa"


def test_moments_are_kept_in_order_and_what_is_not_understood_is_named():
    parsed = keys(
        "moments:\n- {when: 2019, what: a, kind: turning-point}\n- b\n- {kind: low}\n- {what: c, kind: odd}"
    )
    assert parsed.story.moments == (Moment("a", "2019", MomentKind.TURNING_POINT), Moment("b"), Moment("c"))
    assert [(problem.line, problem.key) for problem in parsed.problems] == [(5, "moments"), (6, "moments")]


@pytest.mark.parametrize("language", ["en-GB", "cy", "zh-Hant-TW", " pl "])
def test_a_language_is_a_tag(language):
    assert keys(f"language: '{language}'").story.language == language.strip()


def test_no_problem_repeats_what_was_said():
    secret = "Marisa Delgado"
    parsed = keys(
        f"gathered: {secret}\nlanguage: {secret}\nown_name: {secret}\nmoments: {secret}\nid: {secret}\n"
        f"status: {secret}\ndraft: {secret}\nthemes: [[{secret}]]\ncontext: {secret}\n"
        f"consent: {{uses: [{secret}]}}"
    )
    assert len(parsed.problems) == 10
    assert secret not in str(parsed.problems)


def test_a_persona_is_understood_whole():
    parsed = persona(
        "id: who-3m2xa8qd\nname: Elena\ntagline: who keeps starting again\nquote: s-7k3fq2mx#p-4c1e9a\n"
        "uses: [design, publication]\nstories: [s-7k3fq2mx]\nreviewed: 2026-04-10\nstatements:\n"
        "  What she brings:\n    - Knows every bus, and every receptionist\n  What gets in the way:\n"
        "    - {statement: Repeats it, evidence: [s-7k3fq2mx#p-4c1e9a, q-81hs2k4p], against: q-2m9tb3rw}\n"
    )
    elena = parsed.persona
    assert parsed.problems == ()
    assert (elena.id, elena.name, elena.quote) == ("who-3m2xa8qd", "Elena", "s-7k3fq2mx#p-4c1e9a")
    assert (elena.uses, elena.uses_stated) == ({Use.DESIGN, Use.PUBLICATION}, True)
    assert elena.reviewed.iso == "2026-04-10"
    assert elena.groups == (
        StatementGroup("What she brings", (Statement("Knows every bus, and every receptionist"),)),
        StatementGroup(
            "What gets in the way",
            (Statement("Repeats it", ("s-7k3fq2mx#p-4c1e9a", "q-81hs2k4p"), ("q-2m9tb3rw",)),),
        ),
    )


@pytest.mark.parametrize(
    ("front_matter", "uses", "stated"),
    [
        ("name: x", {Use.DESIGN}, False),
        ("uses: []", set(), True),
        ("uses:", set(), True),
        ("uses: [design, sale]", set(), True),
        ("Uses: [publication]", set(), True),
        ("consent: {uses: [publication]}", set(), True),
        ("uses: publication", {Use.PUBLICATION}, True),
    ],
)
def test_a_persona_without_uses_is_for_design_and_one_with_odd_uses_for_nothing(front_matter, uses, stated):
    parsed = persona(front_matter)
    assert (parsed.persona.uses, parsed.persona.uses_stated) == (uses, stated)


def test_a_persona_is_named_by_name_title_heading_or_file():
    assert persona("title: Simone").persona.name == "Simone"
    assert persona("tagline: x").persona.name == "elena"


@pytest.mark.parametrize(
    "statements", ["x", "[a, b]", "{a: [{evidence: q-81hs2k4p}]}", "{a: [{statement: x, evidence: her}]}"]
)
def test_statements_that_can_not_be_understood_are_problems(statements):
    assert [problem.key for problem in persona(f"statements: {statements}").problems] == ["statements"]
