"""A conversation is the same whether it is kept as turns or as a story's text."""

from hypothesis import given
from hypothesis import strategies as st

from app.imports.conversations import turns_in
from app.imports.escaping import escape_line
from app.imports.model import Turn
from app.imports.turns import body_of, clock

TURNS = (
    Turn("Ann Smith", "How was it?", "00:00:03"),
    Turn("[Elena]", "Brown: all of it.\n\nAnd then more.", "00:00:07"),
    Turn("[Elena]", "Later.", "00:01:07"),
    Turn("Ann Smith", "> “Quoted.”", "01:02:03"),
    Turn("[Elena]", "Yes.", ""),
)


def test_turns_become_paragraphs_with_names_and_times():
    assert body_of(TURNS) == (
        "{at=00:00:03}\n**Ann Smith:** How was it?\n\n"
        "{at=00:00:07}\n**[Elena]:** Brown: all of it.\n\nAnd then more.\n\n"
        "{at=00:01:07}\nLater.\n\n"
        "{at=01:02:03}\n**Ann Smith:**\n\n> “Quoted.”\n\n"
        "**[Elena]:** Yes.\n"
    )


def test_a_text_of_turns_is_read_back_as_they_were():
    assert turns_in(body_of(TURNS)) == TURNS


def test_nothing_said_is_nothing_written():
    assert body_of([]) == ""
    assert body_of([Turn("Ann", ""), Turn("Bo", "\n")]) == ""


NAMES = ["Ann", "Bo B.", "[Elena]", "Łucja"]
SAID = st.from_regex(r"[a-z][a-z*_#:<>\[\]{}'., ]{0,40}[a-z]", fullmatch=True).map(escape_line)


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), SAID, st.integers(1, 9_999).map(clock)), min_size=1, max_size=9
    )
)
def test_any_conversation_is_read_back(said):
    turns = (
        Turn("Ann", "a"),
        Turn("Bo B.", "b"),
        Turn("Ann", "c"),
        Turn("Bo B.", "d"),
        *(Turn(*one) for one in said),
    )
    assert turns_in(body_of(turns)) == turns


def test_one_who_goes_on_speaking_for_long_is_still_in_a_conversation():
    long = tuple(Turn("Ann", "On.", clock(number)) for number in range(1, 30))
    turns = (Turn("Ann", "a"), Turn("Bo B.", "b"), Turn("Ann", "c"), Turn("Bo B.", "d"), *long)
    assert turns_in(body_of(turns)) == turns


def test_a_list_of_particulars_is_no_conversation():
    assert turns_in("Time: ten\n\nPlace: here\n\nAge: forty\n\nShe came.") == ()


def test_a_text_with_closed_passages_or_code_among_its_turns_stays_a_text():
    said = body_of(TURNS)
    assert turns_in(f"{said}\n::: closed\n\n{said}\n:::\n") == ()
    assert turns_in(f"{said}\n```\ncode\n```\n\n{said}") == ()
    assert turns_in(f"# A talk\n\n{said}")[0] == Turn("", "# A talk")


def test_headings_and_tables_among_the_turns_are_nobodys_and_read_back_as_they_were():
    said, table = body_of(TURNS), "| When | What |\n|------|------|\n| 2019 | Left |"
    turns = turns_in(f"{said}\n# Later\n\nIn her kitchen.\n\n{said}\n{table}\n\n{said}")
    assert turns == (*TURNS, Turn("", "# Later\n\nIn her kitchen."), *TURNS, Turn("", table), *TURNS)
    assert turns_in(body_of(turns)) == turns
