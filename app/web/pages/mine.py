"""A gatherer's own stories, and who is named on them."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from app.database.visibility import Role
from app.errors import InvalidText, NotFound
from app.services.mine import read_mine
from app.services.naming import name_person, people_address, read_named, refused_naming, take_name_off
from app.services.paging import page_number
from app.services.signing_in import SignedIn
from app.web.errors import STATUS
from app.web.forms import Posted, fields
from app.web.frame import TheArchive, private_answer
from app.web.numbers import addressed
from app.web.pages.account import Who
from app.web.pages.selecting import to_choose
from app.web.pages.signing_in import onward

router = APIRouter(include_in_schema=False)
SAVED = {"named": "The name is added.", "off": "The name is taken off."}


def gatherer(who: Who) -> SignedIn:
    """Who asks, where she gathers. Raises SignInNeeded or NotFound."""
    if Role.GATHERER not in who.actor.roles:
        raise NotFound
    return who


Gatherer = Annotated[SignedIn, Depends(gatherer)]


@router.get("/mine")
def mine(request: Request, archive: TheArchive, who: Gatherer) -> Response:
    asked = request.query_params
    shown, sort = page_number(asked.get("page")), asked.get("sort", "")
    page = read_mine(archive, who, shown, sort)
    page = page if shown <= page.pager.pages else read_mine(archive, who, page.pager.pages, sort)
    page = replace(page, closed="closed" in asked)
    return private_answer(request, "mine.html", to_choose(request, "/mine", page))


@router.get("/s/{story_id}/people")
def people(request: Request, archive: TheArchive, who: Who, story_id: str) -> Response:
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    page = replace(read_named(archive, who, story_id), saved=saved)
    return private_answer(request, "stories/people.html", page)


@router.post("/s/{story_id}/people")
def change(request: Request, archive: TheArchive, who: Who, story_id: str, form: Posted) -> Response:
    """Name a colleague, or take a name off; a refusal shows the page as it is, and why."""
    do, person = fields(form, "do", "person")
    doing = {"name": name_person, "off": take_name_off}.get(do)
    if doing is None:
        raise HTTPException(422)
    try:
        doing(archive, who, story_id, addressed(person) if person else 0)
    except InvalidText as error:
        page = refused_naming(archive, who, story_id, str(error))
        return private_answer(request, "stories/people.html", page, STATUS[InvalidText])
    return onward(f"{people_address(story_id)}?saved={'named' if do == 'name' else 'off'}")
