"""Who comes to a design session: somebody with an account, or a guest with a cookie for that alone."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from app.database.visibility import ANONYMOUS, Role, may_mark
from app.services.recording import By
from app.services.sessions.inviting import invitation
from app.services.sessions.joining import CodeNeeded, Comer, is_known, seat_of
from app.services.sessions.room import Seen
from app.services.views import JoinCode
from app.web.desk import desk_actor, only
from app.web.frame import archive_of, opens_here_alone, reader_of, whole_address
from app.web.sessions import OVER_HTTPS, PLAIN, account_asking, acting, client_address, is_secure

ROOM = "-room"  # behind the names of an account's cookies
COOKIES = {OVER_HTTPS, PLAIN, OVER_HTTPS + ROOM, PLAIN + ROOM}  # whoever brings one is nobody's public reader
HOURS = 12


def room_cookie_name(request: Request) -> str:
    """The name of a guest's cookie."""
    return (OVER_HTTPS if is_secure(request) else PLAIN) + ROOM


def room_cookie(request: Request) -> str:
    """The guest's cookie that came with a request; empty without one."""
    return request.cookies.get(room_cookie_name(request), "")


def give_room_cookie(request: Request, answer: Response, cookie: str) -> None:
    """Have the browser keep a guest's cookie for a day's work: a telephone closes its browser on its own."""
    if cookie:
        secure, name = is_secure(request), room_cookie_name(request)
        kept = HOURS * 3600
        answer.set_cookie(name, cookie, max_age=kept, httponly=True, samesite="lax", secure=secure, path="/")


def comer_of(request: Request) -> Comer:
    """Whoever comes with a code."""
    account = account_asking(request)
    actor = reader_of(request) if account is not None else ANONYMOUS
    return Comer(actor, account, room_cookie(request), client_address(request))


def seen_in(request: Request, session_id: str) -> Seen:
    """Who looks at this session: somebody who works here, or takes part in it.

    Raises SessionOver for who took part and does no more, CodeNeeded for a guest whose cookie is nobody's
    any more; for anybody else what `only` raises.
    """
    account, cookie = account_asking(request), room_cookie(request)
    archive = archive_of(request)
    seat = seat_of(archive, session_id, account, cookie)
    actor = desk_actor(request, set(Role))
    if actor is not None:
        return Seen(actor, acting(request), seat)
    if seat is not None:
        return Seen(reader_of(request) if account is not None else ANONYMOUS, By(account), seat)
    if account is None and cookie and not is_known(archive, cookie):
        raise CodeNeeded
    return Seen(only(*Role)(request))


def invited(request: Request, code: str) -> JoinCode:
    """How people in the room join with a code, by the address that this request came to."""
    base = whole_address(request, "")
    return invitation(base, code, here_alone=opens_here_alone(base))


def works(seen: Seen) -> bool:
    """Whether she may prepare sessions."""
    return may_mark(seen.actor)


InSession = Annotated[Seen, Depends(seen_in)]
