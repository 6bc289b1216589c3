"""Jobs over many files, and the list from which they begin: for the story team, and nobody else knows."""

import re

import pytest

from app.services.gathering.jobs import run, waiting_jobs
from app.services.gathering.journal import read_items
from app.services.reconcile import reconcile
from tests.web.people import account, hidden, look, send, session, someone
from tests.web.posting import post
from tests.web.serving import served, story

FILES = {
    f"{name}.md": story(
        f"By {name}.", f"id: s-{name * 8}", "gatherer: J. O.", f"themes: [{theme}]", f"site: {name}side"
    )
    for name, theme in (("a", "waiting"), ("b", "waiting"), ("c", "loss"))
} | {"d.md": story("Another’s.", "id: s-dddddddd", "gatherer: Sue", "themes: [waiting]")}
EMPTY = dict.fromkeys(
    ("site", "add_themes", "remove_theme", "add_persona", "remove_persona", "status", "note"), ""
)
READERS = {"anonymous": None, "member": ("member",), "commissioner": ("commissioner",)}


@pytest.fixture
def web(tmp_path):
    with served(tmp_path, FILES, at_loopback=True) as web:
        yield web


@pytest.fixture
def ann(web):
    return session(web.archive, account(web.archive, "Ann", "gatherer", gathers_as="J. O."))


@pytest.fixture
def sue(web):
    return someone(web.archive, "Sue", "steward")


def begin(web, cookie, ids="s-aaaaaaaa s-bbbbbbbb s-dddddddd", **filled):
    told = EMPTY | {"stories": ids, "do": "start"} | filled
    return send(web, "/desk/change", told, cookie)


def job_of(answer):
    assert answer.status == 303, answer.text
    return answer["location"]


def text(web, name):
    return (web.archive.settings.stories / f"{name}.md").read_text()


@pytest.mark.parametrize("reader", READERS)
def test_who_may_change_no_story_gets_the_same_list_with_or_without_asking(web, sue, reader):
    cookie = someone(web.archive, "Mo", *READERS[reader]) if READERS[reader] else None
    for more in ("", "&layout=table", "&theme=waiting"):
        plain = look(web, f"/stories?sort=title{more}", cookie)
        asked = look(web, f"/stories?sort=title{more}&select", cookie)
        assert plain.text == asked.text and "Select" not in plain.text and "jobs.css" not in plain.text


@pytest.mark.parametrize("reader", ["member", "commissioner"])
def test_for_who_may_change_no_story_there_are_neither_jobs_nor_forms(web, sue, reader):
    cookie = someone(web.archive, "Mo", reader)
    nowhere = look(web, "/nowhere", cookie)
    for address in ("/desk/jobs", "/desk/jobs/1", "/desk/change", "/desk/change?all=1"):
        assert look(web, address, cookie) == nowhere
        assert look(web, address).status == 303
    told = EMPTY | {"stories": "s-aaaaaaaa", "do": "look", "site": "x"}
    assert send(web, "/desk/change", told, cookie) == send(web, "/nowhere", told, cookie)


def test_the_list_is_calm_until_somebody_of_the_team_asks_for_boxes(web, ann):
    page = look(web, "/stories?theme=waiting", ann).text
    assert ">Select</a>" in page and 'type="checkbox" id="pick' not in page
    address = re.search(r'href="([^"]+)">Select<', page)[1].replace("&amp;", "&")
    chosen = look(web, address, ann).text
    assert chosen.count('name="story"') == 3 and "Change all 3 found" in chosen
    assert 'name="theme" value="waiting"' in chosen


def test_the_form_names_what_is_not_hers_and_the_last_word_counts(web, ann):
    page = look(web, "/desk/change?story=s-aaaaaaaa&story=s-dddddddd", ann)
    assert "Change 1 story" in page.text and "1 story is not yours to change" in page.text
    everything = look(web, "/desk/change?all=1&theme=waiting", ann)
    assert hidden(everything, "stories") == "s-aaaaaaaa s-bbbbbbbb"
    told = EMPTY | {
        "stories": "s-aaaaaaaa s-bbbbbbbb",
        "do": "look",
        "site": "aside",
        "use-publication": "on",
    }
    last = send(web, "/desk/change", told, ann)
    assert last.status == 200 and "2 stories of the 2 chosen will change" in last.text
    assert "The site becomes ‘aside’." in last.text and "No longer for: publication." in last.text
    assert "site: bside" in text(web, "b")
    again = send(web, "/desk/change", told | {"do": "back"}, ann)
    assert 'value="aside"' in again.text and re.search(r'name="use-publication" checked', again.text)


def test_a_job_is_begun_watched_and_undone_without_a_script(web, ann):
    address = job_of(begin(web, ann, site="Harbour", note="As agreed"))
    page = look(web, address, ann)
    assert 'http-equiv="refresh"' in page.text and "0 of 2 files" in page.text
    assert page["cache-control"] == "no-store"
    run(web.archive, int(address.rpartition("/")[2]))
    page = look(web, address, ann)
    assert 'http-equiv="refresh"' not in page.text and "2 of 2 files" in page.text
    assert "The site becomes ‘Harbour’." in page.text
    assert "site: Harbour" in text(web, "a") and "Harbour" not in text(web, "d")
    assert job_of(send(web, address, {"do": "undo"}, ann)) == address
    run(web.archive, int(address.rpartition("/")[2]))
    assert "Undone" in look(web, address, ann).text and text(web, "a") == FILES["a.md"]
    assert "Change many stories" in look(web, "/desk/jobs", ann).text


def test_a_job_is_stopped_and_gone_on_with_and_what_is_not_possible_is_said(web, ann):
    address = job_of(begin(web, ann, site="Harbour"))
    assert send(web, address, {"do": "stop"}, ann).status == 303
    page = look(web, address, ann).text
    assert "Stopped" in page and "Go on" in page and 'http-equiv="refresh"' not in page
    refused = send(web, address, {"do": "stop"}, ann)
    assert refused.status == 422 and "not possible as the job stands now" in refused.text
    assert send(web, address, {"do": "go on"}, ann).status == 303
    assert send(web, address, {"do": "explode"}, ann).status == 422
    assert send(web, address, {}, ann).status == 422


def test_conflicts_are_listed_with_what_to_do_and_tried_again(web, ann):
    address = job_of(begin(web, ann, site="Harbour"))
    path = web.archive.settings.stories / "b.md"
    path.write_text(text(web, "b") + "More.\n")
    key = int(address.rpartition("/")[2])
    run(web.archive, key)
    page = look(web, address, ann).text
    assert "Somebody changed it after this was begun" in page and "/stories/b" in page
    assert "1 file to look at" in look(web, "/desk/jobs", ann).text
    assert send(web, address, {"do": "again"}, ann).status == 303
    run(web.archive, key)
    assert [item.state for item in read_items(web.archive, key)] == ["done", "done"]
    assert "site: Harbour" in text(web, "b") and "More." in text(web, "b")


def test_a_job_is_absent_for_all_but_who_began_it_and_stewards(web, ann, sue):
    address = job_of(begin(web, ann, site="Harbour"))
    other = someone(web.archive, "Gus", "gatherer")
    nowhere = look(web, "/desk/jobs/999", other)
    for cookie in (other, someone(web.archive, "Mo", "member")):
        assert look(web, address, cookie) == nowhere and nowhere.status == 404
        assert send(web, address, {"do": "stop"}, cookie).status == 404
    assert "Harbour" not in look(web, "/desk/jobs", other).text
    assert look(web, address).status == 303
    seen = look(web, address, sue).text
    assert "by Ann" in seen and "The site becomes ‘Harbour’." in seen
    assert "by Ann" in look(web, "/desk/jobs", sue).text


def test_a_steward_who_may_not_read_a_story_of_a_job_learns_nothing_of_it(web, ann, tmp_path):
    closed = story("Closed.", "id: s-c10sed00", "gatherer: J. O.", "title: Zinnia", uses="design").replace(
        "uses: [design]", "uses: [design], not_for: [Northgate]"
    )
    (web.archive.settings.stories / "closed.md").write_text(closed)
    reconcile(web.archive)
    hers = session(
        web.archive, account(web.archive, "Una", "gatherer", gathers_as="J. O.", organisation="Here")
    )
    address = job_of(begin(web, hers, "s-aaaaaaaa s-c10sed00", site="Secret place"))
    (web.archive.settings.stories / "closed.md").write_text(closed + "More.\n")
    run(web.archive, int(address.rpartition("/")[2]))
    assert "Zinnia" in look(web, address, hers).text
    theirs = someone(web.archive, "Nor", "steward", organisation="Northgate")
    page = look(web, address, theirs).text
    assert "A story that is not open to you" in page
    assert "Zinnia" not in page and "Secret place" not in page and "c10sed" not in page


@pytest.mark.parametrize("key", ["0", "-1", "x", "1" * 30, "9" * 15, "%00", "1.5"])
def test_a_job_that_never_was_is_nowhere(web, ann, key):
    assert look(web, f"/desk/jobs/{key}", ann) == look(web, "/nowhere", ann)


@pytest.mark.parametrize(
    "filled",
    [
        {"stories": ""},
        {"stories": "s-never000 nonsense \x00 who-aaaaaaaa"},
        {"stories": "s-dddddddd"},
        {"status": "gone"},
        {"site": "x" * 500},
        {"add_persona": "nobody"},
        {},
    ],
)
def test_what_can_not_be_begun_is_said_and_nothing_is_changed(web, ann, filled):
    told = {"site": "Harbour"} | filled if filled else {}
    answer = (
        begin(web, ann, **told) if "stories" not in told else begin(web, ann, told.pop("stories"), **told)
    )
    assert answer.status == 422 and 'role="alert"' in answer.text
    assert [text(web, name) for name in "abcd"] == [FILES[f"{name}.md"] for name in "abcd"]
    assert "Nothing has been done" in look(web, "/desk/jobs", ann).text


@pytest.mark.parametrize("left_out", [*EMPTY, "stories", "do"])
def test_a_form_without_a_field_is_not_taken_for_an_empty_one(web, ann, left_out):
    told = EMPTY | {"stories": "s-aaaaaaaa", "do": "start", "site": "Harbour"}
    del told[left_out]
    assert send(web, "/desk/change", told, ann).status == 422


def test_before_drafts_are_made_ready_together_she_learns_where_names_wait(web, ann):
    drafted = story("She rang Dr Okafor.", "id: s-aaaaaaaa", "gatherer: J. O.", "status: draft")
    (web.archive.settings.stories / "a.md").write_text(drafted)
    unnamed = story("She rang.", "id: s-eeeeeeee", "storyteller: Ana", "gatherer: J. O.", "status: draft")
    (web.archive.settings.stories / "rosalind-achterberg.md").write_text(unnamed)
    reconcile(web.archive)
    told = EMPTY | {"stories": "s-aaaaaaaa s-bbbbbbbb s-eeeeeeee", "do": "look", "status": "ready"}
    page = send(web, "/desk/change", told, ann).text
    assert "In 2 stories something that may tell who somebody is waits" in page
    assert all(f'<a href="/s/{one}/names">' in page for one in ("s-aaaaaaaa", "s-eeeeeeee"))
    assert "/s/s-bbbbbbbb/names" not in page
    assert "/names" not in send(web, "/desk/change", told | {"status": "draft"}, ann).text


def test_what_was_sent_and_is_no_longer_kept_is_to_be_brought_again(web, ann):
    files = [("files", "talk.md", "x/y", b"She rang."), ("files", "empty.md", "x/y", b"")]
    address = post(web, "/add", ann, {}, files)["location"].partition("?")[0]
    for job in waiting_jobs(web.archive):
        run(web.archive, job)
    page = look(web, address, ann).text
    assert "What was sent is not kept here any more. Bring those files in once more." in page
    assert "Try again" not in page
    refused = send(web, address, {"do": "again"}, ann)
    assert refused.status == 422 and "Bring those files in once more." in refused.text
