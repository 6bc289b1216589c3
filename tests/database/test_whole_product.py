"""The rule, its SQL and its classes say the same of every state and person; none of them is drawn by lot."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from sqlalchemy import Engine, insert, select

from app.database.engine import migrate, open_engine
from app.database.tables import NOT_FOR, STORY
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
    storyteller,
    takeable_by,
    visible_to,
)
from tests.database.rows import DECIDING, LISTS, NOON, REST, TEXTS

STATES = product(
    range(16),
    ("ready", "draft", "withdrawn"),
    (None, "2026-11-20", "2026-11-21"),
    (True, False),
    (True, False),
    (frozenset(), frozenset({"northgate trust"}), frozenset({"northgate trust", "harbour"})),
)
FACTS = [Facts(f"s-{number}", *state) for number, state in enumerate(STATES)]
EVERY_ROLE = [frozenset(some) for count in range(5) for some in combinations(Role, count)]
PEOPLE = [
    Actor(roles, organisation, own, signed_in=True)
    for roles in EVERY_ROLE
    for organisation in (None, "Northgate Trust", "Harbour", "Elsewhere")
    for own in (frozenset(), frozenset(facts.id for facts in FACTS[::7]))
]
ACTORS = [ANONYMOUS, TERMINAL, *PEOPLE, *(storyteller(facts.id) for facts in FACTS[::50])]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path_factory.mktemp('product')}/a.db")
    migrate(opened)
    with opened.begin() as connection:
        connection.execute(insert(STORY), [_row(facts) for facts in FACTS])
        named = [{"story_id": one.id, "organisation": name} for one in FACTS for name in sorted(one.not_for)]
        connection.execute(insert(NOT_FOR), named)
    yield opened
    opened.dispose()


def _row(facts: Facts) -> dict[str, object]:
    values = {name: getattr(facts, name) for name in DECIDING} | REST
    values |= {name: [] for name in LISTS} | dict.fromkeys(TEXTS, "")
    values |= {"path": facts.id, "excludes": bool(facts.not_for)}
    return values | {"slug": facts.id, "consent_class": consent_class(facts, NOON) or ""}


def _read(actor: Actor) -> set[str]:
    return {one.id for one in FACTS if decide(actor, one, Action.READ, NOON) is Answer.ALLOWED}


def test_sql_finds_what_the_rule_allows_and_nothing_else(engine):
    with engine.connect() as connection:
        for actor in ACTORS:
            found = set(connection.execute(select(STORY.c.id).where(visible_to(actor, NOON))).scalars())
            assert found == _read(actor), actor.roles


def test_what_may_be_taken_out_is_what_its_story_agreed_to_whoever_reads_it(engine):
    with engine.connect() as connection:
        for actor in ACTORS:
            allowed = {one.id for one in FACTS if decide(actor, one, Action.TAKE, NOON) is Answer.ALLOWED}
            found = set(connection.execute(select(STORY.c.id).where(takeable_by(actor, NOON))).scalars())
            assert found - allowed == set() and allowed <= _read(actor), actor.roles
            assert found == allowed, actor.roles
            assert all(one.uses and one.status == "ready" for one in FACTS if one.id in allowed)


def test_lists_hold_what_others_may_read_too_and_nothing_that_was_taken_back(engine):
    known = {one.id for one in FACTS if one.status != "withdrawn" and not one.set_aside}
    with engine.connect() as connection:
        for actor in ACTORS:
            found = set(connection.execute(select(STORY.c.id).where(listed_to(actor, NOON))).scalars())
            unowned = Actor(actor.roles, actor.organisation, frozenset(), actor.signed_in, actor.terminal)
            assert found == _read(unowned) & known, actor.roles


def test_all_stories_of_one_class_have_the_same_readers_and_no_class_holds_what_left():
    readers = {one.id: frozenset(number for number, actor in enumerate(ACTORS) if not actor.own
                                 and decide(actor, one, Action.READ, NOON) is Answer.ALLOWED)
               for one in FACTS}  # fmt: skip
    of_class: dict[str, set[frozenset[int]]] = {}
    for one in FACTS:
        name = consent_class(one, NOON)
        assert (name is None) == (one.status == "withdrawn" or one.set_aside)
        if name is not None:
            of_class.setdefault(name, set()).add(readers[one.id])
    assert {name: len(found) for name, found in of_class.items()} == dict.fromkeys(of_class, 1)
    assert len(set.union(*of_class.values())) == len(of_class)
