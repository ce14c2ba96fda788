"""What a fault is: a way to serve one request, and a say in how the bytes of a running answer leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .exchange import Exchange


class Fault:
    """The base of all faults, and itself none: every request is passed on, every byte leaves at once."""

    async def serve(self, exchange: Exchange) -> None:
        """Serves one request. Returning leaves the connection open for the next if the answer was well formed."""
        await exchange.send(await exchange.forward())

    async def meter(self, exchange: Exchange, data: bytes) -> int:
        """How many bytes of ``data`` leave now; 0 asks again, when another fault may have been set.

        Asked before every write of an answer that this fault serves, and of one that was running when it was set.
        """
        return len(data)


class LineGoneError(Exception):
    """The client's connection is over, as a fault wanted it."""
