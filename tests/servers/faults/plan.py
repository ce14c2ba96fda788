"""Which faults are set, which of them a request gets, and the requests seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from .fault import Fault
from .message import Request

When = Callable[[str, str], bool]
"""Of (method, path with query): whether a fault is meant for that request. Runs on the proxy's thread."""


class Seen(NamedTuple):
    """A request that reached the proxy, whatever became of it. ``time`` is ``time.monotonic()``, in seconds."""

    method: str
    path: str
    time: float


@dataclass(eq=False)
class Rule:
    """A fault that was set. ``used`` counts the requests that got it, so that a test can tell it really happened."""

    fault: Fault
    when: When | None = None
    times: int | None = None
    used: int = 0
    cleared: bool = False

    def meant_for(self, request: Request) -> bool:
        return self.when is None or self.when(request.method, request.path)


class Plan:
    """The rules in the order they were set; lives on the proxy's loop, so nothing in it needs a lock."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.seen: list[Seen] = []
        self._cleared = asyncio.Event()

    def clear(self) -> None:
        """Takes all rules back and ends what waits for them."""
        for rule in self.rules:
            rule.cleared = True
        self.rules.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def take(self, request: Request) -> Rule | None:
        """Notes a new request and gives it the first rule meant for it that is not used up."""
        self.seen.append(Seen(request.method, request.path, time.monotonic()))
        for rule in self.rules:
            if (rule.times is None or rule.used < rule.times) and rule.meant_for(request):
                rule.used += 1
                return rule
        return None

    def during(self, taken: Rule | None, request: Request) -> Fault | None:
        """What a running answer is under: its own rule until that is cleared, else the first without a count.

        Rules with a count are for new requests: a running answer never uses one up.
        """
        if taken is not None and not taken.cleared:
            return taken.fault
        return next((rule.fault for rule in self.rules if rule.times is None and rule.meant_for(request)), None)

    async def pause(self, seconds: float) -> bool:
        """Waits; whether the time passed, rather than the rules being cleared."""
        try:
            async with asyncio.timeout(seconds):
                await self._cleared.wait()
        except TimeoutError:
            return True
        return False
