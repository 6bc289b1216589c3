"""The rule, its SQL, the classes of search and the table as it is written agree, whatever the clock says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from app.database.state import advance
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
    listed_to,
    might,
    storyteller,
    visible_to,
)
from app.services.searching import readable_classes
from tests.archives import make_archive
from tests.database.rows import NOON, actors, moments, records, store
from tests.proof_scale import proof_scale, scaled

pytestmark = pytest.mark.proof
DESIGN, LEARNING, COMMISSIONING, PUBLICATION = 1, 2, 4, 8
HERS = (Action.EDIT, Action.READ_CLOSED, Action.WITHDRAW)
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def written(actor: Actor, story: Facts, action: Action, now: datetime) -> Answer:
    """docs/consent.md again, in other words than the rule's: who is kept out, the last day, the table."""
    if story.not_for and actor.signed_in and not actor.terminal and _is_named(actor, story):
        return Answer.ABSENT
    if story.status == "withdrawn":
        return _withdrawn(actor, story, action)
    if action is Action.TAKE:  # docs/marking.md, 'Take quotes out'
        agreed = story.uses != 0 if Role.STEWARD in actor.roles else _by_role(actor, story)
        return Answer.ALLOWED if agreed and _is_open(story, now) else Answer.ABSENT
    if Role.STEWARD in actor.roles:
        return Answer.ALLOWED
    gathered = (Role.GATHERER in actor.roles or actor.at_door) and story.id in actor.own
    if action in HERS or action is Action.ERASE:
        return Answer.ALLOWED if gathered and action in HERS else Answer.ABSENT
    if action is Action.CITE:
        cites = Role.COMMISSIONER in actor.roles and story.uses & (COMMISSIONING | PUBLICATION)
        return Answer.ALLOWED if cites and _is_open(story, now) else Answer.ABSENT
    reads = gathered or (_is_open(story, now) and _by_role(actor, story))
    return Answer.ALLOWED if reads else Answer.ABSENT


def _is_named(actor: Actor, story: Facts) -> bool:
    """Names are compared NFKC and folded; who belongs nowhere is kept out of every such story."""
    known = {
        "Northgate Trust": "northgate trust",
        "ＮＯＲＴＨＧＡＴＥ  trust": "northgate trust",
        "Harbour": "harbour",
    }
    return actor.organisation is None or known.get(actor.organisation, "") in story.not_for


def _withdrawn(actor: Actor, story: Facts, action: Action) -> Answer:
    if Role.STEWARD in actor.roles:
        closed = (Action.CITE, Action.TAKE, Action.EDIT, Action.READ_CLOSED)
        return Answer.NOTICE if action in closed else Answer.ALLOWED
    at_her_door = actor.at_door and story.id in actor.own
    told = at_her_door or Role.GATHERER in actor.roles or (story.understood and _by_role(actor, story))
    return Answer.NOTICE if told else Answer.ABSENT


def _is_open(story: Facts, now: datetime) -> bool:
    """It closes at 00:00 UTC of the day after `until`."""
    if story.status != "ready" or story.set_aside or not story.understood:
        return False
    return story.until is None or now < datetime.fromisoformat(story.until).replace(tzinfo=UTC) + timedelta(1)


def _by_role(actor: Actor, story: Facts) -> bool:
    reach = {
        Role.MEMBER: DESIGN | LEARNING,
        Role.GATHERER: DESIGN | LEARNING,
        Role.COMMISSIONER: COMMISSIONING,
    }
    return any(story.uses & bits for bits in (PUBLICATION, *(reach.get(role, 0) for role in actor.roles)))


def everybody() -> Iterator[Actor]:
    """Each set of roles, organisation and stories of her own."""
    roles = chain.from_iterable(combinations(Role, count) for count in range(5))
    for held, organisation, own in product(roles, (None, "Northgate Trust", "Harbour"), ((), ("s-1",))):
        yield Actor(frozenset(held), organisation, frozenset(own), signed_in=True)
    yield from (ANONYMOUS, TERMINAL, storyteller("s-1"), storyteller("s-2"))


def everything() -> Iterator[Facts]:
    """Each state of a story, with the last day of its consent around the one that is asked about."""
    lasts = (None, "2026-11-20", "2026-11-21", "2026-11-22")
    excluded = (frozenset[str](), frozenset({"northgate trust"}), frozenset({"harbour", "northgate trust"}))
    states = product(("ready", "draft", "withdrawn"), lasts, (True, False), (True, False), excluded)
    for uses, (status, until, understood, aside, not_for) in product(range(16), states):
        yield Facts("s-1", uses, status, until, understood, aside, not_for)


def test_the_rule_is_the_table_for_everybody_and_everything(figures):
    people = list(everybody()) if proof_scale() else list(everybody())[::7]
    compared = 0
    for actor, story, action in product(people, everything(), Action):
        assert decide(actor, story, action, NOON) is written(actor, story, action, NOON), (
            actor,
            story,
            action,
        )
        compared += 1
    figures("agreement: combinations for which the rule is the table", compared, page="security")


@settings(max_examples=scaled(300, 20_000), deadline=None, suppress_health_check=CALM)
@given(actor=actors, story=records, now=moments)
def test_the_rule_is_the_table_whatever_the_clock_says(actor, story, now):
    for action in Action:
        assert decide(actor, story, action, now) is written(actor, story, action, now)


@settings(max_examples=scaled(300, 20_000), deadline=None, suppress_health_check=CALM)
@given(actor=actors, story=records, now=moments)
def test_what_she_may_do_is_asked_only_where_she_might(actor, story, now):
    for action in Action:
        assert might(actor, action) or decide(actor, story, action, now) is not Answer.ALLOWED


def test_whoever_could_do_it_with_no_story_is_not_asked_about_any():
    """Of one that is hers, for it is then that she may do most."""
    hers = Facts("s-7k3fq2mx", PUBLICATION)
    parties = chain.from_iterable(combinations(Role, number) for number in range(len(Role) + 1))
    for roles, own in product(list(parties), (frozenset(), frozenset({hers.id}))):
        actor = Actor(roles=frozenset(roles), own=own, signed_in=True)
        for action in (*HERS, Action.ERASE):
            assert might(actor, action) == (decide(actor, hers, action, NOON) is Answer.ALLOWED)


@settings(max_examples=200, deadline=None, suppress_health_check=CALM)
@given(actor=actors, story=records, now=moments)
def test_whoever_may_do_something_with_a_story_may_read_it(actor, story, now):
    may = {action for action in Action if decide(actor, story, action, now) is Answer.ALLOWED}
    assert not may or Action.READ in may


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = make_archive(tmp_path_factory.mktemp("agreement"))
    yield made
    made.close()


@settings(max_examples=scaled(150, 10_000), deadline=None, suppress_health_check=CALM)
@given(actor=actors, story=records, first=moments, later=moments)
def test_sql_says_the_same_of_a_row_at_any_time(archive, actor, story, first, later):
    with archive.writing() as connection:
        store(connection, story)
        connection.commit()
        for now in (first, later, first):
            seen = bool(connection.execute(select(STORY.c.id).where(visible_to(actor, now))).all())
            listed = bool(connection.execute(select(STORY.c.id).where(listed_to(actor, now))).all())
            assert seen == (decide(actor, story, Action.READ, now) is Answer.ALLOWED)
            assert listed == (
                _by_her_role(actor, story, now) and story.status != "withdrawn" and not story.set_aside
            )


def _by_her_role(actor: Actor, story: Facts, now: datetime) -> bool:
    strange = Actor(actor.roles, actor.organisation, frozenset(), actor.signed_in, actor.terminal)
    return decide(strange, story, Action.READ, now) is Answer.ALLOWED


@settings(max_examples=scaled(150, 10_000), deadline=None, suppress_health_check=CALM)
@given(actor=actors, story=records, taken_in=moments, now=moments)
def test_search_reads_a_class_exactly_where_she_may_read_its_stories(archive, actor, story, taken_in, now):
    """The row was written at one time and is searched at another, with nothing in between."""
    with archive.writing() as connection:
        store(connection, story, consent_class(story, taken_in) or "")
        advance(connection)
        connection.commit()
    archive.clock.time = now
    with archive.engine.connect() as connection:
        readable = readable_classes(archive, connection, actor)
        name = connection.execute(select(STORY.c.consent_class)).scalar_one()
    hers = _by_her_role(actor, story, now) and story.status != "withdrawn" and not story.set_aside
    if now >= taken_in:
        assert (name in readable) == hers
    assert hers or name not in readable
