"""Interview guides on pages: for the story team, and to be taken along."""

import pytest

from tests.web.people import look, someone
from tests.web.serving import served, story


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guides")
    (folder / "own").mkdir()
    (folder / "own" / "walk.md").write_text("---\ntitle: A walk <b>\nquestions: [Where to?]\n---\n")
    (folder / "own" / "broken.md").write_text("---\nquestions: [\n---\n")
    with served(folder, {"a.md": story()}, guides=str(folder / "own")) as web:
        someone(web.archive, "Sue", "steward")
        yield web


@pytest.mark.parametrize("role", ["gatherer", "steward"])
def test_the_story_team_reads_all_guides(web, role):
    cookie = someone(web.archive, f"A{role}", role)
    page = look(web, "/guides", cookie)
    assert page.text.count("<h2><a") == 5 and "A walk &lt;b&gt;" in page.text and "broken.md" in page.text
    guide = look(web, "/guides/magic-and-miserable-moments", cookie)
    assert guide.status == 200 and "Before you go" in guide.text and "To close with" in guide.text
    assert look(web, "/guides/walk", cookie).text.count("<li>") == 1
    assert look(web, "/guides/never-was", cookie) == look(web, "/nowhere", cookie)


@pytest.mark.parametrize("role", ["member", "commissioner"])
def test_for_others_there_is_nothing(web, role):
    cookie = someone(web.archive, f"A{role}", role)
    for address in ("/guides", "/guides/beside-somebody"):
        assert look(web, address, cookie) == look(web, "/nowhere", cookie)
        assert look(web, address).status == 303


def test_a_story_that_begins_with_a_guide_says_with_which(web):
    cookie = someone(web.archive, "Gwen", "gatherer")
    assert (
        "It begins with the questions of <strong>A walk &lt;b&gt;</strong>."
        in look(web, "/add?guide=walk", cookie).text
    )
    assert "It begins with" not in look(web, "/add?guide=never-was", cookie).text
