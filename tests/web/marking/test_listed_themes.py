"""Themes are written in one field with commas between them, also those whose names have a comma."""

import pytest
from sqlalchemy import select

from app.database.marking import CODEBOOK, QUOTE_THEME
from app.services.marking.listing import in_list, listed, names_listed
from tests.web.filling import filled_in
from tests.web.marking.doing import BODY, one
from tests.web.marking.test_boards import cluster, quotes, turn
from tests.web.marking.test_lenses import LENS_AT, cells
from tests.web.people import look, send, someone
from tests.web.serving import served, story


@pytest.fixture
def web(tmp_path):
    text = story(BODY, "id: s-0pen0000", "storyteller: Marisa", "themes: ['Rest, sleep']")
    with served(tmp_path, {"open.md": text}, at_loopback=True) as web:
        yield web


@pytest.fixture
def june(web):
    return someone(web.archive, "June", "steward", organisation="Here")


def slugs(web):
    """The themes that the quotes are about."""
    joined = select(CODEBOOK.c.slug).join(QUOTE_THEME, QUOTE_THEME.c.theme == CODEBOOK.c.key)
    with web.archive.engine.connect() as connection:
        return sorted(connection.execute(joined.distinct()).scalars())


def test_a_form_that_is_saved_as_it_is_takes_no_theme_apart(web, june):
    quote = one(web, june, themes='"Rest, sleep", doors')
    form = look(web, f"/q/{quote}/edit", june)
    assert "value='" not in form.text and "&#34;Rest, sleep&#34;, Doors" in form.text
    send(web, f"/q/{quote}/edit", filled_in(form, f"/q/{quote}/edit") | {"do": "save"}, june)
    assert slugs(web) == ["doors", "rest-sleep"]


def test_whoever_marks_without_script_reads_the_themes_of_before_as_she_is_to_write_them(web, june):
    one(web, june, themes="doors")
    one(web, june, "the chair", themes='"Rest, sleep"')
    assert "You used last: &#34;Rest, sleep&#34;, Doors" in look(web, "/s/s-0pen0000/mark", june).text


def test_a_cell_of_a_lens_keeps_its_themes_as_they_are(web, june):
    send(web, "/lenses", {"do": "example"}, june)
    at = cells(web)[0]
    form = filled_in(look(web, at, june), at)
    send(web, at, form | {"do": "words", "themes": '"Rest, sleep", doors'}, june)
    again = filled_in(look(web, at, june), at)
    assert again["themes"] == '"Rest, sleep"', "Doors is hers to see once something carries it"
    send(web, at, again | {"do": "words"}, june)
    assert 'href="/themes/rest-sleep"' in look(web, LENS_AT, june).text


def test_a_cluster_becomes_a_theme_with_a_comma_in_its_name(web, june):
    board = send(web, "/boards", {"do": "make", "name": "Wall", "about": ""}, june)["location"]
    send(web, board, {"do": "add", "theme": "", "by": "", "pasted": one(web, june)}, june)
    key = cluster(web, june, board, quote=quotes(web, june, board)[0])
    turn(web, june, board, key, "Doors, windows")
    assert slugs(web) == ["doors-windows"]


@pytest.mark.parametrize(
    "names",
    [
        ["Rest, sleep", "doors"],
        ["راحة، نوم", "نوم"],
        ["休み、眠り"],
        ['"Quoted"', 'say "no", twice', 'a "b" c'],
        ["“so”, she said", "«etc»"],
        ["Rest; sleep", "doors"],
    ],
)
def test_what_a_field_holds_is_read_again_as_the_same_names(names):
    assert [name.strip() for name in names_listed(listed(names))] == names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("rest, sleep", ["rest", "sleep"]),
        ("راحة، نوم", ["راحة", "نوم"]),
        ("休み、眠り，水", ["休み", "眠り", "水"]),
        ("“Rest, sleep”, “doors”", ["Rest, sleep", "doors"]),
        ('"unclosed, doors', ['"unclosed', "doors"]),
        ('"half" closed, doors', ['"half" closed', "doors"]),
        ("rest; sleep", ["rest; sleep"]),
    ],
)
def test_what_somebody_types_is_read_as_she_means_it(typed, names):
    assert [name.strip() for name in names_listed(typed)] == names


def test_a_name_without_a_comma_stands_as_it_is():
    assert in_list('the "good" ones') == 'the "good" ones'
