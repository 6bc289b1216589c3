"""The body of a request, once all of it is there: no longer than it may be, and in its time."""

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from app.errors import TooLarge, TooSlow

PATIENCE = 30  # seconds that a body may take, whatever comes of it
SLOWEST = 4 * 1024  # bytes a second after that; the slowest telephone sends more


async def whole_body(headers: Headers, receive: Receive, largest: int) -> bytes | None:
    """The body; None when the sender left before its end. Raises TooLarge or TooSlow."""
    stated = headers.get("content-length", "0")
    if stated.isdecimal() and int(stated[:20]) > largest:
        raise TooLarge
    body, began = bytearray(), time.monotonic()
    while True:
        message = await _next(receive, began + PATIENCE + len(body) / SLOWEST)
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)


async def _next(receive: Receive, until: float) -> Message:
    try:
        return await asyncio.wait_for(receive(), until - time.monotonic())
    except TimeoutError:
        raise TooSlow from None


def with_body(body: bytes, receive: Receive) -> Receive:
    """Hands over the body that was read, and after it whatever else comes."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
