"""Asks the application as a server would: exact bytes of an address, any headers, any client."""

import asyncio
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI

from app.services.archive import Archive

SOMEWHERE = ("203.0.113.9", 40_000)
AT_THE_MACHINE = ("127.0.0.1", 40_000)
HOST = ("host", "localhost:8000")


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` are in order, names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name]

    def get(self, name: str, default: str = "") -> str:
        return dict(self.headers).get(name, default)

    @property
    def content(self) -> bytes:
        """The body as it was before it was compressed."""
        return gzip.decompress(self.body) if self.get("content-encoding") == "gzip" else self.body

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Web:
    """One application and its archive, without a socket in between."""

    def __init__(self, app: FastAPI, archive: Archive, runner: asyncio.Runner) -> None:
        self.app, self.archive, self.runner = app, archive, runner

    def get(self, address: str, **asked: Any) -> Answer:
        return self.ask("GET", address, **asked)

    def ask(
        self,
        method: str,
        address: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        host: tuple[str, str] | None = HOST,
        client: tuple[str, int] | None = SOMEWHERE,
        body: bytes = b"",
    ) -> Answer:
        """The answer to exactly this address; its path is decoded as Uvicorn decodes it."""
        path, _, query = address.partition("?")
        named = [*([host] if host else []), *headers]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in named],
            "client": client,
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        return self.runner.run(_answer(self.app, scope, body))


async def _answer(app: FastAPI, scope: dict[str, Any], body: bytes) -> Answer:
    sent: list[Any] = []
    asked: list[bool] = []

    async def receive() -> dict[str, Any]:
        if asked:
            await asyncio.Event().wait()  # until the answer is there: nobody hangs up
        asked.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"]
    )
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))
