"""Markdown comes in as it is, to the byte."""

import pytest

from tests.imports.words import read, reasons

STORY = "---\r\ntitle: 'The eleven months'  # hers\r\nodd:   {a: 1}\r\n---\r\nThe *first* thing.\r\n"


@pytest.mark.parametrize(
    "content", [STORY.encode(), b"No front matter.\r", b"\xef\xbb\xbf---\ntitle: x\n---\n\n"]
)
def test_a_file_is_kept_byte_for_byte(content):
    assert read("story.md", content).front == content


def test_its_text_is_what_follows_the_front_matter():
    assert read("story.markdown", STORY).body == "The *first* thing.\n"


def test_without_front_matter_all_of_it_is_the_text():
    story = read("story.md", "# Owen\n\nHe *waits*.\n")
    assert (story.body, story.title) == ("# Owen\n\nHe *waits*.\n", "Owen")


def test_a_file_that_is_not_in_unicode_becomes_so_and_the_report_says_it():
    story = read("story.md", STORY.replace("first", "“first”"), "windows-1252")
    assert story.front == STORY.replace("first", "“first”").replace("\r\n", "\n").encode()
    assert "Windows-1252" in reasons(story)


def test_the_gatherer_is_told_of_comments_and_none_of_their_words():  # 31
    told = reasons(read("story.md", "She rang. <!-- Maria Silva -->\n"))
    assert "no reader is ever shown" in told and "Maria" not in told
    assert reasons(read("story.md", "She rang.\n")) == ""


@pytest.mark.parametrize(
    "front", ["---\ntitle: never closed\n", "+++\nt = 1\n+++\n", "---\na: 1\na: 2\n---\n"]
)
def test_front_matter_that_can_not_be_read_is_handed_on_whole(front):
    assert read("story.md", f"{front}words").front == f"{front}words".encode()
