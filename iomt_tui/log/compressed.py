"""Opening a recording, packed with gzip or not."""

from __future__ import annotations

import gzip
import os
import secrets
import zlib
from pathlib import Path
from typing import Final

from iomt_tui.log.api import LogError
from iomt_tui.log.database import MAGIC, telling
from iomt_tui.log.files import open_private, private_directory
from iomt_tui.log.sqlite import SqliteReader

_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 20
_LARGEST: Final = 16 << 30  # bytes unpacked: a hostile recording must not fill the disk


class _Unpacked(SqliteReader):
    """Reads the unpacked copy of a recording under the recording's own name."""

    def __init__(self, path: Path, plain: Path) -> None:
        super().__init__(plain, frozen=True)
        self.path = path
        self._plain = plain
        if os.name == "posix":
            plain.unlink()  # the open file stays readable; not even a kill leaves it behind

    def another(self) -> SqliteReader:
        return open_recording(self.path)  # the unpacked copy has no name any more

    def close(self) -> None:
        super().close()
        self._plain.unlink(missing_ok=True)


def open_recording(path: Path, *, cache: Path | None = None) -> SqliteReader:
    """A reader of a recording or a log.

    A packed one is unpacked into ``cache`` (the user's cache directory unless given), into a file of mode 0600 that
    loses its name as soon as it is open. Raises LogError naming ``path``.
    """
    if not is_packed(path):
        return SqliteReader(path)
    plain = _place(cache)
    try:
        _unpack(path, plain)
        return _Unpacked(path, plain)
    except LogError as error:
        plain.unlink(missing_ok=True)
        raise LogError(str(error).replace(str(plain), str(path))) from error
    except BaseException:
        plain.unlink(missing_ok=True)
        raise


def is_packed(path: Path) -> bool:
    """Whether ``path`` is a gzip file, whatever its name."""
    if not path.is_file():
        return False
    with telling(path, "read"), path.open("rb") as file:
        return file.read(2) == _GZIP


def pack_file(plain: Path, packed: Path) -> None:
    """Writes ``plain`` to ``packed`` with gzip, the same bytes every time. Raises LogError."""
    descriptor = open_private(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with (
        telling(packed, "write"),
        plain.open("rb") as source,
        os.fdopen(descriptor, "wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as target,
    ):
        while chunk := source.read(_CHUNK):
            target.write(chunk)


def _place(cache: Path | None) -> Path:
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("iomt-tui", appauthor=False)
    private_directory(cache)
    return cache / f"{secrets.token_hex(8)}.iomtlog"


def _unpack(path: Path, plain: Path) -> None:
    descriptor = open_private(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with telling(path, "unpack"), os.fdopen(descriptor, "wb") as target, gzip.open(path, "rb") as source:
        try:
            chunk = source.read(_CHUNK)
            if chunk[:16] != MAGIC:
                raise LogError(f"{path} is not a recording of iomt-tui.")
            while chunk:
                target.write(chunk)
                if target.tell() > _LARGEST:
                    raise LogError(f"{path} is larger than any recording of iomt-tui.")
                chunk = source.read(_CHUNK)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise LogError(
                f"The recording {path} is cut short or damaged. Copy it again from where it came."
            ) from error
