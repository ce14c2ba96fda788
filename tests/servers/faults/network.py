"""Faults of the network: late, slow, silent, cut off, of another length than told, not listening."""

from __future__ import annotations

from dataclasses import dataclass

from .exchange import Exchange
from .fault import Fault


@dataclass(frozen=True)
class Latency(Fault):
    """The server does at once what was asked, its answer is held for ``seconds``.

    A client that gives up meanwhile has had its write carried out, which is the case worth testing.
    """

    seconds: float

    async def serve(self, exchange: Exchange) -> None:
        answer = await exchange.forward()
        await exchange.pause(self.seconds)
        await exchange.send(answer)


@dataclass(frozen=True)
class Drip(Fault):
    """The answer, head included, leaves in small pieces, so that no wait for the next byte is ever long."""

    bytes_per_second: float = 1

    def __post_init__(self) -> None:
        if self.bytes_per_second <= 0:
            raise ValueError("nothing would ever leave: that is HalfOpen")

    async def meter(self, exchange: Exchange, data: bytes) -> int:
        piece = max(1, int(self.bytes_per_second / 10))  # ten pieces a second, if there are that many bytes
        return min(piece, len(data)) if await exchange.pause(piece / self.bytes_per_second) else 0


@dataclass(frozen=True)
class HalfOpen(Fault):
    """Connections are accepted and read, nothing is passed on or answered; running answers stop where they are.

    A connection that went silent stays so after ``clear()``, as with a peer that is gone; a new one works.
    """

    async def serve(self, exchange: Exchange) -> None:
        await exchange.silence()

    async def meter(self, exchange: Exchange, data: bytes) -> int:
        await exchange.silence()


@dataclass(frozen=True)
class Reset(Fault):
    """RST: at once and before the server is asked, or once ``after`` bytes of its answer, head included, have left.

    ``after=0`` is the lost answer: carried out by the server, and the client cannot know. A shorter answer arrives
    whole and is followed by the reset.
    """

    after: int | None = None

    async def serve(self, exchange: Exchange) -> None:
        if self.after is not None:
            await exchange.send(await exchange.forward())
        exchange.reset()

    async def meter(self, exchange: Exchange, data: bytes) -> int:
        left = (self.after or 0) - exchange.sent
        if left <= 0:
            exchange.reset()
        return min(left, len(data))


@dataclass(frozen=True)
class Truncated(Fault):
    """Closes after that many bytes of the body, at least one short of the Content-Length that the head told."""

    after: int

    async def serve(self, exchange: Exchange) -> None:
        answer = await exchange.forward()
        whole = len(answer.body)
        part = answer.with_body(answer.body[: min(self.after, max(0, whole - 1))])
        await exchange.send_misframed(part, max(1, whole))
        exchange.close()


@dataclass(frozen=True)
class WrongLength(Fault):
    """Content-Length is off by so many bytes, and the connection stays open.

    More than the body has: the client waits for the rest. Fewer: its body is cut, and the rest of it comes before the
    next answer on that connection.
    """

    by: int = 10

    def __post_init__(self) -> None:
        if self.by == 0:
            raise ValueError("that is the right length")

    async def serve(self, exchange: Exchange) -> None:
        answer = await exchange.forward()
        if self.by > 0:
            await exchange.send_misframed(answer, len(answer.body) + self.by)
            await exchange.silence()
        await exchange.send(answer.with_body(answer.body[: self.by]))
        await exchange.send_stray(answer.body[self.by :])


@dataclass(frozen=True)
class RefuseConnections(Fault):
    """Nobody listens: connecting fails with ECONNREFUSED, open connections are reset. Ends with ``clear()``.

    It comes before any request, so it takes neither ``when`` nor ``times``, and who listens carries it out.
    """
