"""The audit, and what one has read, in a browser: by hand, and on every screen."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.browser.test_signing_in import become_first_steward, first_link, place, sits  # noqa: F401

REASON = "A storyteller has been rung up by somebody who read her story."


@pytest.fixture
def steward(visit, place):  # noqa: F811
    """Susannah, who has read one story."""
    steward = visit(place)
    become_first_steward(steward, first_link(place), "Susannah-Wilhelmina " * 4)
    steward.go("/stories/heron")
    return steward


def story_id(steward) -> str:
    return steward.page.locator("a[href^='/s/s-']").first.get_attribute("href").split("/")[2]


def test_a_steward_reads_narrows_and_downloads_the_audit(steward):
    steward.page.get_by_role("link", name="Desk").click()
    steward.page.get_by_role("link", name="Audit").click()
    expect(steward.page.locator(".audit li").first).to_contain_text("joined")
    sits(steward)
    steward.page.get_by_label("What was done").select_option("Signed in")
    steward.page.get_by_role("button", name="Show").click()
    expect(steward.page.get_by_role("heading", name="No entry is like that")).to_be_visible()
    sits(steward)
    steward.page.get_by_role("link", name="all entries", exact=True).click()
    with steward.page.expect_download() as began:
        steward.page.get_by_role("link", name="Download all as CSV").click()
    assert began.value.suggested_filename.startswith("audit-")
    text = began.value.path().read_text("utf-8-sig")
    assert [row["event"] for row in csv.DictReader(io.StringIO(text))] == ["joined", "invited"]


def test_a_steward_says_why_before_she_sees_who_read_a_story(steward):
    named = story_id(steward)
    steward.go(f"/desk/audit/readers?story={named}")
    sits(steward)
    steward.page.get_by_label("Why you need to know").fill("I wonder, I wonder a lot")
    steward.page.get_by_role("button", name="Show who read it").click()
    expect(steward.page.get_by_text("Shown this once")).to_be_visible()
    sits(steward)
    expect(steward.page.locator(".rows li")).to_have_count(1)
    steward.go("/desk/audit")
    expect(steward.page.get_by_text("I wonder, I wonder a lot")).to_be_visible()
    sits(steward)


def test_a_reason_that_says_nothing_is_refused_with_the_form_still_filled(steward):
    named = story_id(steward)
    steward.go(f"/desk/audit/readers?story={named}")
    steward.page.get_by_label("Why you need to know").fill("becausebecausebecausebecause")
    steward.page.get_by_role("button", name="Show who read it").click()
    expect(steward.page.get_by_text("Give the reason in a sentence")).to_be_visible()
    expect(steward.page.get_by_label("The story’s id")).to_have_value(named)
    sits(steward)


def test_a_reader_finds_what_she_has_read_from_her_account(steward):
    steward.go("/account")
    steward.page.get_by_role("link", name="See what is noted").click()
    for _ in range(100):  # the server writes within a second
        if steward.page.locator(".rows li").count():
            break
        steward.page.reload()
    expect(steward.page.locator(".rows a")).to_have_attribute("href", "/stories/heron")
    sits(steward)
