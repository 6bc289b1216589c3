"""Whether somebody sits at the machine itself, who does all of it while there is no steward."""

import ipaddress

from fastapi import Request

from app.services.accounts import has_steward

FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


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


def keeps_the_machine(request: Request) -> bool:
    """Whether whoever asks may do all of it without an account."""
    return at_the_machine(request) and not has_steward(request.app.state.archive)
