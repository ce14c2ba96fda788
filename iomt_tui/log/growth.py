"""Rests until a log has grown: by the kernel's word where it gives it, else for as long as the rest may be."""

from __future__ import annotations

import select
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iomt_tui.log.files import beside

if TYPE_CHECKING:
    from iomt_tui.log.inotify import FileWatch

SOON: Final = 0.002  # seconds after a sign: the commit it tells of can be read once the disk has it
LATE: Final = 0.02  # seconds: a rest this long after a sign needs no other one


class Growth:
    """The rests of one process between two looks at the log at ``path``. They cost no processor time.

    Where the kernel tells nothing (or ``by_kernel`` is False) each is as long as it may be.
    """

    def __init__(self, path: Path, *, by_kernel: bool = sys.platform == "linux") -> None:
        self._file: FileWatch | None = None
        self._next = SOON
        if by_kernel:
            from iomt_tui.log.inotify import FileWatch

            with suppress(OSError):
                self._file = FileWatch(beside(path, "-wal"))

    @property
    def by_kernel(self) -> bool:
        """Whether the kernel tells of growth."""
        return self._file is not None

    def rest(self, seconds: float) -> None:
        """Rests until there may be something new, for ``seconds`` at most.

        The sign comes when an entry is written, which is before it can be read, and says not by whom. So the rests
        after one are brief, each twice as long as the one before.
        """
        if self._file is None or self._next <= LATE:
            time.sleep(min(self._next, seconds) if self._file is not None else seconds)
            self._next *= 2
        else:
            select.select([self._file.descriptor], [], [], seconds)
        if self._drain():
            self._next = SOON

    def close(self) -> None:
        """Gives the watch back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _drain(self) -> bool:
        try:
            return self._file is not None and self._file.drain()
        except FileNotFoundError:  # the name is another file's now
            self.close()
            return False
