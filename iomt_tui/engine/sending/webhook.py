"""One attempt to POST an escalation. TLS is always verified, nothing is followed, nothing of the answer is kept."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from typing import Final

from iomt_tui.engine.sending.chain import Step

#: Bytes of an answer that are read at most; then the line is closed.
MOST: Final = 64 * 1024
_LONGEST_TOKEN: Final = 4_096


class TokenError(ValueError):
    """The bearer token of a step cannot be had; the message says why and never what was found."""


def bearer(step: Step) -> str:
    """The token of a step, "" for none. Raises :class:`TokenError`."""
    if step.token_env:
        token = os.environ.get(step.token_env, "")
        if not token:
            raise TokenError(f"the variable {step.token_env} is not set")
    elif step.token_file:
        token = _from_file(step.token_file)
    else:
        return ""
    if not token.isascii() or not token.isprintable() or " " in token or len(token) > _LONGEST_TOKEN:
        raise TokenError("the token is not one line of printable characters")
    return token


def _from_file(name: str) -> str:
    try:
        with open(os.open(name, os.O_RDONLY | os.O_CLOEXEC), encoding="ascii", errors="replace") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise TokenError("others can read the token file; its mode must be 0600")
            return file.readline(_LONGEST_TOKEN + 2).strip()
    except OSError as error:
        raise TokenError(f"the token file cannot be read: {error.strerror}") from error


async def post(step: Step, body: bytes, key: str) -> str:
    """Posts ``body`` once; "" when it was taken, else why not. Its caller limits the time of the whole."""
    import httpx  # takes a while: only where there is a webhook

    for library in ("httpx", "httpcore"):  # they would log the whole address, which may hold a secret
        logging.getLogger(library).setLevel(logging.WARNING)

    headers = {
        "Content-Type": "application/json", "Idempotency-Key": key, "Accept-Encoding": "identity",
        "User-Agent": "iomt-tui",
    }  # fmt: skip
    try:
        if token := bearer(step):
            headers["Authorization"] = f"Bearer {token}"
        # No proxy and no .netrc from the environment: what the alarm passes is what the configuration names.
        trusted = ssl.create_default_context(cafile=step.ca_file) if step.ca_file else True
        async with (
            httpx.AsyncClient(timeout=step.timeout, follow_redirects=False, trust_env=False, verify=trusted) as client,
            client.stream("POST", step.url, content=body, headers=headers) as answer,
        ):
            await _ignore(answer.aiter_raw())
            return _judged(answer.status_code)
    except TokenError as error:
        return str(error)
    except httpx.TimeoutException:
        return "timed out"
    except httpx.TransportError as error:
        return _unreachable(error)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return f"failed ({type(error).__name__})"


async def _ignore(chunks: object) -> None:
    read = 0
    async for chunk in chunks:  # type: ignore[attr-defined]
        read += len(chunk)
        if read > MOST:
            return


def _judged(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"redirected (HTTP {status}), which is not followed"
    return f"refused with HTTP {status}"


def _unreachable(error: BaseException) -> str:
    """The cause in words. The library's own text may hold the address, so it is not used."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate not trusted"
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        cause = cause.__cause__ or cause.__context__
    return "not reachable" if "Connect" in type(error).__name__ else "connection broke off"


async def attempt(step: Step, body: bytes, key: str) -> str:
    """:func:`post` within the step's time, name look-up and slow answers included."""
    try:
        async with asyncio.timeout(step.timeout):
            return await post(step, body, key)
    except TimeoutError:
        return "timed out"
