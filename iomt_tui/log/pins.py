"""Which patients a user of this machine called their own: ids only, in a small private file beside the ward's log."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

import orjson

from iomt_tui.log.api import LogError
from iomt_tui.log.files import beside, open_private, private_directory

PINS: Final = "mine.json"
"""The file's name in the ward's directory."""

MOST: Final = 5_000
_LARGEST: Final = 1 << 20  # bytes


class PinFile:
    """A list of patient ids at ``path``, mode 0600. It outlives restarts; a patient who comes back is mine again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> frozenset[str]:
        """The ids kept; none when there is no such file or it is none of ours: pins are a convenience."""
        try:
            with os.fdopen(open_private(self._path, os.O_RDONLY), "rb") as file:
                found = orjson.loads(file.read(_LARGEST))
        except (LogError, OSError, orjson.JSONDecodeError):
            return frozenset()
        return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()

    def save(self, ids: Collection[str]) -> None:
        """Keeps ``ids`` in place of those before, all or nothing. Raises LogError."""
        private_directory(self._path.parent)
        fresh = beside(self._path, ".new")
        try:
            fresh.unlink(missing_ok=True)
            with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
                file.write(orjson.dumps(sorted(ids)[:MOST]))
            fresh.replace(self._path)
        except OSError as error:
            raise LogError(f"Cannot write {self._path}: {error.strerror}.") from error
