"""A portrait is given on the workbench, with keys and without script, and readers see it round."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_building import ELENA, PEOPLE
from tests.browser.test_pictures import refused
from tests.browser.test_signing_in import sits
from tests.imports.photographs import from_a_phone
from tests.web.serving import story

WORDS = "A drawing of a bus stop in the rain"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    chair = story("She sits down.", "id: s-0pen0000")
    write(tmp_path, {"stories/chair.md": chair, "personas/elena.md": ELENA})
    (tmp_path / "she.jpg").write_bytes(from_a_phone())
    (tmp_path / "page.png").write_bytes(b"<html><script>alert(1)</script></html>")
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def june(visit, place):
    return come_as(visit, place, sign_in_all(place, PEOPLE)["June"])


def test_a_picture_that_is_none_is_refused_at_its_field_and_another_taken(june, place):
    page = june.page
    june.go("/p/who-e1ena000/build")
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "page.png")
    page.get_by_label("What does it show?").fill(WORDS)
    page.get_by_role("button", name="Save her portrait").click()
    link = page.get_by_role("link", name="Put it right at her portrait")
    expect(link).to_be_visible()
    refused(june)
    sits(june)
    link.click()
    expect(page.locator("#wrong-picture")).to_contain_text("This is a web page and no picture")
    expect(page.get_by_label("What does it show?")).to_have_value(WORDS)
    page.get_by_label("Picture", exact=True).set_input_files(place.folder / "she.jpg")
    page.get_by_label("What does it show?").focus()
    june.press("Enter")
    expect(page.get_by_text("Saved, as a new version.")).to_be_visible()
    expect(page.get_by_role("img", name=WORDS)).to_be_visible()
    june.go("/personas/elena")
    portrait = page.get_by_role("img", name=WORDS)
    expect(portrait).to_be_visible()
    assert portrait.evaluate("(one) => one.complete && one.naturalWidth > 0")
    box = portrait.bounding_box()
    assert box and box["width"] == box["height"]
    assert portrait.evaluate("(one) => getComputedStyle(one).borderRadius") == "50%"
    assert portrait.evaluate("(one) => getComputedStyle(one).objectFit") == "cover"
    sits(june)
