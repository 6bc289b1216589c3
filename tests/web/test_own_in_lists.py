"""Counts say what lists show: a gatherer's own drafts stand at /mine, and in no list that counts them."""

import re

import pytest

from app.services.reconcile import reconcile
from tests.web.people import look, someone
from tests.web.serving import served, story, write

OURS = {"organisation": "The archive"}
FILES = {f"open-{n}.md": story(f"Open {n}.", "themes: [waiting]") for n in range(3)}
FILES |= {f"mine-{n}.md": story(f"Mine {n}.", "gatherer: J. O.", "status: draft") for n in range(2)}
FILES |= {"hers.md": story("Hers.", "gatherer: A. N.", "status: draft", "themes: [waiting]")}
FILES |= {"gone.md": story("Gone.", "gatherer: J. O.", "status: withdrawn")}
FILES |= {"broken.md": story("Broken.", "gatherer: J. O.")}
READS = {"anonymous": 3, "member": 3, "gatherer": 3, "steward": 6}  # in lists


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    with served(folder, FILES) as web:
        write(folder / "stories", {"broken.md": FILES["broken.md"].replace("gatherer:", "gatherer: [")})
        reconcile(web.archive)
        yield web


@pytest.fixture(scope="module")
def cookies(web):
    return {
        "anonymous": None,
        "member": someone(web.archive, "Mo", "member", **OURS),
        "gatherer": someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS),
        "steward": someone(web.archive, "Sue", "steward", **OURS),
    }


@pytest.mark.parametrize("reader", READS)
def test_as_many_stories_are_counted_as_are_shown(web, cookies, reader):
    cookie, number = cookies[reader], READS[reader]
    listed = look(web, "/stories", cookie).text
    assert re.search(rf'<h1>Stories <span class="meta">{number}</span>', listed)
    assert listed.count('<article class="card face">') == number
    assert f'<p class="meta">{number} stories' in look(web, "/", cookie).text
    for address in ("/api/v1/stories", "/api/v1/search?q="):
        answer = look(web, address, cookie).json
        items = answer.get("items", answer.get("results"))
        assert answer["total"] == number == len(items), address
    assert look(web, "/stories?theme=waiting", cookie).text.count('<article class="card face">') == 3 + (
        reader == "steward"
    )


def test_a_gatherer_is_told_of_her_own_that_stand_elsewhere(web, cookies):
    text = look(web, "/stories", cookies["gatherer"]).text
    assert 'And 3 of your own that only you and stewards see: <a href="/mine">my stories</a>' in text
    for reader in ("anonymous", "member", "steward"):
        assert "of your own" not in look(web, "/stories", cookies[reader]).text


def test_whoever_has_only_drafts_is_shown_the_way_to_them(tmp_path):
    with served(tmp_path, {"mine.md": FILES["mine-0.md"]}) as web:
        cookie = someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS)
        text = look(web, "/stories", cookie).text
        assert "There are no stories to read here yet." in text and "And 1 of your own" in text
        assert look(web, "/random", cookie).status == 404


@pytest.mark.parametrize("reader", ["gatherer", "steward"])
def test_by_chance_nobody_comes_to_a_story_that_was_taken_back_or_is_only_hers(web, cookies, reader):
    shown = {look(web, "/random", cookies[reader])["location"] for _ in range(40)}
    assert not shown & {"/stories/gone", "/stories/broken"}
    assert reader == "steward" or not shown & {"/stories/mine-0", "/stories/mine-1"}
    home = look(web, "/", cookies[reader]).text
    assert "/stories/gone" not in home and "/stories/broken" not in home


def test_theme_pages_count_what_they_show_her_own_among_it(tmp_path):
    files = FILES | {"mine-0.md": FILES["mine-0.md"].replace("status:", "themes: [waiting]\nstatus:")}
    with served(tmp_path, files) as web:
        cookie = someone(web.archive, "Jo", "gatherer", gathers_as="J. O.", **OURS)
        counted = re.search(
            r"<span[^>]*>Waiting</span>.*?<b>(\d+)", look(web, "/themes", cookie).text, re.DOTALL
        )
        shown = look(web, "/themes/waiting", cookie).text.count('<article class="card face">')
        assert counted and int(counted[1]) == shown == 4


@pytest.mark.parametrize("reader", ["anonymous", "member", "gatherer", "steward"])
def test_nobody_is_told_that_all_agreed_who_is_shown_stories_of_which_that_is_not_known(web, cookies, reader):
    """Drafts and stories without consent are among what their gatherers and stewards see."""
    for place in ("/", "/stories", "/help/consent"):
        text = look(web, place, cookies[reader]).text
        told = "Every storyteller here has agreed" in text, "You also see what readers do not find." in text
        assert told == ((False, True) if reader in ("gatherer", "steward") else (True, False)), place


def test_where_a_setting_assumed_it_nobody_is_told_that_all_agreed(tmp_path):
    with served(tmp_path, {"a.md": "Lamplight.\n"}, unstated_uses="publication") as web:
        text = look(web, "/stories/a").text
    assert "Some stories here come from folders that record no consent" in text and "has agreed" not in text
