"""The rows of the NEWS2 chart (Royal College of Physicians, 2017): the bands of every input, highest first."""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import Final, NamedTuple

from iomt_tui.clinical.news2 import band_bounds

ACKNOWLEDGED: Final = "NEWS2: Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017."
"""The chart may be reproduced freely with this; its colours stay as they are."""

FILLS: Final = {1: "#fff2a8", 2: "#f9b666", 3: "#ef8379"}
"""Points of an input -> the chart's colour: yellow, orange, red; no points have none."""

INK: Final = "#101010"
"""What is written on :data:`FILLS`."""

RISK_POINTS: Final = {"low": 0, "low-medium": 1, "medium": 2, "high": 3}
"""Clinical risk -> the points whose colour its total has."""


class ChartBand(NamedTuple):
    """One row: values from ``low`` to before ``high`` (raw, as in :func:`.news2.band_bounds`)."""

    words: str
    points: int
    low: float
    high: float
    oxygen: bool | None = None  # counts only on oxygen, or only on air; None: on both

    def holds(self, value: float, oxygen: bool | None) -> bool:
        """Whether a value stands in this row."""
        return self.low <= value < self.high and (self.oxygen is None or oxygen is None or self.oxygen == oxygen)


_STEPS: Final = {"temp": 0.1}
_WORDS: Final = {"o2": ("oxygen", "air"), "acvpu": ("C V P U", "alert")}


@lru_cache
def chart_bands(name: str, scale: int = 1) -> tuple[ChartBand, ...]:
    """The rows of the input ``name``, with the SpO2 ``scale`` 1 or 2."""
    if name == "spo2" and scale == 2:
        oxygen, air = _walk(name, 2, on_o2=True), _walk(name, 2, on_o2=False)
        free = air[0]._replace(words="≥93 on air", low=oxygen[2].low, oxygen=False)
        above = [band._replace(words=f"{band.words} on O2", oxygen=True) for band in oxygen[:3]]
        return (*above, free, *oxygen[3:])
    found = _walk(name, scale, on_o2=None)
    if name in _WORDS:
        found = [band._replace(words=words) for band, words in zip(found, _WORDS[name], strict=True)]
    return tuple(found)


def _walk(name: str, scale: int, *, on_o2: bool | None) -> list[ChartBand]:
    step = _STEPS.get(name, 1.0)
    found, value = list[ChartBand](), -inf
    while value < inf:
        points, low, high = band_bounds(name, value, scale, on_o2)
        if points is not None:
            found.append(ChartBand(_words(low, high, step), points, low, high))
        value = high
    return found[::-1]


def _words(low: float, high: float, step: float) -> str:
    """The first and the last value of a band as the chart writes them."""
    decimals = 1 if step < 1 else 0
    first, last = f"{low + step / 2:.{decimals}f}", f"{high - step / 2:.{decimals}f}"
    if low == -inf:
        return f"≤{last}"
    return f"≥{first}" if high == inf else f"{first}-{last}"
