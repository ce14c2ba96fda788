"""The wall board's keys, and the assertion by which it says who it is (SMART Backend Services, RFC 7523)."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from .npm_servers import BOARD

ALGORITHMS = ("ES384", "RS384")


@dataclass(frozen=True)
class BoardKeys:
    """One private key for each algorithm that SMART names."""

    keys: dict[str, ECKey | RSAKey]

    @classmethod
    def generate(cls) -> BoardKeys:
        """New keys, each with its algorithm in ``kid`` and ``alg``."""
        ec = ECKey.generate_key("P-384", {"kid": "board-ES384", "alg": "ES384", "use": "sig"})
        rsa = RSAKey.generate_key(2048, {"kid": "board-RS384", "alg": "RS384", "use": "sig"})
        return cls({"ES384": ec, "RS384": rsa})

    def public(self) -> dict[str, Any]:
        """The JWK set to register with the provider."""
        return dict(KeySet(list(self.keys.values())).as_dict(private=False))

    def assertion(self, audience: str, algorithm: str = "ES384") -> str:
        """A ``client_assertion`` that holds for a minute and for one request."""
        key = self.keys[algorithm]
        header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
        now = int(time.time())
        claims = {"iss": BOARD, "sub": BOARD, "aud": audience, "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex}
        return jwt.encode(header, claims, key, algorithms=list(ALGORITHMS))
