"""Engines and screens that are killed while they acknowledge, and what an auditor finds in the log afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from real_program import ROOT

from iomt_tui.alarms.model import Key, Ref
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward

PERIOD = 250  # ms between two turns of the vitals: so many alarms that several acknowledgements are always under way
MOMENT = 0.03  # s within which the kill comes
PATIENCE = 20.0  # s
VICTIMS = (("screen",), ("engine",), ("screen", "engine"))


class Forker:
    """The process that forks engines and screens: it has imported everything already."""

    def __init__(self) -> None:
        self.shown: list[str] = []  # operations that a screen has shown as acknowledged, since they were last taken
        self._told = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.acknowledging_processes"], cwd=ROOT, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def ask(self, command: str, begins: str) -> str:
        """Sends a command; what comes behind the words with which its answer begins."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        while not (line := self.line()).startswith(begins):
            pass
        return line.removeprefix(begins)

    def line(self) -> str:
        """The next line, of whichever process. Fails when nothing comes any more."""
        pipe = self._process.stdout
        assert pipe is not None
        while b"\n" not in self._told:
            assert select.select([pipe], [], [], PATIENCE)[0], "nothing goes on after a kill"
            more = pipe.read(65536)
            assert more, "the forking process has ended"
            self._told += more
        first, _, self._told = self._told.partition(b"\n")
        line = first.decode()
        if line.startswith("acknowledged "):
            self.shown.append(line.split()[1])
        return line

    def close(self) -> None:
        """Ends it; its children end with it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


class Processes:
    """An engine and a screen on one log, killed and started again; and what the screens said."""

    def __init__(self, forker: Forker, log: Path, period: int = PERIOD) -> None:
        self.log, self._forker, self._period = log, forker, period
        self.shown: list[str] = []
        forker.shown = self.shown
        self.pids: dict[str, int] = {}

    def start(self, *names: str) -> None:
        """Forks those that do not run."""
        for name in names:
            if name not in self.pids:
                arguments = f"{self.log.parent} {self._period}" if name == "engine" else f"{self.log} nurse"
                self.pids[name] = int(self._forker.ask(f"{name} {arguments}", "pid "))

    def kill(self, *names: str) -> None:
        """``kill -9`` at once, then what they said before."""
        for name in names:
            os.kill(self.pids[name], signal.SIGKILL)
        for name in names:
            pid = self.pids.pop(name)
            self._forker.ask(f"buried {pid}", f"buried {pid}")

    def until_shown(self) -> None:
        """Waits until another acknowledgement is shown."""
        before = len(self.shown)
        while len(self.shown) == before:
            self._forker.line()

    def close(self) -> None:
        """Ends those that run still."""
        for pid in self.pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


class Record:
    """The log as an auditor reads it, from where it was read before; the chain is checked on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self.applied: set[str] = set()

    def read(self) -> None:
        """Reads on."""
        with closing(SqliteReader(self.path)) as reader:
            while more := reader.read(len(self.entries)):
                self.entries += more
                answers = [entry.data() for entry in more if entry.kind == "outcome"]
                self.applied |= {answer["op"] for answer in answers if answer["outcome"] == "applied"}

    def unanswered(self) -> set[str]:
        """Operations in the log that the engine has not answered."""
        acts = {entry.data()["op"] for entry in self.entries if entry.kind == "act"}
        return acts - {entry.data()["op"] for entry in self.entries if entry.kind == "outcome"}


def kills(forker: Forker, log: Path, chance: random.Random, rounds: int) -> Iterator[str]:
    """Kills ``rounds`` times on a log of its own and looks after each. Yields "killed …", "shown" and "lost …"."""
    processes, record = Processes(forker, log), Record(log)
    try:
        for _ in range(rounds):
            processes.start("engine", "screen")
            if chance.random() < 0.8 or not log.exists():
                processes.until_shown()  # so what was started again has gone on
            time.sleep(chance.random() * MOMENT)
            victims = chance.choice(VICTIMS)
            processes.kill(*victims)
            record.read()
            yield "killed " + " and ".join(victims)
            yield from (f"lost {op}" for op in set(processes.shown) - record.applied)
        processes.start("engine", "screen")
        processes.until_shown()
        processes.kill("screen", "engine")
        processes.start("engine")
        answered(record)
        processes.kill("engine")
        yield from (f"lost {words}" for words in faults(log, processes.shown))
        yield from ("shown" for _ in processes.shown)
    finally:
        processes.close()


def answered(record: Record) -> None:
    """Waits until the engine that runs has answered everything, also what was asked of one that was killed."""
    end = time.monotonic() + PATIENCE
    record.read()
    while record.unanswered():
        assert time.monotonic() < end, f"never answered: {record.unanswered()}"
        time.sleep(0.01)
        record.read()


def faults(log: Path, shown: list[str]) -> list[str]:
    """What a fresh fold of the whole log says against acknowledgements that were shown."""
    verdict = verify(log)
    found = [] if verdict.ok else [verdict.words()]
    record, ward = Record(log), Ward()
    record.read()
    waiting, asked, held, done = set(shown), dict[str, Ref](), dict[Ref, str](), Counter[str]()
    for entry in record.entries:
        ward.apply([entry])
        if entry.kind == "act":
            asked[entry.data()["op"]] = Ref(*entry.data()["ref"])
        elif entry.kind == "alarm":
            ref = Ref(*entry.data()["ref"])
            if ref in held and entry.data()["state"] in ("unack", "latched"):
                found.append(f"{held[ref]}: unacknowledged again without a new revision")
        elif entry.kind == "outcome" and entry.data()["outcome"] == "applied":
            op = entry.data()["op"]
            done[op] += 1
            ref = asked[op]
            if not _in_hand(ward, ref):
                found.append(f"{op}: applied, but the ward does not hold it")
            held[ref] = op
            waiting.discard(op)
    found += [f"{op}: applied {times} times" for op, times in done.items() if times > 1]
    found += [f"{op}: shown, but not in the log" for op in waiting]
    found += [f"{op}: not answered" for op in ward.acts]
    return found


def _in_hand(ward: Ward, ref: Ref) -> bool:
    alarm = ward.patients[ref.patient].alarms.get(Key(*ref[:3]))
    return alarm is not None and alarm.ref == ref and alarm.state in ("acked", "normal") and alarm.by == "nurse"
