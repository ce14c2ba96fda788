"""From the line's thread to the engine: a bounded queue. When the engine is slow, the line stops asking the server."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from typing import Any, Final, NamedTuple

MOST: Final = 8_000  # readings and bodies that wait
AT_ONCE: Final = 2_000  # given to the engine in one go: its ticks must not wait for a long history
_PIECE: Final = 500  # readings of history in one arrival


class Said(NamedTuple):
    """An arrival without its log time, which is given when the engine takes it."""

    kind: str
    body: Any

    @property
    def weight(self) -> int:
        """How many readings or bodies it holds."""
        return max(1, len(self.body)) if self.kind == "history" else 1


class Outlet:
    """Arrivals on their way. ``room`` belongs to the line's event loop, ``take`` to the engine's thread."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._waiting: deque[Said] = deque()
        self._weight = 0
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room: asyncio.Event | None = None

    async def room(self) -> None:
        """Waits until there is room. Wait before making an arrival: one that is made must not be lost in waiting."""
        self._loop = asyncio.get_running_loop()
        while True:
            with self._lock:
                if self._weight < self._most:
                    return
                room = self._room = self._room or asyncio.Event()
            await room.wait()

    def tell(self, *arrivals: Said) -> None:
        """Adds arrivals in order, without waiting."""
        with self._lock:
            self._waiting.extend(arrivals)
            self._weight += sum(one.weight for one in arrivals)

    def take(self, most: int = AT_ONCE) -> list[Said]:
        """The oldest arrivals, about ``most`` readings and bodies of them."""
        out: list[Said] = []
        with self._lock:
            while self._waiting and most > 0:
                one = self._waiting.popleft()
                out.append(one)
                most -= one.weight
                self._weight -= one.weight
            room = self._room if self._weight < self._most else None
            if room is not None:
                self._room = None
        if room is not None and self._loop is not None:
            with suppress(RuntimeError):  # the line is closed
                self._loop.call_soon_threadsafe(room.set)
        return out


def history(readings: list[Any]) -> list[Said]:
    """Readings of the past, in pieces."""
    return [Said("history", readings[at : at + _PIECE]) for at in range(0, len(readings), _PIECE)]
