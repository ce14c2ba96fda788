"""What was called durable survives the death of its process, at whatever instant it comes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from log_samples import read_all

from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Draft

ROUNDS = 24

# Forks a writer a round, so that a round costs a fork and not an interpreter. Each writer says a number only once the
# log has taken it.
_WRITERS = """
import os, sys
from pathlib import Path
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft
path = Path(sys.argv[1])
for line in sys.stdin:
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        print("dead", flush=True)
        continue
    first = int(line)
    log = SqliteLog(path)
    os.write(1, b"pid %d\\n" % os.getpid())
    while True:
        batch = [Draft(first, "act", b'{"op": "%d"}' % first), Draft(first, "obs", b"[" + b"1" * (first % 3000) + b"]")]
        log.append(batch, durable=first % 5 != 0)
        if first % 5 != 0:
            os.write(1, b"%d\\n" % first)
        first += 1
"""


def _kill_rounds(path: Path, rounds: int) -> None:
    chance = random.Random(21)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITERS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        first = 1
        for _ in range(rounds):
            process.stdin.write(f"{first}\n")
            process.stdin.flush()
            writer = int(process.stdout.readline().split()[1])
            time.sleep(chance.random() * 0.03)
            os.kill(writer, signal.SIGKILL)
            said = [int(line) for line in iter(process.stdout.readline, "dead\n")]
            found = _acts(path)
            assert set(said) <= found, "an action that was called saved is lost"
            first = max([first, *said, *found]) + 1
        process.stdin.close()
        process.wait(10)
    assert verify(path).ok
    assert len(_acts(path)) > rounds


def _acts(path: Path) -> set[int]:
    with closing(SqliteReader(path)) as reader:
        entries = read_all(reader)
    pairs = list(zip(entries[::2], entries[1::2], strict=True))  # a batch is whole or not there
    assert all((one.kind, other.kind) == ("act", "obs") for one, other in pairs)
    return {int(one.data()["op"]) for one, _ in pairs}


def test_only_durable_appends_wait_for_the_disk(tmp_path: Path) -> None:
    """A power cut cannot be tried here; what SQLite is told before each commit can be seen."""
    said: list[str] = []
    with closing(SqliteLog(tmp_path / "w.iomtlog")) as log:
        with log.writing() as db:
            db.set_trace_callback(said.append)
        for durable in (True, True, False, True):
            said.append(f"append {durable}")
            log.append([Draft(1, "act", b"{}")], durable=durable)
    told = [one for one in said if one.startswith(("append", "PRAGMA syn", "COMMIT"))][1:]
    full, normal = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
    assert " ".join(told).split("append ")[1:] == [
        f"True {full} COMMIT ", "True COMMIT ", f"False {normal} COMMIT ", f"True {full} COMMIT",
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_durable_entry_is_lost_by_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    SqliteLog(path).close()
    _kill_rounds(path, ROUNDS)


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_durable_entry_is_lost_by_a_thousand_kills(tmp_path: Path) -> None:
    for part in range(40):
        path = tmp_path / f"w{part}.iomtlog"
        SqliteLog(path).close()
        _kill_rounds(path, 25)
