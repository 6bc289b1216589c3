"""A forgotten password: a link by mail, sent after the answer, which is the same for everybody."""

import threading

import structlog

from app.errors import InvalidText, LinkDead
from app.services.accounts import fold_email
from app.services.archive import Archive
from app.services.letters import send_link
from app.services.links import offer_forgotten

log = structlog.get_logger()
AT_ONCE = 4  # mails under way; a slow server must not take the threads from those who read
_under_way: set[tuple[int, str]] = set()
_lock = threading.Lock()


def may_ask(archive: Archive, email: str, address: str) -> str | None:
    """The folded address to which a link may be sent now; None where too many were asked for it.

    Looks at no account, so it takes as long for everybody. Raises TooManyTries for too many from one place.
    """
    try:
        folded = fold_email(email)
    except InvalidText:
        folded = ""
    return folded if archive.throttle.ask_for_mail(folded, address) and folded else None


def send_forgotten(archive: Archive, folded: str) -> None:
    """Mail a link, if somebody with this address may sign in with a password. One at a time for each."""
    mark = (id(archive), folded)
    with _lock:
        if mark in _under_way or len(_under_way) >= AT_ONCE:
            return
        _under_way.add(mark)
    try:
        token = offer_forgotten(archive, folded)
        if token is not None:
            send_link(archive, token)
    except LinkDead:
        log.info("a link to a new password was dead before it was sent")
    finally:
        with _lock:
            _under_way.discard(mark)
