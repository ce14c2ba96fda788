"""A sign-in server in this process, for what a real one does rarely: it keeps RFC 6749's and RFC 8628's rules."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in.person import PersonSession
from iomt_tui.security.sign_in.session import session_for
from iomt_tui.security.web import Answer, WebError

BASE = "https://fhir.example/r4"
ISSUER = "https://sign.example"
NOW = 1_750_000_000
SMART = f"{BASE}/.well-known/smart-configuration"
OPENID = f"{ISSUER}/.well-known/openid-configuration"
CANARY = "CANARY"

KEY = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256", "use": "sig"})
OTHER = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Keyring:
    """A keyring of the allow-list's first class."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.held.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.held[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        del self.held[service, name]


Keyring.__module__, Keyring.__qualname__ = "keyring.backends.SecretService", "Keyring"


def secrets(keyring: object | None = None, environ: Mapping[str, str] | None = None, **more: Any) -> Secrets:
    """Secrets with this keyring, else with none, and with this environment alone."""

    def find() -> object:
        if keyring is None:
            raise RuntimeError
        return keyring

    return Secrets(find=find, environ=environ or {}, **more)


class Server:
    """Answers as ``Web`` would. Each ``told`` document may be changed; ``polls`` are the answers before the tokens."""

    def __init__(self) -> None:
        urls = {
            "token_endpoint": f"{ISSUER}/token", "device_authorization_endpoint": f"{ISSUER}/device",
            "revocation_endpoint": f"{ISSUER}/revoke", "userinfo_endpoint": f"{ISSUER}/me",
            "jwks_uri": f"{ISSUER}/jwks",
        }  # fmt: skip
        self.told: dict[str, Any] = {
            SMART: {"issuer": ISSUER, **urls, "capabilities": ["permission-v2"]},
            f"{ISSUER}/jwks": KeySet([KEY, RSA]).as_dict(private=False),
            f"{ISSUER}/me": {"sub": "u1", "name": "Nurse One", "fhirUser": "Practitioner/n1"},
            f"{ISSUER}/device": {
                "user_code": "WDJB-MJHT", "verification_uri": f"{ISSUER}/go",
                "verification_uri_complete": f"{ISSUER}/go?code=WDJB-MJHT", "expires_in": 600,
            },
        }  # fmt: skip
        self.polls: list[str | Exception] = []
        self.claims: dict[str, Any] | None = {
            "iss": ISSUER, "aud": "terminal", "sub": "u1", "exp": NOW + 300, "iat": NOW, "name": "Nurse One",
            "fhirUser": f"{BASE}/Practitioner/n1",
        }  # fmt: skip
        self.id_token: str | None = None  # instead of one with the claims
        self.scope: str | None = None
        self.lasts: int | None = 300
        self.rotates = self.refreshes = True
        self.refresh_answer: tuple[int, dict[str, Any]] | WebError | None = None
        self.assertions: list[str] = []
        self.used: set[str] = set()
        self.revoking: dict[str, str] = {}  # kind of token -> the error of an attempt to revoke it
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.asked: list[str] = []
        self.date = NOW * 1000
        self.gate: asyncio.Event | None = None
        self.count = self.devices = 0

    @property
    def counted(self) -> Counter[str]:
        """Token requests by their grant."""
        return Counter(form["grant_type"].rpartition(":")[2] for url, form in self.forms if url.endswith("/token"))

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None,
        deadline: float | None = None, most: int | None = None,
    ) -> Answer:  # fmt: skip
        self.asked.append(f"{method} {url}")
        await asyncio.sleep(0)
        status, body = 200, self.told.get(url)
        if method == "POST":
            form = dict(parse_qsl((content or b"").decode()))
            self.forms.append((url, form))
            if url.endswith("/token"):
                status, body = await self._token(form)
            elif url.endswith("/device") and isinstance(body, dict):
                self.devices += 1
                body = {"device_code": f"{CANARY}-device-{self.devices}"} | body
            elif url.endswith("/revoke"):
                error = self.revoking.get(form["token_type_hint"])
                status, body = (400, {"error": error}) if error else (200, {})
        if isinstance(body, WebError):
            raise body
        if isinstance(body, int):
            status, body = body, {}
        if body is None:
            status, body = 404, {}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, {}, raw, self.date, 0.0)

    async def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        grant = form["grant_type"]
        if grant == "refresh_token":
            if self.gate is not None:
                await self.gate.wait()
            if isinstance(self.refresh_answer, WebError):
                raise self.refresh_answer
            if self.refresh_answer is not None:
                return self.refresh_answer
            if form["refresh_token"] in self.used:
                return 400, {"error": "invalid_grant"}
            if self.rotates:
                self.used.add(form["refresh_token"])
            return 200, self._tokens()
        if grant == "client_credentials":
            self.assertions.append(form["client_assertion"])
            return 200, self._tokens(person=False)
        if self.polls:
            error = self.polls.pop(0)
            if isinstance(error, Exception):
                raise error
            return 400, {"error": error, "error_description": f"{CANARY}-words"}
        if form["device_code"] in self.used:
            return 400, {"error": "invalid_grant"}
        self.used.add(form["device_code"])
        return 200, self._tokens()

    def _tokens(self, *, person: bool = True) -> dict[str, Any]:
        self.count += 1
        told: dict[str, Any] = {"token_type": "Bearer", "access_token": f"{CANARY}-access-{self.count}"}
        if self.lasts is not None:
            told["expires_in"] = self.lasts
        if self.scope is not None:
            told["scope"] = self.scope
        if person and self.refreshes and (self.rotates or self.count == 1):
            told["refresh_token"] = f"{CANARY}-refresh-{self.count}"
        if person and (self.id_token or self.claims):
            told["id_token"] = self.id_token or jwt.encode(
                {"alg": "ES256", "kid": "one"}, dict(self.claims or {}), KEY, algorithms=["ES256"]
            )
        return told


def person(server: Server, time: Time, keyring: Keyring | None = None, **more: Any) -> PersonSession:
    made = session_for(
        auth="device", name="w", base=BASE, web=server, secrets=secrets(keyring), client_id="terminal",
        clock=time.clock, sleep=time.sleep, wall=lambda: NOW + 7_200, **more,
    )  # fmt: skip
    assert isinstance(made, PersonSession)
    return made


async def signed_in(server: Server, time: Time, keyring: Keyring | None = None, **more: Any) -> PersonSession:
    session = person(server, time, keyring, **more)
    await session.finish(await session.begin())
    return session
