"""Where to sign in: SMART discovery, else the CapabilityStatement, else OpenID Connect discovery.

SMART App Launch 2.2, "Conformance"; OpenID Connect Discovery 1.0, section 4; RFC 8628, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from iomt_tui.security.sign_in.exchange import Exchange, document
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError, origin

OAUTH_URIS: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_LONGEST: Final = 2_000
_LARGEST: Final = 8 << 20  # bytes; a CapabilityStatement may tell everything about everything
_NAMES: Final = {
    "token": "token_endpoint",
    "device": "device_authorization_endpoint",
    "revocation": "revocation_endpoint",
    "userinfo": "userinfo_endpoint",
    "jwks": "jwks_uri",
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of a sign-in server; "" for what it has not. Each may be asked: https, or this machine."""

    token: str
    issuer: str = ""
    device: str = ""
    revocation: str = ""
    userinfo: str = ""
    jwks: str = ""
    capabilities: frozenset[str] = frozenset()  # SMART's

    @property
    def only_v1(self) -> bool:
        """Whether the server knows the scopes of SMART 1 alone ("user/*.read")."""
        return "permission-v2" not in self.capabilities and "permission-v1" in self.capabilities


async def discover(exchange: Exchange, issuer: str = "", *, device: bool = False) -> Endpoints:
    """The endpoints for ``exchange.base``. ``issuer`` is the configured one, ``device``: a device grant is wanted.

    Raises :class:`SignedOut` when the server names none that can be used, WebError when it cannot be asked: a server
    that is out of order must not have us sign in elsewhere.
    """
    found = await _smart(exchange) or await _statement(exchange)
    if found is not None and issuer and found.issuer and found.issuer != issuer:
        raise SignedOut(
            f"{exchange.name} signs in at another issuer than the configured one; make sure which is right, "
            "and correct issuer"
        )
    known = issuer or (found.issuer if found else "")
    if known and (found is None or (device and not (found.device and found.jwks))):
        found = await _with_openid(exchange, known, found, device=device)
    if found is None:
        raise SignedOut(f"{exchange.name} does not say where to sign in; set issuer in the configuration")
    if device and not found.device:
        raise SignedOut(f"{exchange.name} has no sign-in by a code (device authorization); configure another auth")
    return found if found.issuer or not issuer else replace(found, issuer=issuer)


async def _smart(exchange: Exchange) -> Endpoints | None:
    told = await _document(exchange, f"{exchange.base}/.well-known/smart-configuration")
    return _endpoints(exchange.name, told) if told and told.get("token_endpoint") else None


async def _statement(exchange: Exchange) -> Endpoints | None:
    """The addresses in ``rest.security.extension`` of the CapabilityStatement, as SMART 1 had them."""
    told = await _document(exchange, f"{exchange.base}/metadata", "application/fhir+json")
    if not told:
        return None
    securities = [rest.get("security") for rest in _objects(told.get("rest"))]
    outer = [
        one for security in securities if isinstance(security, dict) for one in _objects(security.get("extension"))
    ]
    inner = [part for one in outer if one.get("url") == OAUTH_URIS for part in _objects(one.get("extension"))]
    uris = {str(part.get("url")): part.get("valueUri") for part in inner}
    names = {"token_endpoint": uris.get("token"), "revocation_endpoint": uris.get("revoke")}
    return _endpoints(exchange.name, names) if uris.get("token") else None


async def _with_openid(exchange: Exchange, issuer: str, known: Endpoints | None, *, device: bool) -> Endpoints | None:
    """What OpenID Connect discovery adds. A device grant is asked for and fetched at one server, so that it takes all
    addresses from there."""
    told = await _document(exchange, f"{address(exchange.name, issuer).rstrip('/')}/.well-known/openid-configuration")
    if not told:
        return known
    if told.get("issuer") != issuer:
        raise SignedOut(f"the issuer of {exchange.name} gives itself another name; make sure which is right")
    if not told.get("token_endpoint"):
        return known
    own = _endpoints(exchange.name, told)
    if known is None or (device and not known.device):
        return replace(own, capabilities=known.capabilities) if known else own
    added = {name: getattr(known, name) or getattr(own, name) for name in ("revocation", "userinfo", "jwks")}
    return replace(known, issuer=issuer, **added)


async def _document(exchange: Exchange, url: str, accept: str = "application/json") -> dict[str, Any] | None:
    """A JSON object, None where the server has nothing there (or a page for people)."""
    answer = await exchange.get(url, accept, most=_LARGEST)
    if answer.status != 200:
        return None
    try:
        return document(answer)
    except WebError:
        return None


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _endpoints(name: str, told: Mapping[str, Any]) -> Endpoints:
    """Each address checked. Raises :class:`SignedOut` for one that a secret must not be sent to."""
    made = {field: address(name, told[key]) for field, key in _NAMES.items() if told.get(key)}
    issuer = address(name, told["issuer"]) if told.get("issuer") else ""
    capabilities = told.get("capabilities")
    words = [one for one in capabilities if isinstance(one, str)] if isinstance(capabilities, list) else []
    return Endpoints(**made, issuer=issuer, capabilities=frozenset(words))


def address(name: str, value: object) -> str:
    """``value`` if it is an address to sign in at: https, or http on this machine; no user, no fragment.

    Raises :class:`SignedOut`.
    """
    if not (isinstance(value, str) and len(value) <= _LONGEST and _safe(value)):
        raise SignedOut(
            f"{name} names an address to sign in at that is not safe (https is needed); ask its administrator"
        )
    return value


def _safe(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        origin(url)
    except WebError:
        return False
    return not urlsplit(url).fragment
