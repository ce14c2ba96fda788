"""The real engine on a ward that is calm until it is flooded: 125 patients, of whom each gets four alarms in 10 s.

``python -m tests.benchmarks.flooded DIRECTORY SEED`` floods at the first line on standard input and ends with it.
"""

from __future__ import annotations

import random
import select
import sys
from collections.abc import Iterable
from pathlib import Path
from unittest.mock import patch

from iomt_tui.engine import process
from iomt_tui.engine.source import Arrival
from iomt_tui.engine.spec import WardSpec
from iomt_tui.ward.events import Reading

PATIENTS = 125
LASTS = 10_000  # ms
CALM = {"hr": 80.0, "temp": 36.9, "glucose": 110.0, "nibp_sys": 122.0}
ILL = {"hr": 150.0, "temp": 39.5, "glucose": 200.0, "nibp_sys": 170.0}
"""A high, a medium and two low alarms, none of them delayed."""
HIGH = "hr"
WITHOUT_HIGH = 60  # alarms at the beginning, so that the first high one comes into a flood
SPEC = WardSpec("Flood", source="test", watermark="TEST", history_hours=0, fresh=False, ends_with_screens=False)


def alarms(seed: int) -> list[tuple[str, str]]:
    """Patient and vital of every alarm of the flood, in order."""
    chance = random.Random(seed)
    every = [(f"p{i:03}", key) for i in range(PATIENTS) for key in ILL]
    chance.shuffle(every)
    mild = [one for one in every if one[1] != HIGH][:WITHOUT_HIGH]
    return mild + [one for one in every if one not in set(mild)]


class Flood:
    """The source: every vital once a second; from :meth:`begin` of the flood on, one alarm after the other."""

    def __init__(self, start: int, seed: int) -> None:
        self._start, self._seed = start, seed
        self._ill = dict.fromkeys(alarms(seed), float("inf"))  # since when
        self._sent = start

    def begin(self) -> Iterable[Arrival]:
        """Patients and their monitors."""
        for i in range(PATIENTS):
            name = f"p{i:03}"
            body = {"id": name, "bed": f"{i:03}", "family": f"Family{i:03}", "given": "G", "sex": "F", "born": "1960"}
            yield self._start, "patient", body
            monitor = {"id": f"m-{name}", "patient": name, "kind": "monitor", "periods": dict.fromkeys(CALM, 1.0)}
            yield self._start, "device", monitor

    def close(self) -> None:
        """Nothing is open."""

    def poll(self, now: int) -> list[Arrival]:
        """The readings since the last call, at even distances in time."""
        if float("inf") in self._ill.values() and select.select([sys.stdin], [], [], 0)[0] and sys.stdin.readline():
            self._ill = {one: now + i * LASTS / len(self._ill) for i, one in enumerate(alarms(self._seed))}
        first, last = ((at - self._start) * PATIENTS // 1000 for at in (self._sent, now))
        self._sent = now
        due = [f"p{i % PATIENTS:03}" for i in range(first, last)]
        fresh = [patient for (patient, _), since in self._ill.items() if self._sent - 60 <= since <= now]
        return [(now, "obs", self._reading(patient, now)) for patient in dict.fromkeys([*fresh, *due])]

    def _reading(self, patient: str, now: int) -> Reading:
        values = {key: ILL[key] if self._ill[patient, key] <= now else calm for key, calm in CALM.items()}
        return Reading(patient, f"m-{patient}", now, values, None)


def main() -> None:
    """Runs until standard input ends."""
    seed = int(sys.argv[2])
    ended = select.poll()
    ended.register(sys.stdin, select.POLLHUP)
    with patch.object(process, "open_source", lambda _, start, _mark: Flood(start, seed)):
        process.serve(SPEC, Path(sys.argv[1]), lambda: bool(ended.poll(0)))


if __name__ == "__main__":
    main()
