"""Words that were taken out since are found in the version that had them last, by who may read it."""

from sqlalchemy import select

from app.database.tables import PASSAGE_BEFORE
from app.database.visibility import TERMINAL
from app.services.merging import erase_rows
from app.services.rebuilding import rebuild
from app.services.tracing.before import WRITTEN, write_missing_before
from tests.archives import derived, rows
from tests.services.tracing.conftest import FIRST, ID, SECOND, THIRD, edit, traced, where

KETTLE = "The kettle was always on, and whoever came in from the rain had a chair."
BOX = "Nobody asked what I had wanted, and the form had no box for it."


def test_words_of_the_current_version_are_found_there(edited):
    assert where(edited, "what I would have liked instead; there was no box") == (ID, 3, True)


def test_words_that_were_taken_out_are_found_in_the_last_version_that_had_them(edited):
    assert where(edited, KETTLE) == (ID, 2, False)
    found = traced(edited, "nobody asked what I had wanted, and the form had no box")
    place = found.places[0]
    assert (place.version, place.current, place.difference) == (1, False, "")
    assert place.address == f"/s/{ID}/v/1#{place.anchor}"


def test_a_quotation_over_passages_that_changed_later_is_found_whole(edited):
    assert where(edited, "had a chair. Nobody asked what I had wanted") == (ID, 1, False)


def test_words_that_come_back_are_current_again(edited, tmp_path):
    edit(edited, tmp_path, FIRST)
    assert where(edited, KETTLE) == (ID, 4, True)
    assert not [row for row in rows(edited, PASSAGE_BEFORE) if row["text"] == KETTLE]


def test_a_rebuild_writes_the_same_rows(edited, tmp_path):
    edit(edited, tmp_path, SECOND)
    edit(edited, tmp_path, THIRD)
    before = derived(edited)
    assert len(before["catalogue_passage_before"]) == 2
    rebuild(edited)
    assert derived(edited) == before


def test_an_archive_that_was_there_before_is_written_once(edited):
    before = rows(edited, PASSAGE_BEFORE)
    with edited.writing() as connection:
        connection.execute(PASSAGE_BEFORE.delete())
        connection.commit()
    write_missing_before(edited, "another reading")
    assert rows(edited, PASSAGE_BEFORE) == before and WRITTEN
    with edited.writing() as connection:
        connection.execute(PASSAGE_BEFORE.delete())
        connection.commit()
    write_missing_before(edited, "another reading")
    assert rows(edited, PASSAGE_BEFORE) == []


def test_a_version_from_before_a_passage_was_closed_is_for_the_story_team(archive, tmp_path):
    closed = THIRD.replace("The kettle stood there.", "::: closed\nThe kettle stood there.\n:::")
    edit(archive, tmp_path, closed)
    assert where(archive, KETTLE) is None and where(archive, BOX) is None
    assert where(archive, KETTLE, TERMINAL) == (ID, 1, False)


def test_a_version_that_fewer_were_to_read_is_found_by_them_alone(archive, tmp_path):
    edit(archive, tmp_path, SECOND, consent="consent: {uses: [design]}")
    edit(archive, tmp_path, THIRD)
    assert where(archive, "whoever came in from the rain had a chair") is None
    assert where(archive, BOX) == (ID, 1, False)
    assert where(archive, "whoever came in from the rain had a chair", TERMINAL) == (ID, 2, False)


def test_a_story_that_is_closed_takes_its_earlier_words_along(edited, tmp_path):
    edit(edited, tmp_path, THIRD, consent="consent: {uses: []}")
    assert where(edited, KETTLE) is None and where(edited, KETTLE, TERMINAL)
    with edited.engine.connect() as connection:
        assert connection.execute(select(PASSAGE_BEFORE)).first() is not None


def test_when_a_story_is_erased_its_earlier_words_go_too(edited):
    assert rows(edited, PASSAGE_BEFORE)
    with edited.writing() as connection:
        erase_rows(connection, ID)
        connection.commit()
    assert rows(edited, PASSAGE_BEFORE) == []
