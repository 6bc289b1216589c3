"""Populations and batches are people's work: kept through a rebuild and in a backup."""

import pytest

from app.database.coverage import COUNTED, REFERENCE
from app.database.tables import CONTEXT
from app.database.visibility import TERMINAL
from app.services.backing_up import back_up
from app.services.coverage.reading import coverage_rows
from app.services.coverage.reference import entered, save_reference
from app.services.rebuilding import rebuild
from app.services.restoring import restore
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import make_archive, rows, stories, story_file, take_in
from tests.services.test_restoring import asked, opened

SAID = ["{gender: woman}"] * 9 + ["{gender: man, faith: chapel}"] * 6 + ["{Gender: woman, age-band: 65+}"] * 5


def files():
    told = {f"stories/t{n}.md": story_file(id=f"s-{n:08}", context=said) for n, said in enumerate(SAID)}
    return told | {f"stories/u{n}.md": story_file(id=f"s-1{n:07}") for n in range(12)}


@pytest.fixture
def archive(tmp_path):
    made = make_archive(tmp_path / "old", files())
    take_in(made)
    yield made
    made.close()


def told(archive):
    return list(coverage_rows(archive, TERMINAL))


def enter(archive):
    reference = entered("gender", "Census", "percent", b"woman;51\nman;49")
    save_reference(archive, reference, expected=0, by=None)


def test_what_is_counted_is_kept_of_context_and_nothing_else(archive):
    assert {row["key"] for row in rows(archive, CONTEXT)} == {"gender", "age_band"}
    assert len(rows(archive, CONTEXT)) == 25


def test_a_rebuild_changes_no_figure_and_draws_no_lot(archive):
    enter(archive)
    before, placed = told(archive), rows(archive, COUNTED)
    assert ("Gender", "woman", "at least 10") in [tuple(row[:3]) for row in before] and len(placed) == 32
    rebuild(archive)
    assert (told(archive), rows(archive, COUNTED)) == (before, placed)


def test_a_backup_brings_populations_and_batches_along(archive, tmp_path):
    enter(archive)
    before, placed = told(archive), rows(archive, COUNTED)
    back_up(archive, tmp_path / "one.backup")
    restore(asked(tmp_path / "one.backup", tmp_path / "new"))
    new = opened(tmp_path / "new")
    assert rows(new, COUNTED) == placed and len(rows(new, REFERENCE)) == 1
    new.close()
    assert told(archive) == before


def test_an_erased_story_leaves_no_row_and_its_batch_is_counted_no_more(archive):
    told(archive)
    gone = next(iter(stories(archive).values()))
    batch = {row["story_id"]: row["batch"] for row in rows(archive, COUNTED)}[gone]
    withdraw(archive, TERMINAL, gone, Request(Outcome.ERASE))
    take_in(archive)
    assert gone not in {row["story_id"] for table in (COUNTED, CONTEXT) for row in rows(archive, table)}
    assert batch in {row["batch"] for row in rows(archive, COUNTED)}  # the others wait for five who are new
    told(archive)
    assert len(rows(archive, COUNTED)) == 31
