"""Structured logs on standard error, one line for each event; never a path, a query or a name.

JSON in a pipe or a service; short plain lines on a terminal.
"""

import logging
import os
import sys
import time
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, ExcInfo

log = structlog.get_logger()
QUIET = ("/healthz", "/readyz", "/static/{digest}/{name:path}", "/weave/{name}.svg")


def configure_logs() -> None:
    """Send the archive's and the libraries' events to standard error: JSON, but to a person plain lines."""
    plain = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if plain else "iso", utc=not plain),
        structlog.processors.ExceptionRenderer(Traceback(show_locals=False)),
    ]
    if plain:
        shared.append(without_stacks)
    as_lines: Any = _plain_lines() if plain else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, as_lines],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    libraries = logging.StreamHandler(sys.stderr)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[without_meta, as_lines], foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[libraries], level=logging.WARNING)


def _plain_lines() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in os.environ, pad_event_to=0)


def without_stacks(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A failure as its type, its reason and where it was: a person at a terminal reads one line of it."""
    found = event.pop("exception", None)
    if found:
        reason, last = found[0]["reason"], found[-1]
        frame = last["frames"][-1] if last["frames"] else {"filename": "", "lineno": ""}
        event["failed"] = f"{last['exc_type']} {reason} {frame['filename']}:{frame['lineno']}"
    return event


class Traceback(ExceptionDictTransformer):
    """Where a failure was and of what type; its message goes, which may quote what somebody reads."""

    def __call__(self, exc_info: ExcInfo) -> list[dict[str, Any]]:
        stacks = super().__call__(exc_info)
        for stack in stacks:
            stack.update(exc_value="", exc_notes=[], exceptions=[])
        return [{"reason": _reason(exc_info[1])}, *stacks]


def _reason(error: BaseException) -> str:
    """What the machine says went wrong, which names no story: a full disk, a missing table."""
    if isinstance(error, OSError):
        return error.strerror or ""
    if isinstance(error, DBAPIError):
        return str(error.orig).partition("\n")[0]  # PostgreSQL quotes values in the lines after it
    return ""


class RequestLog:
    """Notes the route, the status and the time of each answer: enough to find a slow page, not a reader."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self.app(scope, receive, noted)
        route = str(getattr(scope.get("route"), "path", ""))
        if route not in QUIET:
            took = round((time.perf_counter() - started) * 1000, 1)
            log.info("answered", method=scope["method"], route=route, status=status, ms=took)
