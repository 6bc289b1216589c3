"""What a request that may change something goes through first: where it comes from, and how long it is.

Every method but GET, HEAD and OPTIONS is such a request, on every route, so that none can forget it.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import CrossSite, PasswordTooLong, StoryholdError, TooLarge
from app.web.bearer import READING, bearer

OUR_OWN = ("same-origin", "none")  # of Sec-Fetch-Site: a page of ours, or the person herself
LARGEST_BODY = 64 * 1024  # bytes; a form with 2,000 characters of any script takes less than half
LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes, where files are brought in
LARGEST_STORY = 4 * 1024 * 1024  # bytes, where a whole story's text is sent
WITH_STORIES = re.compile(
    r"/s/[^/]+/(withdraw|edit|preview|door)|/door/[^/]+|/api/v1/stories/.+|/add/.+", re.DOTALL
)
WITH_PASSWORDS = ("/login", "/account", "/welcome/")
Refuse = Callable[[str, StoryholdError], Response]  # the answer at a path to an error of ours


def refuse_cross_site(headers: Headers) -> None:
    """Raises CrossSite unless a browser says that a page of ours asks, or no browser can have been used.

    A program sends neither Sec-Fetch-Site nor Origin, and no cookie; browsers have sent one of the two
    with every change for years. `Origin` is compared with the host that was asked.
    """
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    if sites:
        ours = all(site in OUR_OWN for site in sites)
    elif origins:
        ours = all(_host_of(origin) == headers.get("host", "").lower() for origin in origins)
    else:
        ours = "cookie" not in headers
    if not ours:
        raise CrossSite


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None for one that hides itself or is none."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


class Changes:
    """Answers a change that another site asks for with 403, and one that is too long with 413."""

    def __init__(self, app: ASGIApp, refuse: Refuse, largest: int = LARGEST_BODY) -> None:
        self.app, self.refuse, self.largest = app, refuse, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            if bearer(headers) is None:  # who holds a token can be made to do nothing by another site
                refuse_cross_site(headers)
            longest = _longest(scope["path"], self.largest)
            body = await _whole_body(headers, receive, longest)
        except (CrossSite, TooLarge) as error:
            await self.refuse(scope["path"], _named(error, scope["path"]))(scope, receive, send)
            return
        if body is not None:
            await self.app(scope, _with_body(body, receive), send)


def _longest(path: str, largest: int) -> int:
    """How many bytes may be sent to an address."""
    if path == "/add":
        return LARGEST_UPLOAD
    return LARGEST_STORY if WITH_STORIES.fullmatch(path) else largest


def _named(error: StoryholdError, path: str) -> StoryholdError:
    """Where passwords are typed, what is too long is one that can be nobody's."""
    return PasswordTooLong() if isinstance(error, TooLarge) and path.startswith(WITH_PASSWORDS) else error


async def _whole_body(headers: Headers, receive: Receive, largest: int) -> bytes | None:
    """The body once all of it is there; None when the sender left before. Raises TooLarge."""
    stated = headers.get("content-length", "0")
    if stated.isdecimal() and int(stated[:20]) > largest:
        raise TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)


def _with_body(body: bytes, receive: Receive) -> Receive:
    """Hands over the body that was read, and after it whatever else comes."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
