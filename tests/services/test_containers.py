"""Containers by names that are not ours: what is meant to be closed is, and a gatherer hears of it."""

import pytest

from app.database.tables import PROBLEM
from app.database.visibility import ANONYMOUS
from app.services.checking import check_archive
from app.services.reading import read_story
from tests.archives import NOON, found, make_archive, rows, story_file, take_in

BODY = """By lamplight.

::: private
Her brother is Zebulon.
:::

::: warning
The stairs are steep.
:::

::: note
Gathered at home.
:::

::: warning
And dark.
:::
"""
CLOSED = ("A passage that begins with ::: ‘private’ is closed", "Write ::: closed if it is to be closed")
SHOWN = ("There is no ::: ‘warning’ here; the passage is shown", "Write ::: note, ::: pull or ::: closed")


@pytest.fixture(params=["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def archive(tmp_path, request):
    made = make_archive(tmp_path)
    file = story_file(BODY, title="At home").replace("\n", request.param)
    (tmp_path / "stories" / "home.md").write_bytes(b"\xef\xbb\xbf" + file.encode())
    take_in(made)
    return made


def test_readers_see_nothing_of_a_passage_that_is_called_private(archive):
    page = read_story(archive, ANONYMOUS, "home")
    assert "Zebulon" not in repr(page) and "stairs are steep" in page.body_html
    assert (found(archive, "Zebulon"), found(archive, "stairs")) == ([], ["home"])


def test_check_names_the_line_and_what_to_write_instead(archive):
    problems = check_archive(archive.settings, NOON).problems
    assert [(p.line, p.key, p.set_aside) for p in problems] == [(7, None, False), (11, None, False)]
    for problem, (reason, remedy) in zip(problems, (CLOSED, SHOWN), strict=True):
        assert problem.reason.startswith(reason) and problem.remedy.startswith(remedy)
    kept = [(row["line"], row["reason"]) for row in rows(archive, PROBLEM)]
    assert sorted(kept) == [(p.line, p.reason) for p in problems]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("Open.\n\n::: closed\nHers.\n", [6]),
        ("::: closed\nHers.\n:::\n\n::: closed\n\n```\n:::\n```\n", [8]),
        ("::: closed\nHers.\n:::\n\nOpen.\n", []),
        ("::: closed\nHers.\n:::", []),
        ("```\n::: closed\n```\n", []),
    ],
)
def test_a_gatherer_is_told_where_a_closed_passage_has_no_end(tmp_path, body, lines):
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "a.md").write_text(f"---\ntitle: A\n---\n{body}", "utf-8")
    archive = make_archive(tmp_path)
    problems = check_archive(archive.settings, NOON).problems
    told = [problem.line for problem in problems if "no line ends it" in problem.reason]
    assert told == lines


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("She said nobody rang.\n\n::: pull\n“Nobody rang.”\n:::\n", []),
        ("> Nobody *rang* back.\n\n> ::: pull\n> Nobody rang back.\n> :::\n", []),
        ("The kettle was on.\n\n::: pull\nNobody rang.\n:::\n", [7]),
        ("::: pull\nNobody rang.\n:::\n\n::: pull\nNobody rang.\n:::\n", [5, 9]),
        ("::: pull\n\n:::\n", []),
    ],
)
def test_a_gatherer_is_told_of_a_pull_quote_whose_words_are_nowhere_else(tmp_path, body, lines):
    archive = make_archive(tmp_path, {"stories/a.md": f"---\nid: s-aaaaaaaa\ntitle: A\n---\n{body}"})
    problems = check_archive(archive.settings, NOON).problems
    assert [problem.line for problem in problems] == lines
    assert all(problem.reason.startswith("A pull quote says") for problem in problems)
