"""Themes, sites and personas by their names in the search box, and nothing of those that are hidden."""

import pytest

from tests.archives import found, make_archive, story_file, take_in

DESIGN = "consent: {uses: [design]}"
OPEN = {
    "stories/chair.md": story_file("She moves the chair.", themes="[telling it twice]", site="Low Scarrow"),
    "stories/telling.md": story_file("He was telling it aloud.", themes="[telling]", personas="[k1]"),
    "personas/k1.md": "---\nname: Kath at the Desk\nuses: [publication]\n---\nOf people.\n",
}
HIDDEN = {
    "stories/hidden.md": story_file(
        "Said.", DESIGN, themes="[telling it aloud]", site="He Was", personas="[h1]"
    ),
    "personas/h1.md": "---\nname: Elena who was told\nuses: [design]\n---\nOf people.\n",
}
QUERIES = (
    *("theme:telling it aloud", "theme: telling it aloud", "site:he was", "site:he was telling"),
    *("persona:elena who was told", "persona: elena who was told", "persona:h1", "theme:telling it twice"),
)


@pytest.mark.parametrize(
    ("q", "slugs"),
    [
        ("theme:telling it twice", ["chair"]),
        ("Theme: Telling it twice chair", ["chair"]),
        ("theme:telling", ["telling"]),
        ("site:low scarrow", ["chair"]),
        ("persona:kath at the desk", ["telling"]),
        ("persona:k1", ["telling"]),
        ("use:publication theme:telling it twice", ["chair"]),
    ],
)
def test_a_value_of_several_words_needs_no_quotation_marks(tmp_path, q, slugs):
    archive = make_archive(tmp_path, OPEN)
    take_in(archive)
    assert found(archive, q) == slugs


def test_what_is_hidden_changes_nothing_in_how_a_query_is_read(tmp_path):
    alone, beside = make_archive(tmp_path / "a", OPEN), make_archive(tmp_path / "b", OPEN | HIDDEN)
    for archive in (alone, beside):
        take_in(archive)
    for q in QUERIES:
        assert found(alone, q) == found(beside, q), q
