"""The servers that come from npm: Medplum's FHIR R4 engine in memory, and ``oidc-provider``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from .npm_packages import NPM, installed
from .process import running

TERMINAL = "ward-terminal"  # a public client: device authorization and refresh
BOARD = "wall-board"  # private_key_jwt with ES384 or RS384: client credentials
LONGEST_TOKEN = 300


@dataclass(frozen=True)
class Server:
    """A FHIR R4 server; ``url`` is its base, such as ``http://127.0.0.1:40123/fhir``."""

    url: str


@dataclass(frozen=True)
class Issuer:
    """An OpenID provider; ``url`` is its issuer identifier, below which ``.well-known/openid-configuration`` lies."""

    url: str

    def revoke_all(self) -> None:
        """Ends every session: what refreshes next is told ``invalid_grant``. JWTs given out hold until they expire."""
        httpx.post(f"{self.url}/tests/revoke").raise_for_status()


@contextmanager
def medplum(issuer: str | None = None, port: int = 0) -> Iterator[Server]:
    """An empty server. With ``issuer`` it wants that issuer's tokens, and says so in its SMART configuration.

    The tokens' audience is the server's ``url``, or the issuer's default for a client that named no ``resource``.
    """
    arguments = ["--issuer", issuer] if issuer else []
    with _npm_server("medplum.mjs", port, arguments) as url:
        yield Server(url)


@contextmanager
def oidc(
    client_jwks: Mapping[str, Any] | None = None,
    token_seconds: int = LONGEST_TOKEN,
    interval: int | None = None,
    port: int = 0,
) -> Iterator[Issuer]:
    """A provider with nobody signed in.

    ``client_jwks`` is the public key set of ``BOARD``, which without it does not exist. ``token_seconds`` is the life
    of an access token. ``interval`` is what the device authorization says in seconds; without it, it says nothing.
    """
    arguments = ["--token-seconds", str(token_seconds)]
    if interval is not None:
        arguments += ["--interval", str(interval)]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as keys:
        if client_jwks is not None:
            json.dump(client_jwks, keys)
            keys.flush()
            arguments += ["--client-jwks", keys.name]
        with _npm_server("oidc.mjs", port, arguments) as url:
            yield Issuer(url)


@contextmanager
def _npm_server(script: str, port: int, arguments: list[str]) -> Iterator[str]:
    node: Path = installed()
    with running([node, script, "--port", str(port), *arguments], cwd=NPM) as told:
        yield str(told["url"])
