"""The provider of single sign-on: where it is asked what, and what its signed answers say."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from app.config import Settings
from app.errors import ProviderSilent, SignOnRefused
from app.services.asking import ask, is_loopback, refuse_open
from app.services.id_tokens import NOT_TRUSTED, UnknownKey, usable_keys, verified

DOCUMENT = "/.well-known/openid-configuration"
NAMED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
KEPT = 3600.0  # seconds for which addresses and keys are believed
BETWEEN = 60.0  # seconds between two looks for a key that is not known
PAUSE = 15.0  # seconds for which a provider that did not answer is not asked again
AT_ONCE = 4  # conversations; a provider that hangs must not take the threads from those who read


@dataclass(frozen=True)
class Places:
    """Where the provider says that it is asked."""

    issuer: str  # exactly as it names itself
    authorize: str
    token: str
    keys: str
    by_form: bool  # whether the secret goes into the form and not into a header


@dataclass(frozen=True)
class Leaving:
    """What one sign-in is recognised by when it comes back."""

    state: str
    nonce: str
    verifier: str
    back: str  # the address to come back to


@dataclass
class Provider:
    """One provider, asked by any number of threads. What it publishes is kept for an hour."""

    issuer: str
    client: str
    secret: str
    scopes: tuple[str, ...]
    _places: Places | None = None
    _keys: Any = None
    _read: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def away(self, leaving: Leaving) -> str:
        """The address at which somebody signs in there. Raises ProviderSilent."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        with self._turn():
            places = self._find()
        told = {"redirect_uri": leaving.back, "state": leaving.state, "nonce": leaving.nonce}
        told |= {
            "code_challenge": create_s256_code_challenge(leaving.verifier),
            "code_challenge_method": "S256",
        }
        return str(
            prepare_grant_uri(places.authorize, self.client, "code", scope=" ".join(self.scopes), **told)
        )

    def claims(self, code: str, leaving: Leaving, now: datetime) -> dict[str, Any]:
        """What the provider says of who came back with this code. Raises ProviderSilent or SignOnRefused."""
        with self._turn():
            places = self._find()
            given = self._exchange(places, code, leaving)
            token, access = given.get("id_token"), given.get("access_token")
            if not isinstance(token, str) or not isinstance(access, str):
                raise SignOnRefused(NOT_TRUSTED)
            told = {"issuer": places.issuer, "client": self.client, "nonce": leaving.nonce, "access": access}
            try:
                return verified(token, self._signing_keys(places), now, **told)
            except UnknownKey:  # it may have new ones since
                return verified(token, self._signing_keys(places, afresh=True), now, **told)

    def refuse_other(self, issuer: str | None) -> None:
        """Raises SignOnRefused for an answer that says it came from another provider (RFC 9207)."""
        with self._turn():
            if issuer is not None and issuer != self._find().issuer:
                raise SignOnRefused(NOT_TRUSTED)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise ProviderSilent("others wait for it already")
        try:
            yield
        finally:
            self._turns.release()

    def _exchange(self, places: Places, code: str, leaving: Leaving) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": leaving.back}
        form |= {"code_verifier": leaving.verifier}
        auth = None
        if self.secret and not places.by_form:
            auth = (quote_plus(self.client), quote_plus(self.secret))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": self.client} | ({"client_secret": self.secret} if self.secret else {})
        said = ask(places.token, form, auth)
        if said.status >= 300:
            raise SignOnRefused(NOT_TRUSTED)
        return said.document

    def _find(self) -> Places:
        with self._lock:
            if self._places is None or self._is_over("places", KEPT):
                self._places = self._ask_for_places()
                self._read["places"] = time.monotonic()
            return self._places

    def _ask_for_places(self) -> Places:
        document = self._patiently(self.issuer + DOCUMENT)
        issuer, authorize, token, keys = (_text(document.get(name)) for name in NAMED)
        if issuer.rstrip("/") != self.issuer:
            raise ProviderSilent("it names another issuer")
        for address in (authorize, token, keys):
            refuse_open(address, at_this_machine=is_loopback(self.issuer))
        methods = document.get("token_endpoint_auth_methods_supported")
        by_form = isinstance(methods, list) and "client_secret_basic" not in methods
        return Places(issuer, authorize, token, keys, by_form)

    def _signing_keys(self, places: Places, *, afresh: bool = False) -> Any:
        with self._lock:
            if (
                self._keys is None
                or self._is_over("keys", KEPT)
                or (afresh and self._is_over("afresh", BETWEEN))
            ):
                self._keys = usable_keys(self._patiently(places.keys))
                self._read["keys"] = time.monotonic()
                self._read |= {"afresh": time.monotonic()} if afresh else {}
            return self._keys

    def _is_over(self, what: str, seconds: float) -> bool:
        return time.monotonic() - self._read.get(what, float("-inf")) > seconds

    def _patiently(self, address: str) -> dict[str, Any]:
        """A document that it publishes; after a failure it is left alone for some seconds."""
        if not self._is_over("failed", PAUSE):
            raise ProviderSilent("it did not answer a moment ago")
        refuse_open(address, at_this_machine=is_loopback(self.issuer))
        try:
            said = ask(address)
            if said.status >= 300:
                raise ProviderSilent(f"status {said.status}")
        except ProviderSilent:
            self._read["failed"] = time.monotonic()
            raise
        return said.document


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def provider_of(settings: Settings) -> Provider | None:
    """The provider that the settings name, None where they name none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes)
