"""The cookie of a session, and whom it stands for."""

from fastapi import Request
from fastapi.responses import Response

from app.services.accounts import name_of
from app.services.recording import By
from app.services.signing_in import SignedIn, session_of
from app.services.tokens import Holder, holder_of
from app.web.bearer import bearer

OVER_HTTPS, PLAIN = "__Host-storyhold", "storyhold"


def is_secure(request: Request) -> bool:
    """Whether the reader came by HTTPS, or the archive's own address says that everybody does."""
    base_url = request.app.state.archive.settings.base_url or ""
    return request.url.scheme == "https" or base_url.startswith("https:")


def cookie_name(request: Request) -> str:
    """The name under which this request's cookie is looked for, and no other."""
    return OVER_HTTPS if is_secure(request) else PLAIN


def cookie_of(request: Request) -> str:
    """The cookie that came with a request, alive or not; empty without one."""
    return request.cookies.get(cookie_name(request), "")


def signed_in(request: Request) -> SignedIn | None:
    """Who asks, looked up once for each request; None for a reader without a living session."""
    if not hasattr(request.state, "signed_in"):
        request.state.signed_in = session_of(request.app.state.archive, cookie_of(request))
    found: SignedIn | None = request.state.signed_in
    return found


def token_holder(request: Request) -> Holder | None:
    """Who stands behind the bearer token, looked up once for each request; None without one.

    Raises TokenRefused or TooManyTries.
    """
    if not hasattr(request.state, "holder"):
        token, archive = bearer(request.headers), request.app.state.archive
        found = None if token is None else holder_of(archive, token, address=client_address(request))
        request.state.holder = found
    holder: Holder | None = request.state.holder
    return holder


def account_asking(request: Request) -> int | None:
    """The key of the account that asks, by token or by cookie; None for nobody's."""
    who = token_holder(request) or signed_in(request)
    return who.account if who else None


def acting(request: Request) -> By:
    """Who changes something, by token or by cookie; nobody in particular at the machine itself."""
    key = account_asking(request)
    return By() if key is None else By(key, name_of(request.app.state.archive, key))


def give_cookie(request: Request, answer: Response, cookie: str) -> None:
    """Have the browser keep a cookie until it is closed."""
    secure = is_secure(request)
    answer.set_cookie(cookie_name(request), cookie, httponly=True, samesite="lax", secure=secure, path="/")


def drop_cookie(request: Request, answer: Response) -> None:
    """Have the browser forget it."""
    secure = is_secure(request)
    answer.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=secure, path="/")


def client_address(request: Request) -> str:
    """Where a request comes from; a proxy's word for it counts only where the settings name the proxy."""
    return request.client.host if request.client else ""
