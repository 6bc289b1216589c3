"""Who speaks: who tells, who asks, and how the conversation stands under the names that are chosen."""

from dataclasses import replace

import pytest

from app.imports.model import Turn
from app.services.gathering.speaking import Part, speakers_of, told_by

TALK = (
    Turn("", "## March\n\nA long note about the room, the weather and how they came to sit there together."),
    Turn("Interviewer", "Tell me."),
    Turn("Rosa", "They rang, and she put the kettle on."),
    Turn("", "## April"),
    Turn("Interviewer", "And then. Go on."),
    Turn("Rosa", "Nothing?"),
)


def test_whoever_is_named_and_says_most_tells_and_nobody_else():
    parts = {one.name: one.part for one in speakers_of(TALK)}
    assert parts["Rosa"] is Part.TELLER and parts[""] is Part.OTHER


@pytest.mark.parametrize("label", ["Interviewer", "INTERVIEWER 2", "Researcher", "Facilitator", "Int", "Q"])
def test_whoever_is_called_after_asking_asks_whatever_the_marks_in_her_turns(label):
    turns = [replace(turn, speaker=label if turn.speaker == "Interviewer" else turn.speaker) for turn in TALK]
    assert {one.name: one.part for one in speakers_of(turns)}[label] is Part.ASKER


def test_an_interviewer_who_says_most_is_not_taken_for_the_storyteller():
    turns = [*TALK, Turn("Interviewer", "I will now explain at length what happens with this recording.")]
    parts = {one.name: one.part for one in speakers_of(turns)}
    assert parts["Rosa"] is Part.TELLER and parts["Interviewer"] is Part.ASKER


def test_whoever_is_alone_among_headings_is_not_named_above_her_words():
    speakers = [replace(one, kept=one.name != "Interviewer") for one in speakers_of(TALK)]
    assert "**" not in told_by(TALK, speakers) and "## April" in told_by(TALK, speakers)
