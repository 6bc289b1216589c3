"""The desk: open only to who sits at the machine itself, until people can sign in."""

import ipaddress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import NotFound
from app.services.views import NavigationItem
from app.web.frame import site_for
from app.web.templating import render_page

FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
SECTIONS = (("Codebook", "/desk/codebook"), ("Problems", "/desk/problems"))


def at_the_machine(request: Request) -> bool:
    """Whether the server listens on loopback alone and nobody passed this request on to it."""
    if not request.app.state.bound_to_loopback or request.client is None:
        return False
    if any(name in request.headers for name in FORWARDING):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def only_at_the_machine(request: Request) -> None:
    """Raises NotFound for everybody else."""
    if not at_the_machine(request):
        raise NotFound


def desk_answer(
    request: Request, template: str, page: Any, status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """A page of the desk, which no browser keeps."""
    path = request.url.path
    desk = [
        NavigationItem(label, address, path == address or path.startswith(f"{address}/"))
        for label, address in SECTIONS
    ]
    html = render_page(template, site=replace(site_for(request), desk=desk), page=page)
    return HTMLResponse(html, int(status), {"Cache-Control": "no-store"})
