"""NEWS2 (Royal College of Physicians, National Early Warning Score 2, December 2017; charts 1 and 4).

The chart is in whole numbers and tenths of a degree, monitors are not. Values are rounded halves up,
temperature to 0.1 °C and everything else to integers, exactly as :func:`iomt_tui.clinical.rounding.rounded`
shows them: the number on the screen is the number that was scored. The edges below are the raw values at
which the rounded value changes band.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from iomt_tui.clinical.rounding import TOLERANCE

#: The seven inputs in the chart's order, and the most points each can give.
INPUTS: Final = ("rr", "spo2", "o2", "sbp", "pulse", "acvpu", "temp")
_MOST: Final = {"rr": 3, "spo2": 3, "o2": 2, "sbp": 3, "pulse": 3, "acvpu": 3, "temp": 3}

#: Inspired oxygen above this is supplemental (%): air is 20.9, sensors read up to half a percent off.
ROOM_AIR: Final = 21.5
#: NEWS2 is not for children below this age, nor in pregnancy.
YOUNGEST: Final = 16

Band = tuple[tuple[float, ...], tuple[int, ...]]  # edges (raw, rising), points between and beyond them


def _band(edges: tuple[float, ...], points: tuple[int, ...], step: float = 1.0) -> Band:
    """Bands from the first value of each band but the lowest, in steps of the chart."""
    return tuple(edge - step * (0.5 + TOLERANCE) for edge in edges), points


_SPO2_AIR: Final = _band((84, 86, 88), (3, 2, 1, 0))
_SPO2_OXYGEN: Final = _band((84, 86, 88, 93, 95, 97), (3, 2, 1, 0, 1, 2, 3))
_BANDS: Final = {
    "rr": _band((9, 12, 21, 25), (3, 1, 0, 2, 3)),
    "spo2": _band((92, 94, 96), (3, 2, 1, 0)),
    "o2": _band((1,), (0, 2)),
    "sbp": _band((91, 101, 111, 220), (3, 2, 1, 0, 3)),
    "pulse": _band((41, 51, 91, 111, 131), (3, 1, 0, 1, 2, 3)),
    "acvpu": _band((1,), (0, 3)),
    "temp": _band((35.1, 36.1, 38.1, 39.1), (3, 1, 0, 1, 2), 0.1),
}


@dataclass(frozen=True, slots=True)
class News2:
    """A NEWS2 score, honest about what is missing."""

    total: int  # of the known inputs
    known: int  # how many of the 7 inputs are known
    points: tuple[tuple[str, int | None], ...]  # input -> points, None where unknown

    @property
    def complete(self) -> bool:
        """Whether all seven inputs are known; otherwise ``total`` is the least that the score can be."""
        return self.known == len(INPUTS)

    @property
    def red(self) -> bool:
        """Whether a known input scores 3 by itself."""
        return any(points == 3 for _, points in self.points)

    @property
    def at_least(self) -> str:
        """The clinical risk that the known inputs already settle: "low", "low-medium", "medium" or "high"."""
        return _risk(self.total, self.red)

    @property
    def band(self) -> str:
        """The clinical risk, or "" while missing inputs could still change it: 7 is high whatever is missing."""
        missing = [_MOST[name] for name, points in self.points if points is None]
        worst = _risk(self.total + sum(missing), self.red or 3 in missing)
        return worst if worst == self.at_least else ""

    @property
    def monitoring(self) -> str:
        """The least monitoring that chart 4 asks for; says what it is based on when inputs are missing."""
        if not self.known:
            return "unknown: nothing measured"
        if self.at_least == "low":
            asked = "4-6-hourly" if self.total else "12-hourly"
        else:
            asked = "continuous" if self.at_least == "high" else "1-hourly"
        if self.complete or asked == "continuous":
            return asked
        return f"at least {asked} ({self.known} of {len(INPUTS)} known)"

    def text(self) -> str:
        """ "9", with inputs missing "≥3 4/7", and "--" when nothing is known."""
        if self.complete:
            return str(self.total)
        return f"≥{self.total} {self.known}/{len(INPUTS)}" if self.known else "--"


def _risk(total: int, red: bool) -> str:
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low-medium" if red else "low"


def score(
    rr: float | None,
    spo2: float | None,
    scale: int,
    on_o2: bool | None,
    sbp: float | None,
    pulse: float | None,
    acvpu: float | None,
    temp: float | None,
) -> News2:
    """The score of values in catalogue units, None for what is unknown.

    ``scale``: SpO2 scale 1, or 2 for hypercapnic respiratory failure with a target of 88-92 %. On scale 2 a
    saturation of 93 or more is unknown while ``on_o2`` is: on air it scores 0, on oxygen up to 3.
    """
    o2 = None if on_o2 is None else float(on_o2)
    points: list[tuple[str, int | None]] = []
    total = known = 0
    for name, value in zip(INPUTS, (rr, spo2, o2, sbp, pulse, acvpu, temp), strict=True):
        found = None
        if value is not None:
            band = _spo2_band(value, scale, on_o2) if name == "spo2" else _BANDS[name]
            if band is not None:
                found = band[1][bisect_right(band[0], value)]
                total += found
                known += 1
        points.append((name, found))
    return News2(total, known, tuple(points))


def _spo2_band(value: float, scale: int, on_o2: bool | None) -> Band | None:
    if scale != 2:
        return _BANDS["spo2"]
    if on_o2 is None and value >= _SPO2_OXYGEN[0][3]:
        return None
    return _SPO2_OXYGEN if on_o2 else _SPO2_AIR


@lru_cache(maxsize=8_192)
def band_bounds(name: str, value: float, scale: int = 1, on_o2: bool | None = None) -> tuple[int | None, float, float]:
    """``(points, low, high)``: any value of input ``name`` with low <= value < high scores the same points.

    So a caller need not score again while a value stays inside. The outermost bounds are infinite. Points are
    None for a scale 2 saturation that needs to know about oxygen. Bounds hold for this ``scale`` and
    ``on_o2`` only.
    """
    band = _spo2_band(value, scale, on_o2) if name == "spo2" else _BANDS[name]
    if band is None:
        return None, _SPO2_OXYGEN[0][3], float("inf")
    edges, points = band
    if name == "spo2" and scale == 2 and on_o2 is None:
        edges = _SPO2_OXYGEN[0][:4]
    place = bisect_right(edges, value)
    low = edges[place - 1] if place else float("-inf")
    high = edges[place] if place < len(edges) else float("inf")
    return points[place], low, high


def on_oxygen(o2_flow: float | None, fio2: float | None) -> bool | None:
    """Whether oxygen is given, from flow (L/min) and inspired oxygen (%), None when neither is known."""
    if (o2_flow is not None and o2_flow > 0) or (fio2 is not None and fio2 > ROOM_AIR):
        return True
    return None if o2_flow is None and fio2 is None else False


def applicable(age: int | None, *, pregnant: bool = False) -> bool:
    """Whether NEWS2 is meant for this patient: from 16 years, not in pregnancy. An unknown age counts as adult."""
    return not pregnant and (age is None or age >= YOUNGEST)
