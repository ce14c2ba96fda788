"""The device authorization grant (RFC 8628): a code that a person types into a page on another device."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from iomt_tui.security.sign_in.discovery import Endpoints, address
from iomt_tui.security.sign_in.exchange import Exchange, document, error_code, refusal
from iomt_tui.security.sign_in.model import SignedOut, SignInStep
from iomt_tui.security.sign_in.tokens import printable
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import Answer, WebError

GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL: Final = 5.0  # s, when the server names none (RFC 8628, 3.2)
SLOWER: Final = 5.0  # s more after each slow_down (3.5)
LONGEST: Final = 3_600.0  # s that a code is waited for
_LONGEST_INTERVAL: Final = 120.0


async def begin(
    exchange: Exchange, endpoints: Endpoints, client_id: str, scopes: tuple[str, ...], clock: Callable[[], float]
) -> SignInStep:  # fmt: skip
    """Asks for a code. Raises :class:`SignedOut` when the server refuses, WebError when it does not answer."""
    begun = clock()
    form = {"client_id": client_id} | ({"scope": " ".join(scopes)} if scopes else {})
    answer = await exchange.post(endpoints.device, form)
    if answer.status != 200:
        raise refusal(exchange.name, error_code(answer))
    told = document(answer)
    code, secret = told.get("user_code"), printable(told.get("device_code"))
    if not isinstance(code, str) or not code.strip() or not secret:
        raise SignedOut(f"{exchange.name} gave no code to sign in with; ask its administrator")
    page = address(exchange.name, told.get("verification_uri") or told.get("verification_url"))
    direct = told.get("verification_uri_complete")
    return SignInStep(
        safe_text(page, 2_000), safe_text(code, 40), safe_text(address(exchange.name, direct) if direct else "", 2_000),
        min(_seconds(told.get("interval"), INTERVAL), _LONGEST_INTERVAL),
        min(_seconds(told.get("expires_in"), LONGEST), LONGEST), secret, begun,
    )  # fmt: skip


def _seconds(value: Any, otherwise: float) -> float:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    return float(value) if usable else otherwise


async def granted(
    exchange: Exchange, endpoints: Endpoints, client_id: str, step: SignInStep,
    clock: Callable[[], float], sleep: Callable[[float], Awaitable[Any]],
) -> Answer:  # fmt: skip
    """Polls until the first 200, and never after it: one poll more would revoke the grant.

    A server that does not answer is asked again, more slowly. Raises :class:`SignedOut` when the sign-in was declined,
    has expired or is refused for another reason.
    """
    form = {"grant_type": GRANT, "device_code": step.device_code.reveal(), "client_id": client_id}
    interval = step.interval
    while True:
        await sleep(interval)
        if clock() - step.begun >= step.lasts:
            raise refusal(exchange.name, "expired_token")
        try:
            answer = await exchange.post(endpoints.token, form)
        except WebError:
            interval = min(interval * 2, _LONGEST_INTERVAL)
            continue
        if answer.status == 200:
            return answer
        code = error_code(answer)
        if code == "slow_down":
            interval += SLOWER
        elif code != "authorization_pending":
            raise refusal(exchange.name, code)
