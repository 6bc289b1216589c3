"""After a restore: a steward reads what came back, and opens it; until then nobody else reads a story."""

import time

import pytest

from app.errors import SearchUnavailable
from app.services.indexing import update_search
from app.services.reconcile import reconcile
from app.services.withholding import withhold
from tests.web.people import hidden, look, send, someone
from tests.web.serving import served, story

DESK = "/desk/restored"
BACKUP, RESTORED = "2026-03-04T09:12:00.000000+00:00", "2026-03-09T10:00:00.000000+00:00"
FILES = {
    "a.md": story("A lantern.", "storyteller: Quinella", "id: s-7k3fq2mx", "gatherer: J. O."),
    "b.md": story("A heron.", "storyteller: Ines", uses="design"),
    "c.md": "---\nstoryteller: Odalys\nconsent: {uses: [design], not_for: [Northgate]}\n---\nA quay.\n",
}
ROLES = ("member", "commissioner", "gatherer")


def take_in(web):
    reconcile(web.archive)
    update_search(web.archive)


@pytest.fixture
def web(tmp_path):
    """An archive that was restored without its list of withdrawals."""
    with served(tmp_path, FILES) as web:
        with web.archive.writing() as connection:
            withhold(connection, BACKUP, RESTORED)
            connection.commit()
        take_in(web)
        yield web


def test_nobody_but_a_steward_reads_a_story_until_one_has_confirmed(web):
    never = web.get("/stories/never").status
    people = [None, *(someone(web.archive, role, role, gathers_as="J. O.") for role in ROLES)]
    for who in people:
        assert look(web, "/stories/a", who).status == never == 404
        assert "Quinella" not in look(web, "/stories", who).text + look(web, "/search?q=lantern", who).text
    steward = someone(web.archive, "sue", "steward")
    assert look(web, "/stories/a", steward).status == 200
    send(web, DESK, {"restored": RESTORED}, steward)
    take_in(web)
    assert [look(web, "/stories/a", who).status for who in people] == [200] * 4
    assert "Quinella" in look(web, "/search?q=lantern").text
    assert look(web, "/stories/b").status == 404


def test_the_desk_says_so_above_every_page_and_names_the_day_and_the_stories(web):
    steward = someone(web.archive, "sue", "steward")
    for address in ("/desk/problems", "/desk/codebook", "/desk/people"):
        assert "restored as it was on 4 March 2026, 09:12 UTC" in look(web, address, steward).text
    page = look(web, DESK, steward).text
    assert "Quinella" in page and "Ines" in page and "2 stories" in page and "9 March 2026" in page


def test_a_steward_is_neither_named_nor_counted_a_story_that_is_not_for_her_organisation(web):
    theirs = someone(web.archive, "nora", "steward", organisation="Northgate")
    ours = someone(web.archive, "sue", "steward", organisation="The archive")
    page, whole = look(web, DESK, theirs).text, look(web, DESK, ours).text
    assert "2 stories" in page and "Odalys" not in page
    assert "3 stories" in whole and "Odalys" in whole


def test_pages_say_that_the_stories_wait_and_not_that_nothing_was_agreed(web):
    steward = someone(web.archive, "sue", "steward")
    gatherer = someone(web.archive, "gwen", "gatherer", gathers_as="J. O.")
    wait = "It waits for a steward"
    consent = f"{look(web, '/s/s-7k3fq2mx', steward)['location']}"
    for address, who in (
        (consent, steward),
        ("/s/s-7k3fq2mx/consent", steward),
        ("/desk/problems", steward),
        ("/desk/consent?list=missing", steward),
    ):
        text = look(web, address, who).text.partition("How it came to be")[0]
        assert wait in text.replace("it waits", "It waits") and "o use has been agreed" not in text, address
    assert "The stories are being checked" in look(web, "/mine", gatherer).text


@pytest.mark.parametrize("address", ["/", "/stories", "/search?q=lantern"])
def test_strangers_are_told_that_the_stories_are_checked_and_come_back(web, address):
    text = web.get(address).text
    assert "The stories are being checked" in text and "Add the first story" not in text


def test_strangers_are_told_so_while_search_is_being_rebuilt_too(web, monkeypatch):
    def rebuilding(*_asked, **_how):
        raise SearchUnavailable("being rebuilt")

    monkeypatch.setattr(web.archive.index, "find", rebuilding)
    assert "The stories are being checked" in look(web, "/stories").text


def test_the_list_stands_before_the_button_and_says_what_is_not_in_it(web):
    text = look(web, DESK, someone(web.archive, "sue", "steward")).text
    assert text.index("Quinella") < text.index("Open the stories again")
    assert "not for some organisations are not listed" in text


def test_it_is_confirmed_once_and_only_what_was_read(web):
    steward = someone(web.archive, "sue", "steward")
    moment = hidden(look(web, DESK, steward), "restored")
    assert send(web, DESK, {"restored": BACKUP}, steward).status == 409
    assert look(web, "/stories/a").status == 404
    done = send(web, DESK, {"restored": moment}, steward)
    assert (done.status, done["location"]) == (303, DESK)
    assert "Nothing waits" in look(web, DESK, steward).text
    assert send(web, DESK, {"restored": moment}, steward).status == 409
    assert "restored as it was" not in look(web, "/desk/problems", steward).text


def test_a_form_without_its_field_confirms_nothing(web):
    steward = someone(web.archive, "sue", "steward")
    assert send(web, DESK, {}, steward).status == 422
    assert "Nothing waits" not in look(web, DESK, steward).text


@pytest.mark.parametrize("role", ROLES)
def test_only_stewards_confirm(web, role):
    someone(web.archive, "sue", "steward")
    other = someone(web.archive, "ann", role)
    assert look(web, DESK, other).status == 404
    assert send(web, DESK, {"restored": RESTORED}, other).status == 404
    assert look(web, "/stories/a").status == 404


def test_the_keeper_opens_the_stories_by_itself_when_a_steward_has_confirmed(tmp_path):
    with served(tmp_path, FILES, watching=True) as web:
        with web.archive.writing() as connection:
            withhold(connection, BACKUP, RESTORED)
            connection.commit()
        assert eventually(web, 404)
        send(web, DESK, {"restored": RESTORED}, someone(web.archive, "sue", "steward"))
        assert eventually(web, 200)


def eventually(web, status):
    """Whether the keeper comes to it; how soon is its own business."""
    return any(look(web, "/stories/a").status == status or wait() for _ in range(600))


def wait():
    time.sleep(0.1)
