"""Who may see what: the two faces of the rule agree, and the table of docs/consent.md holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, select

from app.database.engine import migrate, open_engine
from app.database.tables import STORY
from app.database.visibility import (
    ANONYMOUS,
    TERMINAL,
    Action,
    Actor,
    Answer,
    Facts,
    Role,
    consent_class,
    decide,
    fold_name,
    visible_to,
)
from tests.database.rows import NOON, actors, moments, records, store

MEMBER = Actor(frozenset({Role.MEMBER}), "Northgate Trust", signed_in=True)
COMMISSIONER = Actor(frozenset({Role.COMMISSIONER}), "The ICB", signed_in=True)
GATHERER = Actor(frozenset({Role.GATHERER}), "The ICB", own=frozenset({"s-own"}), signed_in=True)
STEWARD = Actor(frozenset({Role.STEWARD}), "The archive", signed_in=True)
A, AB, N = Answer.ALLOWED, Answer.ABSENT, Answer.NOTICE

TABLE = [  # facts, then what anonymous, member, commissioner, gatherer and steward may read
    (Facts("s-1", 8), (A, A, A, A, A)),
    (Facts("s-1", 1), (AB, A, AB, A, A)),
    (Facts("s-1", 2), (AB, A, AB, A, A)),
    (Facts("s-1", 4), (AB, AB, A, AB, A)),
    (Facts("s-own", 4), (AB, AB, A, A, A)),
    (Facts("s-1", 0), (AB, AB, AB, AB, A)),
    (Facts("s-own", 0), (AB, AB, AB, A, A)),
    (Facts("s-1", 15, status="draft"), (AB, AB, AB, AB, A)),
    (Facts("s-1", 15, until="2026-11-20"), (AB, AB, AB, AB, A)),
    (Facts("s-1", 15, until="2026-11-21"), (A, A, A, A, A)),
    (Facts("s-1", 15, understood=False), (AB, AB, AB, AB, A)),
    (Facts("s-1", 15, set_aside=True), (AB, AB, AB, AB, A)),
    (Facts("s-1", 8, status="withdrawn"), (N, N, N, N, A)),
    (Facts("s-1", 1, status="withdrawn"), (AB, N, AB, N, A)),
    (Facts("s-1", 4, status="withdrawn"), (AB, AB, N, N, A)),
    (Facts("s-1", 8, not_for=frozenset({"northgate trust"})), (A, AB, A, A, A)),
]


@pytest.mark.parametrize(("facts", "answers"), TABLE)
def test_each_reader_is_answered_as_the_table_says(facts, answers):
    actors = (ANONYMOUS, MEMBER, COMMISSIONER, GATHERER, STEWARD)
    assert tuple(decide(actor, facts, Action.READ, NOON) for actor in actors) == answers


def test_only_a_commissioner_or_steward_cites_a_story():
    public = Facts("s-1", 8)
    answers = [decide(a, public, Action.CITE, NOON) for a in (ANONYMOUS, MEMBER, COMMISSIONER, STEWARD)]
    assert answers == [AB, AB, A, A]


def test_a_gatherer_edits_her_own_story_and_no_other():
    assert decide(GATHERER, Facts("s-own", 8), Action.EDIT, NOON) is A
    assert decide(GATHERER, Facts("s-1", 8), Action.EDIT, NOON) is AB


def test_closed_passages_are_for_the_gatherer_herself_and_stewards():
    public = Facts("s-own", 8)
    answers = [decide(a, public, Action.READ_CLOSED, NOON) for a in (ANONYMOUS, MEMBER, GATHERER, STEWARD)]
    assert answers == [AB, AB, A, A]


def test_stewards_and_its_gatherers_take_a_story_back_and_stewards_alone_do_more():
    readers = [ANONYMOUS, MEMBER, COMMISSIONER, GATHERER, STEWARD]
    own, gone = Facts("s-own", 8), Facts("s-own", 8, "withdrawn")
    assert [decide(a, own, Action.WITHDRAW, NOON) for a in readers] == [AB, AB, AB, A, A]
    assert [decide(a, own, Action.ERASE, NOON) for a in readers] == [AB, AB, AB, AB, A]
    assert decide(GATHERER, Facts("s-1", 8), Action.WITHDRAW, NOON) is AB
    assert [decide(a, gone, Action.ERASE, NOON) for a in (GATHERER, STEWARD)] == [Answer.NOTICE, A]


def test_consent_ends_with_its_last_day_in_utc():
    facts = Facts("s-1", 8, until="2026-11-21")
    assert decide(ANONYMOUS, facts, Action.READ, datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)) is A
    assert decide(ANONYMOUS, facts, Action.READ, datetime(2026, 11, 22, tzinfo=UTC)) is AB


def test_someone_signed_in_without_an_organisation_is_kept_out_of_a_story_that_excludes_one():
    facts = Facts("s-1", 8, not_for=frozenset({"elsewhere"}))
    assert decide(replace(STEWARD, organisation=None), facts, Action.READ, NOON) is AB
    assert decide(TERMINAL, facts, Action.READ, NOON) is A


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Northgate Trust", "ＮＯＲＴＨＧＡＴＥ  trust"),
        ("Northgate Trust", "North\u00adgate Trust\u200b"),
        ("Northgate Trust", "\ufeffNorthgate Trust"),
        ("St Mary's", "St Mary’s"),
        ("Northgate-Harbour", "Northgate\u2011harbour"),
        ("Northgate–Harbour", "Northgate-Harbour"),
    ],
)
def test_an_organisation_is_recognised_however_it_is_typed(written, typed):
    facts = Facts("s-1", 8, not_for=frozenset({fold_name(written)}))
    assert decide(replace(MEMBER, organisation=typed), facts, Action.READ, NOON) is AB


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("visibility") / "a.db"
    opened = open_engine(f"sqlite:///{path}")
    migrate(opened)
    yield opened
    opened.dispose()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actor=actors, facts=records, now=moments)
def test_the_rule_and_its_sql_say_the_same(engine, actor, facts, now):
    with engine.begin() as connection:
        store(connection, facts)
        found = connection.execute(select(STORY.c.id).where(visible_to(actor, now))).all()
    assert bool(found) == (decide(actor, facts, Action.READ, now) is Answer.ALLOWED)


@settings(max_examples=400, deadline=None)
@given(first=records, second=records, actor=actors, now=moments)
def test_two_stories_of_one_consent_class_have_the_same_readers(first, second, actor, now):
    one = consent_class(first, now)
    if one is None or one != consent_class(second, now) or {first.id, second.id} & actor.own:
        return
    assert decide(actor, first, Action.READ, now) is decide(actor, second, Action.READ, now)
