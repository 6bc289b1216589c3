"""Signing in at another place: sent there by a button, and back by that place."""

from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound, ProviderSilent, SignInRefused, SignOnRefused, TooManyTries
from app.services.single_sign_on import LASTS, begin, come_back
from app.services.views import LeavingPage
from app.web.errors import STATUS
from app.web.forms import Posted
from app.web.frame import TheArchive, archive_of, private_answer, whole_address
from app.web.pages.signing_in import HOME, entered, local, login_page, onward, reason, waiting
from app.web.sessions import client_address, cookie_of, is_secure

router = APIRouter(prefix="/login/sso", include_in_schema=False)
log = structlog.get_logger()
OVER_HTTPS, PLAIN = "__Host-storyhold-sso", "storyhold-sso"
SILENT = "{} does not answer just now. Try again in a few minutes, or sign in with your password."
Refusal = ProviderSilent | SignOnRefused | SignInRefused | TooManyTries


def _cookie_name(request: Request) -> str:
    return OVER_HTTPS if is_secure(request) else PLAIN


def _back(request: Request) -> str:
    return whole_address(request, f"{router.prefix}/back")


@router.get("")
def ask(archive: TheArchive) -> Response:
    """Whoever asks for the address of the button is led to it."""
    if archive.provider is None:
        raise NotFound
    return onward("/login")


@router.post("")
def leave(request: Request, archive: TheArchive, form: Posted) -> Response:
    """A page that leads on: a form's own answer may not lead to another site (form-action)."""
    if archive.provider is None:
        raise NotFound
    onto = local(form.get("next", HOME))
    try:
        gone = begin(archive, onto=onto, back=_back(request), address=client_address(request))
    except (ProviderSilent, TooManyTries) as error:
        return _refused(request, error, onto)
    page = LeavingPage(gone.address, archive.settings.oidc_label)
    answer = private_answer(request, "people/leaving.html", page)
    name, seconds, secure = _cookie_name(request), int(LASTS.total_seconds()), is_secure(request)
    answer.set_cookie(
        name, gone.browser, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/"
    )
    return answer


@router.get("/back")
def arrive(request: Request, archive: TheArchive) -> Response:
    """A session, or the form for signing in with one sentence about why there is none."""
    if archive.provider is None:
        raise NotFound
    browser, offered = request.cookies.get(_cookie_name(request), ""), cookie_of(request)
    try:
        asked = dict(request.query_params)
        arrived = come_back(archive, asked, browser=browser, back=_back(request), offered=offered)
    except (ProviderSilent, SignOnRefused, SignInRefused) as error:
        answer = _refused(request, error)
    else:
        answer = entered(request, archive, arrived.cookie, local(arrived.onto))
    secure = is_secure(request)
    answer.delete_cookie(_cookie_name(request), httponly=True, samesite="lax", secure=secure, path="/")
    return answer


def _refused(request: Request, error: Refusal, onto: str = HOME) -> Response:
    label = archive_of(request).settings.oidc_label
    problem = reason(error)
    if isinstance(error, ProviderSilent):
        log.warning("the single sign-on does not answer", why=str(error))
        problem = SILENT.format(label[:1].upper() + label[1:])
    page = login_page(archive_of(request), onto=onto, problem=problem)
    status = STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    return private_answer(request, "people/login.html", page, status, waiting(error))
