"""The series of a checkpoint: their newest values as JSON, what they keep as arrays, a packed piece for each series."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from iomt_tui.security.text import safe_text
from iomt_tui.ward.readings import CAP, Readings
from iomt_tui.ward.rollup import NAN, SLACK, Rollup
from iomt_tui.ward.series import EXACT, Kept, Series, empty

ITEM: Final = 4
"""Bytes of every number in the arrays."""

_LEVEL: Final = 1  # of zlib: more costs the engine time and saves little
_FIELDS: Final = (
    "value", "at", "limit", "device", "device_at", "flag", "absent", "absent_at", "bucket", "low", "high",
    "minute_low", "minute_high", "band_low", "band_high",
)  # fmt: skip
_NOT_YET: Final = {"device_at": 0, "minute_low": None, "minute_high": None}  # in checkpoints of older programs


class ImpossibleError(ValueError):
    """What is said of a series cannot be so."""


class Arrays:
    """Reads one array after the other."""

    def __init__(self, raw: bytes | bytearray | memoryview) -> None:
        self._raw, self._at = memoryview(raw), 0

    @property
    def over(self) -> bool:
        """Whether everything has been read."""
        return self._at == len(self._raw)

    def cut(self, size: int) -> memoryview:
        """The next ``size`` bytes. Raises ValueError when there are not so many."""
        piece = self._raw[self._at : self._at + size]
        if size < 0 or len(piece) < size:
            raise ValueError("cut short")
        self._at += size
        return piece

    def take(self, code: str, count: int) -> array[Any]:
        """The next ``count`` items of a type code. Raises ValueError when there are not so many."""
        items: array[Any] = array(code)
        items.frombytes(self.cut(items.itemsize * count))
        return items


def by_place(items: bytes) -> bytes:
    """All first bytes of the items, then all second ones …: neighbours are alike in some, and deflate better so."""
    return b"".join(items[place::ITEM] for place in range(ITEM))


def by_item(places: bytes | memoryview) -> bytearray:
    """The items of what :func:`by_place` made of them."""
    items = bytearray(places)
    size = len(items) // ITEM
    for place in range(ITEM):
        items[place::ITEM] = places[place * size : (place + 1) * size]
    return items


def packed(columns: Iterable[array[Any]]) -> bytes:
    """Arrays one after the other as one piece."""
    return zlib.compress(by_place(b"".join(column.tobytes() for column in columns)), _LEVEL)


def unpacked(piece: memoryview, length: int) -> Arrays:
    """The arrays, of ``length`` bytes together, of such a piece. Raises zlib.error and ValueError."""
    return Arrays(by_item(zlib.decompressobj().decompress(piece, max(1, length))))


def dump_series(series: Series, pieces: list[bytes]) -> dict[str, Any]:
    """The JSON of a series; what it keeps goes to ``pieces``."""
    fields = {name: getattr(series, name) for name in _FIELDS}
    # NaN has no JSON; a series without a value says so by its ``at``.
    fields = {name: None if value != value else value for name, value in fields.items()}
    data: dict[str, Any] = {"fields": fields, "rollups": [(rollup.base, len(rollup.low)) for rollup in series.rollups]}
    columns = [column for rollup in series.rollups for column in (rollup.low, rollup.high, rollup.last, rollup.offset)]
    if series.raw is not None:
        data["raw"] = [len(series.raw.times), *series.raw.times[:1]]
        columns += series.raw.columns()
    pieces.append(packed(columns))
    data["size"] = len(pieces[-1])
    return data


def load_series(key: str, data: dict[str, Any], pieces: Arrays) -> Series:
    """The series of the vital ``key``; what it keeps stays packed. Raises ValueError, KeyError or TypeError."""
    series = _newest(key, data)
    sizes = [(int(base), int(count)) for base, count in data["rollups"]]
    for rollup, (_, count) in zip(series.rollups, sizes, strict=True):
        _possible(count, rollup.cap + SLACK)
    readings = tuple(int(number) for number in data["raw"]) if key in EXACT else ()
    _possible(readings[0] if readings else 0, CAP)
    series.store(partial(_unpack, pieces.cut(data["size"]), sizes, readings))
    return series


def _unpack(piece: memoryview, sizes: Sequence[tuple[int, int]], readings: Sequence[int]) -> Kept:
    """What a series keeps; nothing when the piece is not what was written, which only a forged log brings about.

    ``readings``: how many there are and when the first was, empty where none are kept.
    """
    rollups, kept = empty(), Readings() if readings else None
    length = 4 * ITEM * sum(count for _, count in sizes) + 2 * ITEM * sum(readings[:1])
    try:
        arrays = unpacked(piece, length)
        for rollup, (base, count) in zip(rollups, sizes, strict=True):
            columns = [arrays.take("f", count) for _ in range(3)]
            rollup.base, rollup.offset = base, arrays.take("i", count)
            rollup.low, rollup.high, rollup.last = columns
        if len(readings) > 1:
            kept = Readings.of(readings[1], arrays.take("I", readings[0]), arrays.take("f", readings[0]))
    except (zlib.error, ValueError, OverflowError):
        return empty(), Readings() if readings else None
    return rollups, kept


def load_ranges(key: str, data: dict[str, Any], arrays: Arrays) -> Series:
    """The series of a checkpoint of an older program. Raises ValueError, KeyError or TypeError."""
    series = _newest(key, data)
    fine, minutes, quarters, hours = series.rollups
    for rollup, (base, count) in zip((fine, minutes, hours), data["rollups"], strict=True):
        _ranges(rollup, base, count, arrays)
    _quarters(quarters, minutes, hours)
    return series


def _newest(key: str, data: dict[str, Any]) -> Series:
    series = Series.of(key, 0)
    fields = _NOT_YET | data["fields"]
    for name in _FIELDS:
        setattr(series, name, NAN if fields[name] is None else fields[name])
    series.device, series.absent = safe_text(series.device), safe_text(series.absent)
    return series


def _possible(count: int, most: int) -> None:
    if not 0 <= count <= most:
        raise ImpossibleError("an impossible length")


def _ranges(rollup: Rollup, base: int, count: int, arrays: Arrays) -> None:
    """Which value of a bucket was the last it does not say: its middle stands for it, at the middle of the bucket."""
    _possible(count, rollup.cap)
    rollup.base, rollup.low, rollup.high = base, arrays.take("f", count), arrays.take("f", count)
    rollup.last = array("f", [(low + high) / 2 for low, high in zip(rollup.low, rollup.high, strict=True)])
    rollup.offset = array("i", [rollup.width // 2 if low == low else -1 for low in rollup.low])


def _quarters(quarters: Rollup, minutes: Rollup, hours: Rollup) -> None:
    """Quarters of an hour from the minutes; those before, from the hour, of which they know no more."""
    for rollup, until in ((hours, minutes.base * minutes.width), (minutes, 1 << 62)):
        for i, offset in enumerate(rollup.offset):
            at = (rollup.base + i) * rollup.width + offset
            if offset >= 0 and at < until:
                quarters.put(at, rollup.low[i], rollup.high[i], rollup.last[i])
