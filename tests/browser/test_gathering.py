"""A new gatherer with a browser: from a recording and a Word file to a story that readers find."""

from collections.abc import Iterator

import pytest
from docx import Document

from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, write
from tests.browser.test_pages import ANYTHING_WIDER
from tests.browser.test_signing_in import sits

TALK = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Jane Smith>Where were you when they rang?

00:00:04.000 --> 00:00:09.000
<v Mary Jones>At the window with the lamp. Jane, you know the rest of that day.
"""
PEOPLE = {"Ann": (("gatherer",), {"gathers_as": "Ann Reed"}), "Sue": (("steward",), {})}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    known = "---\nid: s-0pen0000\nthemes: [waiting]\nconsent: {uses: [publication]}\n---\nOpen.\n"
    write(tmp_path, {"stories/open.md": known, "personas/.keep": ""})
    (tmp_path / "talk.vtt").write_text(TALK)
    document = Document()
    document.add_heading("The radio", 1)
    document.add_paragraph("Rowena turns the radio down before she speaks.")
    document.save(tmp_path / "radio.docx")
    with serving(tmp_path) as place:
        yield place


@pytest.fixture
def ann(visit, place):
    return come_as(visit, place, sign_in_all(place, PEOPLE)["Ann"])


def test_a_recording_becomes_a_story_that_readers_find(visit, place, ann):
    page = ann.page
    ann.go("/stories")
    page.get_by_role("link", name="Add a story").first.click()
    page.get_by_label("Choose one file, or many").set_input_files(place.folder / "talk.vtt")
    page.get_by_role("button", name="Bring them in").click()
    assert ann.sees("Nothing is saved as a story yet") and ann.sees("Who speaks")
    assert page.locator("pre").get_by_text("Jane, you know the rest").is_visible()
    sits(ann)
    names = page.get_by_label("Name in the story")
    names.nth(0).fill("Interviewer")
    names.nth(1).fill("Marisa")
    page.get_by_role("button", name="Use these names").click()
    body = page.get_by_role("textbox", name="The story", exact=True)
    assert "Mary" not in body.input_value() and "[Interviewer], you know" in body.input_value()
    page.get_by_label("Title", exact=True).fill("The lamp")
    page.get_by_label("Themes 1").fill("being heard")
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_url("**/names?saved")
    sits(ann)
    story = ann.path.partition("/names")[0]
    ann.go(f"{story}/edit")
    assert page.get_by_label("Themes 1").input_value() == "being heard"
    body = page.get_by_role("textbox", name="The story", exact=True)
    body.fill(f"{body.input_value()}\nShe put the kettle on.\n")
    page.get_by_label("As it will look").get_by_text("She put the kettle on.").wait_for()
    sits(ann)
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as version").wait_for()
    _co_crafted(visit, place, ann, story)
    ann.go(f"{story}/edit")
    page.get_by_label("Ready").check()
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as version").wait_for()
    reader = visit(place)
    _found_soon(reader, "kettle", "Marisa")
    assert "Mary" not in reader.page.content() and "That was in March" not in reader.page.content()
    reader.go("/search?q=window")
    assert reader.sees("Marisa") is False  # she closed that passage


def _co_crafted(visit, place, ann, story):
    """She reads her story on a telephone, closes a passage and says yes; her gatherer takes that in."""
    page = ann.page
    ann.go(f"{story}/door")
    page.get_by_role("button", name="Make a link").click()
    her = visit(place, width=320)
    her.page.goto(page.get_by_role("textbox", name="The link").input_value())
    assert her.page.evaluate(ANYTHING_WIDER) == ""
    passage = her.page.locator("p.passage", has_text="At the window")
    passage.get_by_role("link", name="Say something").click()
    her.page.get_by_role("button", name="Close this passage").click()
    her.page.get_by_role("link", name="Say what may be done with it").click()
    assert her.page.evaluate(ANYTHING_WIDER) == ""
    her.page.get_by_label("Yes", exact=False).first.check()
    her.page.get_by_label("For everybody to read").check()
    her.page.get_by_role("button", name="This is what I want").click()
    her.page.get_by_role("status").first.wait_for()
    ann.go(f"{story}/door")
    page.get_by_role("button", name="Record what she wants").click()
    page.get_by_role("status").first.wait_for()


def _found_soon(reader, word, name):
    """Within the two seconds that are promised, and the time that a busy machine takes for a page."""
    for _ in range(20):
        reader.go(f"/search?q={word}")
        if reader.page.get_by_role("link", name=name).count():
            return
        reader.page.wait_for_timeout(100)
    raise AssertionError(f"{word} was not found")


def test_what_is_pasted_becomes_a_draft(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("Rowena: The radio was on all night.\n\nAnd nobody rang.")
    page.get_by_role("button", name="Look it through").click()
    sits(ann)
    page.get_by_label("Title", exact=True).fill("The radio")
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_url("**/names?saved")
    ann.go("/mine")
    assert ann.sees("The radio")


def test_a_word_file_is_looked_through_on_a_small_screen_without_a_script(visit, place, ann):
    reader = come_as(visit, place, ann.page.context.cookies()[0]["value"], java_script_enabled=False)
    page = reader.page
    page.set_viewport_size({"width": 320, "height": 640})
    reader.go("/add")
    page.get_by_label("Choose one file, or many").set_input_files(place.folder / "radio.docx")
    page.get_by_role("button", name="Bring them in").click()
    page.locator(".story").get_by_text("Rowena turns the radio down").wait_for()
    assert page.locator("pre").get_by_text("Rowena turns the radio down").is_visible()
    page.get_by_role("button", name="Save as a draft").click()
    assert page.url.endswith("/names?saved")
    assert "Rowena turns the radio down" in (place.folder / "stories/the-radio.md").read_text()


def test_words_that_were_not_saved_are_offered_again(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("She rang back.")
    page.get_by_role("button", name="Look it through").click()
    page.get_by_role("textbox", name="The story", exact=True).fill("She rang back, and stayed on the line.")
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('storyhold writing'))")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Bring them back").click()
    assert (
        page.get_by_role("textbox", name="The story", exact=True).input_value()
        == "She rang back, and stayed on the line."
    )


def test_what_is_refused_leads_to_its_field_and_is_kept_until_it_is_saved(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("She rang back.")
    page.get_by_role("button", name="Look it through").click()
    page.get_by_label("Gathered", exact=True).fill("31/02/2026")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#wrong-gathered") and page.locator("#wrong-gathered").is_visible()
    assert page.get_by_role("button", name="Bring them back").is_hidden()
    assert page.get_by_text("Not saved yet").is_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    ann.go(ann.path.partition("#")[0])
    page.get_by_role("button", name="Bring them back").click()
    assert page.get_by_label("Gathered", exact=True).input_value() == "31/02/2026"


def test_a_whole_file_is_edited_as_text_and_says_that_it_is_not_saved(place, ann):
    ann.go("/add")
    ann.page.get_by_label("The text").fill("She rang back.")
    ann.page.get_by_role("button", name="Look it through").click()
    ann.page.get_by_role("button", name="Save as a draft").click()
    ann.page.wait_for_url("**/names?saved")
    ann.go(f"{ann.path.partition('/names')[0]}/edit?whole")
    whole = ann.page.get_by_label("The whole file")
    whole.fill(whole.input_value().replace("back", "back twice"))
    ann.page.get_by_text("Not saved yet").wait_for()
    ann.page.get_by_role("button", name="Save", exact=True).click()
    ann.page.get_by_text("Saved as version 2").wait_for()
    assert ann.complaints == []


def test_the_marks_are_put_where_the_cursor_is(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("What she said.")
    page.get_by_role("button", name="Look it through").click()
    body = page.get_by_role("textbox", name="The story", exact=True)
    body.click()
    page.get_by_role("button", name="Closed passage").click()
    assert body.input_value().strip() == "::: closed\nWhat she said.\n:::"
    page.keyboard.press("Control+z")
    assert body.input_value().strip() == "What she said."
    page.get_by_role("button", name="Quotation").click()
    assert body.input_value().strip() == "> What she said."


def test_a_pull_quote_repeats_what_was_said_and_takes_nothing_away(place, ann):
    page = ann.page
    ann.go("/add")
    text = "**Mabel:** The kettle was on. Nobody rang.\n\nAnd then it was night.\n"
    page.get_by_label("The text").fill(text)
    page.get_by_role("button", name="Look it through").click()
    body = page.get_by_role("textbox", name="The story", exact=True)
    body.evaluate("one => { one.value = one.value.trim(); const at = one.value.indexOf('Nobody');"
                  " one.focus(); one.setSelectionRange(at, at + 12) }")  # fmt: skip
    said, _, after = body.input_value().partition("\n\n")
    page.get_by_role("button", name="Pull quote").click()
    assert body.input_value() == f"{said}\n\n::: pull\nNobody rang.\n:::\n\n{after}"
    page.keyboard.press("Control+z")
    assert body.input_value() == f"{said}\n\n{after}"


def test_the_preview_stays_beside_the_words_that_are_written(place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("\n\n".join(f"Morning number {n} was quiet." for n in range(200)))
    page.get_by_role("button", name="Look it through").click()
    body = page.get_by_role("textbox", name="The story", exact=True)
    shown = page.get_by_role("region", name="The story as it will look")
    page.locator(".bar").first.wait_for()  # from here on the script listens
    body.evaluate(
        "one => { const at = one.value.indexOf('number 150'); one.focus(); one.setSelectionRange(at, at) }"
    )
    page.keyboard.press("ArrowRight")
    line = shown.get_by_text("Morning number 150 was quiet.")
    page.wait_for_function(
        "([line, shown]) => { const a = line.getBoundingClientRect(), b = shown.getBoundingClientRect();"
        " return a.top >= b.top && a.bottom <= b.bottom }",
        arg=[line.element_handle(), shown.element_handle()],
    )
    sits(ann)


def test_a_guide_is_printed_without_the_ways_onward(ann):
    ann.go("/guides/magic-and-miserable-moments")
    onward = ann.page.get_by_role("link", name="All guides")
    assert onward.is_visible()
    ann.page.emulate_media(media="print")
    assert not onward.is_visible() and ann.page.locator(".questions").is_visible()


@pytest.mark.parametrize("touch", [True, False])
def test_only_who_can_drop_files_is_told_that_she_may(visit, place, ann, touch):
    cookie = ann.page.context.cookies()[0]["value"]
    reader = come_as(visit, place, cookie, has_touch=touch, is_mobile=touch)
    reader.go("/add")
    assert reader.page.get_by_text("Or drop them here.").is_visible() is not touch


def test_a_story_gets_another_address_on_a_small_screen_and_nothing_overflows(visit, place, ann):
    page = ann.page
    ann.go("/add")
    page.get_by_label("The text").fill("She rang back.")
    page.get_by_role("button", name="Look it through").click()
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_url("**/names?saved")
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_label("Another address").fill("The call")
    page.get_by_role("button", name="Give it this address").click()
    assert ann.sees("It has another address.")
    sits(ann)
    assert (place.folder / "stories/the-call.md").exists()
