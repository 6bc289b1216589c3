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
# fmt: off
COMMON = frozenset((
    "password", "password1", "password12", "password123", "password1234", "passw0rd", "p@ssw0rd",
    "p@ssword", "12345678", "123456789", "1234567890", "0123456789", "123123123", "11111111", "00000000",
    "88888888", "87654321", "987654321", "12341234", "11223344", "147258369", "123456789a", "1q2w3e4r",
    "1q2w3e4r5t", "1qaz2wsx", "q1w2e3r4", "qwertyuiop", "qwerty12", "qwerty123", "qwertyui", "asdfghjkl",
    "asdfasdf", "zxcvbnm123", "zaq12wsx", "abcd1234", "abc12345", "abcdefgh", "iloveyou", "iloveyou1",
    "sunshine", "princess", "football", "baseball", "superman", "trustno1", "welcome1", "welcome123",
    "letmein123", "changeme", "whatever",
))
# fmt: on
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


def refuse_guessable(password: str, *known: str) -> None:
    """Raises InvalidText for what is tried first: the commonest passwords, and what is `known` of her."""
    folded, others = _folded(password), {_folded(one) for one in known}
    if folded in COMMON or folded.replace(" ", "") in COMMON:
        raise InvalidText("This is one of the passwords that are tried first. Choose another.")
    if folded in others:
        raise InvalidText("Your name, your address and the archive’s name are tried first. Choose another.")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InvalidText or Busy."""
    refuse_unfit(password)
    with _turn():
        return _hasher.hash(_normal(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether this is the password. None is nobody's: it takes as long. Raises Busy."""
    with _turn():
        nobody = _nobody()  # whoever is asked about, so that the first to ask learns nothing by the time
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
