"""How people in the room are told to join: the address, the code, and both as a QR code."""

from urllib.parse import urlencode

from app.rendering.qr import qr_svg
from app.services.sessions.room import OPEN, Seen
from app.services.views import JoinCode

PATH = "/join"


def invitation(base: str, code: str, *, here_alone: bool = False) -> JoinCode:
    """The address with a code as it is read aloud, to be typed or opened by a telephone.

    `base` is what stands before the archive's paths; `here_alone`: that opens on this machine and no other.
    """
    address = f"{base}{PATH}"
    opened = f"{address}?{urlencode({'code': code})}"
    return JoinCode(address, code, qr_svg(opened), here_alone)


def may_invite(seen: Seen, state: str) -> bool:
    """Whether she may have the code shown large: a facilitator, while the session is open."""
    return seen.leads and state == OPEN
