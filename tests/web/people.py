"""People who sign in, for the tests: accounts made as the archive makes them, and their cookies."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert, select

from app.database.people import ACCOUNT
from app.services.archive import Archive
from app.services.passwords import hash_password
from app.services.signing_in import open_session
from tests.web.asking import Answer, Web

FORM = ("content-type", "application/x-www-form-urlencoded")
FROM_HERE = ("sec-fetch-site", "same-origin")
PASSWORD = "four quiet lamps"
WRONG = "four loud lamps"
HASH = cache(lambda: hash_password(PASSWORD))  # one for all, because each takes a while


def account(archive: Archive, name: str, *roles: str, organisation: str = "", gathers_as: str = "") -> int:
    """Somebody who can sign in with PASSWORD."""
    told = {"roles": list(roles), "organisation": organisation, "gathers_as": gathers_as}
    kept = {"name": name, "email": f"{name.lower()}@example.org", "password": HASH()}
    with archive.writing() as connection:
        connection.execute(insert(ACCOUNT).values(created=archive.now(), **kept, **told))
        key = connection.execute(select(ACCOUNT.c.key).where(ACCOUNT.c.email == kept["email"])).scalar_one()
        connection.commit()
    return int(key)


def session(archive: Archive, key: int) -> tuple[str, str]:
    """A cookie of hers, without the time that a password takes."""
    with archive.writing() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.key == key)).one()
        cookie = open_session(archive, connection, row)
        connection.commit()
    return ("cookie", f"storyhold={cookie}")


def someone(archive: Archive, name: str, *roles: str, **told: str) -> tuple[str, str]:
    """The cookie of a new person."""
    return session(archive, account(archive, name, *roles, **told))


def send(
    web: Web,
    address: str,
    fields: dict[str, str],
    cookie: tuple[str, str] | None = None,
    headers: Iterable[tuple[str, str]] = (FORM, FROM_HERE),
    **how: Any,
) -> Answer:
    """A form as a browser sends it."""
    named = [*headers, *([cookie] if cookie else [])]
    return web.ask("POST", address, headers=named, body=urlencode(fields).encode(), **how)


def sign_in(web: Web, name: str, password: str = PASSWORD, **more: Any) -> Answer:
    """The form of /login, filled in."""
    fields = {"email": f"{name.lower()}@example.org", "password": password} | more.pop("fields", {})
    return send(web, "/login", fields, **more)


def cookie_in(answer: Answer) -> tuple[str, str]:
    """The cookie that an answer hands over, as the next request brings it."""
    return ("cookie", answer["set-cookie"].partition(";")[0])


def look(web: Web, address: str, cookie: tuple[str, str] | None = None, **how: Any) -> Answer:
    """A page, as whoever has this cookie."""
    return web.get(address, headers=[cookie] if cookie else [], **how)


def hidden(answer: Answer, name: str) -> str:
    """A hidden field of the first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return found[1]


def link_in(answer: Answer) -> str:
    """The path of the one-time link that a page shows."""
    found = re.search(r'value="http://localhost:8000(/welcome/[^"]+)"', answer.text)
    assert found, "no link"
    return found[1]
