"""What was public and is no longer is told as gone, for good; of what never was, nothing is told."""

import pytest
from sqlalchemy import delete, insert

from app.database.harvesting import HARVEST, HARVEST_SET
from app.database.visibility import TERMINAL
from app.search.engines import choose_engine
from app.services.backing_up import back_up
from app.services.finishing import finish_jobs
from app.services.rebuilding import rebuild
from app.services.restoring import Request as Place
from app.services.restoring import restore
from app.services.withdrawing import Outcome, Request, lift, withdraw
from tests.archives import Clock, rows, take_in
from tests.web.harvesting.asking import ask, entries, feed, gone, identifiers, records
from tests.web.harvesting.conftest import STORIES, A, B, D, E
from tests.web.serving import served, stopped, story, write

NOON, ONE = "2026-05-04T12:00:00Z", "2026-05-04T13:00:00Z"
SECRET = ("Lantern", "Marisa", "Northgate", "northgate", "Eleven", "dusk", "Dusk", "boats")


@pytest.fixture
def later(web, clock):
    assert web.archive.clock is clock  # which read its folders at noon
    clock.time = clock.time.replace(hour=13)


def said_of(web, story_id: str) -> tuple[str, str | None]:
    """When a record changed last, and its status; the same in each of the three ways to ask."""
    identifier = f"oai:stories.example.org:{story_id}"
    one = ask(web, "GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    found = {
        (told.stamps[story_id], told.headers[story_id].get("status"))
        for told in (one, records(web), identifiers(web))
    }
    assert len(found) == 1
    return found.pop()


def rewritten(web, tmp_path, name: str, text: str) -> None:
    write(tmp_path / "stories", {name: text})
    take_in(web.archive)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("outcome", [Outcome.KEEP, Outcome.ERASE])
def test_a_story_that_is_taken_back_is_gone_and_leaves_no_word(web, outcome):
    withdraw(web.archive, TERMINAL, A, Request(outcome))
    finish_jobs(web.archive)
    assert said_of(web, A) == (ONE, "deleted")
    assert gone(feed(web)) == [A]
    addresses = ("/oai?verb=ListRecords&metadataPrefix=oai_dc", "/feed.xml", "/themes/waiting/feed.xml")
    text = "".join(web.get(address).text for address in addresses)
    assert [word for word in SECRET if word in text] == []
    assert [word for word in SECRET if word in str([*rows(web.archive, HARVEST_SET), *told(web, A)])] == []


def told(web, story_id):
    return [row for row in rows(web.archive, HARVEST) if row["story_id"] == story_id]


@pytest.mark.usefixtures("later")
def test_the_row_of_what_is_gone_holds_its_id_and_a_moment_alone(web):
    withdraw(web.archive, TERMINAL, A, Request())
    assert told(web, A) == [{"story_id": A, "stamp": ONE, "deleted": True, "ends": None, "told": ""}]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "text",
    [
        story("She rang back.", f"id: {B}", uses="design"),
        story("She rang back.", f"id: {B}", "status: draft"),
        story("She rang back.", f"id: {B}", "status: withdrawn"),
        f"---\nid: {B}\nconsent: yes\n---\nShe rang back.\n",
        f"---\nid: {B}\nconsent: {{uses: [publication]\n---\nShe rang back.\n",
        f"---\nid: {B}\nconsent: {{uses: [publication], until: 2026-05-03}}\n---\nShe rang back.\n",
    ],
    ids=["regraded", "draft", "withdrawn", "not understood", "set aside", "ended"],
)
def test_a_story_that_a_hand_closes_is_gone(web, tmp_path, text):
    rewritten(web, tmp_path, "b.md", text)
    assert said_of(web, B) == (ONE, "deleted")
    assert B in gone(feed(web)) and "Bells" not in entries(feed(web))


@pytest.mark.usefixtures("later")
def test_a_story_whose_file_is_deleted_is_gone(web, tmp_path):
    (tmp_path / "stories" / "b.md").unlink()
    take_in(web.archive)
    assert said_of(web, B) == (ONE, "deleted")


def test_a_consent_that_ends_by_the_day_is_gone_from_that_midnight_on(web, clock):
    clock.time = clock.time.replace(day=6, hour=23)
    assert said_of(web, E) == (NOON, None)
    clock.time = clock.time.replace(day=9)
    assert said_of(web, E) == ("2026-05-07T00:00:00Z", "deleted")
    assert identifiers(web, from_="2026-05-07", until="2026-05-07").deleted == {E}
    assert gone(feed(web)) == [E]


def test_search_that_notices_first_gives_the_same_midnight(web, clock):
    clock.time = clock.time.replace(day=9)
    web.get("/search?q=wednesday")
    take_in(web.archive, again=True)
    assert said_of(web, E) == ("2026-05-07T00:00:00Z", "deleted")


@pytest.mark.usefixtures("later")
def test_a_consent_that_is_prolonged_in_time_does_not_end(web, tmp_path, clock):
    rewritten(web, tmp_path, "e.md", STORIES["e.md"].replace("2026-05-06", "9999-12-31"))
    clock.time = clock.time.replace(day=9)
    assert said_of(web, E) == (ONE, None)
    assert [row["ends"] for row in told(web, E)] == [None]


@pytest.mark.usefixtures("later")
def test_a_story_that_comes_back_is_there_again(web, clock):
    withdraw(web.archive, TERMINAL, A, Request())
    clock.time = clock.time.replace(hour=14)
    lift(web.archive, TERMINAL, A)
    assert said_of(web, A) == ("2026-05-04T14:00:00Z", None)
    assert gone(feed(web)) == []


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("title: Bells", "title: Chimes", True),
        ("She rang back.", "She rang twice.", True),
        ("themes: [waiting]", "themes: [bells]", True),
        ("uses: [publication]", "uses: [publication, design]", True),
        ("She rang back.", "She rang back. <!-- her real name -->", False),
        ("She rang back.", "She rang back.\n\n::: closed\nWhat nobody reads.\n:::", False),
        ("title: Bells", "title: Bells\nunknown: key", False),
        ("title: Bells", "title: Bells\ncontext: {gender: woman}", False),
        ("uses: [publication]", "uses: [publication], not_for: [Northgate Trust]", False),
    ],
)
def test_a_record_changes_when_what_everybody_reads_does_and_not_otherwise(web, tmp_path, old, new, changes):
    rewritten(web, tmp_path, "b.md", STORIES["b.md"].replace(old, new))
    assert said_of(web, B) == (ONE if changes else NOON, None)


def test_what_has_just_ceased_to_be_public_is_gone_whatever_was_noted_of_it(web):
    with web.archive.writing() as connection:
        connection.execute(insert(HARVEST).values(story_id=D, stamp=NOON, deleted=False, ends=None, told="x"))
        connection.commit()
    assert said_of(web, D) == (NOON, "deleted")
    assert gone(feed(web)) == [D]


@pytest.mark.usefixtures("later")
def test_reading_every_file_again_changes_nothing(web):
    before = rows(web.archive, HARVEST), rows(web.archive, HARVEST_SET)
    rebuild(web.archive)
    assert (rows(web.archive, HARVEST), rows(web.archive, HARVEST_SET)) == before


def test_a_set_tells_of_what_has_left_the_archive(web):
    withdraw(web.archive, TERMINAL, A, Request())
    told = identifiers(web, set="theme:waiting")
    assert told.headers.keys() == {A, B, E} and told.deleted == {A}
    assert told.sets(A) == ["theme:waiting"]  # the others are sets of nobody's by now
    assert identifiers(web, set="theme:dusk").deleted == {A}


def test_nothing_tells_a_story_that_was_never_public_from_one_that_never_was(tmp_path):
    hidden = {
        "d.md": story("For the teams.", f"id: {D}", "themes: [waiting, hidden]", uses="design"),
        "w.md": story("Hers.", "id: s-taken111", "status: withdrawn", uses="design"),
        "x.md": story("Unfinished.", "id: s-draft000", "status: draft", "site: Elsewhere"),
    }
    addresses = [
        *("/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListRecords&metadataPrefix=oai_dc"),
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=theme:hidden",
        *(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{one}" for one in (D, A)),
        *("/feed.xml", "/feed.xml?page=2", "/themes/hidden/feed.xml", "/themes/waiting/feed.xml"),
        *("/search/feed.xml?q=teams", "/search/feed.xml?site=elsewhere", "/robots.txt"),
        *("/sitemap.xml", "/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"),
        *(f"/{kind}/{one}" for kind in ("s", "q") for one in (D, "s-taken111", "s-taken111.csl.json")),
    ]
    public = {"b.md": STORIES["b.md"]}
    for name in ("whole", "twin"):
        (tmp_path / name / "state").mkdir(parents=True)
        (tmp_path / name / "state" / "secret.key").write_text("5" * 64)
    with (
        served(tmp_path / "whole", public | hidden, clock=Clock()) as whole,
        served(tmp_path / "twin", public, clock=Clock()) as twin,
    ):
        for address in addresses:
            assert whole.get(address) == twin.get(address), address
            assert whole.ask("HEAD", address) == twin.ask("HEAD", address), address


def test_an_archive_that_comes_to_harvesting_late_tells_what_was_taken_back_before(web):
    withdraw(web.archive, TERMINAL, A, Request(Outcome.ERASE))
    with web.archive.writing() as connection:  # as an older version left it
        connection.execute(delete(HARVEST))
        connection.execute(delete(HARVEST_SET))
        connection.commit()
    take_in(web.archive, again=True)
    assert records(web).deleted == {A}
    assert said_of(web, B) == (NOON, None)


@pytest.mark.usefixtures("later")
def test_an_older_backup_brings_nothing_back_and_is_told_as_changed(web, tmp_path, clock):
    back_up(web.archive, tmp_path / "then.storyhold")
    clock.time = clock.time.replace(hour=14)
    withdraw(web.archive, TERMINAL, A, Request())
    clock.time = clock.time.replace(hour=15)
    with stopped(web) as settings:
        place = Place(tmp_path / "then.storyhold", settings, choose_engine, settings.withdrawals, clock=clock)
        assert not restore(place).withheld
    assert {*records(web).stamps.values()} == {"2026-05-04T15:00:00Z"}
    assert records(web).deleted == {A}


@pytest.mark.usefixtures("later")
def test_what_came_after_the_backup_is_told_as_gone(web, tmp_path, clock):
    back_up(web.archive, tmp_path / "then.storyhold")
    clock.time = clock.time.replace(hour=14)
    rewritten(web, tmp_path, "n.md", story("New.", "id: s-0pen0000"))
    withdraw(web.archive, TERMINAL, B, Request())
    with stopped(web) as settings:
        place = Place(tmp_path / "then.storyhold", settings, choose_engine, settings.withdrawals, clock=clock)
        restore(place)
    assert records(web).deleted == {B, "s-0pen0000"}


@pytest.mark.usefixtures("later")
def test_a_restore_that_waits_for_a_steward_tells_that_all_is_gone_for_now(web, tmp_path, clock):
    back_up(web.archive, tmp_path / "then.storyhold")
    with stopped(web) as settings:
        nothing = tmp_path / "nothing.jsonl"
        place = Place(tmp_path / "then.storyhold", settings, choose_engine, nothing, clock=clock)
        assert restore(place).withheld
    assert records(web).deleted == {A, B, E}
    assert entries(feed(web)) == []


@pytest.mark.usefixtures("later")
def test_an_anonymised_story_is_told_with_its_new_words(web):
    new = story("Somebody counted boats at dusk.", "title: Boats", "themes: [waiting]")
    request = Request(Outcome.ANONYMISE, text=new.encode(), slug="boats")
    withdraw(web.archive, TERMINAL, A, request)
    finish_jobs(web.archive)
    assert said_of(web, A) == (ONE, None)
    text = web.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
    assert "Boats" in text and "Marisa" not in text
