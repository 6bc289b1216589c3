"""What may be kept of an answer: nothing of one to a reader who brought a cookie of ours."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.bearer import bearer
from app.web.rooms import COOKIES

VARIES = "Cookie, Authorization"


class Privacy:
    """Marks every answer as private or as varying with its reader, so that no route can forget it.

    Only what is the same for all and says so (`public`) stays as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cookies = COOKIES & HTTPConnection(scope).cookies.keys()
        private = bool(cookies) or bearer(Headers(scope=scope)) is not None

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), private=private)
            await send(message)

        await self.app(scope, receive, marked)


def _mark(headers: MutableHeaders, *, private: bool) -> None:
    kept = headers.get("cache-control", "")
    if "public" in kept or "no-store" in kept:
        return
    if private or "set-cookie" in headers:
        headers["Cache-Control"] = "no-store"
    headers.add_vary_header(VARIES)
