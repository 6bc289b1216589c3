"""A real OpenID Connect provider on a free port of this machine, with a switch for each thing gone wrong."""

import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "storyhold", "a secret: with/odd+signs"
PATIENCE_SECONDS = 30
KEY, OTHER_KEY, ELLIPTIC = (
    RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}),
    RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}),  # an intruder's, under the same name
    ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"}),
)
NEXT_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
Change = Callable[[dict[str, Any]], None]


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@dataclass
class Person:
    """Who signs in at the provider."""

    sub: str = "ann-1"
    email: Any = "ann@example.org"
    email_verified: Any = True
    name: str = "Ann N."
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Switches:
    """What the provider does wrong; without any of it, it is as it should be."""

    claims: Change | None = None  # changes the claims before they are signed
    signed: Callable[[dict[str, Any]], str] | None = None  # signs in another way
    token: Change | None = None  # changes the answer of the token endpoint
    document: Change | None = None  # changes the discovery document
    answers: dict[str, Response] = field(default_factory=dict)  # said instead, by path
    keys: list[Any] = field(default_factory=lambda: [KEY, ELLIPTIC])
    refuses: str = ""  # an error that it sends people back with
    hanging: threading.Event | None = None  # does not answer until this is set


@dataclass
class Provider:
    """The provider as tests see it. `asked` are the paths that the archive asked for."""

    address: str
    person: Person = field(default_factory=Person)
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: list[dict[str, str]] = field(default_factory=list)

    def settings(self, **more: str) -> dict[str, str]:
        """What an archive has to be told of it."""
        told = {"oidc_issuer": self.address, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        return told | {"oidc_label": "Northgate Trust"} | more

    def reset(self) -> None:
        self.person, self.switches = Person(), Switches()
        for kept in (self.asked, self.codes, self.forms):
            kept.clear()

    def claims_for(self, left: dict[str, str], access: str) -> dict[str, Any]:
        now, half = int(self.clock().timestamp()), hashlib.sha256(access.encode()).digest()[:16]
        told = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": left["nonce"]}
        told |= {"at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode()}
        who = {"sub": self.person.sub, "email": self.person.email, "name": self.person.name}
        return told | who | {"email_verified": self.person.email_verified} | self.person.more

    def sign(self, claims: dict[str, Any]) -> str:
        if self.switches.signed:
            return self.switches.signed(claims)
        return signed_by(KEY)(claims)

    def document(self) -> dict[str, Any]:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told: dict[str, Any] = {name: f"{self.address}/{path}" for name, path in named.items()}
        told["issuer"] = self.address
        if self.switches.document:
            self.switches.document(told)
        return told


def signed_by(key: Any, algorithm: str = "RS256", kid: str | None = None) -> Callable[[dict[str, Any]], str]:
    """Signs with this key, under its name or another."""

    def sign(claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": algorithm, "kid": kid or key.kid}, claims, key, algorithms=[algorithm])

    return sign


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def signed_with_what_is_public(claims: dict[str, Any]) -> str:
    """HS256 with the provider's public key as the secret: the oldest trick there is."""
    secret = OctKey.import_key(KEY.as_pem(private=False))
    header = {"alg": "HS256", "kid": "one"}
    return jws.serialize_compact(header, json.dumps(claims), secret, algorithms=["HS256"])


def with_another_signature(claims: dict[str, Any]) -> str:
    return (
        signed_by(KEY)(claims).rpartition(".")[0] + "." + signed_by(KEY)(claims | {"a": 1}).rpartition(".")[2]
    )


def _app(provider: Provider) -> Starlette:
    async def asked(request: Request) -> Response:
        provider.asked.append(request.url.path)
        if provider.switches.hanging:
            await run_in_threadpool(provider.switches.hanging.wait, PATIENCE_SECONDS)
        return provider.switches.answers.get(request.url.path) or await ANSWERS[request.url.path](request)

    async def document(_request: Request) -> Response:
        return JSONResponse(provider.document())

    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False) for key in provider.switches.keys]})

    async def authorize(request: Request) -> Response:
        left = dict(request.query_params)
        if provider.switches.refuses:
            given = {"error": provider.switches.refuses, "error_description": "<b>words of the provider</b>"}
        else:
            given = {"code": secrets.token_urlsafe(16)}
            provider.codes[given["code"]] = left
        return RedirectResponse(f"{left['redirect_uri']}?{urlencode(given | {'state': left['state']})}", 302)

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        provider.forms.append(form | {"authorization": request.headers.get("authorization", "")})
        left = provider.codes.pop(form.get("code", ""), None)  # each code once
        if left is None or not _proved(form, left) or not _known(request, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        claims = provider.claims_for(left, access)
        if provider.switches.claims:
            provider.switches.claims(claims)
        told = {"access_token": access, "token_type": "Bearer", "id_token": provider.sign(claims)}
        if provider.switches.token:
            provider.switches.token(told)
        return JSONResponse(told)

    ANSWERS = {"/authorize": authorize, "/token": token, "/keys": keys}
    ANSWERS["/.well-known/openid-configuration"] = document
    return Starlette(routes=[Route(path, asked, methods=["GET", "POST"]) for path in ANSWERS])


def _proved(form: dict[str, str], left: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = form.get("redirect_uri") == left["redirect_uri"]
    return same and left["code_challenge_method"] == "S256" and challenge == left["code_challenge"]


def _known(request: Request, form: dict[str, str]) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind != "Basic":
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
    return base64.b64decode(given).decode() == "storyhold:a+secret%3A+with%2Fodd%2Bsigns"


@contextmanager
def providing() -> Iterator[Provider]:
    """The provider, answering."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(_app(provider), log_config=None, ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        patience = time.monotonic() + PATIENCE_SECONDS
        while not server.started:
            assert time.monotonic() < patience, "the provider did not start"
            time.sleep(0.02)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
