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

_DESCRIPTORS: Final = Path("/proc/self/fd")
_WRITTEN_BY_OTHERS: Final = stat.S_IWOTH


class ExportFile:
    """Bytes that are safe on disk and have no name yet; ``unnamed``: where they lie until then."""

    def __init__(self, path: Path, content: bytes, unnamed: Path) -> None:
        self.path = path
        self.size = len(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self._unnamed = unnamed

    def keep(self) -> None:
        """Gives it its name. Raises LogError where another file has that, which stays as it is."""
        try:
            if self._unnamed.parent == _DESCRIPTORS:
                _give_first_name(self._unnamed, self.path)
            else:
                give_name(self._unnamed, self.path)
            sync_directory(self.path.parent)
        except FileExistsError:
            raise LogError(f"There is a file {self.path} already, which was not touched.") from None
        except OSError as error:
            raise LogError(f"{self.path} cannot be made: {error.strerror}.") from error


def _give_first_name(descriptor: Path, name: Path) -> None:
    """Raises FileExistsError and other kinds of OSError. Only with a directory's descriptor does ``os.link`` follow the
    link to the open file."""
    place = os.open(descriptor.parent, os.O_RDONLY)
    try:
        os.link(descriptor.name, name, src_dir_fd=place, follow_symlinks=True)
    finally:
        os.close(place)


@contextmanager
def export_file(directory: Path, name: str, content: bytes) -> Iterator[ExportFile]:
    """``content`` on disk below ``directory``, which is made where it is missing, mode 0600 from the first byte.

    What was not given its name is gone at the end; on Linux even where the program is killed. Raises LogError.
    """
    _check(directory)
    try:
        descriptor, unnamed = _open(directory)
    except OSError as error:
        raise LogError(f"Nothing can be written to {directory}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            try:
                if hasattr(os, "fchmod"):
                    os.fchmod(descriptor, 0o600)
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            except OSError as error:
                raise LogError(f"Nothing can be written to {directory}: {error.strerror}.") from error
            yield ExportFile(directory / name, content, unnamed)
    finally:
        if unnamed.parent == directory:
            with suppress(OSError):
                unnamed.unlink(missing_ok=True)


def _open(directory: Path) -> tuple[int, Path]:
    """A new file, open, and where it lies: without any name where the system has such files. Raises OSError."""
    flags = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)
    nameless = getattr(os, "O_TMPFILE", 0)
    if nameless and _DESCRIPTORS.is_dir():
        with suppress(OSError):  # not every file system has them
            descriptor = os.open(directory, flags | nameless, 0o600)
            return descriptor, _DESCRIPTORS / str(descriptor)
    part = directory / f".{secrets.token_hex(8)}.part"
    return os.open(part, flags | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600), part


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
