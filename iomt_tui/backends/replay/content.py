"""A file's bytes and text, whatever it is wrapped in: gzip, byte-order marks, old encodings."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import IO, Final, cast

from iomt_tui.backends.replay.errors import SourceError

GZIP: Final = b"\x1f\x8b"
SQLITE: Final = b"SQLite format 3\x00"
HEAD: Final = 65_536  # bytes looked at to tell what a file is

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARKS: Final = tuple(mark for mark, _ in _MARKS)
"""Byte-order marks that a text file may begin with."""


def packed(path: Path) -> bool:
    """Whether the file is gzip. Raises OSError when it cannot be read."""
    with path.open("rb") as plain:
        return plain.read(2) == GZIP


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip. Raises :class:`SourceError` when it cannot be opened."""
    try:
        return cast("IO[bytes]", gzip.open(path, "rb")) if packed(path) else path.open("rb")
    except IsADirectoryError:
        raise SourceError(f"{path}: is a directory; name one file in it") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened: {error.strerror or error}") from None


def head(path: Path) -> bytes:
    """The first bytes of the (unpacked) file. Raises :class:`SourceError` when they cannot be read."""
    with open_bytes(path) as stream:
        try:
            return stream.read(HEAD)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{path}: damaged, cannot be unpacked: {error}; fetch the file again") from None


def encoding(start: bytes) -> str:
    """The text encoding of a file that begins with ``start``: by its mark, else UTF-8, else Windows Latin-1.

    Monitors' export programs write ``°F`` in the latter.
    """
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=False)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def open_text(path: Path, start: bytes) -> io.TextIOWrapper:
    """The file as text with any line end; undecodable bytes become U+FFFD, which no number contains."""
    return io.TextIOWrapper(open_bytes(path), encoding(start), errors="replace", newline=None)
