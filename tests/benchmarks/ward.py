"""A fed ward and a screen on it: what every part of the benchmark starts from."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from iomt_tui.engine.process import log_path

from .terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]


class FedWard:
    """A ward directory and the feeder that writes to it."""

    def __init__(self, state: Path, feeder: str, *arguments: object) -> None:
        self.state = state
        self.dir = state / "wards" / "bench"
        self.dir.mkdir(parents=True)
        self._probes = (state / "probes").open("w+b")
        self._feeder = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{feeder}", str(self.dir), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=self._probes, cwd=ROOT,
        )  # fmt: skip
        while not log_path(self.dir).exists():
            time.sleep(0.01)

    def probes(self) -> list[tuple[float, int]]:
        """When each heart rate of the probe patient was in the log."""
        return [(row["at"], int(row["hr"])) for row in self._told() if "hr" in row]

    def alarms(self) -> list[tuple[float, float]]:
        """When the engine began to append each alarm of high priority, and how many were then in force."""
        return [(row["at"], row["high"]) for row in self._told() if "high" in row]

    def _told(self) -> list[dict[str, float]]:
        self._probes.seek(0)
        return [orjson.loads(line) for line in self._probes.read().splitlines() if line.endswith(b"}")]

    def environment(self, **more: str) -> dict[str, str]:
        """What programs under test see: nothing of this machine's user."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.state), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "COLORTERM": "truecolor", "IOMT_TUI_STATE": str(self.state), "PYTHONPATH": str(ROOT), **more,
            "IOMT_TUI_CONFIG": str(self.state / "none.toml"),
        }  # fmt: skip

    @property
    def log(self) -> Path:
        """The ward's event log."""
        return log_path(self.dir)

    def command(self, *args: str) -> list[str]:
        """The program on this ward."""
        return [sys.executable, "-m", "iomt_tui", "--ward", "bench", *args]

    def screen(self, columns: int = 200, rows: int = 60, *args: str) -> Terminal:
        """The program on this ward, in a terminal."""
        return Terminal(self.command(*args), columns, rows, self.environment())

    def flood(self) -> None:
        """Has the alarms begin, where the feeder waits for it."""
        assert self._feeder.stdin is not None
        self._feeder.stdin.write(b"now\n")
        self._feeder.stdin.flush()

    def close(self) -> None:
        """Ends the feeder."""
        assert self._feeder.stdin is not None
        self._feeder.stdin.close()
        self._feeder.wait(10)
        self._probes.close()


@contextmanager
def fed_ward(patients: int, rate: float = 1.0, crisis: float = 0.0) -> Iterator[FedWard]:
    """A ward that is fed while the block runs; ``crisis``: about so many seconds between two alarms, 0 for none."""
    with _ward("feeder", patients, rate, crisis) as ward:
        yield ward


@contextmanager
def flooded_ward(seed: int) -> Iterator[FedWard]:
    """A ward that is calm until :meth:`FedWard.flood`; see :mod:`tests.benchmarks.flooded`."""
    with _ward("flooded", seed) as ward:
        yield ward


@contextmanager
def _ward(feeder: str, *arguments: object) -> Iterator[FedWard]:
    with tempfile.TemporaryDirectory() as directory:
        ward = FedWard(Path(directory), feeder, *arguments)
        try:
            yield ward
        finally:
            ward.close()


def steady(terminal: Terminal, warm_up: float, seconds: float) -> tuple[float, float]:
    """Bytes and milliseconds of processor time, each per second, after a warm-up."""
    terminal.pump(warm_up)
    sent, cpu, begin = terminal.bytes, terminal.cpu(), time.monotonic()
    terminal.pump(seconds)
    passed = time.monotonic() - begin
    return (terminal.bytes - sent) / passed, (terminal.cpu() - cpu) * 1000 / passed
