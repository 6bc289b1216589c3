"""Structured logs: one JSON line for each event, on standard error; never a path, a query or a name."""

import logging
import sys
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.tracebacks import ExceptionDictTransformer

log = structlog.get_logger()
TRACEBACKS = ExceptionDictTransformer(show_locals=False)  # locals hold what somebody reads or asked
QUIET = ("/healthz", "/readyz", "/static/{digest}/{name:path}", "/weave/{name}.svg")


def configure_logs() -> None:
    """Send the archive's and the libraries' events to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(TRACEBACKS),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")


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
