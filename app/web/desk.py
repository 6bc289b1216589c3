"""The desk: for stewards and gatherers; until there is a steward, for who sits at the machine itself."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from app.database.visibility import TERMINAL, Actor, Role
from app.errors import NotFound, SignInNeeded
from app.services.accounts import has_steward
from app.services.confirming import waiting_since
from app.services.views import NavigationItem
from app.web.at_machine import keeps_the_machine
from app.web.frame import archive_of, reader_of, site_for
from app.web.sessions import signed_in
from app.web.templating import render_page

SECTIONS = (
    ("Codebook", "/desk/codebook", {Role.STEWARD, Role.GATHERER}),
    ("Quotes", "/desk/quotes", set(Role)),
    ("Memos", "/memos", set(Role)),
    ("Boards", "/boards", set(Role)),
    ("Lenses", "/lenses", set(Role)),
    ("Voices", "/personas/coverage", set(Role)),
    ("Language", "/desk/language", {Role.STEWARD, Role.GATHERER}),
    ("Jobs", "/desk/jobs", {Role.STEWARD, Role.GATHERER}),
    ("Guides", "/guides", {Role.STEWARD, Role.GATHERER}),
    ("Problems", "/desk/problems", {Role.STEWARD}),
    ("Consent", "/desk/consent", {Role.STEWARD}),
    ("People", "/desk/people", {Role.STEWARD}),
    ("Audit", "/desk/audit", {Role.STEWARD}),
)


def desk_actor(request: Request, roles: set[Role]) -> Actor | None:
    """Who is at the desk with one of these roles; who sits at the machine is, while there is no steward."""
    actor = reader_of(request)
    if actor.roles & roles:
        return actor
    if actor.signed_in or not keeps_the_machine(request):
        return None
    return TERMINAL


def only(*roles: Role) -> Callable[[Request], Actor]:
    """A dependency that lets these roles to the desk.

    Raises SignInNeeded where signing in might help, else NotFound: what is there is nobody else's business.
    """

    def allowed(request: Request) -> Actor:
        actor = desk_actor(request, set(roles))
        if actor is not None:
            return actor
        if not reader_of(request).signed_in and has_steward(archive_of(request)):
            raise SignInNeeded
        raise NotFound

    return allowed


AtDesk = Annotated[Actor, Depends(only(Role.STEWARD, Role.GATHERER))]
Steward = Annotated[Actor, Depends(only(Role.STEWARD))]


def closed_address(actor: Actor) -> str:
    """Where somebody finds that what she recorded closed a story to her too."""
    return "/mine?closed" if Role.GATHERER in actor.roles else "/desk/consent?closed"


def sections(request: Request) -> list[tuple[str, str]]:
    """The label and address of each part of the desk that is there for whoever asks."""
    return [
        (label, address)
        for label, address, roles in SECTIONS
        if desk_actor(request, roles) and (label != "People" or signed_in(request))
    ]


def desk_answer(
    request: Request, template: str, page: Any, status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """A page of the desk, which no browser keeps."""
    path = request.url.path
    desk = [
        NavigationItem(label, address, path == address or path.startswith(f"{address}/"))
        for label, address in sections(request)
    ]
    site = replace(site_for(request), desk=desk, restored=waiting_since(archive_of(request)))
    html = render_page(template, site=site, page=page)
    return HTMLResponse(html, int(status), {"Cache-Control": "no-store"})
