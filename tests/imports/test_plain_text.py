"""Plain text: transcripts of Otter and Zoom are recognised, all else is paragraphs."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import ImportRefused
from app.imports.model import Turn
from app.rendering.passages import has_words
from tests.imports.words import read, reasons, shown, words

OTTER = """Marisa and the chair

Speaker 1  0:03
How did it begin?

Marisa B.  0:07
It began with a letter.
It was brown.

I put it away.

Speaker 1  1:02:03
And then?
"""
TURNS = (
    Turn("", "Marisa and the chair"),
    Turn("Speaker 1", "How did it begin?", "00:00:03"),
    Turn("Marisa B.", "It began with a letter.\nIt was brown.\n\nI put it away.", "00:00:07"),
    Turn("Speaker 1", "And then?", "01:02:03"),
)


def test_a_gatherer_brings_in_a_transcript_of_otters():
    assert read("talk.txt", OTTER).turns == TURNS


def test_it_becomes_paragraphs_with_names_and_times():
    assert read("talk.txt", OTTER).body == (
        "Marisa and the chair\n\n"
        "{at=00:00:03}\n**Speaker 1:** How did it begin?\n\n"
        "{at=00:00:07}\n**Marisa B.:** It began with a letter.\nIt was brown.\n\nI put it away.\n\n"
        "{at=01:02:03}\n**Speaker 1:** And then?\n"
    )


@pytest.mark.parametrize(
    "zoom",
    [
        "00:00:03 Ann: How was it?\n00:00:05 Owen Rees: Long: very long.\n",
        "[00:00:03] Ann: How was it?\n[00:00:05] Owen Rees: Long: very long.\n",
        "[Ann] 00:00:03\nHow was it?\n\n[Owen Rees] 00:00:05\nLong: very long.\n",
        "00:00:03.120\tAnn :\tHow was it?\r\n00:00:05.900\tOwen Rees:\tLong: very long.\r\n",
    ],
)
def test_a_gatherer_brings_in_a_transcript_of_zooms(zoom):
    turns = read("zoom.txt", zoom).turns
    assert turns == (
        Turn("Ann", "How was it?", "00:00:03"),
        Turn("Owen Rees", "Long: very long.", "00:00:05"),
    )


def test_who_goes_on_speaking_is_not_named_again():
    body = read("zoom.txt", "0:03 Ann: One.\n0:05 Ann: Two.\n").body
    assert body == "{at=00:00:03}\n**Ann:** One.\n\n{at=00:00:05}\nTwo.\n"


def test_one_line_with_a_time_makes_no_transcript():
    assert read("notes.txt", "We met.\n\nBus stop  10:30\n\nShe came.").turns == ()


def test_a_speaker_without_words_is_reported_with_the_line():
    talk = read("talk.txt", "Ann  0:01\nHello.\n\nBo  0:02\n\nAnn  0:03\nStill there?\n")
    assert [turn.speaker for turn in talk.turns] == ["Ann", "Ann"]
    assert "line 4: A speaker is named here, and no words follow." in reasons(talk)


def test_pencil_notes_become_paragraphs():
    assert read("notes.txt", "\n\nThe chair\n stood *there*.\n\n\n\n- no list\n").body == (
        "The chair\nstood \\*there\\*.\n\n\\- no list\n"
    )


def test_a_text_of_long_lines_has_a_paragraph_on_each():
    long = "word " * 40
    assert len(shown(read("notes.txt", f"{long}\n{long}again\n").body)) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_letters_are_read_in_each_encoding(encoding):
    text = "Zoë paid £5 – ‘enough’. " * 5
    assert words(read("notes.txt", text, encoding).body) == words(text)


def test_windows_1252_is_read_and_said():
    notes = read("notes.txt", "Zoë paid £5 – ‘enough’.", "windows-1252")
    assert notes.body == "Zoë paid £5 – ‘enough’.\n"
    assert "Windows-1252" in reasons(notes)


def test_a_damaged_letter_turns_no_other_into_nonsense():
    notes = read("notes.txt", "Zoë paid ".encode() + b"\xff" + " £5 – enough.".encode())
    assert notes.body == "Zoë paid \ufffd £5 – enough.\n"
    assert "damaged" in reasons(notes)


def test_bytes_that_windows_1252_leaves_open_are_left_out_and_counted():
    notes = read("notes.txt", b"caf\xe9 \x81\x8d words")
    assert notes.body == "café words\n"
    assert "2 characters that no one can see" in reasons(notes)


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02\x03" * 100, bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(500)]
)
def test_what_is_no_text_is_refused(content):  # 39
    with pytest.raises(ImportRefused, match="no text"):
        read("notes.txt", content)


def test_a_text_cut_off_in_a_character_is_refused():  # 39
    with pytest.raises(ImportRefused, match="cut off"):
        read("notes.txt", "Zoë paid £5.".encode() + "é".encode()[:1])
    with pytest.raises(ImportRefused, match="cut off"):
        read("notes.txt", b"\xff\xfe" + "A story.".encode("utf-16-le") + b"\x41")


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\xef\xbb\xbf", "\ufeff".encode("utf-16"), b"\x00"])
def test_an_empty_file_is_refused(content):  # 39
    with pytest.raises(ImportRefused):
        read("notes.txt", content)


def test_more_lines_than_a_story_has_are_refused():
    with pytest.raises(ImportRefused, match="too large"):
        read("notes.txt", b"a\n" * 100_001)


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60)


@given(st.lists(LINES, max_size=12))
@example(["Speaker 1  0:03", "a", "Speaker 2  0:04", "b"])
@example(["[x]: y", "[x]"])
@example(["a", "\u2028b"])
@example(["0", "", "_"])
def test_not_a_word_is_lost(lines):
    text = "\n".join(lines)
    if not has_words(text) or "::" in text or "：" in text:
        return
    try:
        notes = read("notes.txt", text)
    except ImportRefused:
        assert not words(text)
        return
    if not notes.turns:
        assert words(" ".join(shown(notes.body))) == words(text)


NAMES = st.from_regex(r"[A-Z][a-z]{1,8}( [A-Z]\.)?", fullmatch=True)
SAID = st.from_regex(r"[a-z*_#<>\[\]'., ]{0,40}[a-z]", fullmatch=True)


@given(st.lists(st.tuples(NAMES, st.integers(0, 5999), SAID), min_size=2, max_size=8))
def test_not_a_word_of_a_transcript_is_lost(said):
    text = "\n\n".join(f"{name}  {at // 60}:{at % 60:02}\n{line}" for name, at, line in said)
    talk = read("talk.txt", text)
    assert [turn.speaker for turn in talk.turns] == [name for name, _, _ in said]
    assert words(" ".join(shown("\n\n".join(turn.text for turn in talk.turns)))) == words(
        " ".join(s for *_, s in said)
    )


@pytest.mark.parametrize("line", ["Transcribed by https://otter.ai", "Transcribed by otter.ai."])
def test_what_a_program_says_of_itself_is_nobodys_speech(line):
    text = f"Ann Smith  0:03\nHow was it?\n\nMarisa  0:07\nBrown.\n\n{line}\n"
    turns = read("talk.txt", text.encode()).turns
    assert [(turn.speaker, turn.text) for turn in turns[1:2]] == [("Marisa", "Brown.")]
    assert turns[-1].speaker == "" and "Transcribed by" in turns[-1].text and len(turns) == 3
