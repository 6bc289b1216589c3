"""The signed answer of a provider: who it is about, and that it is about this very sign-in."""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from app.errors import ProviderSilent, SignOnRefused

ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]  # two keys, not one
KINDS = ("RSA", "EC")
LEEWAY = 60  # seconds by which two clocks may differ
FRESH = 600  # seconds since it was signed
LONGEST = 100_000  # characters
NOT_TRUSTED = "What came back from there could not be trusted, so nobody was signed in. Please try again."


class UnknownKey(SignOnRefused):
    """It is signed with a key that is none of those that are known."""


def usable_keys(document: Mapping[str, Any]) -> Any:
    """The public keys for signatures in a provider's list; those that can not be read are passed over.

    Raises ProviderSilent where there is none.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, import_key

    listed, keys = document.get("keys"), []
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("kty") not in KINDS or one.get("use", "sig") != "sig":
            continue
        try:
            keys.append(import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise ProviderSilent("it has no keys")
    return KeySet(keys)


def verified(
    token: str, keys: Any, now: datetime, *, issuer: str, client: str, nonce: str, access: str
) -> dict[str, Any]:
    """The claims of an ID token once everything about it is right.

    Raises UnknownKey where it names a key that is not among these, and SignOnRefused, which never says why.
    """
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError

    if len(token) > LONGEST or not token.isascii():
        raise SignOnRefused(NOT_TRUSTED)
    needed = {"iss": issuer, "aud": client, "nonce": nonce}
    options = {name: {"essential": True, "value": value} for name, value in needed.items()}
    params = {"client_id": client, "nonce": nonce, "access_token": access}
    seconds = int(now.timestamp())
    try:
        signed = jwt.decode(token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(now=seconds, leeway=LEEWAY)
        _refuse_odd(claims, issuer, client, nonce, seconds)
    except InvalidKeyIdError:
        raise UnknownKey(NOT_TRUSTED) from None
    except (JoseError, ValueError, TypeError, KeyError):
        raise SignOnRefused(NOT_TRUSTED) from None
    return dict(claims)


def _refuse_odd(claims: Mapping[str, Any], issuer: str, client: str, nonce: str, now: int) -> None:
    """What the specification asks for, once more and in our own words. Raises ValueError."""
    audience, said = claims["aud"], claims["nonce"]
    named = audience if isinstance(audience, list) else [audience]
    right = [
        claims["iss"] == issuer,
        client in named,
        len(named) == 1 or claims.get("azp") == client,
        claims.get("azp", client) == client,
        isinstance(said, str) and compare_digest(said.encode(), nonce.encode()),
        isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255,
        now < claims["exp"] + LEEWAY,
        now - FRESH - LEEWAY < claims["iat"] <= now + LEEWAY,
    ]
    if not all(right):
        raise ValueError("odd")
