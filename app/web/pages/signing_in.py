"""Signing in and out, and the page that a one-time link leads to."""

import re
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import Busy, InvalidText, LinkDead, NotFound, SignInRefused, TooManyTries
from app.services.archive import Archive
from app.services.links import RESETS, Offer, Purpose, accept, read_link, welcome_address
from app.services.mailing import mails
from app.services.passwords import SHORTEST
from app.services.second_factor import awaits_code
from app.services.signing_in import sign_in, sign_out
from app.services.views import LoginPage, WelcomePage
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.sessions import client_address, cookie_of, drop_cookie, give_cookie, signed_in

router = APIRouter(include_in_schema=False)
HOME = "/"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")
LONGEST_NEXT = 2_000  # characters
MANY = "There were too many tries. Wait a quarter of an hour, then try again."
MANY_FOR_LONG = "There were too many tries. Wait an hour, then try again."
QUARTER = 15 * 60  # seconds
BUSY = "Many people sign in at this moment. Wait a few seconds, then try again."
TITLES = {
    Purpose.INVITATION: "Welcome",
    Purpose.RESET: "A new password",
    Purpose.FORGOTTEN: "A new password",
    Purpose.FIRST_STEWARD: "Become the first steward",
}
DEAD = WelcomePage("This link works no longer", "", "", "", False, False, SHORTEST, dead=True)
PASSWORD_IS_SET = "Your password is set. Sign in with it."
NOT_IN_TIME = "The code did not come in time, or too many did not fit. Begin again with your password."


def local(address: str) -> str:
    """The address if it is a path of ours, else home: nobody is sent elsewhere from here."""
    if len(address) > LONGEST_NEXT or not LOCAL.fullmatch(address):
        return HOME
    try:
        parts = urlsplit(address)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else address


def onward(address: str) -> RedirectResponse:
    """Go on to another page after a change; no browser keeps the answer."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


def sign_on_label(archive: Archive) -> str:
    """What the single sign-on is called; empty where there is none."""
    return archive.settings.oidc_label if archive.provider else ""


@router.get("/login")
def login(request: Request, archive: TheArchive) -> Response:
    asked = request.query_params
    onto = local(asked.get("next", HOME))
    if signed_in(request):
        return onward(onto)
    notice = PASSWORD_IS_SET if "set" in asked else NOT_IN_TIME if "over" in asked else ""
    return private_answer(request, "people/login.html", login_page(archive, onto=onto, notice=notice))


def login_page(
    archive: Archive, email: str = "", onto: str = HOME, problem: str = "", notice: str = ""
) -> LoginPage:
    """The form, with whatever else this archive offers to who signs in."""
    return LoginPage(email, onto, problem, notice, mails(archive.settings), sign_on_label(archive))


@router.post("/login")
def enter(request: Request, archive: TheArchive, form: Posted) -> Response:
    """A session, or the form again with the address still in it."""
    email, password = fields(form, "email", "password")
    onto = local(form.get("next", HOME))
    try:
        offered, address = cookie_of(request), client_address(request)
        cookie = sign_in(archive, email, password, address=address, offered=offered)
    except (SignInRefused, InvalidText, TooManyTries, Busy) as error:
        page = login_page(archive, email[:254], onto, reason(error))
        return private_answer(request, "people/login.html", page, STATUS[type(error)], waiting(error))
    return entered(request, archive, cookie, onto)


def entered(request: Request, archive: Archive, cookie: str, onto: str) -> Response:
    """Go on with the cookie of a new session: to the page that was asked for, or first to a code."""
    code = f"/login/code?{urlencode({'next': onto})}"
    answer = onward(code if awaits_code(archive, cookie) else onto)
    give_cookie(request, answer, cookie)
    return answer


def reason(error: Exception) -> str:
    """What to say of a refusal."""
    if isinstance(error, TooManyTries):
        return MANY if error.seconds <= QUARTER else MANY_FOR_LONG
    return BUSY if isinstance(error, Busy) else str(error)


def waiting(error: Exception) -> dict[str, str]:
    """How long to wait, for programs."""
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(error.seconds)}
    return {"Retry-After": "5"} if isinstance(error, Busy) else {}


@router.post("/logout")
def leave(request: Request, archive: TheArchive) -> Response:
    sign_out(archive, cookie_of(request))
    answer = onward(HOME)
    drop_cookie(request, answer)
    return answer


def well_formed(token: str) -> str:
    """Raises NotFound for what can be no link of ours."""
    if not TOKEN.fullmatch(token):
        raise NotFound
    return token


Token = Annotated[str, Depends(well_formed)]


@router.get("/welcome/{token}")
def welcome(request: Request, archive: TheArchive, token: Token) -> Response:
    try:
        offer = read_link(archive, token)
    except LinkDead:
        return private_answer(request, "people/welcome.html", DEAD, HTTPStatus.GONE)
    return private_answer(request, "people/welcome.html", _page(token, offer, offer.email, offer.name))


@router.post("/welcome/{token}")
def arrive(request: Request, archive: TheArchive, token: Token, form: Posted) -> Response:
    """The password is set; whoever is new here is signed in."""
    password, again = fields(form, "password", "again")
    told = {name: form.get(name, "") for name in ("email", "name", "organisation")}
    try:
        offer = read_link(archive, token)
        cookie = accept(archive, token, password=password, again=again, **told)
    except LinkDead:
        return private_answer(request, "people/welcome.html", DEAD, HTTPStatus.GONE)
    except (InvalidText, Busy) as error:
        typed = {name: text[:254] for name, text in told.items()}
        page = _page(token, offer, problem=reason(error), **typed)
        return private_answer(request, "people/welcome.html", page, STATUS[type(error)], waiting(error))
    sign_out(archive, cookie_of(request))
    if not cookie:
        answer = onward("/login?set")
        drop_cookie(request, answer)
        return answer
    answer = onward("/account?saved=joined")
    give_cookie(request, answer, cookie)
    return answer


def _page(
    token: str, offer: Offer, email: str, name: str, organisation: str = "", problem: str = ""
) -> WelcomePage:
    first, reset = offer.purpose is Purpose.FIRST_STEWARD, offer.purpose in RESETS
    shown = email if first else offer.email
    return WelcomePage(
        title=TITLES[offer.purpose],
        address=welcome_address(token),
        email=shown,
        name=name,
        asks_email=first,
        asks_name=not reset,
        shortest=SHORTEST,
        organisation=organisation,
        problem=problem,
    )
