"""Asking another server something: over HTTPS, for ten seconds, and never more than fits."""

import ipaddress
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.errors import ProviderSilent

PATIENCE = 10  # seconds, for the whole of one answer
LARGEST = 256 * 1024  # bytes; documents of this kind have a few thousand
ASKED = {"Accept": "application/json", "Accept-Encoding": "identity"}  # packed answers can unfold to any size


@dataclass(frozen=True)
class Said:
    """A JSON object that came back, and the status with which it came."""

    status: int
    document: dict[str, Any]


def is_loopback(address: str) -> bool:
    """Whether an address is on this very machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_open(address: str, *, at_this_machine: bool) -> None:
    """Raises ProviderSilent for an address on whose way others could read."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme == "https" or (
            parts.scheme == "http" and at_this_machine and is_loopback(address)
        )
    except ValueError:
        fits = False
    if not fits:
        raise ProviderSilent("an address is not https")


def ask(address: str, form: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None) -> Said:
    """What is answered to GET, or to POST with this form; redirects are not followed.

    Raises ProviderSilent for everything but a JSON object with a status from 200 to 299 or 400 to 499.
    """
    import httpx  # here and not above: only who has a single sign-on needs it

    until, calling = time.monotonic() + PATIENCE, "GET" if form is None else "POST"
    try:
        with (
            httpx.Client(timeout=PATIENCE, trust_env=not is_loopback(address)) as client,
            client.stream(calling, address, data=form, auth=auth, headers=ASKED) as answer,
        ):
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise ProviderSilent("it is packed")
            body = _whole(answer.iter_raw(), until)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise ProviderSilent(type(error).__name__) from None
    return Said(answer.status_code, _document(answer.status_code, body))


def _whole(parts: Iterator[bytes], until: float) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > LARGEST:
            raise ProviderSilent("it is too long")
        if time.monotonic() > until:
            raise ProviderSilent("it takes too long")
    return bytes(body)


def _document(status: int, body: bytes) -> dict[str, Any]:
    if not (200 <= status < 300 or 400 <= status < 500):
        raise ProviderSilent(f"status {status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderSilent("it is no JSON") from None
    if not isinstance(document, dict):
        raise ProviderSilent("it is no JSON object")
    return document
