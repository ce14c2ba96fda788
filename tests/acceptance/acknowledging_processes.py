"""Engines and acknowledging screens in processes of their own, forked so that one that is killed costs a fork.

``python -m tests.acceptance.acknowledging_processes`` reads a command a line: ``engine DIRECTORY PERIOD`` (ms between
two turns of its patients' vitals, 0 for none), ``screen LOG USER``, ``buried PID``. It answers ``pid N`` and
``buried N``. Screens write ``acknowledged OP`` at the moment at which the user would read it.
"""

from __future__ import annotations

import itertools
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest.mock import patch

from iomt_tui.alarms.model import Ref
from iomt_tui.engine import process
from iomt_tui.engine.source import Arrival
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.api import LogError
from iomt_tui.log.feed import LiveFeed
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.folding import Outcome
from iomt_tui.tui.screens.desk import AlarmDesk
from iomt_tui.tui.session import Session
from iomt_tui.ward.events import Reading

PATIENTS = 20
CALM = {"hr": 80.0, "spo2": 97.0, "rr": 16.0}
ILL = {"hr": 150.0, "spo2": 80.0, "rr": 40.0}
SPEC = WardSpec(
    "Ward 5", source="test", watermark="TEST", beds=PATIENTS, history_hours=0, fresh=False, ends_with_screens=False
)
IN_FLIGHT = 4  # acknowledgements that wait for the engine at a time


class Restless:
    """Patients whose vitals pass their limits and return every ``period`` ms, each vital at its own moment."""

    def __init__(self, start: int, period: int) -> None:
        self._start, self._period = start, period
        self._sent: dict[tuple[int, str], bool] = {}
        self._heard = 0

    def begin(self) -> Iterable[Arrival]:
        """Patients and their monitors."""
        for i in range(PATIENTS):
            name = f"p{i}"
            patient = {"id": name, "bed": f"{i:02}", "family": f"Family{i}", "given": "G", "sex": "F", "born": "1960"}
            yield self._start, "patient", patient
            monitor = {"id": f"m{i}", "patient": name, "kind": "monitor", "periods": dict.fromkeys(CALM, 10.0)}
            yield self._start, "device", monitor

    def close(self) -> None:
        """Nothing is open."""

    def poll(self, now: int) -> list[Arrival]:
        """The vitals that have turned; all of them every other second, so that no source is lost."""
        again = now - self._heard > 2_000
        self._heard = now if again else self._heard
        out: list[Arrival] = []
        for i in range(PATIENTS):
            values = {key: value for key, value in self._values(i, now) if again or self._turned(i, key, value)}
            if values:
                out.append((now, "obs", Reading(f"p{i}", f"m{i}", now, values, None)))
        return out

    def _values(self, i: int, now: int) -> Iterable[tuple[str, float]]:
        for number, key in enumerate(CALM):
            turn = (now + (i * 3 + number) * self._period // (3 * PATIENTS)) // self._period if self._period else 1
            yield key, (CALM, ILL)[turn % 2][key]

    def _turned(self, i: int, key: str, value: float) -> bool:
        before = self._sent.get((i, key))
        self._sent[i, key] = value == ILL[key]
        return before != self._sent[i, key]


class Screen:
    """What a screen does for an acknowledging hand, with the screen's own session and desk, but for the drawing."""

    def __init__(self, path: Path, user: str) -> None:
        self.session = Session(LiveFeed(path))
        hand = itertools.count(1)  # a second passes between any two of its movements: each counts as deliberate
        self.desk = AlarmDesk(self.session, user, lambda: float(next(hand)), read_only=False)
        self.asked: dict[str, Ref] = {}  # what waits for the engine
        self._save: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._saved: queue.SimpleQueue[tuple[str, Exception | None]] = queue.SimpleQueue()
        threading.Thread(target=self._saving, daemon=True).start()

    def _saving(self) -> None:
        while True:
            op = self._save.get()
            error: Exception | None = None
            try:
                self.desk.save(op)
            except LogError as caught:
                error = caught
            self._saved.put((op, error))

    def turn(self) -> None:
        """One turn of the event loop."""
        changes = self.session.pump()
        while not self._saved.empty():
            op, error = self._saved.get()
            self.desk.saved(op, error)
            self._say(op)
            if error is not None:
                self.asked.pop(op, None)
        for outcome in changes.outcomes:
            self._heard(outcome)
        if not changes.more and len(self.asked) < IN_FLIGHT:
            self._acknowledge()
        if not changes:
            time.sleep(0.001)

    def _heard(self, outcome: Outcome) -> None:
        self.desk.answer = None
        self.desk.heard((outcome,))
        self.asked.pop(outcome.op, None)
        self._say(outcome.op)

    def _say(self, op: str) -> None:
        """What the last line says of an operation, if it says that it is acknowledged."""
        if self.desk.answer is not None and self.desk.answer.words.startswith("acknowledged"):
            os.write(1, f"acknowledged {op}\n".encode())

    def _acknowledge(self) -> None:
        """The keys ``a`` and Enter on the first alarm that nobody has in hand."""
        for patient in self.session.ward.patients.values():
            for alarm in patient.alarms.values():
                if alarm.state in ("unack", "latched") and alarm.ref not in self.asked.values():
                    view = self.session.ward.view(patient.id, self.session.now())
                    self.desk.showing("chosen", alarm)
                    self.desk.ask(view, alarm, Measures({}), "UTC")
                    if op := self.desk.confirm():
                        self.asked[op] = alarm.ref
                        self._save.put(op)
                    return


def run_screen(path: Path, user: str, ended: Callable[[], bool]) -> None:
    """A screen, as soon as there is a log."""
    while not path.exists():
        time.sleep(0.002)
    screen = Screen(path, user)
    while not ended():
        screen.turn()


def run_engine(directory: Path, period: int, ended: Callable[[], bool]) -> None:
    """The real engine of a ward, but for its source."""
    with patch.object(process, "open_source", lambda _, start, _mark: Restless(start, period)):
        process.serve(SPEC, directory, ended)


def main() -> None:
    """Forks what standard input asks for."""
    here = os.getpid()

    def orphaned() -> bool:
        return os.getppid() != here

    for line in sys.stdin:
        command, *words = line.split()
        if command == "buried":
            os.waitpid(int(words[0]), 0)
            os.write(1, f"buried {words[0]}\n".encode())
            continue
        if pid := os.fork():
            os.write(1, f"pid {pid}\n".encode())
            continue
        os.close(0)
        try:
            if command == "engine":
                run_engine(Path(words[0]), int(words[1]), orphaned)
            else:
                run_screen(Path(words[0]), words[1], orphaned)
        finally:
            os._exit(0)


if __name__ == "__main__":
    main()
