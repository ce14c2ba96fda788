"""Log time: milliseconds UTC that never step, stop or run back, whatever is done to the machine's clock."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

if sys.platform == "win32":
    import ctypes

    def boottime() -> float:
        """Seconds since the machine started, sleep included (``GetTickCount64``, 16 ms fine)."""
        count = ctypes.windll.kernel32.GetTickCount64
        count.restype = ctypes.c_uint64
        return float(count()) / 1000

elif sys.platform == "linux":

    def boottime() -> float:
        """Seconds since the machine started, sleep included (``CLOCK_BOOTTIME``)."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:

    def boottime() -> float:
        """Seconds since some start, sleep included: so ``CLOCK_MONOTONIC`` on macOS, ``time.monotonic`` is not."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)


STEP: Final = 2.0
"""Seconds by which the wall clock must leave the boot clock between two looks to have been set; less is slewing."""


class LogClock:
    """The engine's clock: the wall clock read once, then the boot clock.

    ``start`` (ms) begins at a given time instead; ``speed`` is log time per real time; ``floor`` (ms) is the newest
    log time already used, below which no clock may begin. ``boot`` and ``wall`` give seconds.
    """

    def __init__(
        self,
        *,
        start: int | None = None,
        speed: float = 1.0,
        floor: int = 0,
        boot: Callable[[], float] = boottime,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.speed = speed
        self._boot = boot
        self._wall = wall
        self._zero = boot()
        self._ahead = wall() - self._zero
        self._set_by = 0.0
        self._start = max(floor, int(wall() * 1000) if start is None else start)
        self._newest = self._start

    def now(self) -> int:
        """Log time in ms; never below what it gave before."""
        passed = (self._boot() - self._zero) * 1000 * self.speed
        self._newest = max(self._newest, self._start + int(passed))
        return self._newest

    def set_by(self) -> int:
        """Seconds that the wall clock was set forward by since the start, negative for back. Ask about every second."""
        ahead = self._wall() - self._boot()
        if abs(ahead - self._ahead) >= STEP:
            self._set_by += ahead - self._ahead
        self._ahead = ahead
        return round(self._set_by)
