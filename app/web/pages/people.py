"""People at the desk: who can sign in, and what they may do."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from app.database.visibility import Role
from app.errors import EditConflict, InvalidText, LastSteward, NotFound
from app.records.model import Digest
from app.services.accounts import Standing, disable, enable, fold_email
from app.services.letters import send_link
from app.services.links import invite, offer_reset, welcome_address
from app.services.people import (
    boxes,
    change_person,
    person_address,
    read_people,
    read_person,
    take_back_invitation,
)
from app.services.second_factor import remove_for
from app.services.signing_in import SignedIn
from app.services.views import Handed, Inviting
from app.web.desk import Steward, desk_answer
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, whole_address
from app.web.numbers import addressed
from app.web.pages.signing_in import onward
from app.web.sessions import give_cookie, signed_in

MEANWHILE = "Somebody else has changed this meanwhile, so nothing was changed. This is how it is now."


def steward_with_a_name(request: Request, _actor: Steward) -> SignedIn:
    """People are looked after by people, also before there is a steward: by a link, or from a terminal."""
    who = signed_in(request)
    if who is None:
        raise NotFound
    return who


By = Annotated[SignedIn, Depends(steward_with_a_name)]
router = APIRouter(
    prefix="/desk/people", include_in_schema=False, dependencies=[Depends(steward_with_a_name)]
)


def number(person: str) -> int:
    """Whom the address means. Raises NotFound."""
    return addressed(person)


Key = Annotated[int, Depends(number)]


def _standing(form: dict[str, str]) -> Standing:
    organisation, gathers_as = fields(form, "organisation", "gathers_as")
    return Standing(frozenset(role for role in Role if f"role-{role}" in form), organisation, gathers_as)


@router.get("")
def people(request: Request, archive: TheArchive) -> Response:
    return desk_answer(request, "people/list.html", read_people(archive))


@router.post("")
def bring_in(request: Request, archive: TheArchive, by: By, form: Posted) -> Response:
    """Invite somebody, whose link is shown this once; or take an invitation back."""
    if "take_back" in form:
        take_back_invitation(archive, addressed(form["take_back"]), by=by.account)
        return onward("/desk/people")
    email, name = fields(form, "email", "name")
    standing = _standing(form)
    try:
        token = invite(archive, email, name, standing, by=by.account)
    except InvalidText as error:
        typed = Inviting(email[:254], name[:254], standing.organisation[:254], standing.gathers_as[:254])
        page = replace(read_people(archive), problem=str(error), typed=typed, boxes=boxes(standing.roles))
        return desk_answer(request, "people/list.html", page, STATUS[InvalidText])
    page = read_people(archive)
    gives = next((one for one in page.invited if one.email == fold_email(email)), None)
    page = replace(page, gives=gives, handed=_handed(request, archive, token, by))
    return desk_answer(request, "people/list.html", page)


def _handed(request: Request, archive: TheArchive, token: str, by: SignedIn) -> Handed:
    """What a page says of a new link: to whom it was mailed, or the link itself and why it was not."""
    sent = send_link(archive, token, by=by.name)
    if sent.done:
        return Handed(mailed_to=sent.to)
    return Handed(not_mailed=sent.why, link=whole_address(request, welcome_address(token)))


@router.get("/{person}")
def person(request: Request, archive: TheArchive, by: By, key: Key) -> Response:
    page = replace(read_person(archive, key, by.actor), saved="saved" in request.query_params)
    return desk_answer(request, "people/person.html", page)


@router.post("/{person}")
def change(request: Request, archive: TheArchive, by: By, key: Key, form: Posted) -> Response:
    """What `do` says; a refusal shows the page as it is, and why."""
    (do,) = fields(form, "do")
    try:
        return _done(request, archive, by, key, do, form)
    except (InvalidText, LastSteward, EditConflict) as error:
        problem = MEANWHILE if isinstance(error, EditConflict) else str(error)
        page = replace(read_person(archive, key, by.actor), problem=problem)
        return desk_answer(request, "people/person.html", page, STATUS[type(error)])


def _done(
    request: Request, archive: TheArchive, by: SignedIn, key: int, do: str, form: dict[str, str]
) -> Response:
    answer = onward(f"{person_address(key)}?saved")
    if do == "standing":
        (digest,) = fields(form, "digest")
        cookie = change_person(archive, key, _standing(form), expected=Digest(digest), by=by)
        if cookie:
            answer = onward("/account")  # she may be no steward any more
            give_cookie(request, answer, cookie)
    elif do == "disable":
        disable(archive, key, by=by.account)
    elif do == "enable":
        enable(archive, key, by=by.account)
    elif do == "factor":
        remove_for(archive, key, by=by)
    elif do == "reset":
        handed = _handed(request, archive, offer_reset(archive, key, by=by.account), by)
        page = replace(read_person(archive, key, by.actor), handed=handed)
        return desk_answer(request, "people/person.html", page)
    else:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    return answer
