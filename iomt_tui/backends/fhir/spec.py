"""Which FHIR server, which ward on it, and what may be written there: a value without secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

NONE, DEVICE, BACKEND, BEARER = "none", "device", "backend", "bearer"
AUTHS: Final = (NONE, DEVICE, BACKEND, BEARER)


@dataclass(frozen=True, slots=True)
class FhirSpec:
    """One configured server. Times are seconds unless named otherwise."""

    name: str  # in the configuration; names the ward's directory and the secrets, too
    url: str  # the FHIR base
    ward: str  # "Location/ID", "Group/ID", "List/ID", or an Encounter query: "Encounter?status=in-progress&…"
    auth: str = NONE  # how to sign in: one of AUTHS
    client_id: str = ""
    scopes: tuple[str, ...] = ()  # () asks for what reading and the configured writes need
    issuer: str = ""  # where the server's own SMART discovery does not tell
    key_file: str = ""  # private key for BACKEND: JWK or PEM, mode 0600
    key_id: str = ""
    algorithm: str = "ES384"  # or RS384
    token_command: tuple[str, ...] = ()  # prints a token; no shell
    token_env: str = ""  # variable that holds one
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    pin: str = ""  # base64 SHA-256 of the server's public key (SubjectPublicKeyInfo)
    history_hours: float = 24.0
    poll_least: float = 2.0
    poll_most: float = 30.0
    writes: tuple[str, ...] = ()  # of iomt_tui.ward.writes.WHATS

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> FhirSpec:
        """From its ``asdict`` after JSON. Raises TypeError on another shape."""
        lists: dict[str, Any] = {key: tuple(data[key]) for key in ("scopes", "token_command", "writes") if key in data}
        return cls(**(data | lists))
