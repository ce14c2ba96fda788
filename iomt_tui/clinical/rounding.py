"""One rounding for what is shown, scored and compared, so that a screen never contradicts its own score."""

from __future__ import annotations

from math import floor
from typing import Final

#: What a decimal may lose in binary and in conversion: 38.05 is 38.0499…97 and still rounds to 38.1.
TOLERANCE: Final = 1e-6
_POWERS: Final = (1.0, 10.0, 100.0, 1000.0)


def rounded(value: float, decimals: int = 0) -> float:
    """``value`` (finite) to ``decimals`` (0-3), halves up: 91.5 -> 92, 38.05 -> 38.1, -0.5 -> 0."""
    power = _POWERS[decimals]
    return floor(value * power + 0.5 + TOLERANCE) / power
