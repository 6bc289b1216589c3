"""One's own second factor, and the code that a sign-in with one needs."""

from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.errors import Busy, InvalidText, SignInNeeded, SignInRefused, TooManyTries
from app.rendering.qr import qr_svg
from app.services.second_factor import (
    Beginning,
    Codes,
    awaits_code,
    begin,
    begun,
    confirm,
    give_code,
    read_second_factor,
    remove,
    renew_codes,
)
from app.services.signing_in import SignedIn
from app.services.views import CodePage, SecondFactorPage
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.pages.account import Who
from app.web.pages.signing_in import HOME, local, onward, reason, waiting
from app.web.sessions import client_address, cookie_of, give_cookie, signed_in

router = APIRouter(include_in_schema=False)
PAGE, CODE = "people/second_factor.html", "people/code.html"
A_DAY = "There were too many codes that do not fit. Wait a day, or use a recovery code."
LONG_SECONDS = 2 * 60 * 60


def _reason(error: Exception) -> str:
    long = isinstance(error, TooManyTries) and error.seconds > LONG_SECONDS
    return A_DAY if long else reason(error)


@router.get("/login/code")
def code(request: Request, archive: TheArchive) -> Response:
    asked = request.query_params
    onto = local(asked.get("next", HOME))
    if signed_in(request):
        return onward(onto)
    if not awaits_code(archive, cookie_of(request)):
        return _anew(onto)
    return private_answer(request, CODE, CodePage(onto, "recovery" in asked))


def _anew(onto: str) -> Response:
    return onward(f"/login?{urlencode({'next': onto, 'over': '1'})}")


@router.post("/login/code")
def enter_code(request: Request, archive: TheArchive, form: Posted) -> Response:
    """A session, or the form again; the password again where a code is no longer awaited."""
    (given,) = fields(form, "code")
    onto = local(form.get("next", HOME))
    try:
        cookie = give_code(archive, cookie_of(request), given, address=client_address(request))
    except SignInNeeded:
        return _anew(onto)
    except (SignInRefused, TooManyTries) as error:
        page = CodePage(onto, "recovery" in form, _reason(error))
        return private_answer(request, CODE, page, STATUS[type(error)], waiting(error))
    answer = onward(onto)
    give_cookie(request, answer, cookie)
    return answer


@router.get("/account/second-factor")
def second_factor(request: Request, archive: TheArchive, who: Who) -> Response:
    return private_answer(request, PAGE, read_second_factor(archive, who))


@router.post("/account/second-factor")
def change(request: Request, archive: TheArchive, who: Who, form: Posted) -> Response:
    """What `do` says; a refusal shows the page as it is, and why."""
    (do,) = fields(form, "do")
    try:
        return _done(request, archive, who, do, form)
    except (InvalidText, TooManyTries, Busy) as error:
        page = _refused(archive, who, do, form, _reason(error))
        return private_answer(request, PAGE, page, STATUS[type(error)], waiting(error))


def _done(request: Request, archive: TheArchive, who: SignedIn, do: str, form: dict[str, str]) -> Response:
    address = client_address(request)
    if do == "begin":
        (password,) = fields(form, "old")
        page = _adding(archive, who, begin(archive, who, password=password, address=address))
        return private_answer(request, PAGE, page)
    (given,) = fields(form, "code")
    if do == "confirm":
        (sealed,) = fields(form, "sealed")
        return _shown(request, archive, who, confirm(archive, who, sealed=sealed, code=given))
    (password,) = fields(form, "old")
    if do == "renew":
        codes = renew_codes(archive, who, password=password, code=given, address=address)
        return _shown(request, archive, who, codes)
    if do != "remove":
        raise HTTPException(422)
    cookie = remove(archive, who, password=password, code=given, address=address)
    answer = onward("/account?saved=factor")
    give_cookie(request, answer, cookie)
    return answer


def _adding(archive: TheArchive, who: SignedIn, made: Beginning, problem: str = "") -> SecondFactorPage:
    groups = [made.secret[at : at + 4] for at in range(0, len(made.secret), 4)]
    return read_second_factor(
        archive,
        who,
        secret=groups,
        otpauth=made.address,
        qr_html=qr_svg(made.address),
        sealed=made.sealed,
        problem=problem,
    )


def _shown(request: Request, archive: TheArchive, who: SignedIn, made: Codes) -> Response:
    answer = private_answer(request, PAGE, read_second_factor(archive, who, codes=made.codes))
    give_cookie(request, answer, made.cookie)
    return answer


def _refused(
    archive: TheArchive, who: SignedIn, do: str, form: dict[str, str], problem: str
) -> SecondFactorPage:
    """The page as it was; while one is being added, with the same secret."""
    if do == "confirm":
        try:
            return _adding(archive, who, begun(archive, who, form["sealed"]), problem)
        except InvalidText:
            pass  # too late: begin again
    return read_second_factor(archive, who, problem=problem)
