"""A quotation stands as it was said, but for what is openly left out or put in."""

import pytest

from app.rendering.wording import stands_in

SAID = (
    "I had told it so often that it stopped sounding like mine. She never rang back – not once – and "
    "“that was that”, he said. [Her sister] stayed."
)


@pytest.mark.parametrize(
    "wording",
    [
        SAID,
        f"“{SAID}”",
        "I had told it so often that it stopped sounding like mine",
        "it stopped sounding like mine",
        "I had told it so often … it stopped sounding like mine.",
        "I had told it so often [...] like mine",
        "… it stopped sounding like mine …",
        "[S]he never rang back",
        "[The nurse] never rang back",
        "[The nurse never] rang back - not once",
        "She never rang back -- not once -- and 'that was that', he said",
        'and "that was that", he said.',
        "I had told [my story] so often … She never rang back",
        "I had told it [to everybody] so often",
        "[Her sister] stayed",
        "it stopped [sic] sounding like mine",
    ],
)
def test_what_is_marked_with_brackets_and_dots_stands_in_what_was_said(wording):
    assert stands_in(wording, SAID)


@pytest.mark.parametrize(
    "wording",
    [
        "I had told it so often that it stopped sounding as mine.",
        "She rang back",
        "I told it so often",
        "it stopped sounding like mine … I had told it",
        "he never rang back",
        "She never rang back … I had told it so often",
        "old it so often",
        "[…]",
        "[she] … [he]",
        "",
        "…",
        "i had told it so often",
        "I had told it so often [and nobody listened to any of it] he said",
        "[" * 5_000,
        "…" * 3_000 + "x",
    ],
)
def test_what_was_altered_silently_does_not(wording):
    assert not stands_in(wording, SAID)


def test_long_wordings_with_many_marks_take_no_time():
    source = "so it was and so it went " * 200
    assert stands_in("so … " * 39 + "it", source)
    assert not stands_in("so … it [x] was " * 13 + "never", source)
