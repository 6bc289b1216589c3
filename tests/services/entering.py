"""Signing in below the web, for the tests of accounts, links and passwords."""

from app.database.visibility import Role
from app.services.accounts import account_of
from app.services.signing_in import sign_in
from tests.web.people import PASSWORD

HERE = "203.0.113.9"
STEWARD, MEMBER = frozenset({Role.STEWARD}), frozenset({Role.MEMBER})


def enter(archive, name="ann", password=PASSWORD, address=HERE, **how):
    return sign_in(archive, f"{name}@example.org", password, address=address, **how)


def row_of(archive, key):
    with archive.engine.connect() as connection:
        return account_of(connection, key)
