"""SMART Backend Services: a program that signs in by its own key (private_key_jwt), for a wall board.

SMART App Launch 2.2, "Client Authentication: Asymmetric"; RFC 7523.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from iomt_tui.security.private_files import SecretError, read_private
from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.discovery import Endpoints
from iomt_tui.security.sign_in.exchange import Exchange, error_code, refusal
from iomt_tui.security.web import Answer

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LASTS: Final = 240  # s; SMART allows 300
ALGORITHMS: Final[dict[str, Literal["EC", "RSA"]]] = {"ES384": "EC", "RS384": "RSA"}
_CURVE: Final = "P-384"
_LEAST_BITS: Final = 2_048
_PARTS: Final = ("kty", "crv", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi", "kid")


def key_text(path: str) -> Secret:
    """The private key in a file that nobody else can read. Raises :class:`SecretError`."""
    found = read_private(Path(path), what="the private key")
    if not found:
        raise SecretError(f"the private key {path} is not there, or empty")
    return found


def private_key(text: Secret, algorithm: str) -> ECKey | RSAKey:
    """The key in ``text``, a JWK, a key set with one private key, or PEM. Raises :class:`SecretError`."""
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    kind, raw = ALGORITHMS[algorithm], text.reveal()
    try:
        if (_jwk_fits if raw.startswith("{") else _pem_fits)(raw, kind):
            key = import_key(_jwk(raw) if raw.startswith("{") else raw, kind)
            if key.is_private:
                return key
    except (JoseError, ValueError, TypeError, KeyError):
        pass  # their words may hold parts of the key
    needed = f"an EC key on {_CURVE}" if kind == "EC" else f"an RSA key of {_LEAST_BITS} bits or more"
    raise SecretError(f"the private key is not one for {algorithm}, which needs {needed}, without a password")


def _jwk(raw: str) -> dict[str, Any]:
    """The members that make a key; what it is for (``alg``, ``key_ops``) is decided here."""
    found = json.loads(raw)
    if isinstance(found.get("keys"), list):
        found = next((one for one in found["keys"] if isinstance(one, dict) and "d" in one), {})
    return {name: found[name] for name in _PARTS if name in found}


def _jwk_fits(raw: str, kind: str) -> bool:
    jwk = _jwk(raw)
    return jwk["kty"] == kind and (jwk["crv"] == _CURVE if kind == "EC" else len(jwk["n"]) * 6 >= _LEAST_BITS)


def _pem_fits(raw: str, kind: str) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(raw.encode(), None)
    if isinstance(key, EllipticCurvePrivateKey):
        return kind == "EC" and key.curve.name == "secp384r1"
    return isinstance(key, RSAPrivateKey) and kind == "RSA" and key.key_size >= _LEAST_BITS


def assertion(
    key: ECKey | RSAKey, client_id: str, audience: str, algorithm: str, key_id: str, now: float,
    fresh: Callable[[], str],
) -> Secret:  # fmt: skip
    """What proves that we hold the key, for ``audience`` alone and for four minutes. ``fresh`` gives its own id."""
    from joserfc import jwt

    header = {"alg": algorithm} | ({"kid": named} if (named := key_id or key.kid) else {})
    claims: dict[str, Any] = {
        "iss": client_id, "sub": client_id, "aud": audience, "jti": fresh(), "exp": int(now) + LASTS,
    }  # fmt: skip
    return Secret(jwt.encode(header, claims, key, algorithms=[algorithm]))


async def granted(exchange: Exchange, endpoints: Endpoints, scopes: tuple[str, ...], proof: Secret) -> Answer:
    """The 200 of the token endpoint. Raises :class:`SignedOut` when it refuses, WebError when it does not answer."""
    form = {
        "grant_type": "client_credentials", "scope": " ".join(scopes), "client_assertion_type": ASSERTION,
        "client_assertion": proof.reveal(),
    }  # fmt: skip
    answer = await exchange.post(endpoints.token, form)
    if answer.status != 200:
        raise refusal(exchange.name, error_code(answer))
    return answer
