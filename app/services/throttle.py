"""How often somebody may try to sign in. Counted in memory, so each worker process counts for itself."""

import ipaddress
import threading
import time
from functools import cached_property
from hashlib import sha256

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooManyTries

OF_ADDRESS = RateLimitItemPerMinute(100, 15)  # an office may share one
OF_BOTH = RateLimitItemPerMinute(10, 15)  # one person from one place
OF_GUESSES = RateLimitItemPerMinute(100, 15)  # tokens that are none, from one address
OF_ACCOUNT = RateLimitItemPerMinute(50, 60)  # from everywhere; so that one stranger locks nobody out
Counted = tuple[RateLimitItem, tuple[str, ...]]


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

    def _limits(self, account: str, address: str) -> tuple[Counted, ...]:
        who, where = sha256(account.encode("utf-8", "surrogatepass")).hexdigest(), _network(address)
        return ((OF_ADDRESS, ("at", where)), (OF_BOTH, ("both", who, where)), (OF_ACCOUNT, ("of", who)))

    def _seconds(self, limit: RateLimitItem, names: tuple[str, ...]) -> int:
        return max(1, round(self._limiter.get_window_stats(limit, *names).reset_time - time.time()))


def _network(address: str) -> str:
    """The address; of IPv6 the network of one household or office."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
