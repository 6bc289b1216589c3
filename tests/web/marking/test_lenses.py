"""A lens is made, quotes are placed in its cells, and each reader finds there what she may read."""

import re

import pytest
from sqlalchemy import select, update

from app.database.insight import LENS, LENS_QUOTE, LENS_THEME
from app.database.marking import CODEBOOK
from app.services.insight.example_lens import AIMS, EXAMPLE
from app.services.insight.lens_making import begin_with_example
from app.services.reconcile import reconcile
from tests.archives import rows
from tests.web.filling import filled_in
from tests.web.marking.doing import AT, BODY, marking, one
from tests.web.people import look, send, someone
from tests.web.serving import story

LENS_AT = "/lenses/purpose-power-practice"


@pytest.fixture
def june(web):
    return someone(web.archive, "June", "gatherer", organisation="Here")


@pytest.fixture
def cell(web, june):
    """The address of the first cell of the example."""
    send(web, "/lenses", {"do": "example"}, june)
    return cells(web)[0]


def cells(web, address=LENS_AT):
    return re.findall(rf'href="({address}/\d+/\d+)"', look(web, address).text)


def hidden_quote(web, ann, **fields):
    """A quote of a story that is for design teams alone."""
    answer = marking(web, ann, "/s/s-des1gn00/mark", anchor=AT, exact="the chair", **fields)
    return answer["location"].rpartition("#")[2]


def number_in(web, address, who=None):
    """How many quotes the grid counts in this cell."""
    return int(re.search(rf'href="{address}">(\d+) quote', look(web, LENS_AT, who).text)[1])


def test_an_empty_archive_begins_with_the_example_when_somebody_of_the_team_says_so(web, ann, june):
    assert "There is no lens here yet" in look(web, "/lenses").text
    assert "Begin with the example" not in look(web, "/lenses", ann).text
    assert send(web, "/lenses", {"do": "example"}, ann).status == 404 and rows(web.archive, LENS) == []
    assert "Begin with the example" in look(web, "/lenses", june).text
    assert send(web, "/lenses", {"do": "example"}, june)["location"] == LENS_AT
    text = look(web, LENS_AT).text
    assert text.count('<td role="cell" class="none">') == 12 and "<table" in text
    assert all(words in text for row in EXAMPLE.cells for words in row)


def test_every_cell_of_the_example_says_something_of_its_own_and_calls_nobody_a_case():
    words = [cell for row in EXAMPLE.cells for cell in row]
    assert len(set(words)) == len(words) == len(EXAMPLE.rows) * len(EXAMPLE.columns) == 12
    said = " ".join([EXAMPLE.about, *words]).lower()
    assert not re.search(r"\b(patients?|cases?|service users?|clients?|cohort)\b", said)


def test_samples_come_with_the_example_once_and_never_again(web, june):
    assert begin_with_example(web.archive) and not begin_with_example(web.archive)
    send(web, f"{LENS_AT}/edit", {"do": "remove-lens"}, june)
    assert not begin_with_example(web.archive) and look(web, LENS_AT).status == 404
    assert "There is no lens here yet" in look(web, "/lenses").text


def test_a_removed_lens_is_put_back_with_all_that_was_placed_in_it(web, ann, june, cell):
    quote = one(web, ann)
    send(web, cell, {"do": "place", "quote": quote}, ann)
    answer = send(web, f"{LENS_AT}/edit", {"do": "remove-lens"}, june)
    page = look(web, answer["location"], june)
    assert "is removed" in page.text and look(web, cell).content == look(web, "/nowhere").content
    assert "is removed" not in look(web, answer["location"], ann).text
    send(web, "/lenses", {"do": "back", "lens": "purpose-power-practice"}, june)
    assert number_in(web, cell) == 1


def test_a_lens_of_ones_own_and_one_for_an_evaluation(web, june):
    send(web, "/lenses", {"do": "aims"}, june)
    text = look(web, "/lenses/aims-and-outcomes").text
    assert all(name in text for name, _ in (*AIMS.rows, *AIMS.columns))
    form = {
        "do": "make",
        "name": "../x 🏡 مرحبا",
        "about": "",
        "rows": "Hope\r\n\r\nLoss",
        "columns": "Then\nNow",
    }
    address = send(web, "/lenses", form, june)["location"].partition("/edit")[0]
    assert "Hope" in look(web, address).text and "/.." not in address
    again = send(web, "/lenses", form, june)["location"].partition("/edit")[0]
    assert again == address + "-2"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\0b"},
        {"about": "x" * 2_001},
        {"rows": "\n \n"},
        {"rows": "\n".join(map(str, range(13)))},
        {"columns": "\n".join(map(str, range(9)))},
        {"columns": "x" * 300},
    ],
    ids=range(8),
)
def test_a_lens_that_can_not_be_is_not_made_and_what_was_typed_stays(web, june, fields):
    form = {"do": "make", "name": "Kept name", "about": "Kept.", "rows": "A", "columns": "B"} | fields
    answer = send(web, "/lenses", form, june)
    assert answer.status == 422 and "No lens was made." in answer.text and rows(web.archive, LENS) == []
    assert "Kept" in answer.text


def test_quotes_are_placed_by_address_and_taken_out_and_put_back(web, ann, cell):
    quote = one(web, ann, note="Not for all.")
    send(web, cell, {"do": "place", "quote": f"http://localhost:8000/stories/open#{quote}"}, ann)
    assert number_in(web, cell) == 1
    text = look(web, cell, ann).text
    assert "wants to see the door" in text and "placed by Ann" in text and "Not for all." in text
    stranger = look(web, cell).text
    assert "wants to see the door" in stranger and "by Ann" not in stranger and "Not for all." not in stranger
    assert "Take it out" not in stranger and "Place it here" not in stranger
    gone = send(web, cell, {"do": "out", "quote": quote}, ann)["location"]
    assert number_in(web, cell) == 0 and "Put it back" in look(web, gone, ann).text
    send(web, cell, {"do": "place", "quote": quote}, ann)
    assert number_in(web, cell) == 1


@pytest.mark.parametrize(
    "pasted", ["", "x", "q-00000000", "q-0", "q-" + "0" * 400, "🏡", "/q/q-zzzzzzzz/edit"]
)
def test_what_is_no_quote_stays_in_the_field_and_it_is_said_what_to_paste(web, ann, cell, pasted):
    answer = send(web, cell, {"do": "place", "quote": pasted}, ann)
    assert (
        answer.status == 422 and "Nothing was changed." in answer.text and rows(web.archive, LENS_QUOTE) == []
    )
    assert filled_in(answer, cell)["quote"] == pasted
    assert ("copy the id, or the address to which it leads" in answer.text) == bool(pasted)


def test_a_quote_with_a_theme_of_the_cell_stands_there_once_though_it_was_placed_too(web, ann, june, cell):
    quote, other = one(web, ann, themes="Waiting"), one(web, ann, "the chair", themes="Being heard")
    form = filled_in(look(web, cell, june), cell) | {"do": "words", "words": "Ours.", "themes": "waiting"}
    assert send(web, cell, form, june).status == 303
    send(web, cell, {"do": "place", "quote": quote}, ann)
    text = look(web, cell).text
    assert number_in(web, cell) == 1 and "Ours." in text and other not in text
    looked = look(web, f"{cell}?theme=Being+heard", ann).text
    assert other in looked and "the chair" in looked and "Place it here" in looked
    assert "There is none." in look(web, f"{cell}?theme=waiting", ann).text


def test_only_the_story_team_says_what_a_cell_means_and_not_over_what_another_wrote(web, ann, june, cell):
    form = {"do": "words", "words": "Mine.", "themes": "", "seen": "x"}
    assert send(web, cell, form, ann).status == 422
    assert send(web, cell, form, june).status == 409 and "Mine." in send(web, cell, form, june).text
    seen = filled_in(look(web, cell, june), cell)
    long = seen | {"do": "words", "words": "x" * 2_001}
    assert send(web, cell, long, june).status == 422
    assert send(web, cell, seen | {"do": "words", "words": "Mine."}, june).status == 303
    assert "Mine." in look(web, cell).text


def test_nobody_finds_in_a_cell_what_she_may_not_read_nor_that_it_is_there(web, ann, june, cell):
    quote = hidden_quote(web, ann, themes="Kept in")
    form = filled_in(look(web, cell, june), cell) | {"do": "words", "themes": "Kept in"}
    before = look(web, cell).content
    send(web, cell, {"do": "place", "quote": quote}, ann)
    send(web, cell, form, june)
    assert number_in(web, cell, ann) == 1 and number_in(web, cell) == 0
    assert "Kept in" in look(web, cell, ann).text
    assert look(web, cell).content == before
    cy = someone(web.archive, "Cy", "commissioner", organisation="Here")
    assert "Kept in" not in look(web, cell, cy).text and "Kept in" not in look(web, LENS_AT, cy).text
    for do in ("place", "out"):
        assert send(web, cell, {"do": do, "quote": quote}, cy).status in (404, 422)
    assert len(rows(web.archive, LENS_QUOTE)) == 1
    assert quote not in look(web, f"{cell}?theme=Kept+in", cy).text
    assert look(web, f"/q/{quote}/edit", cy).content == look(web, "/nowhere", cy).content


def test_themes_of_a_cell_that_are_hidden_from_her_stay_when_somebody_changes_the_others(web, ann, cell):
    steward = someone(web.archive, "Sue", "steward", organisation="Here")
    hidden_quote(web, ann, themes="Kept in")
    form = filled_in(look(web, cell, steward), cell)
    send(web, cell, form | {"do": "words", "themes": "Kept in"}, steward)
    away = someone(web.archive, "Ada", "gatherer", organisation="")
    form = filled_in(look(web, cell, away), cell)
    send(web, cell, form | {"do": "words", "themes": form["themes"] + ", waiting"}, away)
    assert len(rows(web.archive, LENS_THEME)) == 2


def test_rows_and_columns_are_named_moved_added_removed_and_put_back(web, ann, june, cell):
    edit, quote = f"{LENS_AT}/edit", one(web, ann)
    send(web, cell, {"do": "place", "quote": quote}, ann)
    row, column = cell.split("/")[-2:]
    asked = look(web, f"{edit}?remove={row}", june).text
    assert "1 quote that you may read was placed in it by hand" in asked
    gone = send(web, edit, {"do": "remove", "line": row}, june)["location"]
    assert look(web, cell).status == 404 and "is removed" in look(web, gone, june).text
    send(web, edit, {"do": "back", "line": row}, june)
    assert number_in(web, cell) == 1
    send(web, edit, {"do": "down", "line": row}, june)
    assert cells(web)[2] == cell
    send(web, edit, {"do": "add-row", "name": "Place", "about": "Where it is."}, june)
    assert len(cells(web)) == 14
    named = filled_in(look(web, edit, june), edit) | {"do": "line", "line": column, "name": "Between people"}
    assert send(web, edit, named, june).status == 303 and "Between people" in look(web, LENS_AT).text
    assert send(web, edit, named, june).status == 409
    assert send(web, edit, {"do": "remove", "line": "999"}, june).status == 404
    for line in (column, str(int(column) + 1)):
        last = send(web, edit, {"do": "remove", "line": line}, june)
    assert last.status == 422 and "last column" in last.text


def test_the_page_of_a_quote_places_it_in_cells_that_are_ticked(web, ann, cell):
    quote = one(web, ann)
    page = look(web, f"/q/{quote}/edit", ann)
    assert page.text.count('type="checkbox" name="cell-') == 12
    at = "-".join(cell.split("/")[-2:])
    address, keep = f"/q/{quote}/edit", {"keep": "purpose-power-practice"}
    odd = {f"cell-{at}": "yes", "cell-x": "yes", "cell-99-98": "yes", "cell-1-99999999999": "yes"}
    kept = send(web, address, filled_in(page, address) | keep | odd, ann)
    assert kept["location"].endswith("#lens-purpose-power-practice")
    assert len(rows(web.archive, LENS_QUOTE)) == 1 and number_in(web, cell) == 1
    assert f'name="cell-{at}" value="yes" checked' in look(web, address, ann).text
    ben = someone(web.archive, "Ben", "commissioner", organisation="Here")
    others = look(web, address, ben)
    assert "marked by <bdi>Ann</bdi>" in others.text and "Keep it there" in others.text
    assert "Take the mark off" not in others.text and 'name="themes"' not in others.text
    form = {name: value for name, value in filled_in(others, address).items() if name != f"cell-{at}"}
    assert send(web, address, form | keep, ben).status == 303
    assert rows(web.archive, LENS_QUOTE) == []


def test_whoever_keeps_a_quote_in_a_lens_keeps_the_themes_that_she_was_typing_too(web, ann, cell):
    quote, at = one(web, ann, themes="Loss"), "-".join(cell.split("/")[-2:])
    address = f"/q/{quote}/edit"
    form = filled_in(look(web, address, ann), address) | {"themes": "Loss, doors", "note": "Typed."}
    kept = send(web, address, form | {"keep": "purpose-power-practice", f"cell-{at}": "yes"}, ann)
    text = look(web, kept["location"].partition("#")[0], ann).text
    assert (
        'value="Loss, Doors"' in text and "Typed." in text and f'name="cell-{at}" value="yes" checked' in text
    )
    assert "Saved. “Doors” is a new theme." in text


def test_whoever_saves_the_themes_of_a_quote_keeps_the_cells_that_she_has_ticked_too(web, ann, cell):
    quote, at = one(web, ann), "-".join(cell.split("/")[-2:])
    address = f"/q/{quote}/edit"
    form = filled_in(look(web, address, ann), address) | {"do": "save", f"cell-{at}": "yes"}
    too_many = ", ".join(f"theme {n}" for n in range(21))
    refused = send(web, address, form | {"themes": too_many}, ann)
    assert refused.status == 422 and f'name="cell-{at}" value="yes" checked' in refused.text
    assert too_many in refused.text and rows(web.archive, LENS_QUOTE) == []
    again = filled_in(refused, address) | {"do": "save", "themes": "Loss"}
    assert send(web, address, again, ann).status == 303
    assert number_in(web, cell) == 1


def test_what_somebody_else_placed_while_she_typed_stays(web, ann, cell):
    quote, at = one(web, ann), "-".join(cell.split("/")[-2:])
    address = f"/q/{quote}/edit"
    form = filled_in(look(web, address, ann), address)
    ben = someone(web.archive, "Ben", "commissioner", organisation="Here")
    send(web, address, {"keep": "purpose-power-practice", f"cell-{at}": "yes"}, ben)
    send(web, address, form | {"do": "save", "themes": "Loss"}, ann)
    assert number_in(web, cell) == 1


def test_a_lens_that_goes_while_she_types_takes_no_themes_along(web, ann, june, cell):
    quote, at = one(web, ann), "-".join(cell.split("/")[-2:])
    address = f"/q/{quote}/edit"
    form = filled_in(look(web, address, ann), address) | {"themes": "Loss", f"cell-{at}": "yes"}
    send(web, f"{LENS_AT}/edit", {"do": "remove-lens"}, june)
    assert send(web, address, form | {"keep": "purpose-power-practice"}, ann).status == 303
    assert 'value="Loss"' in look(web, address, ann).text and rows(web.archive, LENS_QUOTE) == []


def test_a_quote_of_a_draft_of_her_own_has_no_place_in_a_lens_and_its_themes_are_kept(web, cell):
    jo = someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", organisation="Here")
    draft = story(BODY, "id: s-dra1ft00", "gatherer: J. O.", "status: draft")
    (web.archive.settings.stories / "draft.md").write_text(draft)
    reconcile(web.archive)
    quote = marking(web, jo, "/s/s-dra1ft00/mark", anchor=AT)["location"].rpartition("#")[2]
    address = f"/q/{quote}/edit"
    form = look(web, address, jo)
    assert form.status == 200 and "Keep it there" not in form.text
    assert send(web, address, filled_in(form, address) | {"do": "save", "themes": "Loss"}, jo).status == 303
    assert 'value="Loss"' in look(web, address, jo).text


def test_nobody_says_more_of_another_one_s_quote_by_placing_it(web, ann):
    quote = one(web, ann)
    ben = someone(web.archive, "Ben", "commissioner", organisation="Here")
    forged = {"keep": "purpose-power-practice", "themes": "Loss", "note": "His."}
    assert send(web, f"/q/{quote}/edit", forged, ben).status == 403
    assert send(web, f"/q/{quote}/edit", {"themes": "Loss"}, ann).status == 422
    assert "His." not in look(web, f"/q/{quote}/edit", ann).text


@pytest.mark.parametrize(
    "address", ["/lenses/x", "/lenses/x/1/2", f"{LENS_AT}/1/1", f"{LENS_AT}/a/b", f"{LENS_AT}/1/99999999999"]
)
def test_what_is_no_lens_or_cell_answers_as_what_never_was(web, cell, address):
    assert look(web, address).content == look(web, "/nowhere").content


def test_a_theme_that_was_merged_leads_into_the_cell_from_both_sides(web, ann, june, cell):
    one(web, ann, themes="Bereavement")
    one(web, ann, "the chair", themes="Loss")
    form = filled_in(look(web, cell, june), cell) | {"do": "words", "themes": "Bereavement"}
    send(web, cell, form, june)
    assert number_in(web, cell) == 1
    with web.archive.writing() as connection:
        loss = select(CODEBOOK.c.key).where(CODEBOOK.c.slug == "loss").scalar_subquery()
        into = update(CODEBOOK).where(CODEBOOK.c.slug == "bereavement").values(merged_into=loss)
        connection.execute(into)
        connection.commit()
    assert number_in(web, cell) == 2 and "Loss" in look(web, cell).text


def test_a_quote_that_is_taken_off_is_counted_no_more(web, ann, june, cell):
    quote = one(web, ann, themes="Loss")
    form = filled_in(look(web, cell, june), cell) | {"do": "words", "themes": "Loss"}
    send(web, cell, form, june)
    assert number_in(web, cell) == 1
    send(web, f"/q/{quote}/edit", {"do": "remove"}, ann)
    assert number_in(web, cell) == 0
