"""Comments and changes in a document part no label from her words, and make them nobody else's."""

import re
from dataclasses import replace

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.commented import without_comments
from app.imports.conversations import turns_in
from app.imports.model import Converted, Turn
from app.imports.turns import body_of
from app.services.gathering.speaking import speakers_of, told_by
from tests.imports.commenting import changed_word, commented_text, commented_word
from tests.imports.documents import saved, word, word_body
from tests.imports.words import read, reasons, shown
from tests.proof_scale import scaled

TALK = (
    "Interviewer: How did it begin?",
    "Bronagh: I moved in with my brother after the winter, and slept in the small room.",
    "Interviewer: And then?",
    "Bronagh: He left.",
    "I stayed on for another year.",
    "Interviewer: What helped?",
    "Bronagh: The lamp. It was lit at five, and again at nine.",
)
SIZE = sum(map(len, TALK))
ANCHORS = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE)).map(lambda two: (min(two), max(two))),
    min_size=1,
    max_size=6,
)
LABEL = len(TALK[0])  # where Bronagh's first label begins
ON_LABELS = {
    "on a whole turn": [(LABEL, LABEL + len(TALK[1]))],
    "within a label": [(LABEL + 3, LABEL + 9)],
    "from a label's colon": [(LABEL + 7, LABEL + 12)],
    "from the first word": [(LABEL + 9, LABEL + 12)],
    "from the space after a label": [(LABEL + 8, LABEL + 12)],
    "several on one turn": [(LABEL, LABEL + 4), (LABEL, LABEL + 40), (LABEL + 9, LABEL + 20)],
    "over several turns": [(3, SIZE), (LABEL + 2, SIZE - 3)],
    "at the end": [(SIZE - 1, SIZE)],
}
KINDS = {"talk.docx": commented_word, "talk.odt": commented_text}


def plain(turns):
    return [(turn.speaker, " ".join(without_comments(turn.text).split())) for turn in turns]


UNCOMMENTED = read("talk.docx", word(*TALK)).turns
PLAIN, SPEAKERS = plain(UNCOMMENTED), speakers_of(UNCOMMENTED)


def is_the_same_talk(found: Converted) -> None:
    assert plain(found.turns) == PLAIN
    assert turns_in(body_of(found.turns)) == found.turns
    assert speakers_of(found.turns) == SPEAKERS
    assert " ".join(" ".join(shown(found.body)).split()) == " ".join(TALK)
    assert "did not come over" not in reasons(found)


def all_are_kept(found: Converted, comments: int) -> None:
    kept = re.findall(r"<!-- Jo: Lindqvist(\d): ask (\d) again -+ soon -->", found.body)
    assert sorted(kept) == [(str(n), str(n)) for n in range(comments)]
    assert f"{comments} comment{'s were' if comments > 1 else ' was'} kept" in reasons(found)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("where", ON_LABELS)
def test_a_comment_on_a_label_takes_nobodys_words_away(name, bold, where):
    found = read(name, KINDS[name](TALK, bold, ON_LABELS[where]))
    is_the_same_talk(found)
    all_are_kept(found, len(ON_LABELS[where]))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=scaled(8, 600), deadline=None)
@given(anchors=ANCHORS, bold=st.booleans())
def test_wherever_comments_stand_the_conversation_is_the_same(name, anchors, bold):
    found = read(name, KINDS[name](TALK, bold, anchors))
    is_the_same_talk(found)
    all_are_kept(found, len(anchors))


@settings(max_examples=scaled(8, 600), deadline=None)
@given(changes=ANCHORS, bold=st.booleans())
def test_wherever_changes_were_tracked_the_conversation_is_the_same(changes, bold):
    is_the_same_talk(read("talk.docx", changed_word(TALK, bold, changes)))


CHANGE = 'w:id="3" w:author="J" w:date="2026-01-01T00:00:00Z"'
END_STRUCK_OUT = f"<w:pPr><w:rPr><w:del {CHANGE}/></w:rPr></w:pPr>"


def paragraph(text, before=""):
    return f'<w:p>{before}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def test_paragraphs_whose_end_was_struck_out_are_one():
    gone = f"<w:p>{END_STRUCK_OUT}<w:del {CHANGE}><w:r><w:delText>Bo: No.</w:delText></w:r></w:del></w:p>"
    said = [paragraph("Ann: How was it?"), gone, paragraph("Bo: Brown."), paragraph("Ann: And?")]
    said += [paragraph("Bo", END_STRUCK_OUT), paragraph(": No.", END_STRUCK_OUT), paragraph(" Never.")]
    assert read("talk.docx", word_body("".join(said))).turns == (
        Turn("Ann", "How was it?"),
        Turn("Bo", "Brown."),
        Turn("Ann", "And?"),
        Turn("Bo", "No. Never."),
    )


def test_what_was_moved_elsewhere_is_not_said_to_be_missing():
    said = paragraph("moved there")
    moved = said.replace("<w:r>", f"<w:moveFrom {CHANGE}><w:r>").replace("</w:r>", "</w:r></w:moveFrom>")
    came = said.replace("<w:r>", f"<w:moveTo {CHANGE}><w:r>").replace("</w:r>", "</w:r></w:moveTo>")
    found = read("talk.docx", word_body(f"{moved}{paragraph('Here.')}{came}"))
    assert shown(found.body) == ["Here.", "moved there"]
    assert "did not come over" not in reasons(found)


def test_who_goes_on_under_her_own_label_loses_no_word():
    found = read("talk.docx", word("Ann: How?", "Bo: Brown.", "Bo: All of it.", "Ann: And?"))
    assert found.turns[1:3] == (Turn("Bo", "Brown."), Turn("Bo", "All of it."))
    assert found.reports == ()


def test_without_the_interviewer_the_storyteller_is_still_there():
    anchor = (LABEL, LABEL + len(TALK[1]))
    turns = read("talk.docx", commented_word(TALK, False, [anchor])).turns
    kept = [replace(one, kept=one.name != "Interviewer") for one in speakers_of(turns)]
    alone = " ".join(shown(told_by(turns, kept)))
    assert alone.startswith("I moved in with my brother") and alone.endswith("again at nine.")


def commented(lines, *numbers):
    document = docx.Document()
    for number, line in enumerate(lines):
        run = document.add_paragraph().add_run(line)
        if number in numbers:
            document.add_comment([run], f"Lindqvist{number}", author="Jo", initials="J")
    return saved(document)


def test_a_comment_where_nothing_is_said_goes_to_what_is_said_next():
    lines = ["", "Ann: How?", "Bo:", "Brown.", "Ann:", "Bo: No.", "Ann: And?", "Bo:"]
    found = read("talk.docx", commented(lines, 0, 2, 4, 7))
    assert found.body == (
        "**Ann:** <!-- Jo: Lindqvist0 -->How?\n\n"
        "**Bo:** <!-- Jo: Lindqvist2 -->Brown.\n\n"
        "<!-- Jo: Lindqvist4 -->No.\n\n"
        "**Ann:** And?\n\n<!-- Jo: Lindqvist7 -->\n"
    )


def test_a_passage_is_closed_also_where_its_marks_are_commented():
    lines = ["Open.", "::: closed", "About her brother.", ":::", "Open again."]
    found = read("talk.docx", commented(lines, 1, 3))
    assert shown(found.body) == ["Open.", "Open again."]
    assert "Lindqvist1" in found.body and "Lindqvist3" in found.body


def test_words_of_which_a_part_is_bold_or_commented_are_not_said_to_be_missing():
    document = docx.Document()
    paragraph = document.add_paragraph("Ambi")
    half = paragraph.add_run("va")
    half.bold = True
    document.add_comment([half], "Ask", author="Jo", initials="J")
    paragraph.add_run("lence, she said.")
    found = read("talk.docx", saved(document))
    assert shown(found.body) == ["Ambivalence, she said."]
    assert "did not come over" not in reasons(found)


def test_a_text_of_comments_that_never_end_is_read_at_once():
    assert without_comments("<!-- " * 200_000) == "<!-- " * 200_000
    assert without_comments("<!-- a -->" * 100_000 + "b" + "<!--" * 100_000) == "b" + "<!--" * 100_000
    assert without_comments(r"\<!-- said --> <!-- not -->so") == r"\<!-- said --> so"
