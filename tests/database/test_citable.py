"""What can be cited in SQL is what the rule lets a commissioner cite; who could read, who may."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import literal, select

from app.database.tables import STORY
from app.database.visibility import (
    Action,
    Actor,
    Answer,
    Role,
    citable,
    could_read,
    decide,
    visible_to,
)
from tests.archives import make_archive
from tests.database.rows import NOON, actors, moments, records, store
from tests.proof_scale import scaled

pytestmark = pytest.mark.proof
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
CITES = Actor(frozenset({Role.COMMISSIONER}))  # belongs nowhere, and is not signed in: kept out of nothing


@pytest.fixture
def archive(tmp_path):
    archive = make_archive(tmp_path)
    yield archive
    archive.close()


@settings(max_examples=scaled(150, 5_000), deadline=None, suppress_health_check=CALM)
@given(record=records, now=moments)
def test_what_is_citable_is_what_a_commissioner_may_cite(archive, record, now):
    with archive.engine.connect() as connection:
        store(connection, record)
        found = connection.execute(select(STORY.c.id).where(citable(now))).first() is not None
        connection.rollback()
    assert found == (decide(CITES, record, Action.CITE, now) is Answer.ALLOWED)


@settings(max_examples=scaled(150, 5_000), deadline=None, suppress_health_check=CALM)
@given(actor=actors, record=records)
def test_who_could_read_something_is_who_may_read_it_while_all_is_well(archive, actor, record):
    """Her own alone is not among it: that she could read it tells of no use that somebody agreed to."""
    well = replace(record, status="ready", until=None, understood=True, set_aside=False)
    stranger = replace(actor, own=frozenset())
    with archive.engine.connect() as connection:
        store(connection, well)
        asked = select(STORY.c.id)
        could = connection.execute(asked.where(could_read(actor, literal(record.uses)))).first()
        may = connection.execute(asked.where(visible_to(stranger, NOON))).first()
        connection.rollback()
    assert (could is None) == (may is None)
