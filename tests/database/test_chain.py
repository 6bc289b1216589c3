"""Audit and ledger can be added to, and nothing else: whatever else happens to a row is noticed."""

import pytest
from sqlalchemy import delete, select, update

from app.database.chain import append, broken_links, verify
from app.database.engine import migrate, open_engine
from app.database.ledgers import AUDIT, CHAIN_HEAD

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


def test_rows_cut_off_the_end_are_missed_though_the_head_was_set_back_with_them(connection):
    fourth = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.number == 4)).scalar()
    connection.execute(delete(AUDIT).where(AUDIT.c.number == 5))
    connection.execute(update(CHAIN_HEAD).values(number=4, hash=fourth))
    assert broken(connection) == [4]


def test_a_chain_without_its_head_is_broken(connection):
    connection.execute(delete(CHAIN_HEAD))
    assert broken(connection) == [5]


def test_a_chain_that_goes_on_after_an_end_was_cut_off_is_still_broken(connection):
    connection.execute(delete(AUDIT).where(AUDIT.c.number == 5))
    append(connection, AUDIT, {"at": "2026", "event": "x", "account": 1, "record_id": "", "data": {}}, KEY)
    assert broken(connection) == [5, 6]


def test_a_verdict_names_the_first_row_that_is_broken(connection):
    assert verify(connection, AUDIT, KEY) == (5, None)
    connection.execute(update(AUDIT).where(AUDIT.c.number > 2).values(account=8))
    assert verify(connection, AUDIT, KEY) == (5, 3)


def test_an_empty_chain_is_whole(connection):
    for table in (AUDIT, CHAIN_HEAD):
        connection.execute(delete(table))
    assert verify(connection, AUDIT, KEY) == (0, None)
