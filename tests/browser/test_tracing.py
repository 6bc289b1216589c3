"""Somebody finds the source of a quotation, with keys alone, and of a whole file, also without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Visit
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import ROOT, Place, serving, write
from tests.browser.test_signing_in import sits

QUOTED = "Trolley facing the wall. But Colleen […] come round by kitchen on her way home."


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def reader(visit, request) -> Visit:
    return visit(java_script_enabled=request.param, width=320)


def test_a_sentence_is_pasted_and_leads_to_its_passage(reader):
    reader.go("/search")
    reader.page.get_by_role("contentinfo").get_by_text("Find the source of a quotation").click()
    reader.page.get_by_label("The quotation").fill(QUOTED)
    reader.press("Tab", "Enter")
    found = reader.page.get_by_role("region", name="What was found")
    expect(found.get_by_text("Found.", exact=True)).to_be_visible()
    expect(found.locator("del")).to_have_text("the")
    expect(reader.page.get_by_label("The quotation")).to_have_value(QUOTED)
    found.get_by_role("link", name="Owen", exact=True).click()
    expect(reader.page).to_have_url(re.compile("/stories/owen#p-"))
    expect(reader.page.locator(":target")).to_contain_text("Trolley facing the wall")


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    """One story, and people."""
    write(tmp_path, {"stories/owen.md": (ROOT / "stories" / "owen.md").read_text("utf-8")})
    with serving(tmp_path) as place:
        yield place


def test_a_file_is_traced_line_by_line(visit, place, tmp_path):
    ann = come_as(visit, place, sign_in_all(place, {"Ann": (("member",), {})})["Ann"])
    path = tmp_path / "annex.md"
    path.write_text(f"# Heard\n\n> {QUOTED}\n\nThe provider shall answer within ten days.\n", "utf-8")
    ann.go("/trace")
    ann.page.get_by_label("A Word, Markdown or text file").set_input_files(path)
    ann.page.get_by_role("button", name="Find them all").click()
    expect(ann.page.get_by_text("1 paragraph of 2 found.")).to_be_visible()
    expect(ann.page.get_by_role("link", name="Owen")).to_be_visible()
    expect(ann.page).to_have_title(
        "Quotations of annex.md · Storyhold"
    )  # while it ran it said how far it was
    for counter in ann.page.get_by_text(re.compile(r"^\d of 2 paragraphs$")).all():
        expect(counter).to_be_visible()
    expect(ann.page.locator(".so-far progress").first).to_be_hidden()
    assert not ann.complaints
    sits(ann)
    expect(ann.page.get_by_text("The provider shall answer")).to_be_visible()
    ann.page.get_by_label("Show only what was found").check()
    expect(ann.page.get_by_text("The provider shall answer")).to_be_hidden()
    expect(ann.page.get_by_role("link", name="Owen")).to_be_visible()
