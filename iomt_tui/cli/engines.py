"""Starting, finding and stopping a ward's engine from the command line."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import make_private

if TYPE_CHECKING:
    from subprocess import Popen

    from iomt_tui.engine.spec import WardSpec
    from iomt_tui.log.guard import EngineInfo

_PATIENCE: Final = 20.0  # s for an engine to start: Python, and the history of a large simulated ward


def running_engine(ward_dir: Path) -> EngineInfo | None:
    """The engine that runs the ward at this moment."""
    from iomt_tui.engine.process import log_path
    from iomt_tui.log.guard import EngineLock

    return EngineLock(log_path(ward_dir)).running() if ward_dir.is_dir() else None


@dataclass(frozen=True, slots=True)
class Attaching:
    """An engine that is running, or on its way. ``begun``: wall time (ns) before it was started, 0 if not."""

    path: Path
    process: Popen[bytes] | None = None
    begun: int = 0

    def wait(self, *, caught_up: bool = False) -> Path:
        """The ward's log, as soon as the engine writes it; ``caught_up``: as soon as its history is in it, too.

        Raises CliError when the engine does not start.
        """
        deadline = time.monotonic() + _PATIENCE
        while self.process is not None and not self._ready(caught_up):
            if self.process.poll() is not None and running_engine(self.path.parent) is None:
                raise CliError(
                    f"the ward's engine ended at once (exit code {self.process.returncode}). 'iomt-tui engine' runs it "
                    "in the foreground and shows why; 'iomt-tui doctor' checks the rest",
                    Exit.ENGINE,
                )
            if time.monotonic() > deadline:
                self.process.terminate()
                raise CliError(
                    f"the ward's engine did not start within {_PATIENCE:.0f} s; 'iomt-tui doctor' checks why",
                    Exit.ENGINE,
                )
            time.sleep(0.01)
        if self.process is not None:
            self.process.returncode = 0  # it outlives this process, which never waits for it
        return self.path

    def _ready(self, caught_up: bool) -> bool:
        """Whether an engine has the ward, and the log is the one that it writes, not one that it is about to remove."""
        from iomt_tui.log.api import LogError
        from iomt_tui.log.sqlite import SqliteReader

        try:
            if running_engine(self.path.parent) is None or self.path.stat().st_ctime_ns < self.begun:
                return False
            reader = SqliteReader(self.path)
        except (OSError, LogError):
            return False
        try:
            newest = reader.last()
        except LogError:
            return False
        finally:
            reader.close()
        return newest is not None and (not caught_up or newest.at >= self.begun // 1_000_000)


def attach_or_start(spec: WardSpec, ward_dir: Path) -> Attaching:
    """Finds the ward's engine, or starts one. The caller has something else to do until it is there."""
    from iomt_tui.engine.process import log_path, spawn

    make_private(ward_dir.parent.parent)
    make_private(ward_dir)
    if running_engine(ward_dir) is not None:
        return Attaching(log_path(ward_dir))
    begun = time.time_ns() - 20_000_000  # a file system's clock may be a tick behind
    return Attaching(log_path(ward_dir), spawn(spec, ward_dir), begun)


def stop_engine(ward_dir: Path) -> int:
    """Asks the ward's engine to stop, waits until it has, and returns its process id; 0 when none is running."""
    info = running_engine(ward_dir)
    if info is None or not info.pid:
        return 0
    os.kill(info.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if running_engine(ward_dir) is None:
            return info.pid
        time.sleep(0.05)
    raise CliError(f"the engine (process {info.pid}) did not stop within {_PATIENCE:.0f} seconds", Exit.ENGINE)
