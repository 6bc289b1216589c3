"""Signing in with a browser: the first steward's link, the keyboard alone, every screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.links import offer_first_steward
from tests.browser.browsing import Visit
from tests.browser.serving import Place, serving, settings_for, write
from tests.browser.test_pages import ANYTHING_WIDER, AXE_WIDTHS, examine

PASSWORD = "four quiet lamps"
STORY = "---\nthemes: [waiting]\nconsent: {uses: [design]}\n---\nThe heron came at noon.\n"


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/heron.md": STORY})
    with serving(tmp_path) as place:
        yield place


def first_link(place: Place) -> str:
    """As `storyhold serve` prints it."""
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    token = offer_first_steward(archive)
    archive.close()
    assert token
    return f"/welcome/{token}"


def become_first_steward(visit: Visit, link: str, name: str = "Sue") -> None:
    visit.go(link)
    visit.page.get_by_label("Email address").fill("sue@example.org")
    visit.page.get_by_label("Your name").fill(name)
    visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.page.get_by_label("The same again").fill(PASSWORD)
    visit.page.get_by_role("button", name="Set the password").click()
    visit.page.wait_for_url(f"{visit.address}/account?saved=joined")


def sits(visit: Visit) -> None:
    """The page that is open, or is just coming, fits every screen, in light and in dark."""
    visit.page.wait_for_load_state("networkidle")
    for width in AXE_WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.page.evaluate(ANYTHING_WIDER) == "", f"{visit.path} at {width} pixels"
        examine(visit, width)


@pytest.mark.parametrize("script", [True, False])
def test_the_first_steward_comes_invites_and_somebody_reads_for_her_team(visit, place, script):
    steward = visit(place, java_script_enabled=script)
    link = first_link(place)
    become_first_steward(steward, link)
    assert steward.go("/stories/heron").status == 200
    steward.page.get_by_role("link", name="Desk").click()
    steward.page.get_by_role("link", name="People").click()
    steward.page.get_by_label("Email address").fill("ann@example.org")
    steward.page.get_by_label("Design team").check()
    steward.page.get_by_role("button", name="Make the link").click()
    invited = steward.page.get_by_label("The link").input_value().removeprefix(place.address)
    member = visit(place, java_script_enabled=script)
    assert member.go("/stories/heron").status == 404
    member.go(invited)
    member.page.get_by_label("Your name").fill("Ann")
    member.page.get_by_label("Password", exact=True).fill(PASSWORD)
    member.page.get_by_label("The same again").fill(PASSWORD)
    member.page.get_by_role("button", name="Set the password").click()
    assert member.go("/stories/heron").status == 200
    assert member.go("/desk/people").status == 404
    assert member.go(link).status == 410 and member.sees("works no longer")


def test_a_reader_signs_in_and_out_by_keyboard_alone(visit, place):
    become_first_steward(visit(place), first_link(place))
    reader = visit(place)
    reader.go("/account")
    assert reader.path == "/login?next=%2Faccount"
    reader.page.get_by_label("Email address").focus()
    reader.page.keyboard.type("sue@example.org")
    reader.press("Tab")
    reader.page.keyboard.type("not the right one")
    reader.press("Enter")
    expect(reader.page.get_by_text("do not belong together here")).to_be_visible()
    expect(reader.page.get_by_label("Email address")).to_have_value("sue@example.org")
    reader.page.get_by_label("Password").focus()
    reader.page.keyboard.type(PASSWORD)
    reader.press("Enter")
    reader.page.wait_for_url("**/account")
    while reader.focused != "Sign out":
        reader.press("Tab")
    reader.press("Enter")
    reader.page.wait_for_url(f"{place.address}/")
    reader.page.go_back()
    assert not reader.sees("Your account")


def test_every_page_about_people_fits_every_screen_and_every_reader(visit, place):
    stranger, link = visit(place), first_link(place)
    stranger.go(link)
    sits(stranger)
    stranger.go("/login")
    sits(stranger)
    stranger.go("/welcome/" + "a" * 43)
    sits(stranger)
    steward = visit(place)
    become_first_steward(steward, link, "Susannah-Wilhelmina " * 4)
    for address in ("/", "/account?saved=name", "/desk/people", "/desk/people/1?saved", "/desk/problems"):
        steward.go(address)
        sits(steward)
    steward.go("/desk/people/1")
    steward.page.get_by_role("button", name="Keep out").click()
    expect(steward.page.get_by_text("This is the only steward")).to_be_visible()
    sits(steward)
    steward.page.get_by_role("button", name="Make a link to a new password").click()
    expect(steward.page.get_by_label("The link")).to_be_visible()
    sits(steward)
    steward.go("/account")
    steward.page.get_by_label("The password that you have now").fill("not the right one")
    steward.page.get_by_label("The new one").fill(PASSWORD)
    steward.page.get_by_label("The same again").fill(PASSWORD)
    steward.page.get_by_role("button", name="Change the password").click()
    expect(steward.page.get_by_text("is another")).to_be_visible()
    sits(steward)
