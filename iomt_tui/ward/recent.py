"""What a patient's recent past says to the rules about change. Pure functions of what the fold keeps, so a restart
changes nothing; late data fill in what later values are compared with, and raise nothing by themselves."""

from __future__ import annotations

from iomt_tui.clinical.trends import Change, Trend, fallen, falling, gained, risen
from iomt_tui.ward.rollup import Rollup
from iomt_tui.ward.series import LEVELS, Series
from iomt_tui.ward.state import PatientState

_PER_MINUTE = 6  # buckets of the finest rollup


def spo2(series: Series) -> tuple[int, Change | None]:
    """The level of the last two complete minutes against that of ten minutes before, and as of when (ms)."""
    minute = series.bucket // _PER_MINUTE
    recent = _middles(series.rollups[0], (minute - 2) * _PER_MINUTE, minute * _PER_MINUTE)
    before = _middles(series.rollups[0], (minute - 13) * _PER_MINUTE, (minute - 9) * _PER_MINUTE)
    change = fallen([value for _, value in recent], [value for _, value in before])
    return minute * 60_000, change


def glucose(series: Series) -> Change | None:
    """How fast glucose falls at its newest value."""
    return falling(_points(series, 1, 20 * 60_000))


def weight(series: Series, rule: Trend) -> Change | None:
    """How much the newest weight is above earlier ones of the same scale."""
    return gained(_points(series, 3, 9 * 86_400_000), rule)


def news2(patient: PatientState, minute: int) -> Change | None:
    """How far the score has risen."""
    return risen(patient.news_history, patient.news_known, minute)


def before(series: Series) -> tuple[float, ...]:
    """The values that the newest may have followed: the extremes of its bucket and of the last one."""
    rollup = series.rollups[0]
    last = (rollup.low[-1], rollup.high[-1]) if rollup.low else ()
    return series.low, series.high, *last


def _points(series: Series, level: int, span: int) -> list[tuple[int, float]]:
    """(time in ms, middle) of a rollup's buckets over ``span`` ms of one device, and the newest value itself."""
    width = LEVELS[level][0]
    first = max(series.at - span, series.device_at) // width
    newest = series.at // width
    return [(i * width, x) for i, x in _middles(series.rollups[level], first, newest)] + [(series.at, series.value)]


def _middles(rollup: Rollup, first: int, last: int) -> list[tuple[int, float]]:
    """(index, middle) of the buckets ``first`` to ``last`` (without it) in which something was measured."""
    start, stop = max(first - rollup.base, 0), max(last - rollup.base, 0)
    pairs = zip(rollup.low[start:stop], rollup.high[start:stop], strict=True)
    # Rollups hold single precision: what was measured has no more than four decimals.
    return [(rollup.base + start + i, round((low + high) / 2, 4)) for i, (low, high) in enumerate(pairs) if low == low]
