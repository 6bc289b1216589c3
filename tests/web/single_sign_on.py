"""Signing in at the provider, for the tests: each step as a browser takes it."""

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from tests.web.asking import Answer, Web
from tests.web.people import send

BACK = "/login/sso/back"


@dataclass(frozen=True)
class Left:
    """Somebody on her way: where she is sent, and the cookie that her browser was given."""

    address: str
    cookie: str


def leave(web: Web, onto: str = "/", cookie: tuple[str, str] | None = None) -> Left:
    """Press the button."""
    answer = send(web, "/login/sso", {"next": onto}, cookie)
    assert answer.status == 200, answer.text
    address = html.unescape(re.search(r'url=([^"]+)"', answer.text)[1])
    return Left(address, answer["set-cookie"].partition(";")[0])


def at_the_provider(left: Left) -> str:
    """Sign in there: the path at which one comes back."""
    answer = httpx.get(left.address)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def come_back(web: Web, path: str, *cookies: str) -> Answer:
    """What the archive says to a browser with these cookies."""
    return web.get(path, headers=[("cookie", "; ".join(cookies))] if cookies else [])


def sign_on(web: Web, onto: str = "/") -> Answer:
    """All of it."""
    left = leave(web, onto)
    return come_back(web, at_the_provider(left), left.cookie)


def session_in(answer: Answer) -> tuple[str, str]:
    """The cookie of the session that an answer hands over."""
    given = [value for name, value in answer.headers if name == "set-cookie" and "sso" not in value]
    assert len(given) == 1, answer.text
    return ("cookie", given[0].partition(";")[0])


def has_no_session(answer: Answer) -> bool:
    return not [1 for name, value in answer.headers if name == "set-cookie" and "sso" not in value]


def forget(web: Web) -> None:
    """As after a start: nothing that the provider publishes is kept."""
    web.archive.__dict__.pop("provider", None)
