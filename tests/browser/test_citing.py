"""A reader cites what she reads: with a mouse, with keys, and words that she chose."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.rendering.passages import anchor_of
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, take_in, write
from tests.browser.test_signing_in import sits

CHAIR, DOOR = "She moved the chair and looked at the door.", "Then she waited a long time for an answer."
OLD = "Then she waited all day for an answer."
AT, DOOR_AT, OLD_AT = anchor_of(CHAIR), anchor_of(DOOR), anchor_of(OLD)
KEYS = """---
id: s-0pen0000
title: The chair
storyteller: Marisa
gathered: 2026-03-04
consent: {uses: [publication]}
---
"""
PANEL = "dialog.panel[open]"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("citing")
    write(folder, {"stories/chair.md": f"{KEYS}{CHAIR}\n\n{OLD}\n", "personas/.keep": ""})
    take_in(folder)
    write(folder, {"stories/chair.md": f"{KEYS}{CHAIR}\n\n{DOOR}\n"})
    noted = KEYS.replace("s-0pen0000", "s-n0ted000").replace("consent:", "content_notes: [loss]\nconsent:")
    write(folder, {"stories/noted.md": f"{noted}{CHAIR}\n"})
    with serving(folder) as place:
        yield place


@pytest.fixture
def ann(visit, place):
    reader = visit(place, permissions=["clipboard-read", "clipboard-write"])
    reader.go("/stories/chair")
    return reader


def copied(reader, kind="text/plain"):
    return reader.page.evaluate(
        """async (kind) => {
          const [item] = await navigator.clipboard.read();
          return (await item.getType(kind)).text();
        }""",
        kind,
    )


def choose(reader, words):
    """Words as somebody chooses them with the mouse."""
    reader.page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector(".story"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
            break;
          }
          document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
        }""",
        words,
    )


def test_a_whole_story_is_cited_beside_it_and_copied_with_one_press(ann):
    ann.page.get_by_role("link", name="Cite this story").click()
    panel = ann.page.locator(PANEL)
    expect(panel.get_by_role("heading", name="Cite this story")).to_be_focused()
    panel.get_by_role("button", name="Copy reference, Harvard").click()
    expect(panel.locator(".said-here")).to_have_text("Copied")
    assert copied(ann).startswith("Marisa (2026) ‘The chair’. Storyhold. Available at: ")
    panel.get_by_role("button", name="Copy reference, APA").click()
    expect(panel.locator(".said-here")).to_have_text("Copied")
    ann.page.wait_for_function(
        "async () => (await navigator.clipboard.readText()).startsWith('Marisa. (2026')"
    )
    assert "<i>The chair</i>" in copied(ann, "text/html")
    assert ann.path == "/stories/chair"


def test_a_passage_is_cited_with_keys_alone(ann):
    ann.press("j", "j", "c")
    panel = ann.page.locator(PANEL)
    expect(panel.get_by_text("(Marisa, 2026, para. 2)", exact=True).first).to_be_visible()
    expect(panel.get_by_role("heading", name="Cite these words")).to_be_focused()
    panel.get_by_role("button", name="Copy Markdown").press("Enter")
    expect(panel.locator(".said-here")).to_have_text("Copied")
    assert copied(ann).startswith(f"> “{DOOR}” (Marisa, 2026, para. 2)\n\nMarisa (2026)")
    ann.press("Escape")
    expect(panel).to_have_count(0)
    assert ann.focused == "Link to passage 2"


def test_whoever_comes_from_a_search_cites_what_she_came_for_in_the_style_that_she_chose_before(ann):
    ann.go("/search?q=answer")
    ann.page.get_by_role("link", name="Paragraph 2 of Marisa").click()
    ann.press("c")
    panel = ann.page.locator(PANEL)
    expect(panel.locator(".whole-passage")).to_contain_text(DOOR)
    panel.get_by_role("link", name="OSCOLA").click()
    expect(panel.locator(".ways [aria-current]")).to_have_text("OSCOLA")
    ann.press("Escape")
    ann.press("k", "c")
    expect(panel.locator(".whole-passage")).to_contain_text(CHAIR)
    expect(panel.locator(".ways [aria-current]")).to_have_text("OSCOLA")


def test_words_of_a_story_with_a_content_note_are_open_in_the_panel_where_the_story_is(ann):
    ann.go("/stories/noted")
    panel, shown = ann.page.locator(PANEL), ann.page.get_by_text("show the words")
    ann.page.get_by_role("link", name="Cite this story").click()
    panel.get_by_label("Cite other words").fill("moved the chair")
    panel.get_by_role("button", name="Cite these words").click()
    expect(shown.first).to_be_visible()
    expect(panel.locator(".whole-passage")).to_be_hidden()
    ann.press("Escape")
    ann.page.get_by_text("Open the story", exact=True).click()
    ann.press("j", "c")
    expect(panel.locator(".whole-passage")).to_be_visible()
    expect(panel.locator("#quotation-plain")).to_be_visible()


def test_words_that_stand_nowhere_near_are_looked_for_in_all_stories(ann):
    ann.page.get_by_role("link", name="Cite this story").click()
    panel = ann.page.locator(PANEL)
    panel.get_by_label("Cite other words").fill("Somebody else had said all of this before")
    panel.get_by_role("button", name="Cite these words").click()
    panel.get_by_role("button", name="Find the source of these words").click()
    expect(ann.page.get_by_text("Not found")).to_be_visible()
    assert ann.path == "/trace"


def test_each_passage_shows_its_number_and_its_link_when_it_has_the_focus(ann):
    ann.press("j")
    expect(ann.page.get_by_role("link", name="Link to passage 1")).to_be_focused()
    ann.press("Tab")
    expect(ann.page.get_by_role("link", name="Cite passage 1")).to_be_focused()
    ann.press("Enter")
    expect(ann.page.locator(PANEL).get_by_text("paragraph 1").first).to_be_visible()


def test_words_that_were_chosen_are_cited_with_their_reference(ann):
    choose(ann, "waited a long time")
    ann.page.get_by_role("button", name="Cite these words").click()
    panel = ann.page.locator(PANEL)
    expect(panel.locator("#quotation-plain")).to_contain_text("“waited a long time” (Marisa, 2026, para. 2)")
    panel.get_by_role("link", name="OSCOLA").click()
    expect(panel.locator("#quotation-plain")).to_contain_text("“waited a long time”¹")
    panel.get_by_role("button", name="Copy rich text").click()
    expect(panel.locator(".said-here")).to_have_text("Copied")
    assert "<blockquote" in copied(ann, "text/html") and "Interview with Marisa" in copied(ann)


def test_words_that_go_over_several_passages_are_cited_with_all_their_paragraphs(ann):
    ann.page.evaluate(
        """() => {
          const [first, second] = document.querySelectorAll(".story .passage");
          getSelection().setBaseAndExtent(first.firstChild, 4, second.firstChild, 8);
          document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
        }"""
    )
    taken = ann.page.evaluate("getSelection().toString()")  # what is at a passage is not copied with it
    assert " ".join(taken.split()) == "moved the chair and looked at the door. Then she"
    ann.page.get_by_role("button", name="Cite these words").click()
    panel = ann.page.locator(PANEL)
    expect(panel.get_by_text("paragraphs 1–2").first).to_be_visible()
    expect(panel.locator("#quotation-plain")).to_contain_text("“moved the chair and looked at the door.”")
    expect(panel.locator("#quotation-plain")).to_contain_text("“Then she” (Marisa, 2026, paras 1–2)")
    panel.get_by_role("link", name="OSCOLA").click()
    expect(panel.locator("#quotation-plain")).to_contain_text("paras 1–2")
    expect(panel.locator("#quotation-plain")).to_contain_text("“Then she”¹")
    sits(ann)


def test_whoever_marks_words_cites_them_from_the_same_form(visit, place):
    cookies = sign_in_all(place, {"Ann": (("member",), {"organisation": "Here"})})
    ann = come_as(visit, place, cookies["Ann"])
    ann.go("/stories/chair")
    choose(ann, "looked at the door")
    ann.page.locator("#marker").get_by_role("button", name="Cite these words").click()
    expect(ann.page.locator(f"{PANEL} #quotation-plain")).to_contain_text("“looked at the door” (Marisa")


def test_without_a_script_the_same_is_a_page(visit, place):
    reader = visit(place, java_script_enabled=False)
    reader.go("/stories/chair")
    reader.page.get_by_role("link", name="Cite this story").click()
    assert reader.path == "/s/s-0pen0000/cite"
    assert not reader.page.get_by_role("button", name="Copy").all()
    reader.page.get_by_label("Cite other words of this story").fill("looked at the door")
    reader.page.get_by_role("button", name="Cite these words").click()
    assert (
        "“looked at the door” (Marisa, 2026, para. 1)" in reader.page.locator("#quotation-plain").inner_text()
    )
    reader.page.get_by_role("link", name="APA").click()
    assert "style=apa" in reader.path


def test_without_a_script_words_of_several_passages_are_pasted(visit, place):
    reader = visit(place, java_script_enabled=False)
    reader.go("/s/s-0pen0000/cite")
    reader.page.get_by_label("Cite other words of this story").fill("at the door.\n\nThen she waited")
    reader.page.get_by_role("button", name="Cite these words").click()
    said = reader.page.locator("#quotation-plain").inner_text()
    assert said.startswith("“at the door.”\n\n“Then she waited” (Marisa, 2026, paras 1–2)")


def test_a_link_to_a_passage_that_was_edited_leads_to_where_it_stood(visit, place):
    reader = visit(place)
    reader.go(f"/s/s-0pen0000#{OLD_AT}")
    reader.page.wait_for_url("**/v/1?at=**")
    reader.page.get_by_role("link", name=DOOR).click()
    reader.page.wait_for_url(f"**#{DOOR_AT}")


def test_a_link_to_a_passage_that_never_was_says_so_at_the_top_of_the_story(visit, place):
    reader = visit(place)
    reader.go("/stories/chair#p-000000")
    expect(reader.page.get_by_text("The passage that the address names does not stand")).to_be_visible()
    reader.go(f"/stories/chair#{AT}")
    expect(reader.page.get_by_text("The passage that the address names")).to_have_count(0)
