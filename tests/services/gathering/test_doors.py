"""The link to a storyteller's own door: one at a time, kept by its digest alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.database.gathering import DOOR
from app.database.ledgers import AUDIT
from app.database.visibility import ANONYMOUS, TERMINAL, Action, Actor, Role
from app.errors import EditConflict, LinkDead, NotFound, TooManyTries, Withdrawn
from app.services.audit_words import people_of, sentence
from app.services.gathering.doors import end_door, make_door, note_opened, open_door, speak
from app.services.gathering.leaving import take_back
from app.services.recording import By, story_for
from tests.archives import rows
from tests.services.gathering.conftest import ID

HERE = "203.0.113.9"


def door(archive, token):
    return open_door(archive, token, address=HERE)


def test_a_link_opens_her_story_and_only_its_digest_is_kept(harbour):
    archive = harbour()
    token = make_door(archive, TERMINAL, By(), ID)
    assert len(token) == 43 and door(archive, token).row.id == ID
    assert token not in repr(rows(archive, DOOR)) + repr(rows(archive, AUDIT))


def test_a_fresh_link_ends_the_one_before_and_taking_it_back_ends_it_for_good(harbour):
    archive = harbour()
    first = make_door(archive, TERMINAL, By(), ID)
    second = make_door(archive, TERMINAL, By(), ID, before=door(archive, first).key)
    with pytest.raises(LinkDead):
        door(archive, first)
    end_door(archive, TERMINAL, By(), ID)
    end_door(archive, TERMINAL, By(), ID)
    with pytest.raises(LinkDead):
        door(archive, second)


def test_loading_the_answer_again_does_not_end_the_link_that_it_showed(harbour):
    archive = harbour()
    token = make_door(archive, TERMINAL, By(), ID)
    with pytest.raises(EditConflict):
        make_door(archive, TERMINAL, By(), ID)
    assert door(archive, token).row.id == ID


@pytest.mark.parametrize("wrong", ["", "A" * 43, "A" * 44, "é" * 43, "\ud800" * 43, "a\n", "A" * 100_000])
def test_every_other_link_opens_nothing(harbour, wrong):
    archive = harbour()
    make_door(archive, TERMINAL, By(), ID)
    with pytest.raises(LinkDead):
        door(archive, wrong)


def test_guessing_is_slowed_down_and_her_own_link_opens_all_the_while(harbour):
    archive = harbour()
    token = make_door(archive, TERMINAL, By(), ID)
    with pytest.raises(TooManyTries):
        for _ in range(200):
            with pytest.raises(LinkDead):
                door(archive, "A" * 43)
    assert door(archive, token).row.id == ID


def test_only_who_may_edit_the_story_makes_or_ends_a_link(harbour):
    archive = harbour()
    for actor in (ANONYMOUS, Actor(frozenset({Role.MEMBER, Role.GATHERER}), signed_in=True)):
        with pytest.raises(NotFound):
            make_door(archive, actor, By(), ID)
        with pytest.raises(NotFound):
            end_door(archive, actor, By(), ID)
    hers = Actor(frozenset({Role.GATHERER}), "Here", frozenset({ID}), signed_in=True)
    assert make_door(archive, hers, By(7, "Sue"), ID)


def test_she_may_do_with_her_own_story_what_its_gatherer_may_and_is_nobody_elsewhere(harbour):
    archive = harbour(status="draft")
    at_door = door(archive, make_door(archive, TERMINAL, By(), ID)).actor
    with archive.engine.connect() as connection:
        assert story_for(archive, connection, at_door, ID, Action.WITHDRAW).id == ID
        with pytest.raises(NotFound):
            story_for(archive, connection, at_door, ID, Action.ERASE)


def test_when_she_came_is_noted_once_an_hour(harbour):
    archive = harbour()
    token = make_door(archive, TERMINAL, By(), ID)
    note_opened(archive, door(archive, token))
    first = rows(archive, DOOR)[0]["opened"]
    archive.clock.time += timedelta(minutes=20)
    note_opened(archive, door(archive, token))
    assert rows(archive, DOOR)[0]["opened"] == first is not None
    archive.clock.time += timedelta(hours=1)
    note_opened(archive, door(archive, token))
    assert rows(archive, DOOR)[0]["opened"] > first


def test_she_reads_where_it_can_not_be_written_down_that_she_came(harbour, monkeypatch):
    archive = harbour()
    here = door(archive, make_door(archive, TERMINAL, By(), ID))

    def read_only():
        raise OperationalError("", {}, Exception("attempt to write a readonly database"))

    monkeypatch.setattr(archive, "writing", read_only)
    note_opened(archive, here)


def test_a_door_speaks_the_storys_language_until_another_is_chosen(harbour):
    archive = harbour(language="pl-PL")
    token = make_door(archive, TERMINAL, By(), ID)
    assert door(archive, token).language == "pl"
    speak(archive, door(archive, token), "en")
    speak(archive, door(archive, token), "xx")
    assert door(archive, token).language == "en"


def test_a_story_that_she_took_back_is_taken_back_by_her_in_ledger_and_audit(harbour):
    archive = harbour()
    here = door(archive, make_door(archive, TERMINAL, By(), ID))
    take_back(archive, here)
    take_back(archive, here)
    with archive.engine.connect() as connection, pytest.raises(Withdrawn):
        story_for(archive, connection, here.actor, ID, Action.EDIT)
    with archive.engine.connect() as connection:
        told = [sentence(row, people_of(archive, connection)) for row in connection.execute(select(AUDIT))]
    assert told == [
        "The terminal made a link to the storyteller’s own door of",
        "The storyteller took back",
    ]
