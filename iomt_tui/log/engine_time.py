"""What a screen knows of the engine's clock, and since when it has heard nothing from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SILENT: Final = 3.0  # seconds; issue of record: SAFETY.md H1. A ward without an engine is at least this silent
_LAG: Final = 2_000  # ms of log time at speed 1: further behind than this, the screen's idea of now was wrong


class EngineTime:
    """Log time between entries, and the engine's silence, from when its entries were seen to arrive.

    ``boot`` gives seconds since the machine started.
    """

    def __init__(self, boot: Callable[[], float]) -> None:
        self._boot = boot
        self._speed = 1.0
        self._heard = boot()
        self._offset = 0.0  # ms: log time = boot clock x speed + offset

    def begin(self, at: int, age: float, speed: float) -> None:
        """The newest entry is of log time ``at`` and was written ``age`` real seconds ago."""
        self._speed = speed
        self._heard = self._boot() - age
        self._offset = at - self._heard * 1000 * speed

    def heard(self, at: int) -> None:
        """An entry of the engine with log time ``at`` has arrived."""
        self._heard = self._boot()
        offset = at - self._heard * 1000 * self._speed
        # The entry that came with the least delay knows the engine's clock best; a large difference is a new clock.
        if offset > self._offset or offset < self._offset - _LAG * max(1.0, self._speed):
            self._offset = offset

    def now(self) -> int:
        """Log time in ms."""
        return int(self._boot() * 1000 * self._speed + self._offset)

    def silent_for(self) -> float:
        """Real seconds since the engine was last heard."""
        return self._boot() - self._heard
