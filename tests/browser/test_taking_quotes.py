"""Somebody finds a quote by its words and its theme, and takes it out as a Word report."""

import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

STORY = (
    "---\nid: s-0pen0000\nstoryteller: Marisa\nsite: Harbour\nconsent: {uses: [publication, design]}\n---\n"
)
TEXT = "She moved the chair and looked at the door.\n\nThen she waited a long time for an answer.\n"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + TEXT, "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


def test_a_quote_is_found_by_its_words_and_theme_and_taken_out_as_a_word_report(visit, place):
    cookies = sign_in_all(place, {"Ann": (("member",), {"organisation": "Here"})})
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    for number, themes in enumerate(("being heard", "waiting, time"), 1):
        ann.press("j", "m")
        ann.page.keyboard.type(themes)
        ann.press("Enter")
        expect(ann.page.locator("#marks li.coded")).to_have_count(number)
    ann.go("/search?q=long")
    ann.page.get_by_role("link", name="Quotes 1").click()
    assert ann.page.locator(".quotes mark").inner_text() == "long"
    ann.go("/search?in=quotes&theme=time")
    sits(ann)
    ann.page.get_by_role("link", name="Take these out").click()
    ann.page.get_by_label("What you want to use them for").select_option("design")
    ann.page.get_by_role("button", name="Count again").click()
    ann.page.wait_for_url("**for=design**")
    sits(ann)
    with ann.page.expect_download() as coming:
        ann.page.get_by_role("link", name="Word report").click()
    with zipfile.ZipFile(coming.value.path()) as packed:
        text = packed.read("word/document.xml").decode()
    assert "waited" in text and "chair" not in text and "Marisa" in text and "design" in text
    assert coming.value.suggested_filename.endswith(".docx")
