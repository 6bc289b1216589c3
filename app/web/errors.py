"""Errors, mapped once: the archive's to a status, a status to a page or a problem document."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.errors import (
    Busy,
    CrossSite,
    DiskRefused,
    EditConflict,
    ImportRefused,
    InvalidRecord,
    InvalidText,
    JobsWait,
    LastSteward,
    LinkDead,
    MailNotSent,
    NamesUndecided,
    NotAllowed,
    NotFound,
    OthersStory,
    PasswordTooLong,
    ProviderSilent,
    RecordLocked,
    ScopeMissing,
    SearchUnavailable,
    SignInNeeded,
    SignInRefused,
    SignOnRefused,
    StoryholdError,
    TokenRefused,
    TooLarge,
    TooManyTries,
    TooSlow,
    Withdrawn,
)
from app.services.disk import disk_refused
from app.services.sessions.joining import CodeNeeded, SessionOver
from app.services.views import MessagePage, NavigationItem, SessionEndedPage, Site
from app.web.absence import RIGHT, TAKEN_BACK, notice
from app.web.bearer import CHALLENGE, READING
from app.web.templating import render_page

STATUS: Mapping[type[StoryholdError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Withdrawn: HTTPStatus.GONE,
    NotAllowed: HTTPStatus.FORBIDDEN,
    EditConflict: HTTPStatus.CONFLICT,
    RecordLocked: HTTPStatus.CONFLICT,
    InvalidRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidText: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImportRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NamesUndecided: HTTPStatus.UNPROCESSABLE_ENTITY,
    OthersStory: HTTPStatus.UNPROCESSABLE_ENTITY,
    CrossSite: HTTPStatus.FORBIDDEN,
    DiskRefused: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    SearchUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SignInRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    PasswordTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    LinkDead: HTTPStatus.GONE,
    MailNotSent: HTTPStatus.SERVICE_UNAVAILABLE,
    LastSteward: HTTPStatus.CONFLICT,
    JobsWait: HTTPStatus.CONFLICT,
    TokenRefused: HTTPStatus.UNAUTHORIZED,
    ScopeMissing: HTTPStatus.FORBIDDEN,
    SignOnRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProviderSilent: HTTPStatus.SERVICE_UNAVAILABLE,
}
log = structlog.get_logger()
NOT_KEPT = "That was not kept"
GO_BACK = "What you wrote is in the page that you came from: go back to it."
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
NO_STORE = {"Cache-Control": "no-store"}
STORIES = NavigationItem("Browse the stories", "/stories")
SEARCH = NavigationItem("Search", "/search")
MESSAGES: Mapping[int, tuple[str, tuple[str, ...]]] = {
    400: ("That could not be understood", ("Something in the request is not as it should be.",)),
    401: ("That key opens nothing here", ("The token is not valid here, or no longer.",)),
    403: (
        "That did not come from here",
        (
            "Something outside this archive tried to change something in it. Nothing was changed.",
            "If it was you, open the page here and try again.",
        ),
    ),
    404: (
        "There is nothing here",
        ("Perhaps the address has a slip in it, or what stood here is not open to you.",),
    ),
    405: ("That is not possible here", ("This page can be read, and nothing else.",)),
    408: (
        "That took too long",
        ("What you sent did not arrive whole, and nothing was changed. Go back and send it again.",),
    ),
    410: (
        TAKEN_BACK,
        (RIGHT,),
    ),
    409: (
        "Somebody else was here first",
        ("This was changed after you opened it, so nothing was changed. Open it afresh and try again.",),
    ),
    413: (
        "That is too long",
        ("More was sent than there is room for, and nothing was changed. Go back: your words are there.",),
    ),
    422: ("That could not be understood", ("Something in the request is not as it should be.",)),
    429: (
        "That was too often",
        ("Too many tries came from where you are. Wait a quarter of an hour, then try again.",),
    ),
    500: (
        "Something went wrong on our side",
        ("Nothing was lost. Please try again; if it happens again, tell whoever looks after this archive.",),
    ),
    503: ("This takes a moment", ("The archive is being read afresh. Please try again in a minute.",)),
}

JOIN_AGAIN = "/sessions/join?again=yes"
DETAILS: Mapping[type[StoryholdError], str] = {
    ScopeMissing: "The token is valid, but was not made for this.",
    NotAllowed: "You may read this story, and not change it.",
}


def install(app: FastAPI, site: Site) -> None:
    """Answer every error with a page, or with a problem document under /api/."""

    refuse = refusal(site)

    def domain(request: Request, error: Exception) -> Response:
        assert isinstance(error, StoryholdError)
        if isinstance(error, SignInNeeded):
            return RedirectResponse(login_address(request), HTTPStatus.SEE_OTHER, NO_STORE)
        if isinstance(error, CodeNeeded):
            return RedirectResponse(JOIN_AGAIN, HTTPStatus.SEE_OTHER, NO_STORE)
        if isinstance(error, SessionOver):
            page = SessionEndedPage(error.title, error.why)
            html = render_page("sessions/ended.html", site=site, page=page)
            return HTMLResponse(html, HTTPStatus.GONE, NO_STORE)
        if isinstance(error, Withdrawn):
            return notice(site, request.app.state.archive.settings, request.url.path, error)
        return refuse(request.url.path, error)

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        allowed = {"Allow": _allowed(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else {}
        return answer(site, request.url.path, error.status_code, headers={**(error.headers or {}), **allowed})

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(site, request.url.path, 422, problems=_problems(error))

    def disk(request: Request, error: Exception) -> Response:
        refused = disk_refused(error) if request.method not in READING else None
        if refused is None:
            raise error
        log.error("a disk refused a change", exc_info=error)
        return refuse(request.url.path, refused)

    app.add_exception_handler(StoryholdError, domain)
    app.add_exception_handler(OSError, disk)
    app.add_exception_handler(DBAPIError, disk)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def login_address(request: Request) -> str:
    """Where to sign in, and come back from."""
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return f"/login?{urlencode({'next': request.url.path + query})}"


def refusal(site: Site) -> Callable[[str, StoryholdError], Response]:
    """The answer at a path to an error of the archive's own."""

    def refuse(path: str, error: StoryholdError) -> Response:
        said = str(error) if isinstance(error, InvalidText | DiskRefused) else DETAILS.get(type(error), "")
        words = (NOT_KEPT, (error.reason, error.remedy, GO_BACK)) if isinstance(error, DiskRefused) else None
        return answer(site, path, status_of(error), headers=told(error), detail=said, words=words)

    return refuse


def status_of(error: StoryholdError) -> HTTPStatus:
    """The status of an error, or of the kind of error that it is."""
    kinds = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return next(kinds, HTTPStatus.INTERNAL_SERVER_ERROR)


def told(error: StoryholdError) -> dict[str, str]:
    """What a program is told of a refusal in the answer's headers."""
    if isinstance(error, TokenRefused):
        return CHALLENGE
    if isinstance(error, ScopeMissing):
        return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{error.scope}"'}
    if isinstance(error, TooSlow):
        return {"Connection": "close"}  # what may still come is no request
    return {"Retry-After": str(error.seconds)} if isinstance(error, TooManyTries) else {}


def answer(
    site: Site,
    path: str,
    status: int,
    *,
    headers: Mapping[str, str] | None = None,
    problems: list[dict[str, str]] | None = None,
    detail: str = "",
    words: tuple[str, tuple[str, ...]] | None = None,
) -> Response:
    """The answer to a failure, in words of its own if it has any. The one for 404 is the same everywhere."""
    kept = {**(headers or {}), **NO_STORE}
    if path.startswith("/api/"):
        return problem_document(status, kept, problems, detail)
    heading, sentences = words or MESSAGES.get(status, MESSAGES[400])
    page = MessagePage(status, heading, sentences, (STORIES, SEARCH))
    return HTMLResponse(render_page("message.html", site=site, page=page), status, kept)


def problem_document(
    status: int,
    headers: Mapping[str, str],
    problems: list[dict[str, str]] | None = None,
    detail: str = "",
) -> JSONResponse:
    """RFC 9457; `errors` names the places where the request is not understood."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}
    if detail or status in MESSAGES:
        body["detail"] = detail or MESSAGES[status][1][0]
    if problems:
        body["errors"] = problems
    return JSONResponse(body, status, dict(headers), media_type="application/problem+json")


def _allowed(request: Request) -> str:
    """The methods that any route answers at this address; HEAD is answered wherever GET is."""
    asked = {"type": "http", "path": request.scope["path"], "root_path": "", "headers": []}
    answered = [
        method
        for method in METHODS
        if any(
            route.matches({**asked, "method": method})[0] is Match.FULL for route in request.app.router.routes
        )
    ]
    return ", ".join([*answered, "HEAD"] if "GET" in answered else answered)


def _problems(error: RequestValidationError) -> list[dict[str, str]]:
    """Where and why; never what was sent, which may be somebody's words."""
    return [
        {"place": ".".join(str(part) for part in one["loc"])[:200], "reason": str(one["msg"])[:300]}
        for one in error.errors()[:20]
    ]
