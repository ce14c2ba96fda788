"""What a token endpoint grants, checked (RFC 6749, 5.1)."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from iomt_tui.security.secret import NOTHING, Secret
from iomt_tui.security.sign_in.exchange import document
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.sign_in.scopes import OFFLINE, OPENID
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import Answer

_LONGEST: Final = 64 * 1024
_MOST_SCOPES: Final = 1_000


class Tokens(NamedTuple):
    """One grant. ``lasts`` is s, infinite when the server does not say."""

    access: Secret
    lasts: float
    refresh: Secret
    identity: Secret  # the id_token
    scopes: frozenset[str]


def granted(name: str, answer: Answer, asked: frozenset[str]) -> Tokens:
    """The tokens of a 200. Raises :class:`SignedOut` for a grant that cannot be used, WebError for none at all.

    Without ``scope`` all was granted that was asked (RFC 6749). A server that gives the token of ``openid`` or
    ``offline_access`` has granted it, whether it says so or not.
    """
    told = document(answer)
    if str(told.get("token_type", "")).lower() != "bearer":
        raise SignedOut(f"{name} grants a kind of token that this program does not know; it needs Bearer")
    access = printable(told.get("access_token"))
    if not access:
        raise SignedOut(f"{name} granted no token that can be sent; ask its administrator")
    refresh, identity = printable(told.get("refresh_token")), printable(told.get("id_token"))
    scopes = _scopes(told["scope"]) if isinstance(told.get("scope"), str) else asked
    implied = {scope for scope, token in ((OFFLINE, refresh), (OPENID, identity)) if token}
    return Tokens(access, _seconds(told.get("expires_in")), refresh, identity, scopes | (implied & asked))


def printable(value: object) -> Secret:
    """A token that can stand in a header or a form: printable ASCII without spaces; else the empty one."""
    fits = isinstance(value, str) and len(value) <= _LONGEST and value.isascii() and value.isprintable()
    return Secret(value) if isinstance(value, str) and fits and " " not in value else NOTHING


def _scopes(text: str) -> frozenset[str]:
    return frozenset(safe_text(one, 200) for one in text[:_LONGEST].split()[:_MOST_SCOPES])


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return math.inf
    return max(0.0, seconds) if math.isfinite(seconds) else math.inf
