"""An engine over one backend, as the tests look at it: its ward, its log, and what the backend can tell at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import Source
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Draft, Entry, Reading
from iomt_tui.ward.fold import Ward

PATIENCE: Final = 90.0  # s until something that must happen has happened; the machine may be busy
READINGS: Final = ("obs", "past")

#: What a backend tells beside who is there and what was measured.
NAMES = "family and given name apart, what the patient has, who is at home"
SCALE = "which SpO2 scale of NEWS2 is the patient's: FHIR has no place for it that servers agree on"
ALL_READ = "nothing but what is taken up"
DEVICES = "which device measured what, and how often it does"
ORDERS = "orders, doses and their records"


class Running:
    """One backend's ward. The log is in memory, and nobody else writes to it."""

    def __init__(
        self, carries: frozenset[str], engine: Engine, log: MemoryLog, source: Source | None = None, prefix: str = "",
        rests: Callable[[], int] = lambda: 0,
    ) -> None:  # fmt: skip
        """``carries``: of the above. ``prefix``: of the ids that the simulated ward's ids have at this backend.
        ``rests``: how often the source has paused between two polls of a server."""
        self.carries, self.engine, self.log, self.source, self.prefix = carries, engine, log, source, prefix
        self.rests = rests

    @property
    def ward(self) -> Ward:
        """The engine's ward."""
        return self.engine.ward

    def id(self, simulated: str) -> str:
        """What the simulated ward's patient, order or record is called in this log."""
        return self.prefix + simulated

    def turn(self, now: int) -> None:
        """One turn of the engine at log time ``now``, as its process makes them."""
        if self.source is not None:
            self.engine.take(self.source.poll(now))
        self.engine.tick(now)

    def polled(self, times: int, now: int) -> None:
        """Takes what the source says, at log time ``now``, until it has asked its server so many times more."""
        begun = self.rests()
        self.until(lambda: self.rests() > begun + times, now)  # one poll may have been under way

    def until(self, there: Callable[[], object], now: int) -> None:
        """Takes what the source says, at log time ``now``, until ``there``. Fails after some patience."""
        assert self.source is not None
        end = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < end, (self.ward.link, getattr(self.source, "problems", ""))
            self.engine.take(self.source.poll(now))
            threading.Event().wait(0.01)  # between two looks, as the engine does

    def entries(self, *kinds: str) -> list[Entry]:
        """The log's entries of these kinds; all of them without any."""
        return [one for one in self.log.read(0, 1 << 40) if not kinds or one.kind in kinds]

    def bodies(self, *kinds: str) -> list[Any]:
        """What is in them."""
        return [one.data() for one in self.entries(*kinds)]

    def readings(self) -> Iterator[tuple[Entry, Reading]]:
        """Every reading in the log, with its entry."""
        for entry in self.entries(*READINGS):
            for one in entry.data():
                yield entry, Reading(*one)

    def copied(self) -> Running:
        """The same as from a restart without the source: to be ticked on without harm to this one."""
        log = copy_of(self.entries())
        return Running(self.carries, Engine(log, folded(self.entries())), log, None, self.prefix)

    def close(self) -> None:
        """Closes the source."""
        if self.source is not None:
            self.source.close()


def folded(entries: list[Entry]) -> Ward:
    """A ward from its log, from the beginning."""
    ward = Ward()
    ward.apply(entries)
    return ward


def copy_of(entries: list[Entry]) -> MemoryLog:
    """A log of one's own with these entries."""
    log = MemoryLog("copy")
    log.append([Draft(one.at, one.kind, one.body) for one in entries])
    return log
