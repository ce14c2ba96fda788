"""The bell beside a log: rung behind entries that must be seen at once, while values may wait a moment.

It is a file of its own, written to so that the kernel tells whoever watches it. It holds nothing, and a bell that
cannot be rung loses nothing: the entry is in the log and comes with the next values.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from iomt_tui.log.api import LogError
from iomt_tui.log.files import beside, open_private

ENDING: Final = ".bell"


def hang(log: Path) -> Path:
    """The bell of ``log``, made (0600) when it is missing. Raises LogError where it cannot be."""
    path = beside(log, ENDING)
    os.close(open_private(path, os.O_WRONLY | os.O_CREAT))
    return path


def ring(log: Path) -> None:
    """Wakes every screen that follows ``log``."""
    with suppress(LogError, OSError):
        descriptor = open_private(beside(log, ENDING), os.O_WRONLY | os.O_CREAT)
        try:
            os.write(descriptor, b"\n")
        finally:
            os.close(descriptor)
