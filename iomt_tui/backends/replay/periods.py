"""How often a recording holds each vital sign: freshness limits follow from it."""

from __future__ import annotations

from array import array
from statistics import median
from typing import Final

KEPT: Final = 4_096  # distances looked at per device and vital sign
LONGEST: Final = 86_400.0  # s; once a day is the slowest monitoring. A yearly weight is not fresh for two years.


class Periods:
    """Collects observation times, in time order, and answers with the median distance between them."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, int]] = {}
        self._gaps: dict[str, dict[str, array[float]]] = {}

    def seen(self, device: str, vital: str, at: int) -> None:
        """Notes a value of ``vital`` at ``at`` (ms). Repeated times count once."""
        times = self._last.setdefault(device, {})
        last = times.get(vital)
        times[vital] = at
        if last is None or at == last:
            return
        gaps = self._gaps.setdefault(device, {}).setdefault(vital, array("d"))
        if len(gaps) < KEPT:
            gaps.append(abs(at - last))

    def of(self, device: str) -> dict[str, float]:
        """Seconds between values, by vital sign; one seen once or never is left to the catalogue's default."""
        return {
            vital: round(min(median(gaps) / 1000, LONGEST), 3) for vital, gaps in self._gaps.get(device, {}).items()
        }
