"""Errors, mapped once: the archive's to a status, a status to a page or a problem document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from app.errors import (
    EditConflict,
    InvalidRecord,
    NotFound,
    RecordLocked,
    SearchUnavailable,
    StoryholdError,
    Withdrawn,
)
from app.services.views import MessagePage, NavigationItem, Site
from app.web.templating import render_page

STATUS: Mapping[type[StoryholdError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Withdrawn: HTTPStatus.GONE,
    EditConflict: HTTPStatus.CONFLICT,
    RecordLocked: HTTPStatus.CONFLICT,
    InvalidRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    SearchUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
NO_STORE = {"Cache-Control": "no-store"}
STORIES = NavigationItem("Browse the stories", "/stories")
SEARCH = NavigationItem("Search", "/search")
MESSAGES: Mapping[int, tuple[str, tuple[str, ...]]] = {
    400: ("That could not be understood", ("Something in the request is not as it should be.",)),
    401: ("That key is not known here", ("The token is not valid, or no longer.",)),
    404: (
        "There is nothing here",
        ("Perhaps the address has a slip in it, or what stood here is not open to you.",),
    ),
    405: ("That is not possible here", ("This page can be read, and nothing else.",)),
    410: (
        "This story is no longer here",
        ("The person who told it has taken it back. That is her right, and no reason is needed.",),
    ),
    422: ("That could not be understood", ("Something in the request is not as it should be.",)),
    500: (
        "Something went wrong on our side",
        ("Nothing was lost. Please try again; if it happens again, tell whoever looks after this archive.",),
    ),
    503: ("This takes a moment", ("The archive is being read afresh. Please try again in a minute.",)),
}


def install(app: FastAPI, site: Site) -> None:
    """Answer every error with a page, or with a problem document under /api/."""

    def domain(request: Request, error: Exception) -> Response:
        return answer(site, request.url.path, STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR))  # type: ignore[arg-type]

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(site, request.url.path, error.status_code, headers=_with_head(error.headers or {}))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(site, request.url.path, 422, problems=_problems(error))

    app.add_exception_handler(StoryholdError, domain)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def answer(
    site: Site,
    path: str,
    status: int,
    *,
    headers: Mapping[str, str] | None = None,
    problems: list[dict[str, str]] | None = None,
) -> Response:
    """The answer to a failure. The one for 404 is the same at every address."""
    kept = {**(headers or {}), **NO_STORE}
    if path.startswith("/api/"):
        return problem_document(status, kept, problems)
    heading, sentences = MESSAGES.get(status, MESSAGES[400])
    page = MessagePage(status, heading, sentences, (STORIES, SEARCH))
    return HTMLResponse(render_page("message.html", site=site, page=page), status, kept)


def problem_document(
    status: int, headers: Mapping[str, str], problems: list[dict[str, str]] | None = None
) -> JSONResponse:
    """RFC 9457; `errors` names the places where the request is not understood."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    if status in MESSAGES:
        body["detail"] = MESSAGES[status][1][0]
    if problems:
        body["errors"] = problems
    return JSONResponse(body, status, dict(headers), media_type="application/problem+json")


def _with_head(headers: Mapping[str, str]) -> dict[str, str]:
    """HEAD is answered wherever GET is, though no route names it."""
    named = {name.lower(): value for name, value in headers.items()}
    if "allow" not in named:
        return dict(headers)
    methods = {*named["allow"].replace(" ", "").split(","), "HEAD"}
    return {**headers, "Allow": ", ".join(sorted(methods))}


def _problems(error: RequestValidationError) -> list[dict[str, str]]:
    """Where and why; never what was sent, which may be somebody's words."""
    return [
        {"place": ".".join(str(part) for part in one["loc"])[:200], "reason": str(one["msg"])[:300]}
        for one in error.errors()[:20]
    ]
