"""A story to mark in a browser, and what somebody does and sees while she marks it."""

from playwright.sync_api import expect

PARAGRAPHS = [
    f"Line {number}: she moved the chair, *looked* at the door and said that it was time."
    for number in range(1, 13)
]
STORY = "---\nid: s-0pen0000\nstoryteller: Marisa\nconsent: {uses: [publication, design]}\n---\n"
CHOOSE = """([passage, from, to]) => {
  const words = document.querySelectorAll(".story .passage")[passage];
  const first = words.firstChild;
  getSelection().setBaseAndExtent(first, from, first, to);
  document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
}"""


def cards(visit):
    return visit.page.locator("#marks li.coded")


def marked(visit, number):
    """That there are so many quotes now."""
    expect(cards(visit)).to_have_count(number)
    return number


def begin(who):
    """A word of the next passage is chosen, and the form is open, in the field of themes."""
    who.press("j", "ArrowRight", "m")
    who.page.locator("#themes").focus()


def mark_as(who, theme):
    """One quote of that theme, whose name is written out."""
    begin(who)
    who.page.keyboard.type(theme)
    who.press("Enter")
    expect(who.page.locator("#marker")).to_be_hidden()


def options(who):
    return who.page.get_by_role("listbox", name="Themes").get_by_role("option")


def chips(who):
    return cards(who).last.locator(".chip")


def would(who):
    return who.page.locator("#themes-said")


def said(who):
    return who.page.locator("#said")
