"""A gatherer's file keeps every byte that was not meant to change."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRecord
from app.records.edit import change_keys
from app.records.frontmatter import split
from app.records.model import PartialDate, Slug
from app.records.problems import SetAside
from app.records.stories import parse_story
from app.records.yaml_guard import read_mapping

REAL = Path(__file__).parents[3] / "shared" / "data"

MARISA = b"""---
id: s-7k3fq2mx
title:   'The eleven months'   # as she calls it
# how we met
themes:
    - telling it twice
    - "waiting"   # her word

summary: >
  Three assessments,
  and the person who rang back.

consent: {uses: [design], given: 2026-03-04}
site: Northgate
---
The first thing Marisa does is move the chair.
"""

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
words = texts.filter(str.strip)
bodies = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def files(draw):
    """Story files as people write them: keys in several styles, comments, any line ends, a mark or none."""
    lines = draw(
        st.lists(
            st.sampled_from(
                [
                    "title: 2024",
                    "title: 'It''s late'  # why",
                    "title: >\n  folded\n  text\n",
                    "title: |-\n   kept\n\n   text",
                    "title:",
                    "? title\n: odd",
                    'site: "Nor\\u0074hgate"\t',
                    "site: two\n  lines",
                    "# a comment",
                    "",
                    "themes: [loss, 'a, b']",
                    "themes:\n- loss\n-   trust # c\n\n- x",
                    "themes:  # hers\n    - loss",
                    "consent:\n    uses: [design]\n    note: >\n      agreed\n      twice\n",
                    "moments:\n  - {when: '2019', what: x}\n  - when: 2020\n    what: y",
                ]
            ),
            unique_by=lambda line: re.sub(r"\W*(\w*).*", r"\1", line, flags=re.DOTALL) or line,
            max_size=6,
        )
    )
    body = draw(st.sampled_from(["", "Words.\n", "One\n\n---\n\nTwo", "# Head\n::: closed\nx\n:::\n"]))
    text = "".join(f"{line}\n" for line in lines)
    whole = f"---\n{text}---\n{body}" if draw(st.booleans()) or lines else body
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + whole.replace("\n", draw(line_ends)).encode()


def values(content: bytes) -> object:
    return read_mapping(split(content, "f"), "f").value


def lines_of(content: bytes) -> list[bytes]:
    return re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", content)


@given(st.binary())
def test_any_bytes_at_all_are_given_back_when_nothing_changes(content):
    assert change_keys(content, {}) == content


@given(files())
def test_keys_set_to_what_they_are_leave_the_file_as_it_is(content):
    same = {key: value for key, value in values(content).items() if value is not None}
    assert change_keys(content, same) == content


@given(files(), words)
def test_a_new_title_is_read_back_as_it_was_written(content, title):
    changed = change_keys(content, {"title": title})
    story = parse_story(changed, slug=Slug("x"), file="x.md", today=date(2026, 7, 1)).story
    assert story.title == title


@given(
    files(), st.sampled_from(["title", "site", "themes", "id", "role"]), texts | st.lists(texts, max_size=3)
)
def test_changing_a_key_leaves_every_other_key_and_the_text_as_they_were(content, key, value):
    changed = change_keys(content, {key: value})
    assert values(changed) == values(content) | {key: value}
    assert split(changed, "f").body == split(content, "f").body
    assert split(changed, "f").marked == split(content, "f").marked


@given(files(), st.sampled_from(["title", "site", "themes"]), texts | st.none())
def test_only_the_lines_of_the_changed_key_differ(content, key, value):
    before = split(content, "f")
    node = read_mapping(before, "f").entries.get(key)
    after = lines_of(change_keys(content, {key: value}))
    if node is None or not before.fenced:
        return
    old = lines_of(content)
    first = before.head_line - 1 + len(lines_of(before.head[: node.name[0]].encode()))
    first -= not before.head[: node.name[0]].endswith(("\n", "\r", "")) if node.name[0] else 0
    last = before.head[: max(node.start, node.end)].rstrip()
    below = before.head_line - 1 + len(lines_of(last.encode()))
    start = before.head_line - 1 + len(lines_of(before.head[: node.name[0]].encode()))
    if before.head[: node.name[0]].endswith("? "):
        start -= 1
    assert after[:start] == old[:start]
    assert after[len(after) - (len(old) - below) :] == old[below:]


@given(files(), bodies)
def test_a_new_text_is_read_back_and_the_front_matter_stays(content, body):
    changed = change_keys(content, {}, body=body)
    assert split(changed, "f").body == body.replace("\r\n", "\n").replace("\r", "\n")
    assert split(changed, "f").head == split(content, "f").head


@given(
    files(),
    st.dictionaries(st.sampled_from(["uses", "given", "note", "NO"]), words | st.lists(words), min_size=1),
)
def test_a_mapping_is_read_back_as_it_was_written(content, consent):
    assert values(change_keys(content, {"consent": consent}))["consent"] == consent


def test_a_minted_id_is_one_new_line_at_the_top():
    content = b"\xef\xbb\xbf---\r\n# hers\r\ntitle: X\r\n---\r\nText\r\n"
    changed = change_keys(content, {"id": "s-7k3fq2mx"})
    assert changed == b"\xef\xbb\xbf---\r\nid: s-7k3fq2mx\r\n# hers\r\ntitle: X\r\n---\r\nText\r\n"


def test_a_file_without_front_matter_gets_one_and_keeps_its_text():
    assert change_keys(b"\nText\r", {"id": "s-7k3fq2mx"}) == b"---\nid: s-7k3fq2mx\n---\n\nText\r"


def test_quotation_marks_and_the_comment_behind_a_value_stay():
    changed = change_keys(MARISA, {"title": "It's late"})
    assert changed == MARISA.replace(b"title:   'The eleven months'   # as", b"title: 'It''s late'   # as")


def test_a_list_keeps_the_indent_that_the_file_has():
    changed = change_keys(MARISA, {"themes": ["loss", "NO", "12:30"]})
    old = b'    - telling it twice\n    - "waiting"   # her word\n'
    assert changed == MARISA.replace(old, b'    - loss\n    - "NO"\n    - "12:30"\n')


def test_items_that_stay_in_a_list_keep_their_lines_and_comments():
    changed = change_keys(MARISA, {"themes": ["waiting", "loss"]})
    old = b'    - telling it twice\n    - "waiting"   # her word\n'
    assert changed == MARISA.replace(old, b'    - "waiting"   # her word\n    - loss\n')


def test_a_new_list_is_written_as_the_file_writes_lists():
    assert b"\nhopes:\n    - rest\n---\n" in change_keys(MARISA, {"hopes": ["rest"]})
    assert b"\nhopes: [rest]\n---\n" in change_keys(b"---\ntitle: x\n---\n", {"hopes": ["rest"]})


@pytest.mark.parametrize(
    "value", ["NO", "12:30", "2024", "0123", "~", "null", "a: b", "- x", "#x", "", " x", "[x"]
)
def test_words_that_yaml_would_take_for_something_else_are_quoted(value):
    assert change_keys(b"---\nsite: x\n---\n", {"site": value}) == f'---\nsite: "{value}"\n---\n'.encode()


def test_dates_and_true_and_false_are_written_without_quotation_marks():
    changed = change_keys(
        b"", {"gathered": PartialDate("2026-03"), "own_name": True, "reviewed": date(2026, 1, 2)}
    )
    assert changed == b"---\ngathered: 2026-03\nown_name: true\nreviewed: 2026-01-02\n---\n"


def test_a_removed_key_takes_its_lines_with_it_and_no_more():
    changed = change_keys(MARISA, {"summary": None, "themes": None})
    assert changed == re.sub(rb"themes:.*?word\n|summary:.*?back.\n", b"", MARISA, flags=re.DOTALL)


def test_front_matter_in_one_pair_of_braces_can_be_changed_too():
    assert values(change_keys(b"---\n{a: b, c: [d, {e: }]}\n---\n", {"c": None, "f": "g"})) == {
        "a": "b",
        "f": "g",
    }


def test_a_text_that_begins_like_front_matter_stays_text():
    changed = change_keys(b"Text\n", {}, body="---\nuses: all\n---\nText\n")
    assert split(changed, "f").body == "---\nuses: all\n---\nText\n"


def test_what_could_not_be_read_back_is_refused():
    with pytest.raises(InvalidRecord):
        change_keys(MARISA, {"title": "a\x00b"})
    with pytest.raises(InvalidRecord):
        change_keys(MARISA, {"title": "\ud800"})
    with pytest.raises(SetAside):
        change_keys(b"---\ntitle: x\n", {"title": "y"})


@pytest.mark.skipif(not REAL.is_dir(), reason="the real material is not beside the project")
def test_one_line_more_is_all_that_an_id_changes_in_real_files():
    for path in sorted(REAL.rglob("*.m*d*"))[:: 1 if os.environ.get("PROOF_SCALE") else 40]:
        content = path.read_bytes()
        try:
            changed = change_keys(content, {"id": "s-7k3fq2mx"})
        except SetAside:
            continue
        fences = 0 if split(content, "f").fenced else 2
        assert len(lines_of(changed)) == len(lines_of(content)) + 1 + fences
        assert (
            change_keys(changed, {"id": None}).endswith(content.removeprefix(b"\xef\xbb\xbf")) or fences == 0
        )
        assert fences or change_keys(changed, {"id": None}) == content


def test_a_mapping_of_several_lines_keeps_the_lines_of_its_other_keys():
    before = (
        b"---\ntitle: A\nconsent:   # asked twice\n    uses: [design]  # not publication\n"
        b"    # on the phone\n    given:  '2026-01-02'\n    witness: Ann\nsite: B\n---\nHer words.\n"
    )
    now = {"uses": ["design", "learning"], "given": "2026-01-02", "until": "2027-01-01"}
    after = change_keys(before, {"consent": now})
    assert after == before.replace(b"[design]", b"[design, learning]").replace(
        b"    witness: Ann\n", b"    until: 2027-01-01\n"
    )
