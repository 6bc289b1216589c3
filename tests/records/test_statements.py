"""Statements of a persona's file are changed in their places; every other byte stays."""

import difflib
from dataclasses import replace

import pytest

from app.records.model import Slug
from app.records.personas import parse_persona
from app.records.problems import SetAside
from app.records.statements import Group, Item, read_statements
from app.records.statements_edit import changed_item, renamed, with_items, without, written
from tests.records.reading import TODAY

FILE = """---
name: X
statements:   # what we heard
  # first
  What she brings:
    - One   # why
    # below one
    - {statement: Two, evidence: [q-11111111], note: keep} # two
    - statement: Three
      note: n  # nn
      evidence:
        - q-22222222 # hers
        - q-33333333
  Flow: [a, {statement: b}]
  Single: text
  Empty:
  # before the last
  Last:
    - "quoted: yes"
other: 1 # x
---
Body
"""


def statements(text=FILE):
    return read_statements(text.encode())


def lines_changed(changed, text=FILE):
    """What is taken away and put there, without the lines that stay."""
    after = written(text.encode(), changed).decode()
    return [line for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line[0] in "-+"]


def with_first(place, changes):
    """The file with other values of one statement under the first heading."""
    found = statements()
    items = list(found.groups[0].items)
    items[place] = changed_item(found, items[place], changes)
    return replace(found, groups=(with_items(found.groups[0], items), *found.groups[1:]))


def test_a_file_whose_statements_stay_is_the_same_to_the_byte():
    for text in (FILE, FILE.replace("\n", "\r\n"), "\ufeff" + FILE, "---\nname: X\n---\n", "only text"):
        same = text.encode()
        found = read_statements(same)
        if found.start is not None and found.groups:
            assert written(same, found) == same


def test_evidence_is_written_into_a_statement_of_any_form():
    assert lines_changed(with_first(0, {"evidence": ["q-44444444"]})) == [
        "-     - One   # why",
        "+     - {statement: One, evidence: [q-44444444]}   # why",
    ]
    assert lines_changed(with_first(1, {"evidence": ["q-11111111", "s-44444444#p-1"], "against": ["q-5"]}))[
        1
    ] == (
        "+     - {statement: Two, evidence: [q-11111111, s-44444444#p-1], note: keep, against: [q-5]} # two"
    )
    assert lines_changed(with_first(2, {"evidence": ["q-22222222", "q-33333333", "q-44444444"]})) == [
        "+         - q-44444444"
    ]
    assert lines_changed(with_first(2, {"against": ["q-44444444"], "statement": "Three: more"})) == [
        "-     - statement: Three",
        '+     - statement: "Three: more"',
        "+       against: [q-44444444]",
    ]
    assert [line for line in lines_changed(with_first(2, {"evidence": []})) if line[0] == "+"] == [
        "+       evidence: []"
    ]


def test_what_is_taken_away_takes_no_comment_below_it_along():
    found = statements()
    gone = replace(found, groups=(without(found.groups[0], 0), *found.groups[1:]))
    assert lines_changed(gone) == ["-     - One   # why"]


def test_headings_are_renamed_and_moved_and_lists_in_brackets_are_opened_where_they_change():
    found = statements()
    first, flow, *rest = found.groups
    assert lines_changed(replace(found, groups=(renamed(first, "New: one"), flow, *rest))) == [
        "-   What she brings:",
        '+   "New: one":',
    ]
    moved = written(FILE.encode(), replace(found, groups=(flow, first, *rest)))
    assert sorted(moved.splitlines()) == sorted(FILE.encode().splitlines())
    assert next(iter(parse(moved).groups)).heading == "Flow"
    opened = with_items(flow, [*flow.items, first.items[2]])
    assert "+   Flow:" in lines_changed(replace(found, groups=(first, opened, *rest)))
    assert "+       note: n  # nn" in lines_changed(replace(found, groups=(first, opened, *rest)))


def parse(content):
    return parse_persona(content, slug=Slug("x"), file="personas/x.md", today=TODAY).persona


def test_a_first_heading_is_written_into_a_file_that_has_none():
    new = (Group("What: she", (Item({"statement": "A", "evidence": ["q-1"]}), Item("B"))),)
    block = '  "What: she":\n    - {statement: A, evidence: [q-1]}\n    - B\n'
    for text, expected in (
        ("---\nname: X\n---\nb", f"---\nname: X\nstatements:\n{block}---\nb"),
        ("---\nname: X\nstatements:  # c\n---\nb", f"---\nname: X\nstatements:  # c\n{block}---\nb"),
        ("---\nstatements: []\nname: X\n---\nb", f"---\nstatements:\n{block}name: X\n---\nb"),
    ):
        assert (
            written(text.encode(), replace(read_statements(text.encode()), groups=new)).decode() == expected
        )
    crlf = "---\r\nname: X\r\nstatements:\r\n---\r\nb"
    assert written(crlf.encode(), replace(read_statements(crlf.encode()), groups=new)).count(b"\r\n") == 7


@pytest.mark.parametrize(
    "text", ["{name: X, statements: {A: [b]}}", "name: X\nstatements: {A: [b], C: {d: e}}"]
)
def test_statements_in_brackets_are_changed_as_a_whole(text):
    content = f"---\n{text}\n---\nb".encode()
    found = read_statements(content)
    changed = replace(found, groups=(with_items(found.groups[0], [Item("c")]), *found.groups[1:]))
    assert parse(written(content, changed)).groups[0].statements[0].text == "c"


def test_a_list_without_headings_keeps_its_statements_under_the_first_one():
    text = "---\nname: X\nstatements: # c\n  - a\n  - {statement: b, note: keep}\n---\n"
    found = statements(text)
    assert [item.words for item in found.listed] == ["a", "b"] and not found.groups and found.line == 3
    under = replace(found, groups=(Group("H", found.listed),), listed=())
    assert written(text.encode(), under).decode() == (
        "---\nname: X\nstatements: # c\n  H:\n    - a\n    - {statement: b, note: keep}\n---\n"
    )


def test_what_would_be_read_otherwise_is_not_written():
    found = statements()
    twice = replace(found, groups=(*found.groups, Group("Flow", (Item("z"),))))
    with pytest.raises(SetAside):
        written(FILE.encode(), twice)
