"""A story that is taken back: the ledger says so once, and names no hand that did it in the file."""

import pytest

from app.database.ledgers import CONSENT_ENTRY, CONSENT_TEXT, JOB
from app.database.visibility import TERMINAL
from app.errors import NotFound, Withdrawn
from app.services.agreeing import Filled
from app.services.consenting import read_consent_page
from app.services.recording import By, record_consent
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import rows, story_file, take_in

HARBOUR = "s-harb0000"


@pytest.mark.parametrize(("outcome", "source"), [(Outcome.KEEP, "withdrawn"), (Outcome.ERASE, "erased")])
def test_taking_back_is_one_entry_and_stewards_still_read_the_ledger(new_archive, outcome, source):
    archive = new_archive({"stories/harbour.md": story_file(id=HARBOUR)})
    digest = read_consent_page(archive, TERMINAL, HARBOUR).form.digest
    told = Filled(uses=("publication",), note="On the phone.")
    record_consent(archive, TERMINAL, By(7, "Sue"), HARBOUR, told, expected=digest)
    withdraw(archive, TERMINAL, HARBOUR, Request(outcome, by=7))
    for _ in range(3):
        take_in(archive)
    entries = sorted(rows(archive, CONSENT_ENTRY), key=lambda row: row["number"])
    assert [row["source"] for row in entries] == ["first seen in a file", "recorded in the archive", source]
    assert (entries[-1]["status"], entries[-1]["account"]) == ("withdrawn", 7)
    page = read_consent_page(archive, TERMINAL, HARBOUR)
    assert page.form is None and page.entries[0].source == {"withdrawn": "taken back"}.get(source, source)
    assert bool(rows(archive, CONSENT_TEXT)) == (outcome is Outcome.KEEP)
    assert not [row for row in rows(archive, JOB) if row["kind"] == "save"]
    with pytest.raises((Withdrawn, NotFound)):
        record_consent(archive, TERMINAL, By(), HARBOUR, told, expected=digest)
    assert len(rows(archive, CONSENT_ENTRY)) == 3
