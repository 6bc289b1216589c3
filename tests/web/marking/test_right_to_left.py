"""Names and words that run from right to left stand so, beside those that do not."""

from pathlib import Path

import pytest

from app.rendering.passages import anchor_of
from tests.web.people import look, send
from tests.web.serving import served, story

ROOT = Path(__file__).parents[3]
WORDS = "سمعت صوت البحر كل يوم."
THEME, NOTE = "البحر (كل يوم)", "تقرر هي."


@pytest.fixture
def web(tmp_path):
    sea = story(f"{WORDS}\n", "id: s-sea00000", "storyteller: ليلى", "language: ar")
    with served(tmp_path, {"sea.md": sea}, at_loopback=True) as web:
        yield web


def test_a_mark_in_arabic_stands_as_it_is_written_wherever_it_is_seen(web, ann):
    told = {"revision": "1", "anchor": anchor_of(WORDS), "themes": THEME, "note": NOTE}
    quote = send(web, "/s/s-sea00000/mark", told, ann)["location"].rpartition("#")[2]
    margin = look(web, "/stories/sea", ann).text
    assert f'<p class="note-of" dir="auto">{NOTE}' in margin and '<p class="exact" dir="auto">' in margin
    assert margin.count('dir="auto"><i class="dot') >= 1
    found = look(web, "/search?in=quotes", ann).text
    assert f'<span dir="auto">{THEME}</span>' in found and "<bdi>ليلى</bdi>" in found
    form = look(web, f"/q/{quote}/edit", ann).text
    assert f'value="{THEME}" dir="auto"' in form and f'<p dir="auto">“{WORDS}”' in form


def test_a_theme_in_arabic_is_not_turned_about_on_the_map_of_themes():
    style = (ROOT / "app/web/static/patterns.css").read_text(encoding="utf-8")
    assert ".heat :is(.name, .again) { unicode-bidi: plaintext }" in style
