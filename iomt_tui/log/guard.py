"""Who attends a ward: at most one engine, and any number of screens. Each can tell whether the other is there."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import orjson

from iomt_tui.log.api import LogError
from iomt_tui.log.database import telling
from iomt_tui.log.files import beside
from iomt_tui.log.locking import open_lock, take

ENGINE: Final = ".engine.lock"
SCREENS: Final = ".screens.lock"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The engine that runs a ward. ``started`` is log time in ms, ``speed`` log time per real time."""

    pid: int
    started: int = 0
    speed: float = 1.0
    version: str = ""


class EngineLock:
    """One engine per log: whoever holds this lock. It ends with its process, even by ``kill -9``."""

    def __init__(self, log: Path) -> None:
        self.path = beside(log, ENGINE)
        self._descriptor: int | None = None

    def acquire(self, *, started: int = 0, speed: float = 1.0, version: str = "") -> bool:
        """Takes the lock and notes who holds it; False when another engine does. Raises LogError."""
        if self._descriptor is not None:
            return True
        descriptor = open_lock(self.path)
        if not take(descriptor, shared=False, patient=True):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        info = orjson.dumps(asdict(EngineInfo(os.getpid(), started, speed, version)))
        with telling(self.path, "write to"):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, info, 0) if hasattr(os, "pwrite") else os.write(descriptor, info)
        return True

    def release(self) -> None:
        """Gives the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def running(self) -> EngineInfo | None:
        """The engine that holds the lock at this moment, if any does."""
        if self._descriptor is None and not _held(self.path):
            return None
        return self._info()

    def _info(self) -> EngineInfo:
        try:
            found = orjson.loads(self.path.read_bytes())
            return EngineInfo(**{field.name: found[field.name] for field in fields(EngineInfo)})
        except (OSError, ValueError, KeyError, TypeError):
            return EngineInfo(pid=0)  # it has the lock, but has not yet said who it is


class ScreenPresence:
    """A screen's sign that somebody can see it. Give it back while the terminal takes nothing (SAFETY.md H20)."""

    def __init__(self, log: Path) -> None:
        self.path = beside(log, SCREENS)
        self._descriptor: int | None = None

    def attach(self) -> None:
        """Shows that this screen attends the ward. Raises LogError."""
        if self._descriptor is not None:
            return
        descriptor = open_lock(self.path)
        if not take(descriptor, shared=True, patient=True):
            os.close(descriptor)
            raise LogError(f"{self.path} is kept locked by another program. Close it, then open the screen again.")
        self._descriptor = descriptor

    def detach(self) -> None:
        """Shows that nobody looks at this screen any more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def screens_attached(log: Path) -> bool:
    """Whether any screen attends the ward of ``log``."""
    return _held(beside(log, SCREENS))


def _held(path: Path) -> bool:
    if not path.exists():
        return False
    descriptor = open_lock(path)
    try:
        return not take(descriptor, shared=False, patient=False)
    finally:
        os.close(descriptor)
