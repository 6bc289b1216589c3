"""Words that somebody marked are found again after an edit, or it is said that they are not."""

from hypothesis import given
from hypothesis import strategies as st

from app.rendering.locating import Place, Relocation, State
from tests.marring import Editor, paragraphs_of, passages_of

CHAIR = "The first thing Marisa does is move the chair. She wants to see the door."
FLAT = "She kept the flat, the job and the nephew, in that order, and then for a while only the nephew."
WALL = "“I would come out and sit on the wall,” she says. “I’d think, well, they have it now.”"
STORY = (CHAIR, FLAT, WALL)


def passages(*texts):
    return passages_of(paragraphs_of(texts))


def after(edited, words, story=STORY):
    """What became of these words of the story, and the words and passage where they are now."""
    old, new = passages(*story), passages(*edited)
    (passage,) = [one for one in old if words in one.text]
    found = Relocation(old, new).locate(Place(passage.anchor, passage.text.index(words), words))
    if found.place is None:
        return found.state, "", ""
    (there,) = [one for one in new if one.anchor == found.place.anchor]
    assert there.text[found.place.start : found.place.end] == found.place.exact
    return found.state, found.place.exact, there.text


def test_words_of_a_passage_that_nobody_touched_are_the_same():
    assert after((CHAIR + " And then she laughs.", FLAT, WALL), "the job") == (State.SAME, "the job", FLAT)


def test_words_go_with_a_paragraph_that_moves():
    assert after((WALL, CHAIR, FLAT), "the job")[0] is State.SAME  # its anchor is made of its words


def test_a_typo_mended_beside_the_words_moves_them():
    mended = FLAT.replace("in that order", "in this order")
    assert after((CHAIR, mended, WALL), "the job and the nephew") == (
        State.MOVED,
        "the job and the nephew",
        mended,
    )


def test_a_typo_mended_in_the_words_loses_no_mark_and_is_shown_to_somebody():
    story = (CHAIR, FLAT.replace("the nephew,", "teh nephew,"), WALL)
    found = after(STORY, "the job and teh nephew, in that", story)
    assert found == (State.CHANGED, "the job and the nephew, in that", FLAT)


def test_a_typo_at_the_edge_of_the_words_or_in_the_only_one_is_changed_too():
    story = (CHAIR.replace("Marisa", "Marysa"), FLAT, WALL)
    assert after(STORY, "Marysa", story) == (State.CHANGED, "Marisa", CHAIR)
    assert after(STORY, "Marysa does is move", story) == (State.CHANGED, "Marisa does is move", CHAIR)


def test_words_that_were_taken_out_are_lost_and_never_found_in_a_passage_that_is_alike():
    assert after((CHAIR, WALL), "She kept the flat")[0] is State.LOST
    alike = "She kept the flat of her hand on the table."
    assert after((CHAIR, alike, WALL), "in that order")[0] is State.LOST


def test_words_are_found_after_their_paragraph_was_split_or_joined():
    head, tail = CHAIR.split(" She ", 1)
    assert after((head, f"She {tail}", FLAT, WALL), "see the door")[:2] == (State.MOVED, "see the door")
    assert after((f"{CHAIR} {FLAT}", WALL), "see the door")[:2] == (State.MOVED, "see the door")
    assert after((f"{CHAIR} {FLAT}", WALL), "only the nephew")[:2] == (State.MOVED, "only the nephew")


def test_words_that_a_split_divides_keep_their_greater_part():
    head, tail = CHAIR.split(" She ", 1)
    found = after((head, f"She {tail}", FLAT, WALL), "is move the chair. She")
    assert found == (State.CHANGED, "is move the chair.", head)


def test_of_answers_that_say_the_same_each_stays_where_it_was():
    story = (CHAIR, "Yes.", FLAT, "Yes.", WALL)
    old, new = passages(*story), passages(*story[:2], FLAT + " Always.", *story[3:])
    for anchor in [one.anchor for one in old if one.text == "Yes."]:
        found = Relocation(old, new).locate(Place(anchor, 0, "Yes."))
        assert found.state is State.SAME and found.place.anchor == anchor


def test_of_two_answers_that_say_the_same_one_is_not_taken_for_the_other():
    old = passages("Yes.", "Yes.")
    assert Relocation(old, passages("Yes.")).locate(Place(old[1].anchor, 0, "Yes.")).state is State.LOST


def test_a_place_that_never_was_is_lost():
    old = passages(*STORY)
    relocation = Relocation(old, old)
    assert relocation.locate(Place("p-000000", 0, "The first")).state is State.LOST
    assert relocation.locate(Place(old[0].anchor, 5, "The first")).state is State.LOST
    assert relocation.locate(Place(old[0].anchor, 3, " ")).state is State.LOST


@given(st.randoms(use_true_random=False), st.integers(0, 12))
def test_what_is_found_stands_there_and_what_is_the_same_says_the_same(chance, edits):
    paragraphs = paragraphs_of(STORY * 2)
    old = passages_of(paragraphs)
    for _ in range(edits):
        Editor(chance, ["It rained.", "She kept the flat."]).edit(paragraphs)
    new = passages_of([one for one in paragraphs if one])
    texts = {one.anchor: one.text for one in new}
    passage = chance.choice(old)
    start = chance.randrange(len(passage.text))
    exact = passage.text[start : start + chance.randrange(1, 30)]
    found = Relocation(old, new).locate(Place(passage.anchor, start, exact))
    if found.place:
        assert texts[found.place.anchor][found.place.start : found.place.end] == found.place.exact
        assert found.state is State.CHANGED or found.place.exact == exact
