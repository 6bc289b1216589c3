"""One's own account: name, password, open sessions."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from app.errors import Busy, InvalidText, SignInNeeded, TooManyTries
from app.services.people import (
    change_password,
    end_session,
    first_steps,
    read_account,
    refused_account,
    rename,
)
from app.services.signing_in import SignedIn
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import posted
from app.web.pages.signing_in import onward, reason, waiting
from app.web.sessions import client_address, give_cookie, signed_in

router = APIRouter(include_in_schema=False)
SAVED = {
    "name": "Your name is changed.",
    "password": "Your password is changed.",
    "end": "It is ended.",
    "factor": "Your second factor is removed.",
    "token": "It is ended.",
}
JOINED = "Welcome. You have joined this archive, and you are signed in."


def whoever(request: Request) -> SignedIn:
    """Who asks. Raises SignInNeeded."""
    who = signed_in(request)
    if who is None:
        raise SignInNeeded
    return who


Who = Annotated[SignedIn, Depends(whoever)]


@router.get("/account")
def account(request: Request, archive: TheArchive, who: Who) -> Response:
    said = request.query_params.get("saved", "")
    page = replace(read_account(archive, who), saved=SAVED.get(said, ""))
    if said == "joined":
        page = replace(page, saved=JOINED, steps=first_steps(who.actor.roles))
    return private_answer(request, "people/account.html", page)


@router.post("/account")
def change(request: Request, archive: TheArchive, who: Who, form: Posted) -> Response:
    """One of the three forms; `do` says which."""
    (do,) = fields(form, "do")
    try:
        return _done(request, archive, who, do, form)
    except (InvalidText, TooManyTries, Busy) as error:
        page = refused_account(archive, who, do, reason(error))
        return private_answer(request, "people/account.html", page, STATUS[type(error)], waiting(error))


def _done(request: Request, archive: TheArchive, who: SignedIn, do: str, form: dict[str, str]) -> Response:
    answer = onward(f"/account?saved={do}")
    if do == "name":
        rename(archive, who, *fields(form, "name"))
    elif do == "end":
        end_session(archive, who, posted(*fields(form, "session")))
    elif do == "password":
        old, new, again = fields(form, "old", "password", "again")
        address = client_address(request)
        give_cookie(
            request, answer, change_password(archive, who, old=old, new=new, again=again, address=address)
        )
    else:
        raise HTTPException(422)
    return answer
