"""The series of a checkpoint: their newest values as JSON, what they keep as arrays, a packed piece for each series.

The piece of a checkpoint that follows upon another one holds what is not in that one's.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from iomt_tui.security.text import safe_text
from iomt_tui.ward.alike import alike, spliced
from iomt_tui.ward.readings import CAP, Readings
from iomt_tui.ward.rollup import NAN, SLACK, Rollup
from iomt_tui.ward.series import EXACT, LEVELS, Kept, Series, empty

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

    def rest(self) -> memoryview:
        """Everything that has not been read yet."""
        return self.cut(len(self._raw) - self._at)

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


class Held(NamedTuple):
    """What a checkpoint holds of one series, packed."""

    piece: memoryview
    sizes: list[tuple[int, int]]  # of each rollup: its first bucket, and how many there are
    readings: tuple[int, ...]
    """How many there are, and the time (ms) of the first, and of the first in ``piece``; empty where none are kept."""
    before: Held | None = None  # in the checkpoint that it follows upon
    same: tuple[int, ...] = (0,) * (len(LEVELS) + 1)
    """Of each rollup and of the readings: how many of the first ones are those of ``before``."""

    def unpacked(self) -> Kept:
        """What the series keeps; nothing when this is not what was written, which only a forged log brings about."""
        try:
            return self._rollups_and_readings()
        except (zlib.error, ValueError, OverflowError):
            return empty(), Readings() if self.readings else None

    def _rollups_and_readings(self) -> Kept:
        counts = [count for _, count in self.sizes] + list(self.readings[:1])
        fresh = [count - same for count, same in zip(counts, self.same, strict=False)]
        arrays = unpacked(self.piece, 4 * ITEM * sum(fresh[: len(LEVELS)]) + 2 * ITEM * sum(fresh[len(LEVELS) :]))
        earlier, before = (empty(), None) if self.before is None else self.before.unpacked()
        rollups = empty()
        for rollup, old, (base, _), count, same in zip(rollups, earlier, self.sizes, fresh, self.same, strict=False):
            columns = [arrays.take("f", count) for _ in range(3)] + [arrays.take("i", count)]
            rollup.base = base
            rollup.low, rollup.high, rollup.last, rollup.offset = (
                spliced(was, base - old.base if same else 0, same, column)
                for was, column in zip(old.columns(), columns, strict=True)
            )
        return rollups, self._readings(before or Readings(), arrays) if self.readings else None

    def _readings(self, before: Readings, arrays: Arrays) -> Readings:
        if len(self.readings) < 2:
            return Readings()
        count, first, same = self.readings[0], self.readings[1], self.same[-1]
        fresh = Readings.of(self.readings[-1], arrays.take("I", count - same), arrays.take("f", count - same))
        shift = bisect_left(before.times, first)
        fresh.times = spliced(before.times, shift, same, fresh.times)
        fresh.values = spliced(before.values, shift, same, fresh.values)
        return fresh


def dump_series(series: Series, pieces: list[bytes], before: Held | None = None) -> dict[str, Any]:
    """The JSON of a series; what it keeps goes to ``pieces``, but for what is in ``before``."""
    fields = {name: getattr(series, name) for name in _FIELDS}
    # NaN has no JSON; a series without a value says so by its ``at``.
    fields = {name: None if value != value else value for name, value in fields.items()}
    data: dict[str, Any] = {"fields": fields, "rollups": [(rollup.base, len(rollup.low)) for rollup in series.rollups]}
    same = _same(series, before)
    columns = [column[n:] for rollup, n in zip(series.rollups, same, strict=False) for column in rollup.columns()]
    if series.raw is not None:
        first = [0] if before is None else [0, same[-1]]
        data["raw"] = [len(series.raw.times), *(time for n in first for time in series.raw.times[n : n + 1])]
        columns += series.raw.columns(same[-1])
    if before is not None:
        data["same"] = same
    pieces.append(packed(columns))
    data["size"] = len(pieces[-1])
    return data


def _same(series: Series, before: Held | None) -> list[int]:
    """Of each rollup and of the readings: how many of the first ones are in ``before``, too."""
    if before is None:
        return [0] * (len(LEVELS) + 1)
    rollups, readings = before.unpacked()
    found = [
        alike(new.columns(), old.columns(), new.base - old.base)
        for new, old in zip(series.rollups, rollups, strict=True)
    ]
    new, old = series.raw, readings
    if new is None or old is None or not new.times:
        return [*found, 0]
    return [*found, alike((new.times, new.values), (old.times, old.values), bisect_left(old.times, new.times[0]))]


def load_series(key: str, data: dict[str, Any], pieces: Arrays, before: Held | None = None) -> Series:
    """The series of the vital ``key``; what it keeps stays packed. Raises ValueError, KeyError or TypeError."""
    series = _newest(key, data)
    series.store(held(key, data, pieces, before).unpacked)
    return series


def held(key: str, data: dict[str, Any], pieces: Arrays, before: Held | None = None) -> Held:
    """What a checkpoint holds of the vital ``key``. Raises ValueError, KeyError or TypeError."""
    sizes = [(int(base), int(count)) for base, count in data["rollups"]]
    for (_, cap), (_, count) in zip(LEVELS, sizes, strict=True):
        _possible(count, cap + SLACK)
    readings = tuple(int(number) for number in data["raw"]) if key in EXACT else ()
    _possible(readings[0] if readings else 0, CAP)
    piece = pieces.cut(data["size"])
    if before is None:
        return Held(piece, sizes, readings)
    same = tuple(int(count) for count in data["same"])
    for count, most in zip(same, [*(count for _, count in sizes), *(readings[:1] or [0])], strict=True):
        _possible(count, most)
    return Held(piece, sizes, readings, before, same)


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
