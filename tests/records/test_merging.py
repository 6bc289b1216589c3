"""What two people changed in one story comes together where it does not touch, and nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.frontmatter import split
from app.records.merging import merge
from app.records.yaml_guard import read_mapping

MARISA = """---
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
odd key: kept as it is
site: Northgate
---
The first thing Marisa does is move the chair.

She waited
eleven months.

> “Nobody rang.”

Then somebody did.
"""


def changed(*pairs: tuple[str, str]) -> bytes:
    text = MARISA
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


BASE = MARISA.encode()
CHAIR = ("move the chair", "move the chair to the window")
RANG = ("Nobody rang.", "Nobody rang me.")


def body_of(content: bytes) -> str:
    return split(content, "f").body


def values(content: bytes) -> dict[str, object]:
    value = read_mapping(split(content, "f"), "f").value
    assert isinstance(value, dict)
    return value


def test_two_paragraphs_changed_by_two_people_are_both_changed():
    merged = merge(BASE, changed(CHAIR), changed(RANG))
    assert merged.content == changed(CHAIR, RANG)
    assert merged.conflicts == ()


def test_keys_come_together_one_by_one_and_the_rest_stays_byte_for_byte():
    mine = changed(("site: Northgate", "site: Eastfield"), CHAIR)
    theirs = changed(
        ("'The eleven months'   # as", '"Eleven months"   # as'), ("# how we met", "# how we two met")
    )
    assert merge(BASE, mine, theirs).content == changed(
        ("site: Northgate", "site: Eastfield"),
        CHAIR,
        ("'The eleven months'   # as", '"Eleven months"   # as'),
        ("# how we met", "# how we two met"),
    )


def test_new_keys_of_both_are_kept_with_their_comments():
    mine = changed(("odd key", "# she said so\nrole: Aunt\nodd key"))
    theirs = changed(("odd key", "hopes: [rest]  # for once\nodd key"))
    merged = merge(BASE, mine, theirs).content
    assert merged is not None
    assert values(merged) == values(BASE) | {"role": "Aunt", "hopes": ["rest"]}
    assert b"# she said so\nrole: Aunt\n" in merged
    assert b"hopes: [rest]  # for once\n" in merged


def test_a_key_that_one_takes_out_is_gone():
    merged = merge(BASE, changed(("site: Northgate\n", "")), changed(RANG)).content
    assert merged == changed(("site: Northgate\n", ""), RANG)


def test_a_key_that_both_changed_is_a_conflict_that_names_it():
    merged = merge(BASE, changed(("Northgate", "Eastfield")), changed(("Northgate", "Westhill")))
    assert merged.content is None
    [found] = merged.conflicts
    assert (found.place, found.key, found.paragraph) == ("site", "site", 0)
    assert found.base == "site: Northgate\n"
    assert (found.mine, found.theirs) == ("site: Eastfield\n", "site: Westhill\n")


def test_a_paragraph_that_both_changed_is_a_conflict_with_all_three_texts():
    merged = merge(BASE, changed(("eleven months.", "a year.")), changed(("She waited", "She sat")))
    assert merged.content is None
    [found] = merged.conflicts
    assert (found.place, found.paragraph) == ("paragraph 2", 2)
    assert found.base == "She waited\neleven months."
    assert (found.mine, found.theirs) == ("She waited\na year.", "She sat\neleven months.")


def test_the_same_change_by_both_is_made_once():
    mine = changed(CHAIR, ("Then somebody did.", "Then somebody did.\n\nAnna."))
    theirs = changed(CHAIR, RANG, ("Then somebody did.", "Then somebody did.\n\nAnna."))
    assert merge(BASE, mine, theirs).content == theirs


def test_a_paragraph_that_both_moved_to_different_places_is_not_doubled():
    one, two, three, four = (f"Passage {name}.\n\n" for name in ("one", "two", "three", "four"))
    base, mine, theirs = one + two + three + four, two + three + four + one, two + one + three + four
    merged = merge(base.encode(), mine.encode(), theirs.encode())
    assert merged.content is None
    assert merged.conflicts


def test_a_paragraph_added_after_one_that_the_other_changed_stays_a_paragraph():
    base = b"One.\n\nTwo.\n"
    assert merge(base, b"One.\n\nTwo, she said.\n", b"One.\n\nTwo.\n\nThree.\n").content == (
        b"One.\n\nTwo, she said.\n\nThree.\n"
    )


def test_the_files_own_line_ends_and_mark_are_kept():
    windows = b"\xef\xbb\xbf" + BASE.replace(b"\n", b"\r\n")
    theirs = windows.replace(b"Nobody rang.", b"Nobody rang me.")
    mine = windows.replace(b"move the chair", b"move the chair to the window")
    expected = b"\xef\xbb\xbf" + changed(CHAIR, RANG).replace(b"\n", b"\r\n")
    assert merge(windows, mine, theirs).content == expected
    assert merge(windows, changed(CHAIR), theirs).content in (
        expected,
        expected.removeprefix(b"\xef\xbb\xbf"),
    )


def test_front_matter_in_braces_is_merged_by_what_it_says():
    base = b"---\n{title: A, site: B}\n---\nText.\n"
    merged = merge(base, base.replace(b"A", b"C"), base.replace(b"B", b"D")).content
    assert merged is not None
    assert values(merged) == {"title": "C", "site": "D"}


def test_a_file_that_can_not_be_read_is_one_conflict():
    broken = BASE.replace(b"title:", b"title: [")
    merged = merge(BASE, changed(CHAIR), broken)
    assert merged.content is None
    assert [one.place for one in merged.conflicts] == ["the whole file"]


def test_texts_made_to_take_long_are_answered():
    for unit in ("a ", "a\n", "a\n\n", "ab\n\nba\n\n"):
        base = (unit * 20_000).encode()
        mine, theirs = b"x\n\n" + base[: len(base) // 2] + b"y" + base[len(base) // 2 :], base + b"\n\nz"
        merged = merge(base, mine, theirs)
        assert merged.content is None or (b"x" in merged.content and b"z" in merged.content)


KEYS = ["title", "site", "role", "own", "consent", "themes"]
LINES = {
    "title": ["title: A", "title: 'B'", "title: >\n  folded\n  text", "title: C # why"],
    "site": ["site: N", "site: E", "site:"],
    "role": ["# said twice\nrole: Aunt", "role: Carer", 'role: "Aunt"'],
    "own": ["own: {deep: [1, 2]}", "own: {deep: [1, 3]}", "\nown: x"],
    "consent": [
        "consent: {uses: [design]}",
        "consent:\n  uses: []  # not yet",
        "consent:\n    uses: [design]",
    ],
    "themes": ["themes: [a, b]", "themes:\n- a\n- b # hers", "themes:\n  - a\n\n  - c"],
}
WORDS = st.sampled_from(
    [f"{a} {b}." for a in ("Her", "Nobody", "Chair\nof") for b in ("tea", "room", "hands", "train")]
)
BLOCK = WORDS | st.sampled_from(["::: closed\nx\n:::", "# Head", "- one\n- two", "```\ncode\n```", "***"])


@st.composite
def heads(draw, start):
    chosen = dict(start)
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True)):
        line = draw(st.sampled_from([*LINES[key], None]))
        chosen.pop(key, None) if line is None else chosen.update({key: line})
    return chosen


@st.composite
def edited(draw, blocks):
    """The blocks with some changed, added, taken out or moved."""
    blocks = list(blocks)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(blocks)))
        what = draw(st.sampled_from(["add", "change", "remove", "move"]))
        if what == "add" or at == len(blocks):
            blocks.insert(at, draw(BLOCK))
        elif what == "change":
            blocks[at] = f"{blocks[at]} {draw(st.sampled_from(['And so on.', 'No more.']))}"
        else:
            block = blocks.pop(at)
            if what == "move":
                blocks.insert(draw(st.integers(0, len(blocks))), block)
    return blocks


def written(head, blocks, gap, end) -> bytes:
    lines = "".join(f"{line}\n" for line in head.values())
    body = gap.join(blocks) + (end if blocks else "")
    return (f"---\n{lines}---\n{body}" if lines else body).encode()


@st.composite
def threes(draw):
    head = draw(heads({}))
    blocks = draw(st.lists(BLOCK, max_size=7))
    gap, end = draw(st.sampled_from(["\n\n", "\n\n\n", "\n \n"])), draw(st.sampled_from(["\n", "", "\n\n"]))
    three = [written(head, blocks, gap, end)]
    for _ in range(2):
        three.append(
            written(draw(heads(head)), draw(edited(blocks)), gap, draw(st.sampled_from([end, "\n"])))
        )
    return three


def blocks_in(content: bytes) -> list[str]:
    return [
        block.rstrip() for block in re.split(r"\n[ \t]*\n\s*", body_of(content).strip("\n")) if block.strip()
    ]


def comments_in(content: bytes) -> set[str]:
    return set(re.findall(r"# [a-z ]+$", split(content, "f").head, re.MULTILINE))


@given(threes())
def test_when_only_one_changed_the_file_it_is_hers(three):
    base, mine, theirs = three
    assert merge(base, base, theirs).content == theirs
    assert merge(base, mine, base).content == mine
    assert merge(base, mine, mine).content == mine


@given(threes())
def test_no_block_is_lost_or_doubled(three):
    base, mine, theirs = three
    merged = merge(base, mine, theirs)
    if merged.content is None:
        assert merged.conflicts
        return
    counts = [blocks_in(content).count for content in (base, mine, theirs, merged.content)]
    for block in {block for content in three for block in blocks_in(content)} | set(
        blocks_in(merged.content)
    ):
        before, hers, others, now = (count(block) for count in counts)
        assert min(hers, others) <= now <= max(hers, others)
        assert now == before + (hers - before or others - before)


@given(threes())
def test_no_key_and_no_comment_is_lost(three):
    base, mine, theirs = three
    merged = merge(base, mine, theirs)
    if merged.content is None:
        return
    before, hers, others, now = (values(content) for content in (*three, merged.content))
    for key in {*before, *hers, *others, *now}:
        assert now.get(key) == (hers if hers.get(key) != before.get(key) else others).get(key)
    kept = comments_in(base) & comments_in(mine) & comments_in(theirs)
    new = (comments_in(mine) | comments_in(theirs)) - comments_in(base)
    assert kept | new <= comments_in(merged.content)


@given(threes())
def test_who_saves_first_makes_no_difference_to_what_is_there(three):
    base, mine, theirs = three
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert (one.content is None) == (other.content is None)
    assert {c.place for c in one.conflicts} == {c.place for c in other.conflicts}
    if one.content is not None and other.content is not None:
        assert values(one.content) == values(other.content)
        assert blocks_in(one.content) == blocks_in(other.content)


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=12, unique=True), st.data())
def test_changes_in_different_paragraphs_always_come_together(numbers, data):
    blocks = [f"Passage number {number}." for number in numbers]
    first = data.draw(st.integers(0, len(blocks) - 1))
    second = data.draw(st.integers(0, len(blocks) - 1).filter(lambda at: at != first))
    text = "\n\n".join(blocks) + "\n"
    mine, theirs = (text.replace(blocks[at], f"{blocks[at]} More.") for at in (first, second))
    both = mine.replace(blocks[second], f"{blocks[second]} More.")
    assert merge(text.encode(), mine.encode(), theirs.encode()).content == both.encode()


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_at_all_are_answered(base, mine, theirs):
    merged = merge(base, mine, theirs)
    assert merged.content is not None or merged.conflicts


@pytest.mark.parametrize("size", [8_000])
def test_a_long_story_keeps_all_its_words(size):
    blocks = [" ".join(f"word{n}" for n in range(at, at + 40)) for at in range(0, size, 40)]
    text = "\n\n".join(blocks) + "\n"
    mine, theirs = text.replace("word41 ", "word41 and "), text.replace("word7999", "the last")
    merged = merge(text.encode(), mine.encode(), theirs.encode()).content
    assert merged == mine.replace("word7999", "the last").encode()
