"""The axis of a panel by the limits that held: what was measured under which, and how far beyond them it was. Pure.

The cell in which limits were changed shows those that came, as the mark of the change stands in it. A bucket in which
they were changed is beyond a limit when it is beyond any that held in it: nobody knows when in it its extremes were
measured, and no breach is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import Final, NamedTuple

from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.charts.lanes import cell_of
from iomt_tui.tui.charts.raster import Placed, placed
from iomt_tui.ward.limit_stretches import limits_at
from iomt_tui.ward.story.trends import Axis, Curve, Panel

Column = tuple[float, float, int]
"""One cell across: the lowest and the highest value in it as shown (the lowest above the highest where there is none),
and for a bar how far beyond limits one of its ends is."""

_Time = tuple[float, float]
_ALWAYS: Final = (-inf, inf)


class Part(NamedTuple):
    """The cells from ``begin`` to before ``stop``, and the limits of their time (of a pressure, of its upper value).
    ``columns``: for each cell of the whole axis what was measured under these limits."""

    begin: int
    stop: int
    limits: tuple[Limit, ...]
    columns: Sequence[Column]


def parts_of(panel: Panel, axis: Axis, width: int) -> list[Part]:
    """The parts of a panel on ``width`` cells, from the left: a single one where no limit was changed."""
    changes = {held.since for held in (*panel.limits, *panel.lower_limits) if held.since > axis.start}
    found = []
    for time in pairwise([-inf, *sorted(changes), inf]):
        begin, stop = (_edge(at, axis, width) for at in time)
        at = max(time[0], axis.start)
        limits, lower = (
            limits_at(held, int(at)) if held else () for held in (panel.limits, panel.lower_limits)
        )  # fmt: skip
        found.append(Part(begin, stop, limits, _columns(panel, limits, lower, axis, width, time)))
    return found


def _edge(at: float, axis: Axis, width: int) -> int:
    return min(max(cell_of(int(at), axis, width), 0), width) if abs(at) < inf else 0 if at < 0 else width


def _columns(
    panel: Panel, limits: Sequence[Limit], lower: Sequence[Limit], axis: Axis, width: int, time: _Time
) -> list[Column]:  # fmt: skip
    upper = _extremes(panel.curves[0], axis, width, time)
    if len(panel.curves) == 1:
        return [(low, high, 0) for low, high in upper]
    bars = [beyond(low, high, limits) for low, high in upper]
    feet = [beyond(low, high, lower) for low, high in _extremes(panel.curves[1], axis, width, time)]
    return [(low, high, max(ends)) for (low, high), *ends in zip(upper, bars, feet, strict=True)]


def _extremes(curve: Curve, axis: Axis, width: int, time: _Time) -> list[tuple[float, float]]:
    """For each cell across the lowest and the highest value of its ``time`` as shown."""
    lows, highs = [inf] * width, [-inf] * width
    decimals = VITALS[curve.key].decimals if curve.key in VITALS else 0
    span = max(1, axis.end - axis.start)
    begin = axis.start
    for _, at, cell in placed(curve) if time == _ALWAYS else _during(curve, time):
        x = (at - begin) * width // span
        if 0 <= x < width:
            if cell.low < lows[x]:
                lows[x] = cell.low
            if cell.high > highs[x]:
                highs[x] = cell.high
    # Rounding keeps the order: it is enough to round what is left.
    return [
        (rounded(low, decimals), rounded(high, decimals)) if low <= high else (low, high)
        for low, high in zip(lows, highs, strict=True)
    ]


def _during(curve: Curve, time: _Time) -> Iterator[Placed]:
    """What was measured in a time, or may have been; of a single value it is known."""
    for start, at, cell in placed(curve):
        first, end = (cell.at, cell.at + 1) if cell.low == cell.high else (start, start + curve.axis.width)
        if first < time[1] and end > time[0]:
            yield start, at, cell


def beyond(low: float, high: float, limits: Sequence[Limit]) -> int:
    """The highest priority of a limit that values from ``low`` to ``high`` pass; 0 for none."""
    passed = [
        limit.priority for limit in limits
        if (limit.low is not None and low < limit.low) or (limit.high is not None and high > limit.high)
    ]  # fmt: skip
    return max(passed, default=0)
