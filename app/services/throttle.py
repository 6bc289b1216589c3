"""How often somebody may try to sign in. Counted in memory, so each worker process counts for itself."""

import ipaddress
import threading
import time
from functools import cached_property
from hashlib import sha256

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooManyTries

OF_ADDRESS = RateLimitItemPerMinute(100, 15)  # an office may share one
OF_BOTH = RateLimitItemPerMinute(10, 15)  # one person from one place
OF_STARTS = RateLimitItemPerMinute(100, 15)  # of single sign-on, from one address
OF_GUESSES = RateLimitItemPerMinute(100, 15)  # tokens that are none, from one address
OF_ACCOUNT = RateLimitItemPerMinute(50, 60)  # from everywhere; so that one stranger locks nobody out
OF_REFUSALS = RateLimitItemPerMinute(200, 60)  # written into the audit; the others are counted there
MAILS_OF_ADDRESS, MAILS_OF_ACCOUNT = RateLimitItemPerHour(20), RateLimitItemPerHour(3)
OF_DOOR = RateLimitItemPerHour(120)  # what is said at one story's own door
OF_SESSION_CODES = RateLimitItemPerMinute(10, 15)  # wrong ones of design sessions, from one address
OF_SLOWED = RateLimitItemPerMinute(4)  # after these: a room shares an address, so nobody is shut out
OF_PARTICIPANT = RateLimitItemPerMinute(240)  # what one person does in one design session
OF_CODES = RateLimitItemPerDay(20)  # codes of an account, by whoever knows its password
Counted = tuple[RateLimitItem, tuple[str, ...]]


class Unwritten:
    """Refused sign-ins that have no entry of their own yet. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number, self._accounts = 0, frozenset[int]()

    def add(self, account: int | None) -> None:
        self.put_back(1, frozenset() if account is None else frozenset({account}))

    def take(self) -> tuple[int, frozenset[int]]:
        """How many there are, and whose accounts were tried; none are left."""
        with self._lock:
            taken = self._number, self._accounts
            self._number, self._accounts = 0, frozenset()
        return taken

    def put_back(self, number: int, accounts: frozenset[int]) -> None:
        with self._lock:
            self._number, self._accounts = self._number + number, self._accounts | accounts


class Throttle:
    """Counts attempts before a password is looked at. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _limiter(self) -> MovingWindowRateLimiter:
        return MovingWindowRateLimiter(MemoryStorage())  # late: it begins a thread

    def attempt(self, account: str, address: str) -> None:
        """Count one attempt. Raises TooManyTries, the same for an account that does not exist."""
        with self._lock:
            for limit, names in self._limits(account, address):
                if not self._limiter.hit(limit, *names):
                    raise TooManyTries(self._seconds(limit, names))

    def succeeded(self, account: str, address: str) -> None:
        """Forget what was counted against an account; against an address it stays."""
        with self._lock:
            for limit, names in self._limits(account, address)[1:]:
                self._limiter.clear(limit, *names)

    def may_write(self) -> bool:
        """Whether one more refused sign-in may have an entry of its own in the audit."""
        with self._lock:
            return self._limiter.hit(OF_REFUSALS, "refusals")

    def offer_code(self, account: str) -> None:
        """Count one code of a second factor, wherever it comes from. Raises TooManyTries."""
        with self._lock:
            if not self._limiter.hit(OF_CODES, *_codes_of(account)):
                raise TooManyTries(self._seconds(OF_CODES, _codes_of(account)))

    def code_fitted(self, account: str) -> None:
        """Forget the codes that were counted against an account."""
        with self._lock:
            self._limiter.clear(OF_CODES, *_codes_of(account))

    def begin(self, address: str) -> None:
        """Count one who leaves for the single sign-on. Raises TooManyTries."""
        names = ("start", _network(address))
        with self._lock:
            if not self._limiter.hit(OF_STARTS, *names):
                raise TooManyTries(self._seconds(OF_STARTS, names))

    def guessed(self, address: str) -> None:
        """Count a token that was none."""
        with self._lock:
            self._limiter.hit(OF_GUESSES, "guess", _network(address))

    def refuse_guesser(self, address: str) -> None:
        """Raises TooManyTries for an address from which too many tokens were none."""
        names = ("guess", _network(address))
        with self._lock:
            if not self._limiter.test(OF_GUESSES, *names):
                raise TooManyTries(self._seconds(OF_GUESSES, names))

    def session_code_wrong(self, address: str) -> None:
        """Count a code of a design session that was none."""
        with self._lock:
            self._limiter.hit(OF_SESSION_CODES, "session code", _network(address))

    def slow_session_codes(self, address: str) -> None:
        """Raises TooManyTries for an address with too many wrong codes, until some seconds have gone by."""
        where = _network(address)
        with self._lock:
            if self._limiter.test(OF_SESSION_CODES, "session code", where):
                return
            if not self._limiter.hit(OF_SLOWED, "slowed", where):
                raise TooManyTries(self._seconds(OF_SLOWED, ("slowed", where)))

    def take_part(self, participant: int) -> bool:
        """Whether somebody may do one thing more in a design session."""
        with self._lock:
            return self._limiter.hit(OF_PARTICIPANT, "participant", str(participant))

    def speak(self, door: int) -> None:
        """Count one thing that is said at a storyteller's own door. Raises TooManyTries."""
        with self._lock:
            if not self._limiter.hit(OF_DOOR, "door", str(door)):
                raise TooManyTries(self._seconds(OF_DOOR, ("door", str(door))))

    def ask_for_mail(self, account: str, address: str) -> bool:
        """Whether one more link may be mailed to this account; the same for one that does not exist.

        Raises TooManyTries for too many from one address.
        """
        names = ("mail at", _network(address))
        with self._lock:
            if not self._limiter.hit(MAILS_OF_ADDRESS, *names):
                raise TooManyTries(self._seconds(MAILS_OF_ADDRESS, names))
            return self._limiter.hit(MAILS_OF_ACCOUNT, "mail of", _digest(account))

    def _limits(self, account: str, address: str) -> tuple[Counted, ...]:
        who, where = _digest(account), _network(address)
        return ((OF_ADDRESS, ("at", where)), (OF_BOTH, ("both", who, where)), (OF_ACCOUNT, ("of", who)))

    def _seconds(self, limit: RateLimitItem, names: tuple[str, ...]) -> int:
        return max(1, round(self._limiter.get_window_stats(limit, *names).reset_time - time.time()))


def _digest(account: str) -> str:
    return sha256(account.encode("utf-8", "surrogatepass")).hexdigest()


def _codes_of(account: str) -> tuple[str, str]:
    return ("codes", _digest(account))


def _network(address: str) -> str:
    """The address; of IPv6 the network of one household or office."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
