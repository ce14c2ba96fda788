"""Values of one patient as the log has them, in finer buckets than the fold keeps of that time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from iomt_tui.ward.clock import DeviceClock
from iomt_tui.ward.extract import Part
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve

SECOND: Final = 1_000
_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)
_READINGS: Final = frozenset({"obs", "past"})


class Detail:
    """Give it the log's pieces in order; ``curves`` are what was measured of ``patient`` on ``axis``.

    ``offsets``: device -> what its clock is known to be off by (ms); a reading is placed as the fold places it.
    """

    def __init__(self, patient: str, axis: Axis, offsets: Mapping[str, int]) -> None:
        self.patient, self.axis = patient, axis
        self.unreadable = 0
        self._offsets = dict(offsets)
        self._clocks: dict[str, DeviceClock] = {}
        self._cells: dict[str, dict[int, Cell]] = {}

    def read(self, part: Part) -> None:
        """The next piece."""
        for row in part.rows:
            self._take([row.group], row.at)
        for entry in part.entries:
            if entry.kind in _READINGS:
                try:
                    self._take(orjson.loads(entry.body), entry.at)
                except _ERRORS:
                    self.unreadable += 1

    def _take(self, groups: Iterable[list[Any]], received: int) -> None:
        for patient, device, observed, values, _ in groups:
            at = self._clock(device).correct(observed, received) if patient == self.patient else None
            if at is None or not self.axis.start <= at < self.axis.end:
                continue
            place = (at - self.axis.start) // self.axis.width
            for key, value in values.items():
                cells = self._cells.setdefault(key, {})
                cells[place] = Cell(value, value, value, at).joined(cells.get(place))

    def _clock(self, device: str) -> DeviceClock:
        clock = self._clocks.get(device)
        if clock is None:
            clock = self._clocks[device] = DeviceClock()
            clock.offset = self._offsets.get(device, 0)
        return clock

    def curves(self) -> dict[str, Curve]:
        """Vital -> its curve. How far apart values may be is not known here: by the width of the buckets."""
        numbers = range(self.axis.buckets)
        return {
            key: Curve(key, self.axis, tuple(map(cells.get, numbers)), self.axis.width)
            for key, cells in self._cells.items()
        }


def wanted(axis: Axis, most: int) -> Axis | None:
    """The axis to read from the log where ``axis`` has less than half of ``most`` buckets for want of finer ones; None
    where the fold's are fine enough. It is half as long again on both sides, so that a small step needs no reading."""
    length = axis.end - axis.start
    width = max(SECOND, length // max(1, most) // SECOND * SECOND)
    if axis.width < 2 * width:
        return None
    start = (axis.start - length // 2) // width * width
    return Axis(start, width, -(-(length * 2) // width))
