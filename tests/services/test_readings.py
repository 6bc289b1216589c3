"""Who read what: written soon, in batches, without a page waiting for it; forgotten after twelve months."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select
from structlog.testing import capture_logs

from app.database.ledgers import READ
from app.database.people import ACCOUNT
from app.services import readings
from app.services.readings import KEPT, forget_readings
from app.services.watching import Keeper
from tests.archives import rows, story_file
from tests.web.people import account

STORY, OTHER = "s-7k3fq2mx", "s-2m9tb3rw"

APP = Path(__file__).parents[2] / "app"
COUNTING = re.compile(r"group_by|func\.count|Counter\(|rowcount|len\(rows")


@pytest.fixture
def archive(new_archive):
    return new_archive({"stories/a.md": story_file(id=STORY)})


@pytest.fixture
def ann(archive):
    return account(archive, "Ann", "member")


def read(archive) -> list[tuple[int, str]]:
    return [(row["account"], row["record_id"]) for row in sorted(rows(archive, READ), key=lambda r: r["key"])]


def transactions(archive) -> list[str]:
    """What is committed from now on."""
    seen: list[str] = []
    event.listen(archive.engine, "commit", lambda connection: seen.append("commit"))
    return seen


def test_readings_are_written_together_and_the_same_again_meanwhile_is_one(archive, ann):
    seen = transactions(archive)
    for _ in range(40):
        archive.readings.add(ann, STORY)
        archive.readings.add(ann, OTHER)
    assert read(archive) == [] and archive.readings.flush()
    assert read(archive) == [(ann, STORY), (ann, OTHER)] and len(seen) == 1
    archive.clock.time += timedelta(minutes=1)
    archive.readings.add(ann, STORY)
    archive.readings.flush()
    assert read(archive).count((ann, STORY)) == 2


def test_where_nobody_reads_nothing_is_written(archive):
    seen = transactions(archive)
    assert archive.readings.flush() and seen == []


def test_a_reading_is_on_disk_without_anybody_asking(archive, ann, monkeypatch):
    monkeypatch.setattr(readings, "EVERY_SECONDS", 0.01)
    written = threading.Event()
    event.listen(archive.engine, "commit", lambda connection: written.set())
    archive.readings.start()
    archive.readings.add(ann, STORY)
    assert written.wait(30)
    archive.readings.stop()
    assert read(archive) == [(ann, STORY)]


def test_no_reading_waits_for_a_second(archive):
    assert readings.EVERY_SECONDS < 1


def test_the_end_of_the_server_loses_nothing(archive, ann):
    archive.readings.start()
    archive.readings.add(ann, STORY)
    archive.readings.stop()
    assert read(archive) == [(ann, STORY)]


def test_a_database_that_is_locked_delays_nobody_and_loses_nothing(archive, ann):
    with archive.writing() as other:
        other.execute(select(READ))
        archive.readings.add(ann, STORY)
        with capture_logs() as logs:
            assert not archive.readings.flush()
        other.rollback()
    assert [(line["log_level"], line["readings"]) for line in logs] == [("warning", 1)]
    assert STORY not in str(logs)
    archive.readings.add(ann, OTHER)
    assert archive.readings.flush()
    assert sorted(read(archive)) == [(ann, OTHER), (ann, STORY)]


def test_what_can_not_be_written_for_long_is_bounded_and_counted(archive, ann, monkeypatch):
    monkeypatch.setattr(readings, "MOST", 3)
    for number in range(5):
        archive.readings.add(ann, f"s-{number:08}")
    with capture_logs() as logs:
        archive.readings.flush()
    assert len(read(archive)) == 3
    assert [(line["log_level"], line["readings"]) for line in logs] == [("error", 2)]


def test_a_reader_who_is_gone_stops_none_of_the_others(archive, ann):
    gone = account(archive, "Ben")
    archive.readings.add(gone, STORY)
    archive.readings.add(ann, STORY)
    with archive.engine.begin() as connection:
        connection.execute(delete(ACCOUNT).where(ACCOUNT.c.key == gone))
    assert archive.readings.flush() and read(archive) == [(ann, STORY)]


def test_readings_that_many_threads_add_while_they_are_written_are_all_kept(archive, ann):
    def add(thread: int) -> None:
        for number in range(200):
            archive.readings.add(ann, f"s-{thread:04}{number:04}")

    threads = [threading.Thread(target=add, args=(one,)) for one in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        archive.readings.flush()
    archive.readings.flush()
    assert len(set(read(archive))) == len(read(archive)) == 800


def old_and_new(archive, ann) -> None:
    now = archive.clock.time
    for age, record in ((KEPT + timedelta(seconds=1), OTHER), (KEPT - timedelta(seconds=1), STORY)):
        archive.clock.time = now - age
        archive.readings.add(ann, record)
    archive.clock.time = now
    archive.readings.flush()


def test_what_is_older_than_twelve_months_is_deleted(archive, ann, monkeypatch):
    old_and_new(archive, ann)
    with archive.writing() as connection:
        assert forget_readings(connection, archive.now())
        connection.commit()
    assert read(archive) == [(ann, STORY)]
    archive.clock.time += timedelta(seconds=2)
    monkeypatch.setattr(readings, "FORGOTTEN_AT_ONCE", 1)
    with archive.writing() as connection:
        assert [forget_readings(connection, archive.now()) for _ in range(2)] == [False, True]
        connection.commit()
    assert read(archive) == []


def test_the_keeper_deletes_what_is_old_when_it_begins_and_every_day(archive, ann, monkeypatch):
    old_and_new(archive, ann)
    keeper = Keeper(archive, watching=False)
    keeper.start()
    assert keeper.complete.wait(30)
    keeper.stop()
    assert read(archive) == [(ann, STORY)]
    archive.clock.time += timedelta(days=1)
    keeper = Keeper(archive, watching=False)
    keeper._forgot = 0.0
    monkeypatch.setattr("app.services.watching.time.monotonic", lambda: 86_399.0)
    keeper._forget()
    assert read(archive) == [(ann, STORY)]
    monkeypatch.setattr("app.services.watching.time.monotonic", lambda: 86_400.0)
    keeper._forget()
    assert read(archive) == []


def test_no_module_that_reads_what_people_read_counts_it():
    asking = [
        path
        for path in APP.rglob("*.py")
        if re.search(r"\bREAD\b|ReadEntry|read_entry", path.read_text("utf-8"))
    ]
    names = {path.name for path in asking} - {"ledgers.py", "0006_consent_and_audit.py"}
    assert names >= {"readings.py", "readers.py"}
    found = {
        path.name: COUNTING.findall(path.read_text("utf-8"))
        for path in asking
        if "select(READ" in path.read_text("utf-8")
    }
    found["readings.py"].remove("rowcount")  # of what was deleted, to know whether there is more
    found["readers.py"].remove("len(rows")  # whether there is another page
    found["readers.py"].remove("len(rows")
    assert not any(found.values()), found
