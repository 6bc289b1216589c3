"""What differs is said word by word, and nothing of either text goes missing on the way."""

from hypothesis import given
from hypothesis import strategies as st

from app.services.gathering.differing import compared, counted, without_comments
from app.services.gathering.fields import fields_changed, keys_of
from app.services.views import Counts, Part, Piece

STORY = "The first thing she does is move the chair.\n\nNobody rang.\n\nThen somebody did.\n"


def same(text: str) -> Part:
    return Part((Piece("same", text),))


def side(parts: list[Part], *kinds: str) -> str:
    """The words of one of the two texts, as the pieces give them."""
    pieces = (piece for part in parts for piece in [*part.pieces, Piece("same", " ")])
    return "".join(piece.text.replace("¶", "") for piece in pieces if piece.what in kinds)


def test_a_changed_word_is_shown_in_its_paragraph():
    parts = compared(STORY, STORY.replace("Nobody", "No one"))
    pieces = (Piece("removed", "Nobody"), Piece("added", "No one"), Piece("same", " rang."))
    before, after = "The first thing she does is move the chair.", "Then somebody did."
    assert parts == [same(before), Part(pieces), same(after)]


def test_what_is_far_from_a_change_is_folded():
    far = "\n\n".join(f"Passage {number}." for number in range(20))
    parts = compared(far, far.replace("Passage 9.", "Passage nine."))
    assert [part.folded for part in parts if part.folded] == [8, 9]
    assert len(parts) == 5


def test_two_texts_that_say_the_same_have_no_parts():
    assert compared(STORY, STORY.replace("\n", "\r\n") + "\n\n") == []


def test_a_paragraph_cut_in_two_shows_where():
    parts = compared("One thing. Another.\n", "One thing.\n\nAnother.\n")
    assert any(piece == Piece("added", "¶") for part in parts for piece in part.pieces)


def test_paragraphs_that_changed_together_are_each_beside_what_they_were():
    before = "Nobody rang for eleven months.\n\nThen somebody did.\n\nIt was late by then.\n"
    after = "Nobody rang for a year.\n\nShe had stopped to wait.\n\nThen somebody did, she says.\n"
    whole = [{piece.what for piece in part.pieces} for part in compared(before, after)]
    assert whole == [{"same", "removed", "added"}, {"added"}, {"same", "added"}, {"removed"}]


def test_closing_a_passage_brings_no_word():
    assert counted("She said.\n", "::: closed\nShe said.\n:::\n") == Counts()


def test_comments_are_in_no_part():
    assert (
        without_comments("A <!-- her name\nis x --> b\n\n<!-- never\nended\n\nstays\n")
        == "A  b\n\n\n\nstays\n"
    )


def test_words_that_came_and_went_are_counted():
    assert counted("one two two three", "two two four five three") == Counts(added=2, removed=1)


prose = st.lists(st.sampled_from(["she", "he", "rang", "back.", "\n\n", "—", "1a", "\n"]), max_size=30).map(
    " ".join
)


@given(prose, prose)
def test_both_texts_can_be_read_from_what_is_shown(before, after):
    parts = compared(before, after)
    if not parts:
        assert before.split() == after.split()
        return
    hidden = sum(part.folded for part in parts)
    if not hidden:
        assert side(parts, "same", "removed").split() == before.split()
        assert side(parts, "same", "added").split() == after.split()


def test_texts_made_to_take_long_are_answered_and_hold_all_words():
    line = "word " * 200_000
    for before, after in (
        (line, line.replace("word", "ward")),
        (line, line[:500_000] + "x" + line[500_000:]),
        ("a b " * 100_000, "b a c " * 70_000),
        ("\n\n".join(f"p {n}" for n in range(9_000)), "\n\n".join(f"q {n % 7}" for n in range(9_000))),
    ):
        parts = compared(before, after)
        assert {piece.what for part in parts for piece in part.pieces} >= {"added"}


def test_keys_that_changed_are_said_in_words():
    before = (
        b"---\ntitle: A\ngathered: 2026-03\nconsent: {uses: [design], until: 2029-03-04}\nextra: x\n---\n"
    )
    after = (
        b"---\ntitle: B\ngathered: 2026-03\nconsent: {uses: [design, learning]}\nhopes: [rest, tea]\n---\n"
    )
    told = fields_changed(keys_of(before), keys_of(after), language="en-GB")
    assert [(one.key, one.before, one.after) for one in told] == [
        ("title", "A", "B"),
        ("consent, uses", "design sessions", "design sessions, learning"),
        ("hopes", "", "rest, tea"),
        ("consent, until", "4 March 2029", ""),
        ("extra", "x", ""),
    ]


def test_what_is_only_counted_is_not_repeated_nor_a_persona_that_is_none():
    before = b"---\ncontext: {age_band: 30-49}\npersonas: [elena]\n---\n"
    after = b"---\ncontext: {age_band: 50-69}\npersonas: [elena, maureen]\n---\n"
    told = fields_changed(keys_of(before), keys_of(after), language="en-GB", personas=["elena"])
    assert "50-69" not in str(told) and "30-49" not in str(told)
    assert [(one.before, one.after) for one in told if one.key == "personas"] == [
        ("elena", "elena, 1 not known here")
    ]
