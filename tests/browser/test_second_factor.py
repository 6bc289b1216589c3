"""The second factor with a browser: added from what the page shows, asked for, and stood in for on paper."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.browsing import Visit
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import PASSWORD, STORY, become_first_steward, first_link, sits
from tests.postbox import Postbox, a_postbox, words

STEP_SECONDS = 30
FOR_OUR_EYES = os.environ.get("PICTURES_OF_PAGES", "")


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/heron.md": STORY})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def box() -> Iterator[Postbox]:
    with a_postbox() as box:
        yield box


def looks(visit: Visit, name: str) -> None:
    """The page fits every screen; a picture of each where somebody wants to see them."""
    sits(visit)
    for width, scheme in ((1280, "light"), (320, "dark")) if FOR_OUR_EYES else ():
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.screenshot(path=Path(FOR_OUR_EYES) / f"{name}-{width}-{scheme}.png", full_page=True)


def add_factor(visit: Visit) -> tuple[str, list[str]]:
    """The secret that the page showed, and the recovery codes."""
    visit.go("/account")
    visit.page.get_by_role("link", name="Add a second factor").click()
    looks(visit, "begin")
    visit.page.get_by_label("The password that you have now").fill(PASSWORD)
    visit.page.get_by_role("button", name="Go on").click()
    secret = visit.page.locator(".secret").inner_text().replace(" ", "")
    visit.page.get_by_label("The code that it shows now").fill("1234")
    visit.page.get_by_role("button", name="Add the second factor").click()
    expect(visit.page.get_by_text("does not fit")).to_be_visible()
    looks(visit, "adding")
    visit.page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    visit.page.get_by_role("button", name="Add the second factor").click()
    expect(visit.page.get_by_text("Your recovery codes")).to_be_visible()
    looks(visit, "codes")
    codes = visit.page.locator(".codes code").all_inner_texts()
    visit.page.get_by_role("link", name="I have kept them").click()
    visit.page.wait_for_url("**/account")
    return secret, codes


def give_password(visit: Visit) -> None:
    visit.go("/account")
    visit.page.get_by_label("Email address").fill("sue@example.org")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    visit.page.wait_for_url("**/login/code?**")


def test_the_first_steward_adds_a_second_factor_and_signs_in_with_it_and_without_her_telephone(visit, place):
    steward = visit(place)
    become_first_steward(steward, first_link(place))
    secret, codes = add_factor(steward)
    looks(steward, "account")
    steward.go("/account/second-factor")
    expect(steward.page.get_by_text("You have 10 recovery codes left")).to_be_visible()
    looks(steward, "change")

    elsewhere = visit(place)
    give_password(elsewhere)
    assert elsewhere.go("/stories/heron").status == 404
    give_password(elsewhere)
    elsewhere.page.get_by_label("Code").fill("12345")
    elsewhere.page.get_by_role("button", name="Sign in").click()
    expect(elsewhere.page.get_by_text("does not fit")).to_be_visible()
    looks(elsewhere, "code")
    next_step = int(time.time()) + STEP_SECONDS  # the code of this moment added it, and is used up
    elsewhere.page.get_by_label("Code").fill(pyotp.TOTP(secret).at(next_step))
    elsewhere.page.get_by_role("button", name="Sign in").click()
    elsewhere.page.wait_for_url("**/account")
    assert elsewhere.go("/stories/heron").status == 200

    third = visit(place)
    give_password(third)
    third.page.get_by_role("link", name="Use a recovery code").click()
    looks(third, "recovery")
    third.page.get_by_label("Recovery code").fill(codes[0].upper())
    third.page.get_by_role("button", name="Sign in").click()
    third.page.wait_for_url("**/account")
    third.go("/account/second-factor")
    expect(third.page.get_by_text("You have 9 recovery codes left")).to_be_visible()


def test_it_is_added_without_a_script_too(visit, place):
    steward = visit(place, java_script_enabled=False)
    become_first_steward(steward, first_link(place))
    steward.go("/account/second-factor")
    steward.page.get_by_label("The password that you have now").fill(PASSWORD)
    steward.page.get_by_role("button", name="Go on").click()
    box = steward.page.locator(".scan svg").bounding_box()
    assert box["width"] > 150 and box["width"] == box["height"]
    secret = steward.page.locator(".secret").inner_text().replace(" ", "")
    steward.page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    steward.press("Enter")
    expect(steward.page.locator(".codes code")).to_have_count(10)


def test_a_forgotten_password_is_mended_by_mail(visit, tmp_path, box):
    mail = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "base_url": "http://stories.test"}
    with serving(tmp_path, **mail) as place:
        steward = visit(place)
        become_first_steward(steward, first_link(place))
        steward.go("/desk/people")
        steward.page.get_by_label("Email address").fill("ben@example.org")
        steward.page.get_by_role("button", name="Mail the invitation").click()
        expect(steward.page.get_by_text("was mailed to ben@example.org")).to_be_visible()
        looks(steward, "mailed")
        box.refusing = "550 no"
        steward.page.get_by_label("Email address").fill("cleo@example.org")
        steward.page.get_by_role("button", name="Mail the invitation").click()
        expect(steward.page.get_by_text("Send the link yourself")).to_be_visible()
        looks(steward, "not-mailed")
        box.refusing = ""
        stranger = visit(place)
        stranger.go("/login")
        looks(stranger, "login")
        stranger.page.get_by_role("link", name="I have forgotten my password").click()
        looks(stranger, "forgotten")
        stranger.page.get_by_label("Email address").fill("sue@example.org")
        stranger.page.get_by_role("button", name="Send the link").click()
        expect(stranger.page.get_by_text("a mail is on its way")).to_be_visible()
        looks(stranger, "asked")
        link = _mailed(box, 2)
        stranger.go(link)
        stranger.page.get_by_label("Password", exact=True).fill("another one entirely")
        stranger.page.get_by_label("The same again").fill("another one entirely")
        stranger.page.get_by_role("button", name="Set the password").click()
        expect(stranger.page.get_by_text("Your password is set")).to_be_visible()


def _mailed(box: Postbox, number: int) -> str:
    """The path in the mail of this number, which is sent after the answer."""
    patience = time.monotonic() + 30
    while len(box.mails) < number:
        assert time.monotonic() < patience, "no mail came"
        time.sleep(0.02)
    return re.search(r"http://stories\.test(/welcome/\S+)", words(box.mails[number - 1]))[1]
