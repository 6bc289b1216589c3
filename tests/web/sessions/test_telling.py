"""A storyteller whose story lies on a table is told where a gatherer asks for it, and may take it off."""

import re

from app.rendering.passages import anchor_of
from tests.web.doors import storyteller
from tests.web.people import look, send, someone
from tests.web.sessions.doing import ELENA, WORDS, cell, idea, write

STORY = "s-0pen0000"


def laid(web, who, session):
    return send(web, f"{session}/prepare", {"do": "lay-story", "story": STORY, "why": ""}, who)


def pinned(web, ann, session):
    """The number of an idea in whose cell a note rests on the story's words."""
    marked = {"revision": "1", "anchor": anchor_of(WORDS), "exact": "begin again"}
    quote = send(web, f"/s/{STORY}/mark", marked, ann)["location"].rpartition("#")[2]
    number = idea(web, ann, session)
    write(web, ann, session, number, note="She said so")
    send(web, f"{session}/cells/{number}/{ELENA}", {"do": "pin", "quote": quote}, ann)
    return number


def test_she_is_told_where_it_is_asked_for_and_takes_her_story_off(web, ann, session):
    sue, number = someone(web.archive, "Sue", "steward"), pinned(web, ann, session)
    laid(web, ann, session)
    her = storyteller(web, STORY)
    assert "off that table" not in her.look().text
    prepare = f"{session}/prepare"
    assert "Tell her at her own door" not in look(web, prepare, ann).text
    assert send(web, prepare, {"do": "tell", "story": STORY}, ann).status == 404
    assert send(web, prepare, {"do": "tell", "story": STORY}, sue).status == 303
    assert "Tell her no longer" in look(web, prepare, sue).text
    shown = her.look().text
    assert "a meeting on 14 May 2026" in shown and "The first meeting" not in shown
    table = re.search(r'name="table" value="(\d+)"', shown)[1]
    assert "Your story is off that table." in her.says("table", table=table).text
    assert "off that table</button>" not in her.look().text
    assert "Marisa" not in look(web, prepare, ann).text
    assert cell(web, ann, session, number) == "Elena Not yet discussed : Elena"
    again = laid(web, ann, session)
    assert again.status == 422 and "Its storyteller took this story off this table" in again.text


def test_nobody_takes_a_story_off_a_table_of_which_she_was_not_told(web, ann, session):
    laid(web, ann, session)
    assert storyteller(web, STORY).send("table", table="1").status == 410
    assert "Marisa" in look(web, f"{session}/prepare", ann).text
