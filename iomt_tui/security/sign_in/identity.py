"""Who signed in: from an id_token whose signature, issuer, audience and time hold, and from the userinfo endpoint.

OpenID Connect Core 1.0, 3.1.3.7 and 5.3; SMART App Launch 2.2, ``fhirUser``. There is no nonce in a device grant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.discovery import Endpoints
from iomt_tui.security.sign_in.exchange import Exchange, document
from iomt_tui.security.sign_in.model import SignedOut, User
from iomt_tui.security.sign_in.tokens import Tokens
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import WebError

if TYPE_CHECKING:
    from joserfc.jwk import Key

#: Signatures by a key pair alone: with "none" or a shared key anybody could have made it.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LEEWAY: Final = 60  # s
_PERSON: Final = re.compile(
    r"(https?://[\x21-\x7e]{1,300}/)?"
    r"((?:Practitioner|PractitionerRole|Patient|RelatedPerson|Person|Device)/[A-Za-z0-9.-]{1,64})"
)
_MOST_KEYS: Final = 50
_SHORTEST_MODULUS: Final = 342  # characters of base64 that 2048 bits take


class Identity(NamedTuple):
    """A person, and the server's own name for them ("" unknown), which a refresh may not change."""

    user: User | None
    subject: str


async def identify(exchange: Exchange, endpoints: Endpoints, client_id: str, tokens: Tokens) -> Identity:
    """Who ``tokens`` are for; nobody when the server proves nothing.

    Raises :class:`SignedOut` when the proof is there and does not hold, WebError when it cannot be checked now.
    """
    claims: dict[str, Any] = {}
    if tokens.identity and endpoints.issuer and endpoints.jwks:
        keys = document(await exchange.get(endpoints.jwks))
        claims = proven(exchange, tokens.identity, keys, endpoints.issuer, client_id)
    if endpoints.userinfo and not (claims.get("name") and _reference(exchange.base, claims)):
        claims = await _with_userinfo(exchange, endpoints.userinfo, tokens.access, claims)
    return Identity(_user(exchange.base, claims), str(claims.get("sub") or ""))


def proven(
    exchange: Exchange, token: Secret, keys: Mapping[str, Any], issuer: str, client_id: str
) -> dict[str, Any]:  # fmt: skip
    """The claims of an id_token. Raises :class:`SignedOut` unless everything about it holds."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jws import JWSRegistry, extract_compact
    from joserfc.jwt import JWTClaimsRegistry

    lenient = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)  # a header of their own may be there
    try:
        algorithm = str(extract_compact(token.reveal().encode()).headers()["alg"])
        found = jwt.decode(token.reveal(), _key_set(keys, algorithm), algorithms=ALGORITHMS, registry=lenient)
        claims: dict[str, Any] = found.claims
        JWTClaimsRegistry(
            now=int(exchange.now()), leeway=_LEEWAY,
            iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client_id},
            exp={"essential": True}, sub={"essential": True},
        ).validate(claims)  # fmt: skip
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _unproven(exchange.name, type(error).__name__) from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims["iss"] != issuer or (claims.get("azp", client_id) != client_id) or (several and "azp" not in claims):
        raise _unproven(exchange.name, "it is for another program")
    return claims


def _unproven(name: str, why: str) -> SignedOut:
    return SignedOut(f"{name} does not prove who signed in ({why}); nobody is signed in. Ask its administrator")


def _key_set(keys: Mapping[str, Any], algorithm: str) -> Any:
    """The public keys that the algorithm can use; an odd one among them does not cost the others."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, KeySet

    kind = "EC" if algorithm.startswith("ES") else "RSA"
    found: list[Key] = []
    listed = keys.get("keys")
    for one in listed[:_MOST_KEYS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") != kind or one.get("use", "sig") != "sig" or "d" in one:
            continue
        if kind == "RSA" and len(str(one.get("n"))) < _SHORTEST_MODULUS:
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError):
            continue
    return KeySet(found)


async def _with_userinfo(exchange: Exchange, url: str, access: Secret, claims: dict[str, Any]) -> dict[str, Any]:
    """``claims`` and what the userinfo endpoint adds. It counts only if it is about the same person."""
    try:
        answer = await exchange.get(url, authorization=f"Bearer {access.reveal()}")
        told = document(answer) if answer.status == 200 else {}
    except WebError:
        return claims  # a name is worth less than the sign-in
    same = told.get("sub") and claims.get("sub", told["sub"]) == told["sub"]
    return told | claims if same else claims


def _user(base: str, claims: Mapping[str, Any]) -> User | None:
    reference = _reference(base, claims)
    names = (claims.get(key) for key in ("name", "preferred_username"))
    name = next((one for one in names if isinstance(one, str) and one.strip()), "") or reference or claims.get("sub")
    return User(safe_text(name, 40), reference) if isinstance(name, str) and name else None


def _reference(base: str, claims: Mapping[str, Any]) -> str:
    """``fhirUser`` (in SMART 1 also ``profile``), relative where it is on the server itself."""
    for key in ("fhirUser", "profile"):
        value = claims.get(key)
        matched = _PERSON.fullmatch(value) if isinstance(value, str) else None
        if matched:
            return matched[2] if (matched[1] or "").rstrip("/") in ("", base.rstrip("/")) else matched[0]
    return ""
