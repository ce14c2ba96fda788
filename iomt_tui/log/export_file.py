"""A file that leaves the program: private, complete before it has its name, and never in place of another one."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from iomt_tui.log.api import LogError
from iomt_tui.log.files import give_name, private_directory, sync_directory

_WRITTEN_BY_OTHERS: Final = stat.S_IWOTH


class ExportFile:
    """Bytes that are safe on disk and have no name yet."""

    def __init__(self, directory: Path, name: str, size: int, sha256: str, unnamed: Path) -> None:
        self.path = directory / name
        self.size = size
        self.sha256 = sha256
        self._unnamed = unnamed

    def keep(self) -> None:
        """Gives it its name. Raises LogError where another file has that, which stays as it is."""
        try:
            give_name(self._unnamed, self.path)
            self._unnamed.unlink()
            sync_directory(self.path.parent)
        except FileExistsError:
            raise LogError(f"There is a file {self.path} already, which was not touched.") from None
        except OSError as error:
            raise LogError(f"{self.path} cannot be made: {error.strerror}.") from error


@contextmanager
def export_file(directory: Path, name: str, content: bytes) -> Iterator[ExportFile]:
    """``content`` on disk below ``directory``, which is made where it is missing, mode 0600 from the first byte.

    What was not given its name is gone at the end. Raises LogError.
    """
    _check(directory)
    unnamed = directory / f".{secrets.token_hex(8)}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        try:
            with os.fdopen(os.open(unnamed, flags, 0o600), "wb") as file:
                if hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), 0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LogError(f"Nothing can be written to {directory}: {error.strerror}.") from error
        yield ExportFile(directory, name, len(content), hashlib.sha256(content).hexdigest(), unnamed)
    finally:
        with suppress(OSError):
            unnamed.unlink(missing_ok=True)


def _check(directory: Path) -> None:
    """Makes the directory, for its owner only. Raises LogError for one in which others can exchange files."""
    private_directory(directory)
    try:
        state = directory.stat()
    except OSError as error:
        raise LogError(f"The directory {directory} cannot be used: {error.strerror}.") from error
    if not stat.S_ISDIR(state.st_mode):
        raise LogError(f"{directory} is not a directory. Choose another one for exports.")
    if os.name == "posix" and state.st_mode & _WRITTEN_BY_OTHERS:
        raise LogError(f"Everybody can write to {directory}. Choose another directory for exports.")


def free_name(directory: Path, stem: str, ending: str) -> str:
    """``stem.ending``, or with the first number behind it that no file in ``directory`` has."""
    number, name = 1, f"{stem}.{ending}"
    while os.path.lexists(directory / name):
        number += 1
        name = f"{stem}-{number}.{ending}"
    return name
