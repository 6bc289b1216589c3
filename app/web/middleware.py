"""What every answer goes through: hosts, HEAD, headers, failures, ETags."""

import hashlib
import uuid
from collections.abc import Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
HEADERS_ALONE = "storyhold.headers_alone"  # in the scope of a HEAD that is answered as a GET

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
LARGEST_TAGGED = 4 * 1024 * 1024  # bytes that are held to be hashed; larger answers go untagged


class OnlyKnownHosts:
    """Answers 400 to a Host that is not ours, so that no page can be fetched under a borrowed name."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app, self.hosts = app, [host.lower() for host in hosts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._known(Headers(scope=scope).getlist("host")):
            await self.app(scope, receive, send)
            return
        await PlainTextResponse("This archive does not answer at that address.", 400)(scope, receive, send)

    def _known(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        name = given[0].lower()
        bare = name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]
        return any(
            host in ("*", bare) or (host.startswith("*.") and bare.endswith(host[1:])) for host in self.hosts
        )


class WholeAddresses:
    """Keeps a line break at an address's end from being passed over: `$` in a route's pattern does so.

    It is doubled here; AnyText, the one kind of place that may hold one, takes it away again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith("\n"):
            scope["path"] += "\n"
        await self.app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD with the headers of GET and no body, on every route."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET", HEADERS_ALONE: True}
        await self.app(asked, receive, without_body)
        scope["route"] = asked.get("route")  # for the log, which is outside


class SecurityHeaders:
    """Sets the policies that every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class EntityTags:
    """Gives a public page a tag of the bytes that are served, and answers 304 where the reader has them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        await _Tagged(send, Headers(scope=scope).get("if-none-match", "")).run(self.app, scope, receive)


class _Tagged:
    """One answer on its way to its tag."""

    def __init__(self, send: Send, known: str) -> None:
        self.send, self.known = send, known
        self.start: Message | None = None
        self.body = bytearray()

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        await app(scope, receive, self.take)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_tagged(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            await self._take_body(self.start, message)

    async def _take_body(self, start: Message, message: Message) -> None:
        self.body += message.get("body", b"")
        if message.get("more_body") and len(self.body) <= LARGEST_TAGGED:
            return
        self.start = None
        if message.get("more_body"):
            await self.send(start)
            await self.send({**message, "body": bytes(self.body)})
            return
        await self._answer(start)

    async def _answer(self, start: Message) -> None:
        tag = f'W/"{hashlib.sha256(self.body).hexdigest()[:24]}"'
        headers = MutableHeaders(scope=start)
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", "no-cache")
        if tag not in [one.strip() for one in self.known.split(",")] and self.known.strip() != "*":
            await self.send(start)
            await self.send({"type": "http.response.body", "body": bytes(self.body)})
            return
        del headers["content-length"]
        await self.send({**start, "status": 304})
        await self.send({"type": "http.response.body", "body": b""})


def _is_tagged(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    cacheable = "no-store" not in headers.get("cache-control", "")
    return start["status"] == 200 and cacheable and "etag" not in headers


class Failures:
    """Turns whatever nobody caught into one plain answer, and keeps what happened in the log."""

    def __init__(self, app: ASGIApp, answer: Response, api_answer: Response) -> None:
        self.app, self.answer, self.api_answer = app, answer, api_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("an answer failed", failure=str(uuid.uuid4()), route=_route(scope))
            if scope["type"] != "http" or started:
                raise
            answer = self.api_answer if scope["path"].startswith("/api/") else self.answer
            await answer(scope, receive, send)


def _route(scope: Scope) -> str:
    """The route, not the path: which story somebody reads stands in no log."""
    return str(getattr(scope.get("route"), "path", ""))
