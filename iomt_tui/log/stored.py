"""How a body lies in the store: as it is when small, deflated when that saves space."""

from __future__ import annotations

import zlib
from typing import Final

_AS_IS: Final = b"\x00"
_DEFLATED: Final = b"\x01"
_ZLIB: Final = b"\x78"  # how zlib's own output begins, and no JSON
_SMALL: Final = 512  # bytes; below, deflating costs more than it saves
_LARGEST: Final = 256 * 1024 * 1024  # bytes of one body: a hostile recording must not fill the memory


def pack(body: bytes, level: int = 1) -> bytes:
    """The stored form of ``body``. JSON never begins with 0 or 1, so small JSON is stored unchanged.

    So is what is deflated already.
    """
    if len(body) > _SMALL and body[:1] != _ZLIB:
        deflated = zlib.compress(body, level)
        if len(deflated) + 1 < len(body):
            return _DEFLATED + deflated
    return _AS_IS + body if body[:1] <= _DEFLATED else body


def unpack(stored: bytes) -> bytes:
    """The body behind its stored form. Raises ``ValueError`` when ``stored`` is no stored form."""
    flag = stored[:1]
    if flag > _DEFLATED:
        return stored
    if flag != _DEFLATED:
        if not flag:
            raise ValueError("empty")
        return stored[1:]
    stream = zlib.decompressobj()
    try:
        body = stream.decompress(memoryview(stored)[1:], _LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not stream.eof or stream.unused_data:
        raise ValueError("cut short, followed by something else, or larger than 256 MiB")
    return body
