"""Tokens for programs, at /account: made, shown once, ended."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import InvalidText
from app.services.people import read_account, refused_account
from app.services.tokens import Scope, days_named, end_token, make_token
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import posted
from app.web.pages.account import Who
from app.web.pages.signing_in import onward

router = APIRouter(prefix="/account/tokens", include_in_schema=False)
PAGE = "people/account.html"


@router.get("")
def back(_who: Who) -> Response:
    """Whoever asks for the address of the form is led to the page on which it stands."""
    return onward("/account")


@router.post("")
def change(request: Request, archive: TheArchive, who: Who, form: Posted) -> Response:
    """End a token, or make one: the account's page with the token on it, this once."""
    if "end" in form:
        end_token(archive, who, posted(form["end"]))
        return onward("/account?saved=token")
    name, days = fields(form, "name", "days")
    scopes = [Scope.READ, *([Scope.WRITE] if "write" in form else [])]
    try:
        token = make_token(archive, who, name, scopes, days_named(days))
    except InvalidText as error:
        page = refused_account(archive, who, "token", str(error))
        return private_answer(request, PAGE, page, STATUS[InvalidText])
    return private_answer(request, PAGE, replace(read_account(archive, who), token=token))
