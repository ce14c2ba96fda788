"""The hash chain: each entry carries the SHA-256 of the one before it, its own place, time, kind and stored body."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from iomt_tui.log.stored import unpack
from iomt_tui.ward.events import Draft, Entry


class Place(NamedTuple):
    """A link of the chain: a place in the log, its log time (ms) and its hash (32 bytes)."""

    seq: int
    at: int
    hash: bytes


GENESIS: Final = Place(0, 0, sha256(b"iomt-tui event log, chain 1").digest())

Row = tuple[int, int, str, bytes, bytes]
"""An entry as stored: seq, at, kind, stored body, hash."""

_FIXED: Final = struct.Struct(">QqI")


class BrokenChain(ValueError):  # noqa: N818 - it names what was found, as the reports do
    """The first entry that does not follow from the one before it, and why."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.seq = seq


def link(previous: bytes, seq: int, at: int, kind: str, stored: bytes) -> bytes:
    """The hash of an entry. Unambiguous: fixed-width numbers, ``kind`` with its length, ``stored`` last.

    Raises ``struct.error`` when a number needs more than 64 bits.
    """
    name = kind.encode()
    return sha256(previous + _FIXED.pack(seq, at, len(name)) + name + stored).digest()


def extend(tail: Place, drafts: Sequence[Draft], bodies: Sequence[bytes]) -> tuple[list[Row], list[Entry]]:
    """Rows and entries for ``drafts`` behind ``tail``; ``bodies`` are their stored forms, in the same order."""
    seq, newest, digest = tail
    rows: list[Row] = []
    entries: list[Entry] = []
    for (at, kind, body), stored in zip(drafts, bodies, strict=True):
        seq += 1
        newest = max(newest, at)
        digest = link(digest, seq, newest, kind, stored)
        rows.append((seq, newest, kind, stored, digest))
        entries.append(Entry(seq, newest, kind, body))
    return rows, entries


def checked(tail: Place, rows: Iterable[Row]) -> list[Entry]:
    """The entries of ``rows``, which must follow ``tail`` without a gap. Raises :class:`BrokenChain`."""
    expected, newest, digest = tail
    entries: list[Entry] = []
    for seq, at, kind, stored, written in rows:
        expected += 1
        if seq != expected:
            raise BrokenChain(expected, f"entries {expected} to {seq - 1} are missing")
        try:
            digest = link(digest, seq, at, kind, stored)
            body = unpack(stored)
        except (AttributeError, TypeError, ValueError, struct.error):
            raise BrokenChain(seq, "it is not an entry any more") from None
        if digest != written:
            raise BrokenChain(seq, "its hash does not follow from it and the entry before")
        if at < newest:
            raise BrokenChain(seq, "its time lies before that of the entry before")
        newest = at
        entries.append(Entry(seq, at, kind, body))
    return entries
