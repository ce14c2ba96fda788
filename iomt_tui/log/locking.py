"""Advisory locks on whole files, given back by the system when their process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from iomt_tui.log.files import open_private, private_directory

_TRIES: Final = 6
_PAUSE: Final = 0.01  # seconds: somebody who only looks holds a lock for microseconds


def open_lock(path: Path) -> int:
    """A descriptor of the lock file at ``path``, made when missing. Raises LogError."""
    private_directory(path.parent)
    return open_private(path, os.O_RDWR | os.O_CREAT)


def take(descriptor: int, *, shared: bool, patient: bool) -> bool:
    """Locks the file without waiting; ``patient`` tries for a few hundredths of a second."""
    for left in reversed(range(_TRIES if patient else 1)):
        if _try(descriptor, shared):
            return True
        if left:
            time.sleep(_PAUSE)
    return False


if sys.platform == "win32":
    import msvcrt

    _PLACES: Final = 64  # screens that may attend one ward: Windows knows no shared lock, each takes a byte
    _FIRST: Final = 1 << 20

    def _try(descriptor: int, shared: bool) -> bool:
        spans = [(_FIRST + place, 1) for place in range(_PLACES)] if shared else [(_FIRST, _PLACES)]
        for start, size in spans:
            os.lseek(descriptor, start, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, size)
            except OSError:
                continue
            return True
        return False

else:
    import fcntl

    def _try(descriptor: int, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
