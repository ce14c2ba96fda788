"""Small private files beside a ward's log: JSON, mode 0600, replaced as a whole. For conveniences, never for alarms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import orjson

from iomt_tui.log.api import LogError
from iomt_tui.log.files import beside, open_private, private_directory

_LARGEST: Final = 1 << 20  # bytes


def load_json(path: Path) -> Any:
    """What the file at ``path`` holds; None when there is none, or it is none of ours."""
    try:
        with os.fdopen(open_private(path, os.O_RDONLY), "rb") as file:
            return orjson.loads(file.read(_LARGEST))
    except (LogError, OSError, orjson.JSONDecodeError):
        return None


def save_json(path: Path, data: object) -> None:
    """Keeps ``data`` at ``path`` in place of what was there, all or nothing. Raises LogError."""
    private_directory(path.parent)
    fresh = beside(path, ".new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(orjson.dumps(data))
        fresh.replace(path)
    except OSError as error:
        raise LogError(f"Cannot write {path}: {error.strerror}.") from error
