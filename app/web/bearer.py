"""Requests with a bearer token: nothing but the token counts in them, and it counts under /api/ alone."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

API = "/api/"
READING = ("GET", "HEAD", "OPTIONS")
CHALLENGE = {"WWW-Authenticate": "Bearer"}


def bearer(headers: Headers) -> str | None:
    """The token that came with a request, empty for one that can be none; None where no token came."""
    given = [value.split(None, 1) for value in headers.getlist("authorization")]
    if not any(parts and parts[0].lower() == "bearer" for parts in given):
        return None
    return given[0][1].strip() if len(given) == 1 and len(given[0]) == 2 else ""


class TokensAlone:
    """Takes the cookies out of a request that has a token, so that nothing within can use them.

    Outside the API such a request is refused, whatever the token is.
    """

    def __init__(self, app: ASGIApp, refused: Response) -> None:
        self.app, self.refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or bearer(Headers(scope=scope)) is None:
            await self.app(scope, receive, send)
        elif not scope["path"].startswith(API):
            await self.refused(scope, receive, send)
        else:
            kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            await self.app({**scope, "headers": kept}, receive, send)
