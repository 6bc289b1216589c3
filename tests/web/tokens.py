"""Tokens for the tests: made as the archive makes them, and sent as a program sends them."""

import secrets
from collections.abc import Iterable

from app.database.visibility import ANONYMOUS
from app.services.archive import Archive
from app.services.signing_in import SignedIn
from app.services.tokens import Scope, make_token
from tests.web.asking import SOMEWHERE, Answer, Web
from tests.web.people import send


def token(archive: Archive, key: int, *scopes: str, days: int = 90) -> str:
    """A token of this account; it reads, unless scopes are named."""
    who = SignedIn(key, 0, "", "", ANONYMOUS)  # making one asks for the account's key alone
    name = f"For test {secrets.token_hex(4)}"  # nobody has two of one name
    return make_token(archive, who, name, [Scope(scope) for scope in scopes or ("read",)], days)


def bearing(
    web: Web,
    token: str,
    address: str = "/api/v1/stories",
    method: str = "GET",
    *,
    cookie: tuple[str, str] | None = None,
    headers: Iterable[tuple[str, str]] = (),
    client: tuple[str, int] = SOMEWHERE,
) -> Answer:
    """What a program with this token is answered."""
    named = [("authorization", f"Bearer {token}"), *headers, *([cookie] if cookie else [])]
    return web.ask(method, address, headers=named, client=client)


def make(web: Web, cookie: tuple[str, str] | None, name: str, **fields: str) -> Answer:
    """The form at /account, filled in."""
    return send(web, "/account/tokens", {"name": name, "days": "90", **fields}, cookie)
