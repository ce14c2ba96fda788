"""The requests of a sign-in, one function each, without any of the program's own code."""

from __future__ import annotations

from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from .npm_servers import BOARD, TERMINAL, Issuer, Server
from .person import approve

SCOPE = "openid fhirUser profile offline_access launch/patient user/*.rs user/*.cruds user/Task.cu"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def ask(issuer: Issuer, **more: str) -> dict[str, Any]:
    """What the device is told; its tokens are for any FHIR server unless it names a ``resource``."""
    answer = httpx.post(f"{issuer.url}/device/auth", data={"client_id": TERMINAL, "scope": SCOPE, **more})
    return dict(answer.raise_for_status().json())


def poll(issuer: Issuer, device: dict[str, Any]) -> httpx.Response:
    """One question for the tokens of a device; a second one after they came revokes them."""
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    data = {"client_id": TERMINAL, "grant_type": grant, "device_code": device["device_code"]}
    return httpx.post(f"{issuer.url}/token", data=data)


def refresh(issuer: Issuer, token: str) -> httpx.Response:
    """The answer to a refresh token, which is good once."""
    data = {"client_id": TERMINAL, "grant_type": "refresh_token", "refresh_token": token}
    return httpx.post(f"{issuer.url}/token", data=data)


def signed_in(issuer: Issuer, **more: str) -> dict[str, Any]:
    """The tokens of ``nurse-1``, for any FHIR server unless a ``resource`` is named."""
    device = ask(issuer, **more)
    approve(device["verification_uri_complete"])
    return dict(poll(issuer, device).raise_for_status().json())


def claims(issuer: Issuer, token: str) -> dict[str, Any]:
    """What a token says, its signature checked."""
    keys = KeySet.import_key_set(httpx.get(f"{issuer.url}/jwks").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims)


def board_token(issuer: Issuer, assertion: str) -> httpx.Response:
    """The answer to the wall board, which asks for more than it is given."""
    data = {"grant_type": "client_credentials", "scope": "system/*.rs system/*.cruds"}
    proof = {"client_id": BOARD, "client_assertion_type": ASSERTION, "client_assertion": assertion}
    return httpx.post(f"{issuer.url}/token", data={**data, **proof})


def read(server: Server, token: str | None) -> httpx.Response:
    """The answer to a search for patients with this token, or with none."""
    return httpx.get(f"{server.url}/Patient", headers={"Authorization": f"Bearer {token}"} if token else {})
