"""Who may read a story and not edit it changes nothing at its door, and learns no word of what is closed."""

import pytest

from app.database.gathering import WHAT_CAME
from app.database.tables import REVISION
from app.database.visibility import TERMINAL, Actor, Role
from app.errors import NotFound, Withdrawn
from app.records.model import Consent, Use
from app.records.replace import digest_of
from app.services.finishing import finish_jobs
from app.services.gathering.answering import add_note, take_note_off, use_words
from app.services.gathering.bringing import bring_choice
from app.services.gathering.closing import close_passage
from app.services.gathering.completing import known_values
from app.services.gathering.entries import Kind, Said, Way, keep
from app.services.gathering.her_choice import Answer, Chosen, Voice, confirm, narrow
from app.services.gathering.names_desk import open_desk
from app.services.gathering.originals import Original, Used, keep_bytes, note_originals, read_original
from app.services.gathering.rewriting import passages_in
from app.services.recording import By
from app.services.withdrawing import Outcome, Request, withdraw
from tests.archives import make_archive, rows, story_file, take_in
from tests.services.gathering.conftest import BODY, ID

READER = Actor(frozenset({Role.MEMBER, Role.COMMISSIONER}), "Here", signed_in=True)
MEL = By(9, "Mel")
CHOSEN = Chosen(Answer.NO.value, (), "", "", 1)


@pytest.fixture
def archive(harbour):
    return harbour()


def says_nothing_new(archive):
    assert [row["number"] for row in rows(archive, REVISION)] == [1]


def test_a_reader_posts_no_note_of_what_came_and_takes_none_off(archive):
    with pytest.raises(NotFound):
        add_note(archive, READER, MEL, ID, "promised", "We ring back.")
    assert rows(archive, WHAT_CAME) == []
    add_note(archive, TERMINAL, MEL, ID, "promised", "We ring back.")
    (note,) = rows(archive, WHAT_CAME)
    with pytest.raises(NotFound):
        take_note_off(archive, READER, MEL, ID, note["key"])
    assert rows(archive, WHAT_CAME) == [note]


def test_a_reader_closes_no_passage(archive):
    said = Said(Kind.CLOSING, "", passages_in(BODY)[1].anchor, 1)
    with pytest.raises(NotFound):
        close_passage(archive, READER, MEL, ID, said)
    says_nothing_new(archive)


def test_a_reader_records_no_choice_and_is_told_nothing_of_one(archive):
    """Not even that a form is old, or an entry gone: the story's door is not there for her."""
    with pytest.raises(NotFound):
        bring_choice(archive, READER, MEL, ID, CHOSEN, expected="old")
    with pytest.raises(NotFound):
        confirm(archive, READER, MEL, ID, 999, expected="old")
    for answer, wanted in ((Answer.NO, Consent()), (Answer.YES, Consent(frozenset(Use), stated=True))):
        with pytest.raises(NotFound):
            narrow(archive, Voice(READER, MEL, Way.PAPER), ID, 999, answer.value, wanted)
    says_nothing_new(archive)


def test_a_reader_finds_no_names_left_behind_and_no_original(archive):
    digest = digest_of(b"Words")
    keep_bytes(archive, ID, b"Words")
    with archive.writing() as connection:
        original = Original(b"Words", digest, "talk.docx", "docx")
        note_originals(archive, connection, [Used(ID, original, None)])
        connection.commit()
    assert read_original(archive, TERMINAL, ID, digest, by=None) == ("talk.docx", b"Words")
    with pytest.raises(NotFound):
        read_original(archive, READER, ID, digest, by=9)
    with pytest.raises(NotFound):
        open_desk(archive, READER, MEL, ID)


def test_what_was_said_of_a_story_that_was_taken_back_is_put_into_it_by_nobody(archive, tmp_path):
    """Stewards may still answer it; the story stays as it was taken back."""
    said = Said(Kind.WORDS, "My brother came home.", passages_in(BODY)[1].anchor, 1)
    key = keep(archive, ID, said)
    withdraw(archive, TERMINAL, ID, Request(Outcome.KEEP))
    finish_jobs(archive)
    before = (tmp_path / "stories/harbour.md").read_bytes()
    with pytest.raises(Withdrawn):
        use_words(archive, TERMINAL, MEL, ID, key, "")
    assert (tmp_path / "stories/harbour.md").read_bytes() == before


def test_what_is_offered_for_a_field_comes_from_what_she_may_see(tmp_path):
    hidden = {"site": "Hidden House", "role": "a hidden role", "kind": "[hidden kind]", "gatherer": "N. N."}
    shown = {"site": "Northgate", "role": "a neighbour", "kind": "[visit]", "gatherer": "J. O."}
    files = {
        "stories/shown.md": story_file(id="s-shwn0000", **shown),
        "stories/hidden.md": story_file(id="s-h1dd0000", consent="", **hidden),
        "personas/kath.md": "---\nname: Kath\nuses: [publication]\n---\nOf people.\n",
        "personas/hidden.md": "---\nname: Hidden\nuses: []\n---\nOf people.\n",
    }
    archive = make_archive(tmp_path, files)
    take_in(archive)
    gatherer = Actor(frozenset({Role.GATHERER}), "Here", signed_in=True)
    with archive.engine.connect() as connection:
        offered = known_values(archive, connection, gatherer)
        all_of_it = known_values(archive, connection, TERMINAL)
    assert (
        offered["site"] == ["Northgate"] and offered["kind"] == ["visit"] and offered["personas"] == ["kath"]
    )
    assert "idden" not in str(offered) and "N. N." not in str(offered)
    assert "Hidden House" in str(all_of_it) and "hidden kind" in str(all_of_it)
    archive.close()
