"""The series of a checkpoint: their newest values as JSON, their rollups as raw arrays."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from iomt_tui.security.text import safe_text
from iomt_tui.ward.readings import CAP, Readings
from iomt_tui.ward.rollup import SLACK, Rollup
from iomt_tui.ward.series import Series

RANGES_ONLY: Final = 2
"""Up to this version of a checkpoint rollups have no last values and none of quarters of an hour; nor is there more
of glucose than its rollups."""

_FIELDS: Final = (
    "value", "at", "limit", "device", "device_at", "flag", "absent", "absent_at", "bucket", "low", "high",
    "minute_low", "minute_high", "band_low", "band_high",
)  # fmt: skip
_NOT_YET: Final = {"device_at": 0, "minute_low": None, "minute_high": None}  # in checkpoints of older programs


class ImpossibleError(ValueError):
    """What is said of a series cannot be so."""


class Arrays:
    """Reads one array after the other."""

    def __init__(self, raw: memoryview) -> None:
        self._raw, self._at = raw, 0

    @property
    def over(self) -> bool:
        """Whether everything has been read."""
        return self._at == len(self._raw)

    def take(self, code: str, count: int) -> array[Any]:
        """The next ``count`` items of a type code. Raises ValueError when there are not so many."""
        items: array[Any] = array(code)
        size = items.itemsize * count
        cut = self._raw[self._at : self._at + size]
        if count < 0 or len(cut) < size:
            raise ValueError("cut short")
        items.frombytes(cut)
        self._at += size
        return items


def dump_series(series: Series, arrays: list[bytes]) -> dict[str, Any]:
    """The JSON of a series; its arrays go to ``arrays``."""
    for rollup in series.rollups:
        arrays += [column.tobytes() for column in (rollup.low, rollup.high, rollup.last, rollup.offset)]
    fields = {name: getattr(series, name) for name in _FIELDS}
    # NaN has no JSON; a series without a value says so by its ``at``.
    fields = {name: None if value != value else value for name, value in fields.items()}
    data: dict[str, Any] = {"fields": fields, "rollups": [(rollup.base, len(rollup.low)) for rollup in series.rollups]}
    if series.raw is not None:
        data["raw"] = len(series.raw.times)
        arrays += [series.raw.times.tobytes(), series.raw.values.tobytes()]
    return data


def load_series(key: str, data: dict[str, Any], arrays: Arrays, version: int) -> Series:
    """The series of the vital ``key`` in a checkpoint of ``version``. Raises ValueError, KeyError or TypeError."""
    series = Series.of(key, 0)
    fields = _NOT_YET | data["fields"]
    for name in _FIELDS:
        setattr(series, name, float("nan") if fields[name] is None else fields[name])
    series.device, series.absent = safe_text(series.device), safe_text(series.absent)
    if version <= RANGES_ONLY:
        fine, minutes, quarters, hours = series.rollups
        for rollup, (base, count) in zip((fine, minutes, hours), data["rollups"], strict=True):
            _ranges(rollup, base, count, arrays)
        _quarters(quarters, minutes, hours)
        return series
    for rollup, (base, count) in zip(series.rollups, data["rollups"], strict=True):
        _sized(rollup, base, count)
        rollup.low, rollup.high, rollup.last = (arrays.take("f", count) for _ in range(3))
        rollup.offset = arrays.take("i", count)
    if series.raw is not None:
        series.raw = _readings(data["raw"], arrays)
    return series


def _sized(rollup: Rollup, base: int, count: int) -> None:
    if not 0 <= count <= rollup.cap + SLACK:
        raise ImpossibleError("a rollup of impossible length")
    rollup.base = base


def _readings(count: int, arrays: Arrays) -> Readings:
    if not 0 <= count <= CAP:
        raise ImpossibleError("an impossible number of readings")
    readings = Readings()
    readings.times, readings.values = arrays.take("q", count), arrays.take("f", count)
    return readings


def _ranges(rollup: Rollup, base: int, count: int, arrays: Arrays) -> None:
    """A rollup of an older program. Which value of a bucket was the last it does not say: its middle stands for it,
    at the middle of the bucket."""
    _sized(rollup, base, count)
    rollup.low, rollup.high = arrays.take("f", count), arrays.take("f", count)
    rollup.last = array("f", [(low + high) / 2 for low, high in zip(rollup.low, rollup.high, strict=True)])
    rollup.offset = array("i", [rollup.width // 2 if low == low else -1 for low in rollup.low])


def _quarters(quarters: Rollup, minutes: Rollup, hours: Rollup) -> None:
    """Quarters of an hour from the minutes; those before, from the hour, of which they know no more."""
    for rollup, until in ((hours, minutes.base * minutes.width), (minutes, 1 << 62)):
        for i, at in enumerate(_times(rollup)):
            if rollup.low[i] == rollup.low[i] and at < until:
                quarters.put(at, rollup.low[i], rollup.high[i], rollup.last[i])


def _times(rollup: Rollup) -> Sequence[int]:
    return [(rollup.base + i) * rollup.width + offset for i, offset in enumerate(rollup.offset)]
