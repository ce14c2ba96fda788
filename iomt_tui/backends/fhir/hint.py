"""A server's word that there is news, where it gives one: a reason to poll now, and never more than that.

FHIR R4's Subscription over a WebSocket: the server says ``ping ID`` when a resource matches. Polling goes on whatever
becomes of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from iomt_tui.backends.fhir.client import FhirClient, Resource
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.ids import listed
from iomt_tui.backends.fhir.retry import LONGEST
from iomt_tui.backends.fhir.websocket import BrokenSocketError, WebSocket, opened
from iomt_tui.security.web import loopback

EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket"
_BINDING: Final = 10.0  # s that the server gets to answer "bound"
_SILENCE: Final = 3_600.0  # s after which a connection that says nothing is made anew

Open = Callable[[str], Awaitable[WebSocket]]


def address(statement: Resource, base: str) -> str:
    """Where the server gives hints by its CapabilityStatement; "" for nowhere, or nowhere that is to be trusted."""
    places: list[Any] = [statement, *(statement.get("rest") or [])]
    for place in places:
        for extension in (place.get("extension") or []) if isinstance(place, dict) else []:
            if isinstance(extension, dict) and extension.get("url") == EXTENSION:
                url = extension.get("valueUri") or extension.get("valueUrl")
                return url if isinstance(url, str) and _trusted(url, base) else ""
    return ""


def _trusted(url: str, base: str) -> bool:
    """The same host only, and unencrypted only on this machine."""
    try:
        parts, own = urlsplit(url), urlsplit(base)
        same = parts.hostname == own.hostname or (loopback(url) and loopback(base))
        return same and (parts.scheme == "wss" or (parts.scheme == "ws" and loopback(url))) and parts.username is None
    except ValueError:
        return False


class Hint:
    """One subscription for the ward's observations, made anew when it breaks or the ward's patients change."""

    def __init__(
        self, client: FhirClient, url: str, patients: Callable[[], frozenset[str]], hinted: Callable[[], None],
        open_socket: Open, wait: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        """``hinted`` is called at each word of the server. Belongs to the running event loop, and begins at once."""
        self._client, self._url, self._patients, self._hinted = client, url, patients, hinted
        self._open, self._wait = open_socket, wait
        self._subscription = ""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Ends it, and takes the subscription back."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._forget()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                await self._listen()
                failures = 0
            except (FhirError, BrokenSocketError, TimeoutError):
                failures += 1
            await self._forget()
            await self._wait(min(LONGEST * 10, 5.0 * 2 ** min(failures, 8)))

    async def _listen(self) -> None:
        patients = self._patients()
        if not patients:
            return
        got = await self._client.post(_subscription(patients))
        name = (got.resource or {}).get("id")
        if not isinstance(name, str):
            return
        self._subscription = f"Subscription/{name}"
        socket = await self._open(self._url)
        try:
            await socket.send(f"bind {name}")
            async with asyncio.timeout(_BINDING):
                await socket.receive()
            async with asyncio.timeout(_SILENCE):
                while self._patients() == patients:
                    if (await socket.receive()).startswith("ping"):
                        self._hinted()
        finally:
            socket.close()

    async def _forget(self) -> None:
        if self._subscription:
            name, self._subscription = self._subscription, ""
            with suppress(FhirError):  # one that stays makes a server's work, and no harm
                await self._client.delete(name)


def _subscription(patients: frozenset[str]) -> Resource:
    return {
        "resourceType": "Subscription", "status": "requested", "reason": "a ward's screen polls when there is news",
        "criteria": f"Observation?patient={listed('Patient', patients)}", "channel": {"type": "websocket"},
    }  # fmt: skip


def socket_opener(ca_file: str, client_cert: str, client_key: str, pin: str) -> Open:
    """Opens sockets with the same trust as requests. Broken files end in BrokenSocketError."""

    async def open_socket(url: str) -> WebSocket:
        from iomt_tui.security.tls import TlsFileError, tls_context

        try:
            context = tls_context(ca_file, client_cert, client_key, pin) if url.startswith("wss:") else None
        except TlsFileError:
            raise BrokenSocketError("no TLS") from None
        return await opened(url, context)

    return open_socket
