"""A person's sign-in as it outlives a process: one secret that holds all of it, bound to the server it is for."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.model import User
from iomt_tui.security.sign_in.tokens import printable
from iomt_tui.security.text import safe_text


class Kept(NamedTuple):
    """A refresh token, and what is known without using it."""

    base: str  # of the FHIR server
    client_id: str
    token: str  # the endpoint that gave it, and the only one that gets it
    refresh: Secret
    user: User | None
    granted: frozenset[str]

    def text(self) -> str:
        """As it is put into a keyring. It holds the token itself."""
        name, ref = self.user or ("", "")
        told = {
            "base": self.base, "client": self.client_id, "token": self.token, "refresh": self.refresh.reveal(),
            "name": name, "ref": ref, "granted": sorted(self.granted),
        }  # fmt: skip
        return json.dumps(told, separators=(",", ":"))


def read_kept(secret: Secret, base: str, client_id: str) -> Kept | None:
    """From its text, unless it is for another server or program: a token goes nowhere but where it came from."""
    try:
        told: dict[str, Any] = json.loads(secret.reveal())
        if (told["base"], told["client"]) != (base, client_id):
            return None
        user = User(safe_text(told["name"], 40), str(safe_text(told["ref"], 400))) if told["name"] else None
        granted = frozenset(str(safe_text(one, 200)) for one in told["granted"])
        refresh = printable(told["refresh"])
        return Kept(base, client_id, str(told["token"]), refresh, user, granted) if refresh else None
    except (ValueError, TypeError, KeyError):
        return None
