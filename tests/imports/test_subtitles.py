"""Subtitles become a conversation: who said what, when; what is broken is said, nothing dropped."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import ImportRefused
from app.imports.model import Turn
from tests.imports.words import read, reasons, shown, words

VTT = """WEBVTT - talk

NOTE made by a program

STYLE
::cue { color: lime }

1
00:00:01.000 --> 00:00:03.000 align:start
<v Ann Smith>How was it &amp; why?

2
00:00:03.000 --> 00:00:05.000
<v.loud Marisa>It <i>began</i> with</v>

3
00:00:05.000 --> 00:00:09.500
<v Marisa>a letter.</v> <v Ann Smith>Yes.</v>
"""
TURNS = (
    Turn("Ann Smith", "How was it & why?", "00:00:01"),
    Turn("Marisa", "It began with a letter.", "00:00:03"),
    Turn("Ann Smith", "Yes.", "00:00:05"),
)
SRT = """1
00:00:01,000 --> 00:00:03,000
ANN: How was it?

2
00:00:03,000 --> 00:00:05,000
MARISA: It began
with a letter.

3
00:00:05,500 --> 01:00:09,000
And then another.

4
01:00:10,000 --> 01:00:11,000
ANN: Yes.
"""


def test_voices_of_webvtt_are_turns_with_the_time_of_their_first_cue():
    assert read("talk.vtt", VTT).turns == TURNS


def test_consecutive_cues_of_one_speaker_are_one_paragraph():
    assert read("talk.vtt", VTT).body == (
        "{at=00:00:01}\n**Ann Smith:** How was it & why?\n\n"
        "{at=00:00:03}\n**Marisa:** It began with a letter.\n\n"
        "{at=00:00:05}\n**Ann Smith:** Yes.\n"
    )


def test_names_before_a_colon_are_turns_and_go_on_until_the_next():
    turns = read("talk.srt", SRT).turns
    assert turns == (
        Turn("ANN", "How was it?", "00:00:01"),
        Turn("MARISA", "It began with a letter. And then another.", "00:00:03"),
        Turn("ANN", "Yes.", "01:00:10"),
    )


def test_names_before_a_colon_are_known_in_webvtt_too():
    vtt = "WEBVTT\n\n" + re.sub(r"(\d),(\d)", r"\1.\2", SRT)
    assert read("talk.vtt", vtt).turns == read("talk.srt", SRT).turns


def test_a_colon_in_speech_names_nobody():
    cues = [f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\nwords {i}\n\n" for i in range(6)]
    talk = read("talk.srt", "".join(cues).replace("words 3", "Listen: I left at 10:30"))
    assert {turn.speaker for turn in talk.turns} == {""}
    assert "Listen: I left at 10:30" in talk.body


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
@pytest.mark.parametrize(("name", "source"), [("talk.vtt", VTT), ("talk.srt", SRT)])
def test_every_encoding_and_line_end_is_read(name, source, encoding):
    source = source.replace("letter", "‘lettré’ – £5")
    expected = read(name, source).turns
    assert read(name, source, encoding).turns == expected
    assert read(name, source.replace("\n", "\r\n"), encoding).turns == expected
    assert read(name, source.replace("\n", "\r"), encoding).turns == expected


def test_a_cue_whose_times_are_broken_is_reported_and_its_words_stay():
    talk = read("talk.vtt", VTT.replace("00:00:03.000 -->", "00:0x:03 -->"))
    assert "line 13: The times of this cue can not be read" in reasons(talk)
    assert talk.turns[1] == Turn("Marisa", "It began with a letter.", "")


@pytest.mark.parametrize(
    "times", ["-->", "00:00:03,000 -->", "x --> y", "99999999999:00:00,000 --> 1", f"{'9' * 5000} --> 1"]
)
def test_no_broken_line_of_times_loses_the_words_below_it(times):
    talk = read("talk.srt", SRT.replace("00:00:03,000 --> 00:00:05,000", times))
    assert "line 6: The times of this cue can not be read" in reasons(talk)
    assert "It began with a letter." in talk.body


def test_a_cue_that_ends_before_it_begins_is_reported():
    talk = read("talk.srt", SRT.replace("--> 00:00:05,000", "--> 00:00:01,000"))
    assert "line 6: This cue ends before it begins" in reasons(talk)
    assert talk.body == read("talk.srt", SRT).body


def test_words_after_an_empty_line_in_a_cue_go_on_in_subrip():
    assert read("talk.srt", SRT.replace("began\nwith", "began\n\nwith")).turns == read("talk.srt", SRT).turns


def test_words_of_webvtt_that_belong_to_no_cue_are_kept_and_reported():
    talk = read("talk.vtt", VTT.replace("with</v>", "with\n\nthe brown</v>"))
    assert "line 16: These words belong to no cue" in reasons(talk)
    assert "the brown" in talk.body


def test_empty_lines_between_cues_may_be_missing():
    assert read("talk.srt", SRT.replace("\n\n", "\n")).turns == read("talk.srt", SRT).turns
    closer = re.sub(r"\n\n\d\n", "\n", VTT)
    assert read("talk.vtt", closer).turns == TURNS


def test_a_cue_named_with_words_is_reported():
    talk = read("talk.vtt", VTT.replace("\n3\n", "\nThe long silence\n"))
    assert "What stands above this cue's times was taken for its name" in reasons(talk)


def test_a_missing_first_line_is_reported():
    talk = read("talk.vtt", VTT.removeprefix("WEBVTT - talk\n"))
    assert talk.turns == TURNS
    assert "does not begin with the word WEBVTT" in reasons(talk)


def test_what_only_looks_like_a_tag_is_words():
    assert shown(read("talk.srt", SRT.replace("Yes.", "<laughs> 1 < 2 <b>Yes</b>.")).body)[-1] == (
        "ANN: <laughs> 1 < 2 Yes."
    )


def test_a_long_speech_is_parted_at_a_sentence_and_each_part_keeps_its_time():
    cues = [f"{i}\n00:{i:02}:00,000 --> 00:{i:02}:59,000\n{'word ' * 39}end{i}.\n\n" for i in range(8)]
    turns = read("talk.srt", "".join(cues)).turns
    assert [turn.at for turn in turns] == ["00:00:00", "00:04:00"]


@pytest.mark.parametrize("name", ["talk.vtt", "talk.srt"])
@pytest.mark.parametrize("content", ["WEBVTT\n", "A story without a cue.", "1\n2\n3\n", "-->"])
def test_a_file_without_one_cue_is_refused(name, content):  # 39
    with pytest.raises(ImportRefused, match="No cue"):
        read(name, content)


SCROLLING = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start
\x20
so<00:00:00.500><c> I</c><00:00:00.800><c> went</c>

00:00:02.000 --> 00:00:02.010
so I went
\x20

00:00:02.010 --> 00:00:04.000
so I went
home<00:00:03.000><c> then</c>
"""


def test_captions_that_scroll_say_each_line_once_and_it_is_reported():
    talk = read("talk.vtt", SCROLLING)
    assert talk.turns == (Turn("", "so I went home then", "00:00:00"),)
    assert "2 lines that these captions show again" in reasons(talk)


def test_what_is_said_twice_stays_twice_in_captions_that_do_not_scroll():
    talk = read("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n")
    assert talk.turns == (Turn("", "No. No.", "00:00:01"),)


HOSTILE = ["<v " * 50_000, "<" * 200_000, "1\n" * 30_000, "- " * 100_000, "&#" * 60_000, "A: " * 50_000]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:3].strip())
def test_no_cue_keeps_the_archive_waiting(hostile):
    cue = f"1\n00:00:01,000 --> 00:00:02,000\n{hostile}"
    assert read("talk.srt", cue).turns
    assert read("talk.vtt", f"WEBVTT\n\n{cue.replace(',', '.')}").turns


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf"]), max_size=30)
SAID = st.lists(
    st.lists(PLAIN.filter(lambda line: not re.search("-->|[:：&<>]", line)), min_size=1), min_size=1
)


def _cues(said, comma):
    return "\n".join(
        f"{i}\n00:00:{i % 60:02}{comma}000 --> 00:01:{i % 60:02}{comma}000\n" + "\n".join(lines) + "\n"
        for i, lines in enumerate(said, 1)
    )


def _spoken(said):
    return [word for lines in said for line in lines for word in words(line)]


@given(SAID)
@example([["12"], ["34"]])
@example([["a", "", "7"], ["b"]])
@example([["a", "7", "", "8"], ["- b", "*"]])
def test_not_a_word_of_subrip_is_lost(said):
    if _spoken(said):
        body = read("talk.srt", _cues(said, ",")).body
        assert words(" ".join(shown(body))) == _spoken(said)


@given(SAID)
@example([["NOTE a"], ["STYLE"], ["a", "NOTE b"]])
def test_not_a_word_of_webvtt_is_lost(said):
    said = [[line for line in lines if line.strip()] for lines in said]
    if _spoken(said):
        body = read("talk.vtt", "WEBVTT\n\n" + _cues(said, ".")).body
        assert words(" ".join(shown(body))) == _spoken(said)
