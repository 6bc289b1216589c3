"""A storyteller at her own door with a browser: an old phone, no script, paper, and the kitchen table."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.database.visibility import TERMINAL
from app.search.engines import choose_engine
from app.services.archive import open_archive
from app.services.gathering.doors import make_door
from app.services.recording import By
from tests.browser.browsing import Visit
from tests.browser.people import come_as, sign_in_all
from tests.browser.serving import Place, serving, settings_for, write
from tests.browser.test_pages import ANYTHING_WIDER, examine
from tests.browser.test_signing_in import sits

ID = "s-7k3fq2mx"
LONG = "Donaudampfschifffahrtsgesellschaftskapitaenswitwe" * 3
STORY = f"""---
id: {ID}
title: The eleven months
storyteller: Marisa
gatherer: J. O.
content_notes: [loss]
moments: [{{when: "2019", what: Loses her sister, kind: low}}]
strengths: [keeps the nephew fed]
hopes: [one person who rings back]
themes: [waiting]
consent: {{uses: [publication, design]}}
---
The first thing Marisa does is move the chair.

> “I had told it so often that it stopped sounding like mine.”

- one kettle
- {LONG}

| what | how |
| --- | --- |
| tea | hot |

::: closed
Only hers.
:::

What she said about her brother.
"""
PARTS = ("", "?to=uses", "?to=later", "?to=since", "?to=back")
PHONE = {"width": 320, "height": 480, "java_script_enabled": False}
JO = {"Jo": (("gatherer",), {"organisation": "Here", "gathers_as": "J. O."})}


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    elena = f"---\nname: Elena\nstories: [{ID}]\n---\nElena waits.\n"
    write(tmp_path, {"stories/marisa.md": STORY, "personas/elena.md": elena})
    with serving(tmp_path) as place:
        yield place


def link(place: Place) -> str:
    """The path of a fresh link."""
    settings = settings_for(place.folder)
    archive = open_archive(settings, choose_engine(settings))
    try:
        return f"/door/{make_door(archive, TERMINAL, By(), ID)}"
    finally:
        archive.close()


def press(visit: Visit, name: str) -> None:
    visit.page.get_by_role("button", name=name, exact=True).click()


def about(visit: Visit, words: str) -> None:
    passage = visit.page.locator("p.passage", has_text=words)
    passage.get_by_role("link", name="Say something").click()


def test_on_an_old_phone_she_reads_says_closes_chooses_and_takes_back(visit, place):
    door, stranger = link(place), visit(place)
    her = visit(place, **PHONE)
    her.go(door)
    assert her.sees("Only hers.") and her.page.evaluate(ANYTHING_WIDER) == ""
    her.page.locator("p.passage", has_text="The first thing").get_by_role(
        "link", name="Say something"
    ).click()
    her.page.get_by_label("Say something about it").fill("That was in March.")
    press(her, "Send this")
    expect(her.page.get_by_role("status")).to_contain_text("Thank you.")
    about(her, "her brother")
    press(her, "Close this passage")
    stranger.go("/stories/marisa")
    assert not stranger.page.get_by_text("her brother").count()
    her.page.get_by_role("link", name="Say what may be done with it").click()
    her.page.get_by_label("For everybody to read").uncheck()
    press(her, "This is what I want")
    expect(her.page.get_by_role("status")).to_contain_text("is recorded")
    assert stranger.go("/stories/marisa").status == 404
    her.page.get_by_role("link", name="Take my story back").click()
    press(her, "Yes, take my story back")
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Your story is taken back")
    assert "status: withdrawn" in (place.folder / "stories/marisa.md").read_text()


def test_after_she_has_said_or_closed_something_she_is_where_she_was(visit, place):
    her, door = visit(place, **PHONE), link(place)
    for words, button, thanks in (
        ("her brother", "Send this", "Thank you."),
        ("move the chair", "Close this passage", "The passage is closed."),
    ):
        her.go(door)
        about(her, words)
        if button == "Send this":
            her.page.get_by_label("Say something about it").fill("That was in March.")
        press(her, button)
        said = her.page.get_by_role("status")
        expect(said).to_contain_text(thanks)
        for seen in (said, her.page.locator("p.passage", has_text=words)):
            expect(seen).to_be_in_viewport()
        expect(said).to_be_focused()
    expect(her.page.locator(".mine")).to_contain_text("That was in March.")
    press(her, "Take this off again")
    expect(her.page.get_by_role("status")).to_be_in_viewport()
    expect(her.page.locator("p.passage", has_text="her brother")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["English", "Polski"])
def test_her_pages_fit_a_small_screen_in_letters_of_double_size(visit, place, language):
    her, door = visit(place, width=320), link(place)
    her.go(door)
    if language != "English":
        press(her, language)
    passage = her.page.locator(".say").first.get_attribute("href")
    for part in (*PARTS, passage):
        her.go(door + part)
        her.page.evaluate("document.documentElement.style.fontSize = '36px'")
        assert her.page.evaluate(ANYTHING_WIDER) == "", part


def test_over_plain_http_her_forms_are_taken_and_her_address_is_told_to_nobody(visit, place):
    her, asked = visit(place), []
    her.page.on("request", lambda one: asked.append((one.method, one.headers.get("origin"), one.url)))
    her.go(link(place))
    press(her, "Polski")
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Twoja opowieść")
    assert ("POST", her.address) in {(method, origin) for method, origin, _ in asked}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_her_pages_fit_every_screen_and_every_reader(visit, place, scheme):
    her, door = visit(place, color_scheme=scheme), link(place)
    for part in PARTS:
        her.go(door + part)
        sits(her)
    her.go(door)
    her.page.get_by_role("link", name="Say something").first.click()
    sits(her)
    her.go(door + "?to=uses")
    for box in her.page.get_by_role("checkbox").all():
        box.uncheck()
    press(her, "This is what I want")
    assert her.sees("You said yes.")
    sits(her)
    her.go(f"/door/{'A' * 43}")
    sits(her)
    her.go(door + "?to=back")
    press(her, "Yes, take my story back")
    sits(her)


def test_her_story_is_printed_dark_on_white_without_what_only_a_screen_can_do(visit, place):
    her = visit(place, color_scheme="dark")
    her.go(link(place))
    her.page.emulate_media(media="print", color_scheme="dark")
    for selector in ("nav", "form", ".say", ".help"):
        for part in her.page.locator(selector).all():
            expect(part).to_be_hidden()
    colours = "one => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    ink, paper = her.page.locator(".story p").first.evaluate(colours)
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert her.sees("Only hers.")


def test_a_gatherer_makes_the_link_answers_and_prints_the_letter(visit, place):
    cookie = sign_in_all(place, JO)["Jo"]
    jo = come_as(visit, place, cookie)
    jo.go("/mine")
    jo.page.get_by_role("link", name="Her own door").click()
    press(jo, "Make a link")
    given = jo.page.get_by_role("textbox", name="The link").input_value()
    sits(jo)
    jo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(jo, "Copy the link")
    expect(jo.page.locator("#said")).to_have_text("Copied")
    assert jo.page.evaluate("navigator.clipboard.readText()") == given
    her = visit(place, **PHONE)
    her.page.goto(given)
    her.page.get_by_role("link", name="Add something that came later").click()
    her.page.get_by_label("What do you want to add?").fill("We speak again.")
    press(her, "Send this")
    jo.go("/mine")
    jo.page.get_by_role("link", name="1 thing said at her door").click()
    sits(jo)
    press(jo, "Use these words")
    expect(jo.page.get_by_role("status").first).to_contain_text("Her words stand in the story now")
    assert "We speak again." in (place.folder / "stories/marisa.md").read_text()
    jo.page.get_by_role("link", name="a letter with a reply slip").click()
    sits(jo)
    jo.page.emulate_media(media="print")
    assert jo.sees("Your answer") and jo.page.get_by_role("navigation").count() == 0


def test_what_was_answered_stands_apart_from_what_follows(visit, place):
    her, jo = visit(place, **PHONE), come_as(visit, place, sign_in_all(place, JO)["Jo"])
    door = link(place)
    for words in ("It rained.", "It snowed."):
        her.go(f"{door}?to=later")
        her.page.get_by_label("What do you want to add?").fill(words)
        press(her, "Send this")
    jo.go(f"/s/{ID}/door")
    jo.page.get_by_role("button", name="Done").first.click()
    entries = jo.page.locator(".entries > li")
    last = entries.first.locator("> :last-child")
    assert last.evaluate("one => one.tagName") == "P"  # it has no room for an answer
    end = last.evaluate("one => one.getBoundingClientRect().bottom")
    begin = entries.nth(1).locator("h3").evaluate("one => one.getBoundingClientRect().top")
    assert begin - end > 32
    sits(jo)


def test_at_her_table_answers_are_kept_without_a_connection_and_brought_afterwards(visit, place, tmp_path):
    jo = come_as(visit, place, sign_in_all(place, JO)["Jo"], accept_downloads=True)
    with jo.page.expect_download() as kept:
        jo.page.goto(f"{place.address}/s/{ID}/door")
        jo.page.get_by_role("link", name="a page to go through together").click()
    file = tmp_path / "table.html"
    kept.value.save_as(file)
    table = visit(place, accept_downloads=True, width=320)
    table.page.context.set_offline(True)
    table.page.goto(file.as_uri())
    assert table.page.evaluate(ANYTHING_WIDER) == ""
    passage = table.page.get_by_role("region", name="Passage 1", exact=True)
    passage.locator("summary").click()
    passage.get_by_label("Say something about it").fill("That was in March.")
    passage.get_by_label("Say it in other words").fill("The first thing Marisa  does is move the chair. ")
    last = table.page.get_by_role("region").last
    last.locator("summary").click()
    last.get_by_label("Close this passage").check()
    table.page.get_by_label("Not yet.").check()
    table.page.reload()
    expect(passage.get_by_label("Say something about it")).to_have_value("That was in March.")
    examine(table, 320)
    with table.page.expect_download() as saved:
        press(table, "Save the answers as a file")
    answers = tmp_path / "answers.json"
    saved.value.save_as(answers)
    told = json.loads(answers.read_text())
    assert told["consent"]["answer"] == "not yet"
    assert [one["kind"] for one in told["said"]] == ["comment", "closing"]  # the same words are no others
    table.complaints[:] = [one for one in table.complaints if file.as_uri() not in one]  # it is no host
    jo.go(f"/s/{ID}/door")
    jo.page.get_by_label("The file of answers from the table").set_input_files(answers)
    press(jo, "Take the answers in")
    assert jo.sees("That was in March.") and jo.sees("at the table")
    text = (place.folder / "stories/marisa.md").read_text()
    assert "uses: []" in text and "::: closed\nWhat she said about her brother.\n:::" in text
