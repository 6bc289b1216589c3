"""A gatherer puts a picture into a story, and a reader and the storyteller see it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits
from tests.imports.photographs import from_a_phone, in_word, photograph

PEOPLE = {"Ann": (("gatherer",), {"gathers_as": "Ann Reed"})}
STORY = """---
id: s-cha1r000
title: The chair
gatherer: Ann Reed
consent: {uses: [publication]}
---
The first thing she does is move it.

Then she sits down.
"""


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY, "personas/.keep": ""})
    (tmp_path / "chair.jpg").write_bytes(from_a_phone())
    (tmp_path / "talk.docx").write_bytes(in_word(photograph(), words=["Her chair by the window"]))
    (tmp_path / "page.png").write_bytes(b"<html><script>alert(1)</script></html>")
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def ann(visit, place):
    return come_as(visit, place, sign_in_all(place, PEOPLE)["Ann"])


def refused(visit):
    """What was sent is answered with 422, which a browser complains of."""
    assert all("422" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_a_picture_goes_where_the_cursor_is_and_readers_see_it(visit, place, ann):
    page = ann.page
    ann.go("/s/s-cha1r000/edit")
    body = page.get_by_role("textbox", name="The story", exact=True)
    body.evaluate("(area) => { area.focus(); area.setSelectionRange(36, 36); }")
    page.get_by_text("Add a picture").click()
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "page.png")
    page.get_by_label("What does it show?").fill("Her chair")
    page.get_by_role("button", name="Put it into the text").click()
    page.get_by_text("This is a web page and no picture").wait_for()
    refused(ann)
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "chair.jpg")
    page.get_by_role("button", name="Put it into the text").click()
    page.get_by_text("It stands in the text.").wait_for()
    before, line, after = body.input_value().split("\n\n")
    assert (before, after.strip()) == ("The first thing she does is move it.", "Then she sits down.")
    assert re.fullmatch(r"!\[Her chair\]\(/media/[0-9a-f]{64}\)", line)
    image = page.get_by_label("As it will look").get_by_role("img", name="Her chair")
    image.wait_for()
    image.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('[data-preview] img').naturalWidth === 40")
    sits(ann)
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as version").wait_for()
    reader = visit(place)
    reader.go("/stories/chair")
    reader.page.wait_for_function("() => document.querySelector('.story img').naturalWidth === 40")
    sits(reader)


def test_without_a_script_the_picture_stands_at_the_end_of_the_text(visit, place):
    cookie = sign_in_all(place, PEOPLE)["Ann"]
    ann = come_as(visit, place, cookie, java_script_enabled=False)
    page = ann.page
    ann.go("/s/s-cha1r000/edit")
    page.get_by_label("Title", exact=True).fill("The other chair")
    page.get_by_text("Add a picture").click()
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "chair.jpg")
    page.get_by_role("button", name="Put it into the text").click()
    assert page.locator("#wrong-picture").is_visible()
    refused(ann)
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "chair.jpg")
    page.get_by_label("What does it show?").fill("Her chair")
    page.get_by_role("button", name="Put it into the text").click()
    assert ann.sees("The picture stands at the end of the text")
    expect(page.get_by_label("As it will look").get_by_role("img", name="Her chair")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    assert ann.sees("Saved as version 2")
    assert page.get_by_label("Title", exact=True).input_value() == "The other chair"


def test_the_pictures_of_a_word_file_are_seen_while_it_is_looked_through(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("Choose one file, or many").set_input_files(place.folder / "talk.docx")
    page.get_by_role("button", name="Bring them in").click()
    image = page.get_by_label("As it will look").get_by_role("img", name="Her chair by the window")
    image.wait_for()
    page.wait_for_function("() => document.querySelector('[data-preview] img').naturalWidth === 60")
    sits(ann)
