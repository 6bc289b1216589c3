"""Passwords: what one may be, and its hash. Never two of one in clear, and never many hashes at once."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Busy, InvalidText

SHORTEST, LONGEST = 8, 1_024  # characters
AT_ONCE = 2  # hashes; each takes 64 MiB and a core
WAITING = 10  # people in the queue; more would take the threads from those who read
_hasher = PasswordHasher()
_slots = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def _turn() -> Iterator[None]:
    """One's turn to hash. Raises Busy where the queue is full."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        with _slots:
            yield
    finally:
        _places.release()


def _normal(password: str) -> bytes:
    """As it is hashed: two ways of typing one character are one. Half a character is hashed as it came."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def fits(password: str) -> bool:
    """Whether this can be anybody's password at all; a longer one is never hashed."""
    return SHORTEST <= len(password) <= LONGEST


def refuse_unfit(password: str, again: str | None = None) -> None:
    """Raises InvalidText, which repeats nothing of it. `again` is the same typed a second time."""
    if not fits(password):
        raise InvalidText(f"A password has from {SHORTEST} to {LONGEST:,} characters.")
    if again is not None and again != password:
        raise InvalidText("The two passwords are not the same.")


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InvalidText or Busy."""
    refuse_unfit(password)
    with _turn():
        return _hasher.hash(_normal(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether this is the password. None is nobody's: it takes as long. Raises Busy."""
    nobody = _nobody()  # before the turn, so that the first one to ask takes no longer than the others
    with _turn():
        try:
            return _hasher.verify(kept or nobody, _normal(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash(b"nobody at all")
