"""Going back to an earlier version loses no line of it, and widens nothing that was agreed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRecord
from app.records.frontmatter import split
from app.records.going_back import brought_back, stays
from app.records.problems import SetAside
from app.records.yaml_guard import read_mapping

NOW = b"""---
id: s-7k3fq2mx
title: The eleven months
status: draft
consent: {uses: [], given: 2026-03-04}   # she asked us to wait
gatherer: J. O.
---
What it says now.
"""
THEN = b"""---
# how we met
title: 'Eleven months'   # as she calls it
consent:
  uses: [publication]
odd: kept
themes:
- loss  # hers
---
What it said then.

And more.
"""


def values(content):
    return read_mapping(split(content, "f"), "f").value


def test_all_comes_back_but_what_was_agreed():
    assert brought_back(NOW, THEN).decode() == (
        "---\n# how we met\ntitle: 'Eleven months'   # as she calls it\n"
        "consent: {uses: [], given: 2026-03-04}   # she asked us to wait\n"
        "odd: kept\nthemes:\n- loss  # hers\n"
        "id: s-7k3fq2mx\nstatus: draft\ngatherer: J. O.\n---\nWhat it said then.\n\nAnd more.\n"
    )


def test_a_version_without_front_matter_gets_what_was_agreed():
    assert brought_back(NOW, b"Then.\n") == (
        b"---\nid: s-7k3fq2mx\nstatus: draft\n"
        b"consent: {uses: [], given: 2026-03-04}   # she asked us to wait\n"
        b"gatherer: J. O.\n---\nThen.\n"
    )


@pytest.mark.parametrize("key", ["Consent", "consents", "con-sent", "STATUS", "Draft", "publ\u0069shed"])
def test_what_looks_like_consent_or_status_stays_as_it_is_now(key):
    assert stays(key)
    back = brought_back(NOW, f"---\n{key}: publication\ntitle: x\n---\nThen.\n".encode())
    assert values(back) == {"title": "x"} | {k: v for k, v in values(NOW).items() if stays(k)}


LINES = [
    "title: 'It''s late'  # why",
    "title: >\n  folded\n  text\n",
    "themes:\n- loss\n-   trust # c\n\n- x",
    "# a comment",
    "",
    "odd key: kept",
    "? site\n: odd",
    "consent: {uses: [design]}  # once",
    "consent:\n    uses: [publication]\n    note: >\n      agreed\n      twice\n",
    "consent: yes",
    "status: ready",
    "status: nonsense",
    "id: s-7k3fq2mx",
    "draft: true",
    "gatherer: J. O.",
    "{title: x, consent: {uses: []}, status: draft}",
]


@st.composite
def files(draw):
    keys = draw(st.lists(st.sampled_from(LINES), max_size=6, unique_by=lambda line: line.strip("? ")[:4]))
    body = draw(
        st.sampled_from(["", "Words.\n", "One\n\n---\n\nTwo", "# Head\n::: closed\nx\n:::\n", "x\n\n\n"])
    )
    text = "".join(f"{line}\n" for line in keys)
    whole = f"---\n{text}---\n{body}" if keys or draw(st.booleans()) else body
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + whole.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode()


@given(files(), files())
def test_no_line_is_lost_and_nothing_is_widened(now, then):
    try:
        old, new = values(then), values(now)
    except SetAside:
        return
    try:
        back = brought_back(now, then)
    except InvalidRecord:
        return
    assert split(back, "f").body == split(then, "f").body
    assert values(back) == {k: v for k, v in old.items() if not stays(k)} | {
        k: v for k, v in new.items() if stays(k)
    }


@given(files())
def test_going_back_to_what_is_there_changes_nothing_that_is_said(now):
    try:
        said = values(now)
    except SetAside:
        return
    back = brought_back(now, now)
    assert values(back) == said
    assert split(back, "f").body == split(now, "f").body


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_any_bytes_are_answered_or_refused(now, then):
    try:
        brought_back(now, then)
    except (SetAside, InvalidRecord):
        return
