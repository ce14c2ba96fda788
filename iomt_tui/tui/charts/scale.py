"""The range of values a panel is read against, and the numbers beside it. Pure.

A clinical range that does not move with the data: a jitter of one beat is no drama, and the same height means the same
value on every day and for every patient. It grows, by whole steps, only for values that lie beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from math import ceil, floor
from typing import Final, NamedTuple

from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.story.score_curve import NEWS2
from iomt_tui.ward.story.trends import Panel

_NEWS2: Final = (0.0, 12.0)  # most totals; the score ends at 20
_STEPS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1_000.0, 5_000.0)
_PARTS: Final = 6  # steps of a range at most


class Scale(NamedTuple):
    """From ``floor`` to ``ceiling`` in the catalogue's unit; ``step``: between round numbers."""

    floor: float
    ceiling: float
    step: float


def scale_of(panels: Iterable[Panel]) -> Scale:
    """One range for panels of one kind: that of the vital, and as far beyond as any of their values."""
    own = list(panels)
    keys = {curve.key for panel in own for curve in panel.curves}
    ranges = [_NEWS2 if key == NEWS2 else VITALS[key].spark for key in keys]
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    step = next((s for s in _STEPS if (high - low) / s <= _PARTS), _STEPS[-1])
    lows, highs = _extremes(own)
    least, most = min(lows, default=low), max(highs, default=high)
    if least < low:
        low = floor(least / step) * step
    if most > high:
        high = ceil(most / step) * step
    return Scale(low, high, step)


def _extremes(panels: list[Panel]) -> tuple[list[float], list[float]]:
    curves = [c for panel in panels for c in chain(panel.curves, *panel.before)]
    cells = [cell for curve in curves for cell in curve.cells if cell is not None]
    return [cell.low for cell in cells], [cell.high for cell in cells]


def numbers(scale: Scale, limits: Iterable[Limit]) -> Iterator[float]:
    """The values that deserve a number beside the panel, the most telling first: limits, ends, round ones between."""
    rows = sorted(limits, key=lambda limit: limit.priority)
    yield from (
        x for limit in rows for x in (limit.low, limit.high) if x is not None and scale.floor <= x <= scale.ceiling
    )
    yield from (scale.ceiling, scale.floor)
    steps = round((scale.ceiling - scale.floor) / scale.step)
    yield from (scale.floor + scale.step * n for n in range(1, steps))
