"""The real engine process on a ward of a FHIR server, looked at from outside: its log, its processor time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.engine.process import log_path, spawn
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.ward.events import Entry, Reading
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import LIVE, LOADING, Link

_LOOK = 0.05  # s
_LONGEST = 300.0  # s that a load is waited for
_ENDING = 10.0  # s


class Cpu(NamedTuple):
    """Processor seconds so far at a time (ms UTC): of the engine's own thread, and of the line to the server."""

    at: int
    engine: float
    line: float

    @property
    def both(self) -> float:
        """Of the process."""
        return self.engine + self.line


class FarEngine:
    """An engine, from its start on."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.started = wall()
        self.entries: list[Entry] = []
        self.samples: list[Cpu] = []
        self._process, self._log = process, log
        self._reader: SqliteReader | None = None

    def cpu(self) -> Cpu:
        """Processor time until now."""
        own, pid = {}, self._process.pid
        with suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                own[int(task)] = int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0]) / 1e9
        engine = own.pop(pid, 0.0)
        return Cpu(wall(), engine, sum(own.values()))

    def read(self) -> list[Entry]:
        """Entries since the last call."""
        if self._reader is None:
            if not self._log.exists():
                return []
            self._reader = SqliteReader(self._log)
        fresh: list[Entry] = []
        while more := self._reader.read((fresh or self.entries)[-1].seq if fresh or self.entries else 0):
            fresh += more
        self.entries += fresh
        return fresh

    def until_live(self) -> None:
        """Waits for the end of the first load, and notes the processor time every now and then. Raises RuntimeError."""
        end = time.monotonic() + _LONGEST
        while not any(link.state == LIVE for _, link in links(self.read())):
            self.samples.append(self.cpu())
            if self._process.poll() is not None or time.monotonic() > end:
                said = [f"{link.state}: {link.text}" for _, link in links(self.entries)][-3:]
                raise RuntimeError(f"the engine did not come live: {said}")
            time.sleep(_LOOK)
        self.samples.append(self.cpu())

    def close(self) -> None:
        """Ends it."""
        if self._reader is not None:
            self._reader.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Load(NamedTuple):
    """A first load. Times are seconds since the engine began to load."""

    took: float
    from_start: float  # s from the start of the process to the end
    present: float  # until every patient has a present value, NaN when somebody never had one
    patients: int
    readings: int  # in the log at its end
    engine: float  # processor seconds meanwhile
    line: float


@contextmanager
def far_engine(url: str, ward: str, directory: Path) -> Iterator[FarEngine]:
    """An engine on a ward that it has never seen."""
    server = FhirSpec("bench", url, ward)
    spec = WardSpec("Bench", source="fhir", watermark="", fresh=True, ends_with_screens=False, fhir=server)
    engine = FarEngine(spawn(spec, directory), log_path(directory))
    try:
        yield engine
    finally:
        engine.close()


def wall() -> int:
    """ms UTC."""
    return time.time_ns() // 1_000_000


def links(entries: list[Entry]) -> list[tuple[int, Link]]:
    """The words of the line, with their log time."""
    return [(entry.at, Link.from_body(entry.data())) for entry in entries if entry.kind == Link.ENTRY]


def readings(entries: list[Entry], *kinds: str) -> list[tuple[int, Reading]]:
    """Readings in entries of these kinds ("obs", "past"), with the time at which the log had them."""
    return [(entry.at, Reading(*one)) for entry in entries if entry.kind in kinds for one in entry.data()]


def load_of(engine: FarEngine) -> Load:
    """What its first load was like."""
    told = links(engine.entries)
    begun = next(at for at, link in told if link.state == LOADING)
    ended = next(at for at, link in told if link.state == LIVE)
    before = _nearest(engine.samples, lambda one: one.at <= begun, last=True)
    after = _nearest(engine.samples, lambda one: one.at >= ended, last=False)
    loaded = [entry for entry in engine.entries if entry.at <= ended]
    present, patients = _present(loaded)
    return Load(
        (ended - begun) / 1000, (ended - engine.started) / 1000, (present - begun) / 1000, patients,
        len(readings(loaded, "obs", "past")), after.engine - before.engine, after.line - before.line,
    )  # fmt: skip


def _nearest(samples: list[Cpu], fits: Callable[[Cpu], bool], *, last: bool) -> Cpu:
    found = [one for one in samples if fits(one)]
    return (found[-1] if last else found[0]) if found else samples[0 if last else -1]


def _present(entries: list[Entry]) -> tuple[float, int]:
    """When (ms) the last of the patients got a value that may be shown as present, and how many patients there are."""
    ward, waiting, at = Ward(), set[str](), float("nan")
    known: set[str] = set()
    for entry in entries:
        ward.apply([entry])
        waiting |= set(ward.ids()) - known
        known |= set(ward.ids())
        if entry.kind == "obs":
            for patient in [one for one in waiting if _live(ward, one, entry.at)]:
                waiting.discard(patient)
                at = entry.at
    return (float("nan") if waiting else at), len(known)


def _live(ward: Ward, patient: str, now: int) -> bool:
    return any(vital.live for vital in ward.view(patient, now).vitals.values())
