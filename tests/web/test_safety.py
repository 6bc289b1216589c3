"""Content notes, help and the way out, as they are served."""

import re

import pytest

from app.config import load_settings
from app.errors import SettingsError
from tests.web.people import look
from tests.web.serving import served, story

NOTED = story("What happened.", "title: The chair", "content_notes: [self-harm]")
ODD = story("What happened.", "title: Odd", "content_notes: {a: b}")
LINKS = "Samaritans 116 123 tel:116123, Crisis line tel:0800111222, Talk https://help.example.org"


def test_help_stands_before_and_after_the_text(tmp_path):
    with served(tmp_path, {"noted.md": NOTED, "plain.md": story()}, support_links=LINKS) as web:
        text = look(web, "/stories/noted").text
        first, second = (match.start() for match in re.finditer('href="tel:0800111222"', text))
        assert first < text.index("What happened.") < second
        assert 'href="tel:116123" rel="noreferrer">Samaritans 116 123</a>' in text
        assert "Crisis line 0800111222</a>" in text and 'href="https://help.example.org"' in text
        assert "tel:" not in look(web, "/stories/plain").text


def test_where_there_is_no_help_to_name_nothing_is_shown(tmp_path):
    with served(tmp_path, {"noted.md": NOTED}) as web:
        text = look(web, "/stories/noted").text
        assert "hard to read" not in text and 'class="help"' not in text


@pytest.mark.parametrize("slug", ["noted", "odd"])
def test_a_story_with_any_content_note_has_a_way_out_also_without_script(tmp_path, slug):
    with served(tmp_path, {"noted.md": NOTED, "odd.md": ODD}) as web:
        text = look(web, f"/stories/{slug}").text
        way = re.search(r'<a class="exit"[^>]*>Exit this page</a>', text)[0]
        assert 'href="https://www.bbc.co.uk/weather"' in way and "noreferrer" in way
        assert text.index('class="skip"') < text.index(way) < text.index("<header")


def test_a_story_without_one_has_none(tmp_path):
    with served(tmp_path, {"plain.md": story()}) as web:
        text = look(web, "/stories/plain").text
        assert "Exit this page" not in text and "exit.js" not in text and "safety.css" not in text


def test_a_steward_chooses_where_it_leads(tmp_path):
    with served(tmp_path, {"noted.md": NOTED}, exit_address="https://example.org/bread") as web:
        assert 'id="exit" href="https://example.org/bread"' in look(web, "/stories/noted").text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere", "weather", "data:text/html,a"])
def test_it_can_only_lead_to_a_web_address(address):
    with pytest.raises(SettingsError, match="STORYHOLD_EXIT_ADDRESS"):
        load_settings({"STORYHOLD_EXIT_ADDRESS": address})


ELSEWHERE = ("/", "/stories", "/stories?layout=table", "/themes/waiting", "/search?q=waiting")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_card_or_list_lends_words_of_a_story_with_a_content_note_unasked(tmp_path, address):
    keys = ("themes: [waiting]", "content_notes: [self-harm]", "summary: It says waiting harms.")
    quoted = story("> “The waiting is what did it, and it was long enough.”", *keys)
    with served(tmp_path, {"noted.md": quoted}) as web:
        text = re.sub(r'<details class="fold">.*?</details>', "", look(web, address).text, flags=re.DOTALL)
        assert "is what did it" not in text and "It says waiting" not in text
        assert "Mentions self-harm" in look(web, address).text
