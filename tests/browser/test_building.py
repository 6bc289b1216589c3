"""A persona is built as people do it: with keys alone, with the mouse, and without script on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.marking import PARAGRAPHS, STORY
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_insight import Finger, marked, middle
from tests.browser.test_signing_in import sits

PEOPLE = {"June": (("gatherer",), {"organisation": "Here"})}
ELENA = """---
id: who-e1ena000
name: Elena
stories: [s-0pen0000]
statements:
  What she brings:
    - Keeps the paper
    - Knows the buses
  What gets in the way:
    - {statement: Moves the chair first, evidence: [s-0pen0000]}
---
"""


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    write(tmp_path, {"stories/chair.md": STORY + "\n\n".join(PARAGRAPHS), "personas/elena.md": ELENA})
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def june(visit, place):
    return come_as(visit, place, sign_in_all(place, PEOPLE)["June"])


def claim(who, words):
    return who.page.locator("[data-statement]", has_text=words)


def test_a_persona_is_begun_and_built_with_keys_alone(june):
    marked(june, 2)
    june.go("/personas/build?theme=doors")
    sits(june)
    june.page.get_by_label("Her name").focus()
    june.page.keyboard.type("Ruth")
    june.press("Enter")
    expect(june.page.get_by_role("heading", name="Build Ruth")).to_be_visible()
    expect(june.page.locator("li.hung")).to_have_count(2)
    june.page.locator("li.hung input").first.focus()
    june.press("Space")
    expect(june.page.locator("#chosen")).to_have_text("1 quote chosen, no statement:")
    june.page.get_by_text("Write a statement from them", exact=True).focus()
    june.press("Tab")  # it stands open while there is no statement
    june.page.keyboard.type("Looks for the way out")
    june.press("Tab", "Tab")
    june.page.keyboard.type("What she does")
    june.page.get_by_role("button", name="Write it").focus()
    june.press("Enter")
    expect(claim(june, "Looks for the way out")).to_contain_text("1 for, from a single story")
    assert "Looks for the way out" in june.focused
    june.page.locator("[data-grip]").last.focus()
    june.press("Enter")
    said = june.page.locator("#said")
    expect(said).to_contain_text("Picked up. Looks for the way out, 1 of 1.")
    june.press("Escape")
    expect(said).to_have_text("It stays where it was.")
    june.press("Enter", "a")
    expect(said).to_have_text("It is evidence against “Looks for the way out”.")
    expect(claim(june, "Looks for the way out")).to_contain_text("1 against")
    assert june.focused.startswith("Move")
    june.press("Control+z")
    expect(june.page.get_by_text("The earlier version is the current one again.")).to_be_visible()
    expect(claim(june, "Looks for the way out")).not_to_contain_text("against")
    june.page.get_by_role("link", name="Looks for the way out").focus()
    june.press("Enter")
    expect(june.page.get_by_label("The statement", exact=True)).to_be_visible()
    sits(june)
    june.page.get_by_label("The statement", exact=True).focus()
    june.press("Control+a")
    june.page.keyboard.type("Knows the way out")
    june.page.locator(".claim").get_by_role("button", name="Save").focus()
    june.press("Enter")
    expect(claim(june, "Knows the way out")).to_be_visible()
    june.page.get_by_role("link", name="Split, merge or retire her").focus()
    june.press("Enter")
    expect(june.page.get_by_role("heading", name="Retire her")).to_be_visible()
    sits(june)


def test_a_quote_is_dragged_with_the_mouse_onto_either_side_of_a_statement(june):
    marked(june, 1)
    june.go("/p/who-e1ena000/build")
    words = june.page.locator("li.hung .voice a").first
    for side, expected in ((0.25, "1 for"), (0.75, "1 against")):
        onto = claim(june, "Knows the buses")
        onto.scroll_into_view_if_needed()
        at, to = words.bounding_box(), onto.bounding_box()
        june.page.mouse.move(at["x"] + 5, at["y"] + 5)
        june.page.mouse.down()
        june.page.mouse.move(at["x"] + 40, at["y"] + 40)
        june.page.mouse.move(to["x"] + to["width"] * side, to["y"] + 10, steps=4)
        expect(june.page.locator(".flying")).to_be_visible()
        june.page.mouse.up()
        expect(claim(june, "Knows the buses")).to_contain_text(expected)
        expect(june.page.locator(".flying")).to_have_count(0)
    assert june.path.startswith("/p/who-e1ena000/build")


@pytest.fixture
def by_finger(visit, place, june):
    """June at Elena's workbench on her telephone, with a quote on the left and her statements below it."""
    marked(june, 1)
    cookie = june.page.context.cookies()[0]["value"]
    phone = come_as(visit, place, cookie, width=390, height=700, has_touch=True, is_mobile=True)
    phone.go("/p/who-e1ena000/build")
    expect(phone.page.locator("li.hung [data-grip]").first).to_be_visible()
    return phone


@pytest.mark.parametrize(("side", "expected"), [(0.25, "1 for"), (0.75, "1 against")])
def test_a_quote_is_drawn_by_a_finger_onto_either_side_of_a_statement(by_finger, side, expected):
    grip, finger = by_finger.page.locator("li.hung [data-grip]").first, Finger(by_finger)
    grip.evaluate("node => node.scrollIntoView({ block: 'center' })")
    onto = claim(by_finger, "Knows the buses")
    x, _ = middle(grip)
    finger.hold(middle(grip), (x, 690))  # at the edge, the page moves along until the statement is there
    expect(onto).to_be_in_viewport(ratio=1)
    finger.hold((x, 690), (x, 350))
    to = onto.bounding_box()
    finger.hold((x, 350), (to["x"] + to["width"] * side, to["y"] + to["height"] / 2))
    expect(onto.locator(".sides")).to_be_visible()
    finger.lift()
    expect(claim(by_finger, "Knows the buses")).to_contain_text(expected)
    expect(by_finger.page.locator(".flying, .held")).to_have_count(0)


def test_a_finger_beside_the_handle_scrolls_the_workbench_and_puts_nothing(by_finger):
    words = by_finger.page.locator("li.hung .meta").first
    words.evaluate("node => node.scrollIntoView({ block: 'center' })")
    before, (x, y) = by_finger.page.evaluate("scrollY"), middle(words)
    Finger(by_finger).draw((x, y), (x, y - 200))
    by_finger.page.wait_for_function("before => scrollY > before + 50", arg=before)
    expect(by_finger.page.locator(".flying, .held")).to_have_count(0)
    expect(claim(by_finger, "Knows the buses")).to_contain_text("nobody has told us this yet")


def test_without_script_a_quote_is_chosen_and_put_by_buttons_on_a_phone(visit, place, june):
    marked(june, 1)
    cookie = june.page.context.cookies()[0]["value"]
    phone = come_as(visit, place, cookie, java_script_enabled=False, width=320)
    phone.go("/p/who-e1ena000/build")
    phone.page.locator("li.hung").get_by_role("checkbox").check()
    phone.page.get_by_role("radio", name="Keeps the paper").check()
    phone.page.get_by_role("button", name="Evidence against it").click()
    expect(claim(phone, "Keeps the paper")).to_contain_text("1 against")
    phone.page.get_by_role("button", name="Undo it").click()
    expect(claim(phone, "Keeps the paper")).to_contain_text("nobody has told us this yet")
