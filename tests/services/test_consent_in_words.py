"""Uses and end date in words, and consent that ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database.ledgers import CONSENT_ENTRY
from app.database.visibility import ANONYMOUS, TERMINAL, USE_BITS, uses_of
from app.errors import NotFound
from app.records.model import Use
from app.services.exposing import expose_story
from app.services.personas import read_persona
from app.services.reading import USE_LABELS, read_story, uses_label
from app.services.searching import readable_classes
from app.services.spelling import complete
from tests.archives import NOON, found, rows, story_file


@pytest.mark.parametrize("bits", range(1, 1 << len(USE_BITS)))
def test_every_combination_of_uses_is_said_in_words(bits):
    label = uses_label(bits, "2029-03-04", "en-GB")
    assert [use for use in Use if USE_LABELS[use] in label] == list(uses_of(bits))
    assert label.endswith("until 4 March 2029.") and label.startswith("May be used for ")
    assert label.count(" and ") == (1 if bits.bit_count() > 1 else 0)


@pytest.mark.parametrize(
    ("language", "day"), [("en-GB", "4 March 2029"), ("cy", "4 Mawrth 2029"), ("pl", "4 marca 2029")]
)
def test_the_day_is_written_in_the_archives_language(language, day):
    assert uses_label(1, "2029-03-04", language).endswith(f"until {day}.")


def test_no_use_an_end_that_is_over_and_what_is_assumed_are_said_plainly():
    assert uses_label(0, "2029-03-04", "en-GB") == "No use has been agreed."
    over = uses_label(9, "2026-05-03", "en-GB", today="2026-05-04")
    assert over == "Its consent ended after 3 May 2026; it was for design sessions and publication."
    assert "until 4 May 2026" in uses_label(9, "2026-05-04", "en-GB", today="2026-05-04")
    assert uses_label(8, None, "en-GB", stated=False).startswith("No consent is recorded")


FILES = {
    "stories/harbour.md": story_file(
        consent="consent: {uses: [publication], until: 2026-05-06}", id="s-harb0000", personas="[elena]"
    ),
    "personas/elena.md": "---\nid: who-e1ena000\nname: Elena\nuses: [publication]\nstatements:\n  Brings:\n"
    "    - {statement: Knows lamps, evidence: [s-harb0000]}\n---\nElena.\n",
}


def open_to_all(archive):
    """Whether each way to the story is open: page, API, search, completion, its persona's evidence."""
    ways = []
    for read in (read_story, expose_story):
        try:
            read(archive, ANONYMOUS, "harbour")
            ways.append(True)
        except NotFound:
            ways.append(False)
    ways.append(found(archive, "lamplight") == ["harbour"])
    with archive.engine.connect() as connection:
        classes = readable_classes(archive, connection, ANONYMOUS)
        ways.append(bool(complete(archive, ANONYMOUS, classes, connection, "lampl")))
    ways.append("s-harb0000" in repr(read_persona(archive, ANONYMOUS, "elena")))
    return ways


@pytest.mark.parametrize("days", [3, 4, 400])
def test_a_consent_closes_by_itself_on_the_day_after_its_last_however_late_one_looks(new_archive, days):
    archive = new_archive(FILES)
    archive.clock.time = NOON.replace(hour=23, minute=59) + timedelta(days=2)
    assert open_to_all(archive) == [True] * 5
    archive.clock.time = NOON.replace(hour=0) + timedelta(days=days)
    assert open_to_all(archive) == [False] * 5
    assert "Its consent ended after 6 May 2026" in read_story(archive, TERMINAL, "harbour").uses_label


def test_a_day_that_passes_is_no_entry_in_the_ledger(new_archive):
    archive = new_archive(FILES)
    archive.clock.time = NOON + timedelta(days=30)
    found(archive, "lamplight")
    with archive.engine.connect() as connection:
        sources = connection.execute(select(CONSENT_ENTRY.c.source)).scalars().all()
    assert sources == ["first seen in a file"] and len(rows(archive, CONSENT_ENTRY)) == 1
