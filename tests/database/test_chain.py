"""Audit and ledger can be added to, and nothing else: whatever else happens to a row is noticed."""

import pytest
from sqlalchemy import delete, select, update

from app.database.chain import append, broken_links
from app.database.engine import migrate, open_engine
from app.database.ledgers import AUDIT

KEY = b"k" * 32


@pytest.fixture
def connection(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine)
    with engine.connect() as opened:
        for number in range(1, 6):
            values = {"at": f"2026-03-0{number}T12:00:00.000000+00:00", "event": "signed in", "account": 7}
            append(opened, AUDIT, {**values, "record_id": "", "data": {"place": "Nørre ☃"}}, KEY)
        yield opened
    engine.dispose()


def broken(connection, key=KEY):
    return list(broken_links(connection, AUDIT, key))


def test_a_chain_that_nobody_touched_is_whole(connection):
    assert connection.execute(select(AUDIT.c.number)).scalars().all() == [1, 2, 3, 4, 5]
    assert broken(connection) == []


@pytest.mark.parametrize(
    "changed", [{"account": 8}, {"at": "2027"}, {"event": "signed out"}, {"data": {"place": "x"}}]
)
def test_a_row_that_was_changed_is_named(connection, changed):
    connection.execute(update(AUDIT).where(AUDIT.c.number == 3).values(**changed))
    assert broken(connection) == [3]


def test_a_row_that_was_taken_out_is_named_with_the_one_after_it(connection):
    connection.execute(delete(AUDIT).where(AUDIT.c.number == 3))
    assert broken(connection) == [3, 4]


@pytest.mark.parametrize("first", [5, 4, 1])
def test_rows_cut_off_the_end_are_missed(connection, first):
    connection.execute(delete(AUDIT).where(AUDIT.c.number >= first))
    assert broken(connection) == [5]


def test_who_has_no_key_can_make_no_chain(connection):
    assert broken(connection, b"another") == [1, 2, 3, 4, 5]
