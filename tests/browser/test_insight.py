"""Lenses, memos and boards as people use them: with keys, with the mouse, on a phone, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.marking import PARAGRAPHS, STORY
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_signing_in import sits

PEOPLE = {
    "Ann": (("member",), {"organisation": "Here"}),
    "June": (("gatherer",), {"organisation": "Here"}),
}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + "\n\n".join(PARAGRAPHS), "personas/.keep": ""})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def cookies(place):
    return sign_in_all(place, PEOPLE)


def marked(who, times):
    """So many quotes of one story under one theme."""
    who.go("/stories/chair")
    for number in range(1, times + 1):
        who.press("j", "ArrowRight", "Shift+ArrowRight", "m")
        if number == 1:
            who.page.keyboard.type("doors")
        else:
            who.press("1")
        who.press("Enter")
        expect(who.page.locator("#marks li.coded")).to_have_count(number)


def a_board(who, quotes):
    """A board on which they hang."""
    marked(who, quotes)
    who.go("/boards")
    who.page.get_by_label("Its name").fill("What doors are")
    who.page.get_by_role("button", name="Begin it").click()
    who.page.get_by_label("Under a theme").fill("doors")
    who.page.get_by_role("button", name="Hang them here").click()
    expect(cards(who, 0)).to_have_count(quotes)
    handles(who)


def handles(who):
    """By what its quotes are drawn; the script shows them, and none can be held before."""
    grips = who.page.locator("[data-grip]")
    expect(grips.first).to_be_visible()
    return grips


def clusters(who):
    """What hangs loose, then each cluster, in the order of the board: their keys tell no number."""
    return who.page.locator("[data-cluster]")


def cards(who, cluster):
    return clusters(who).nth(cluster).locator("li.hung")


def test_quotes_are_drawn_into_clusters_with_keys_alone_and_one_becomes_a_theme(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    a_board(ann, 3)
    said = ann.page.locator("#said")
    handles(ann).first.focus()
    ann.press("Enter")
    expect(said).to_contain_text("Picked up, in Loose.")
    ann.press("ArrowRight")
    expect(said).to_have_text("A new cluster, 2 of 2.")
    ann.press("Enter")
    expect(said).to_contain_text("It is in a new cluster.")
    expect(cards(ann, 0)).to_have_count(2)
    cards(ann, 0).locator("[data-grip]").first.focus()
    ann.press("Enter", "ArrowDown", "Escape")
    expect(said).to_have_text("It stays where it was.")
    ann.press("Enter", "ArrowRight", "Enter")
    expect(cards(ann, 0)).to_have_count(1)
    expect(cards(ann, 1)).to_have_count(2)
    assert ann.focused.startswith("Move")
    ann.press("Control+z")
    expect(cards(ann, 0)).to_have_count(2)
    ann.press("Enter", "ArrowRight", "Enter")
    expect(cards(ann, 1)).to_have_count(2)
    ann.page.get_by_text("Name, note, place").focus()
    ann.press("Enter", "Tab")
    ann.page.keyboard.type("Ways out")
    ann.press("Enter")
    expect(ann.page.get_by_role("heading", name="Ways out")).to_be_visible()
    ann.page.get_by_role("link", name="Turn it into a theme").focus()
    ann.press("Enter")
    expect(ann.page.get_by_text("2 quotes get the theme")).to_be_visible()
    sits(ann)
    ann.page.get_by_role("button", name="Make it a theme").focus()
    ann.press("Enter")
    expect(ann.page.get_by_text("“Ways out” is a theme now: 2 quotes got it by this.")).to_be_visible()
    sits(ann)
    ann.page.set_viewport_size({"width": 1280, "height": 900})
    ann.page.get_by_role("button", name="Undo").click()
    expect(ann.page.get_by_text("It is undone.").first).to_be_visible()
    assert ann.go("/themes/ways-out").status == 404
    ann.complaints.clear()


def test_a_quote_is_dragged_with_the_mouse_and_no_link_is_opened(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"])
    a_board(ann, 2)
    ann.page.get_by_label("Name may come later").fill("Here")
    ann.page.get_by_role("button", name="Begin it").click()
    words, target = cards(ann, 0).first.locator(".voice a"), clusters(ann).nth(1).locator("h2")
    words.scroll_into_view_if_needed()
    at, to = words.bounding_box(), target.bounding_box()
    ann.page.mouse.move(at["x"] + 5, at["y"] + 5)
    ann.page.mouse.down()
    ann.page.mouse.move(at["x"] + 40, at["y"] + 40)
    ann.page.mouse.move(to["x"] + 5, to["y"] + 5, steps=4)
    expect(ann.page.locator(".flying")).to_be_visible()
    ann.page.mouse.up()
    expect(cards(ann, 1)).to_have_count(1)
    expect(ann.page.locator(".flying")).to_have_count(0)
    assert ann.path.startswith("/boards/")
    ann.page.get_by_role("button", name="Move it back").click()
    expect(cards(ann, 0)).to_have_count(2)


class Finger:
    """One finger on the screen of a reader's phone."""

    def __init__(self, who):
        self._to = who.page.context.new_cdp_session(who.page)

    def _touch(self, kind, *at):
        points = [{"x": x, "y": y} for x, y in at]
        self._to.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def draw(self, start, end, steps=8):
        """Put it down, move it and lift it."""
        (x, y), (to_x, to_y) = start, end
        self._touch("touchStart", start)
        for step in range(1, steps + 1):
            self._touch("touchMove", (x + (to_x - x) * step / steps, y + (to_y - y) * step / steps))
        self._touch("touchEnd")

    def hold(self, start, end):
        self._touch("touchStart", start)
        self._touch("touchMove", (start[0], start[1] + 10))
        self._touch("touchMove", end)

    def lift(self):
        self._touch("touchEnd")


def middle(part):
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def scrolled(who):
    return who.page.evaluate("scrollY")


@pytest.fixture
def by_finger(visit, place, cookies):
    """Ann at a board on her phone: three quotes lie loose, and there is a cluster below them."""
    ann = come_as(visit, place, cookies["Ann"])
    a_board(ann, 3)
    ann.page.get_by_label("Name may come later").fill("Here")
    ann.page.get_by_role("button", name="Begin it").click()
    phone = come_as(visit, place, cookies["Ann"], width=390, height=700, has_touch=True, is_mobile=True)
    phone.go(ann.path.partition("?")[0])
    expect(phone.page.locator("[data-grip]").first).to_be_visible()
    return phone


def test_a_quote_is_dragged_with_a_finger_and_the_page_stays_where_it_is(by_finger):
    grip, target = cards(by_finger, 0).last.locator("[data-grip]"), clusters(by_finger).nth(1).locator("h2")
    grip.evaluate("node => node.scrollIntoView({ block: 'center' })")
    before = scrolled(by_finger)
    assert before > 0
    Finger(by_finger).draw(middle(grip), middle(target))
    expect(cards(by_finger, 1)).to_have_count(1)
    expect(by_finger.page.locator(".flying")).to_have_count(0)
    expect(by_finger.page.locator("#said")).to_have_text("It is in Here now.")
    card = cards(by_finger, 1).first
    assert by_finger.page.evaluate("document.activeElement.matches('[data-grip]')") and card.is_visible()


def test_a_finger_beside_the_grip_scrolls_the_page_and_moves_no_quote(by_finger):
    words = cards(by_finger, 0).first.locator(".meta")
    words.evaluate("node => node.scrollIntoView({ block: 'center' })")
    before, (x, y) = scrolled(by_finger), middle(words)
    Finger(by_finger).draw((x, y), (x, y - 200))
    by_finger.page.wait_for_function("before => scrollY > before + 50", arg=before)
    expect(cards(by_finger, 0)).to_have_count(3)
    expect(by_finger.page.locator(".flying, .held")).to_have_count(0)


def test_the_page_moves_along_while_a_finger_rests_at_its_edge(by_finger):
    grip, finger = cards(by_finger, 0).first.locator("[data-grip]"), Finger(by_finger)
    grip.evaluate("node => node.scrollIntoView({ block: 'center' })")
    before, (x, _) = scrolled(by_finger), middle(grip)
    finger.hold(middle(grip), (x, 690))
    by_finger.page.wait_for_function("before => scrollY > before + 300", arg=before)
    expect(by_finger.page.locator(".flying")).to_be_visible()
    finger.hold((x, 690), (x, 350))
    finger.lift()
    expect(by_finger.page.locator(".flying")).to_have_count(0)


def test_what_is_undone_goes_back_where_it_was_and_the_page_does_not_jump(visit, place, cookies):
    ann = come_as(visit, place, cookies["Ann"], width=1280, height=500)
    a_board(ann, 3)
    order = [card.get_attribute("data-quote") for card in cards(ann, 0).all()]
    cards(ann, 0).first.locator("[data-grip]").focus()
    ann.press("Enter", "ArrowRight", "Enter")
    expect(cards(ann, 1)).to_have_count(1)
    address, back = ann.path, ann.page.get_by_role("button", name="Move it back")
    back.evaluate("node => node.scrollIntoView({ block: 'start' })")
    before = scrolled(ann)
    assert before > 0
    back.click()
    expect(cards(ann, 0)).to_have_count(3)
    assert [card.get_attribute("data-quote") for card in cards(ann, 0).all()] == order
    assert (scrolled(ann), ann.path, ann.focused) == (before, address, "Move it back")


def test_on_a_phone_and_without_script_a_board_does_the_same(visit, place, cookies):
    a_board(come_as(visit, place, cookies["Ann"]), 1)
    ann = come_as(visit, place, cookies["Ann"], java_script_enabled=False, width=320, height=640)
    ann.go("/boards")
    ann.page.get_by_role("link", name="What doors are").click()
    ann.page.get_by_label("Name may come later").fill("Here")
    ann.page.get_by_role("button", name="Begin it").click()
    cards(ann, 0).first.locator(".put summary").click()
    ann.page.get_by_role("button", name="Put it there").click()
    expect(cards(ann, 1)).to_have_count(1)
    ann.page.get_by_role("button", name="Move it back").click()
    expect(cards(ann, 0)).to_have_count(1)


def test_a_lens_is_begun_and_a_quote_placed_in_it_and_a_memo_written(visit, place, cookies):
    june, ann = (come_as(visit, place, cookies[name]) for name in ("June", "Ann"))
    marked(ann, 1)
    june.go("/lenses")
    june.page.get_by_role("button", name="Begin with the example").click()
    expect(june.page.locator("table.lens tbody td")).to_have_count(12)
    sits(june)
    ann.page.get_by_role("link", name="lenses, memos").click()
    ann.page.get_by_label("Purpose, for people, Relational").check()
    ann.page.get_by_role("button", name="Keep it there").click()
    sits(ann)
    ann.page.set_viewport_size({"width": 1280, "height": 900})
    ann.page.get_by_role("link", name="Purpose, for people, Relational").click()
    expect(ann.page.get_by_role("button", name="Take it out")).to_be_visible()
    sits(ann)
    ann.page.set_viewport_size({"width": 1280, "height": 900})
    ann.page.get_by_role("button", name="Take it out").click()
    ann.page.get_by_role("button", name="Put it back").click()
    expect(ann.page.get_by_role("button", name="Take it out")).to_be_visible()
    june.go("/lenses/purpose-power-practice/edit?remove=1")
    sits(june)
    ann.go("/themes/doors")
    ann.page.get_by_role("link", name="Write a memo").click()
    ann.page.get_by_label("What you think").fill("Doors are seldom about doors.")
    sits(ann)
    ann.page.set_viewport_size({"width": 1280, "height": 900})
    ann.page.get_by_role("button", name="Keep it").click()
    expect(ann.page.get_by_text("Doors are seldom about doors.")).to_be_visible()
    ann.go("/memos?q=seldom")
    sits(ann)
