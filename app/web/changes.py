"""What a request that may change something goes through first: where it comes from, and how long it is.

Every method but GET, HEAD and OPTIONS is such a request, on every route, so that none can forget it.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.database.visibility import Role
from app.errors import CrossSite, PasswordTooLong, StoryholdError, TooLarge, TooSlow
from app.web.bearer import READING, bearer
from app.web.bodies import whole_body, with_body
from app.web.desk import desk_actor

OUR_OWN = ("same-origin", "none")  # of Sec-Fetch-Site: a page of ours, or the person herself
LARGEST_BODY = 64 * 1024  # bytes; a form with 2,000 characters of any script takes less than half
LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes, where files are brought in
LARGEST_STORY = 4 * 1024 * 1024  # bytes, where a whole story's text is sent
WITH_STORIES = re.compile(
    r"/s/[^/]+/(withdraw|edit|preview|door|mark)|/door/[^/]+|/api/v1/stories/.+|/add/.+"
    r"|/memos/[^/]+|/desk/codebook/import|/specifications(/.+)?",
    re.DOTALL,
)
LARGEST_PICTURE = 24 * 1024 * 1024  # bytes: a picture, and the text that it comes into
WITH_PICTURES = re.compile(r"/(s|add)/[^/]+/pictures")
WITH_PORTRAITS = re.compile(r"/p/[^/]+/portrait")
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
    """Answers a change that another site asks for with 403; one too long with 413, too slow with 408."""

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
            kept = longest <= LARGEST_STORY or await run_in_threadpool(_may_bring_files, scope)
            body = await whole_body(headers, receive, longest) if kept else b""
        except (CrossSite, TooLarge, TooSlow) as error:
            await self.refuse(scope["path"], _named(error, scope["path"]))(scope, receive, send)
            return
        if body is not None:
            await self.app(scope, with_body(body, receive), send)


def _may_bring_files(scope: Scope) -> bool:
    """Whether the page will take what is sent; of anybody else, who is refused there, nothing is held."""
    try:
        working = set(Role) if WITH_PORTRAITS.fullmatch(scope["path"]) else {Role.STEWARD, Role.GATHERER}
        return desk_actor(Request(scope), working) is not None
    except StoryholdError:
        return False


def _longest(path: str, largest: int) -> int:
    """How many bytes may be sent to an address."""
    if path == "/add":
        return LARGEST_UPLOAD
    if WITH_PICTURES.fullmatch(path) or WITH_PORTRAITS.fullmatch(path):
        return LARGEST_PICTURE
    return LARGEST_STORY if WITH_STORIES.fullmatch(path) else largest


def _named(error: StoryholdError, path: str) -> StoryholdError:
    """Where passwords are typed, what is too long is one that can be nobody's."""
    return PasswordTooLong() if isinstance(error, TooLarge) and path.startswith(WITH_PASSWORDS) else error
