"""The codebook goes out as CSV and comes in again, after a look at what would change."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database.marking import CODEBOOK
from app.database.visibility import TERMINAL, Actor, Role
from app.errors import EditConflict
from app.exports.codebook_csv import codebook_lines
from app.exports.csv_cells import plain_cell, safe_cell, told_apart
from app.services.codebook import undo
from app.services.codebook_csv import apply_import, codebook_rows, plan_import
from app.services.marking.entries import Entry, all_entries, put_entries
from tests.archives import rows, story_file

STORIES = {
    "stories/a.md": story_file("A lantern.", themes="[bereavement, waiting]"),
    "stories/b.md": story_file("A rope.", themes="[mooring]", consent="consent: {uses: [commissioning]}"),
}
GATHERER = Actor(frozenset({Role.GATHERER}), "Here", signed_in=True)
TABLE = """name,definition,parent,aliases,colour
Loss,When somebody is gone.,,bereavement; grief,Teal
Mourning,,loss,,
"""


@pytest.fixture
def archive(new_archive):
    return new_archive(STORIES)


def put(archive, entries):
    with archive.writing() as connection:
        put_entries(archive, connection, entries, None)
        connection.commit()


def book(archive):
    with archive.engine.connect() as connection:
        return all_entries(connection)


def plan(archive, text, actor=TERMINAL):
    return plan_import(archive, actor, text if isinstance(text, bytes) else text.encode())


def bring(archive, text, actor=TERMINAL):
    content = text if isinstance(text, bytes) else text.encode()
    looked = plan(archive, content, actor)
    return apply_import(archive, actor, content, expected=looked.digest, by=None)


def out(archive, actor=TERMINAL):
    return "".join(codebook_lines(codebook_rows(archive, actor)))


def test_a_table_becomes_a_codebook_with_its_tree_and_its_aliases(archive):
    assert plan(archive, TABLE).entries.keys() == {"loss", "mourning"} and book(archive) == {}
    bring(archive, TABLE)
    loss, mourning = book(archive)["loss"], book(archive)["mourning"]
    assert (loss.definition, loss.colour, mourning.parent) == ("When somebody is gone.", 0, "loss")
    assert loss.aliases == {"bereavement": "bereavement", "grief": "grief"}


def test_a_whole_import_is_undone_as_one_but_for_what_changed_since(archive):
    put(archive, {"loss": Entry("Loss", "Old.", adopted=True)})
    before = book(archive)
    step = bring(archive, TABLE)
    undo(archive, TERMINAL, step, None)
    assert book(archive) == before
    step = bring(archive, TABLE)
    put(archive, {"loss": Entry("Loss", "Newer.", adopted=True)})
    assert undo(archive, TERMINAL, step, None) == (1, 1)
    assert book(archive)["loss"].definition == "Newer." and "mourning" not in book(archive)


names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=12)
texts = st.text(st.sampled_from("ab ,;\t\"'=+-@\n|é\u0639🕯﹘"), max_size=20)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.tuples(names, texts, names, st.sampled_from([None, 0, 7]), st.booleans()), max_size=6))
def test_the_same_codebook_out_and_in_again_changes_nothing(archive, themes):
    put(archive, dict.fromkeys(book(archive)))  # nothing of an example that failed
    bring(archive, csv_of(themes))
    before, told = book(archive), out(archive)
    again = plan(archive, told)
    assert again.entries == {} and list(again.refused) == [] and again.unchanged == len(before)
    put(archive, dict.fromkeys(before))
    bring(archive, told)
    assert book(archive) == before


def csv_of(themes):
    """What a spreadsheet would write of them, formulas and all."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["name", "definition", "use when", "aliases", "colour", "parent", "state"])
    colours = {None: "", 0: "Teal", 7: "Slate"}
    for number, (name, text, alias, colour, retired) in enumerate(themes):
        above = themes[number - 1][0] if number else ""
        state = "retired" if retired else "adopted"
        table.writerow([name, text, text[::-1], f"{alias}\n", colours[colour], above, state])
    return file.getvalue()


@given(st.text(st.sampled_from("'=+@ a\t\n"), max_size=8))
def test_a_guarded_cell_is_read_back_as_it_was(text):
    assert plain_cell(safe_cell(told_apart(text))) == text
    assert not re.match(r"\s*[=+@]", safe_cell(told_apart(text)))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_other_separators_and_encodings_are_read(archive, separator, encoding):
    text = separator.join(("Tag", "Description")) + "\r\n" + separator.join(("Café", '"Two; lines,\r\nhere"'))
    found = plan(archive, text.encode(encoding))
    assert found.entries["cafe"].definition == "Two; lines,\nhere"


REFUSED = [
    ("name,definition\nLoss,a\nLOSS,b\n", {"loss"}, [(3, "line 2")]),
    ("name,definition\n,a\n \t,b\nLoss,c\n", {"loss"}, [(2, "missing"), (3, "missing")]),
    ("name,parent\na,b\nb,a\nc,a\n", set(), [(2, "under"), (3, "under"), (4, "parent")]),
    ("name,parent\na,a\n", set(), [(2, "under itself")]),
    ("name,parent\na,nowhere\nb,\n", {"b"}, [(2, "no theme of the name")]),
    ("name,colour\na,red\nb,PLUM\n", {"b"}, [(2, "Teal, Amber")]),
    ("name,state\na,gone\nb,retired\n", {"b"}, [(2, "no such state")]),
    ("name,example\na,q-00000000\nb,x\n", set(), [(2, "no such quote"), (3, "no quote’s address")]),
    ("name,aliases\na,b\nb,\n", {"b"}, [(2, "Merge it")]),
    ("name,aliases\na,x\nb,X\n", {"a"}, [(3, "another name of a theme already")]),
    ("name,slug\nLoss,los\nGrief,grief\n", {"grief"}, [(2, "slug")]),
    ("name,definition\na,\x07x\nb," + "y" * 2_001 + "\n", {"a"}, [(3, "2,001")]),
    ("name\n" + "x" * 5_000 + "\n../x\n🕯️\nالانتظار\n", 3, [(2, "can have")]),
]


@pytest.mark.parametrize(("text", "taken", "refused"), REFUSED)
def test_rows_that_can_not_be_kept_are_named_with_the_reason(archive, text, taken, refused):
    found = plan(archive, text)
    assert [one.number for one in found.refused] == [number for number, _ in refused]
    assert all(words in one.reason for one, (_, words) in zip(found.refused, refused, strict=True))
    assert len(found.entries) == taken if isinstance(taken, int) else found.entries.keys() == taken


def test_a_ring_with_what_stands_here_is_refused(archive):
    put(archive, {"a": Entry("A", adopted=True), "b": Entry("B", adopted=True, parent="a")})
    put(archive, {"b": Entry("B", adopted=True, parent="a")})
    (one,) = plan(archive, "name,parent\nA,b\n").refused
    assert "under" in one.reason


def test_five_thousand_rows_come_in_and_go_out(archive):
    text = "name,definition,parent\n" + "".join(
        f"T {n},d,{f'T {n // 9}' if n else ''}\n" for n in range(5_000)
    )
    step = bring(archive, text)
    assert len(rows(archive, CODEBOOK)) == 5_000
    assert plan(archive, out(archive)).unchanged == 5_000
    assert undo(archive, TERMINAL, step, None) == (5_000, 0)
    assert rows(archive, CODEBOOK) == []


def test_a_column_that_is_not_there_changes_nothing(archive):
    put(archive, {"loss": Entry("Loss", "Old.", use_when="Often.", colour=2, adopted=True)})
    bring(archive, "name,definition\nLoss,New.\n")
    assert book(archive)["loss"] == Entry("Loss", "New.", use_when="Often.", colour=2, adopted=True)


def test_what_changed_since_it_was_looked_at_is_looked_at_again(archive):
    looked = plan(archive, TABLE)
    put(archive, {"loss": Entry("Loss", "Meanwhile.", adopted=True)})
    with pytest.raises(EditConflict):
        apply_import(archive, TERMINAL, TABLE.encode(), expected=looked.digest, by=None)
    assert book(archive)["loss"].definition == "Meanwhile."


def test_a_gatherer_takes_away_and_changes_nothing_of_hidden_themes(archive):
    put(archive, {"mooring": Entry("Mooring", "quillwort", adopted=True)})
    put(archive, {"loss": Entry("Loss", aliases={"mooring-line": "Mooring line"}, adopted=True)})
    assert 'ooring"' not in out(archive, GATHERER) and "quillwort" not in out(archive, GATHERER)
    found = plan(archive, "name,definition\nMooring,Mine.\n", GATHERER)
    assert found.now == {} and not found.refused
    bring(archive, "name,definition\nMooring,Mine.\n", GATHERER)
    assert book(archive)["mooring"].definition == "quillwort"
