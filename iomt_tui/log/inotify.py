"""Linux tells when a file grows: the few inotify calls that takes, through the C library."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from typing import Final

_MODIFIED: Final = 0x0002
_MOVED: Final = 0x0800
_DELETED: Final = 0x0400
_GONE: Final = 0x8000 | _MOVED | _DELETED  # the kernel ended the watch, or the name is another file's now
_FLAGS: Final = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_EVENT: Final = struct.Struct("iIII")


class FileWatch:
    """A descriptor that becomes readable when ``path`` is written to. Raises ``OSError`` when that cannot be had."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(library, "inotify_init1"):
            raise OSError("this system has no inotify")
        self.descriptor: int = library.inotify_init1(_FLAGS)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        name = os.fsencode(path)
        if library.inotify_add_watch(self.descriptor, name, _MODIFIED | _MOVED | _DELETED) < 0:
            number = ctypes.get_errno()
            self.close()
            raise OSError(number, os.strerror(number), str(path))

    def drain(self) -> bool:
        """Whether the file was written to since the last call. Raises FileNotFoundError once it is gone."""
        try:
            told = os.read(self.descriptor, 65536)
        except BlockingIOError:
            return False
        place = 0
        while place < len(told):
            _, mask, _, size = _EVENT.unpack_from(told, place)
            if mask & _GONE:
                raise FileNotFoundError
            place += _EVENT.size + size
        return True

    def close(self) -> None:
        """Ends the watch."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
