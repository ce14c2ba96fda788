"""How often each vital sign is measured: freshness limits follow from it."""

from __future__ import annotations

from array import array
from statistics import median
from typing import Final

KEPT: Final = 4_096  # distances looked at per device and vital sign of a recording
RECENT: Final = 64  # and of a live source, the newest ones
FEWEST: Final = 3  # distances before a live source's can be told
LONGEST: Final = 86_400.0  # s; once a day is the slowest monitoring. A yearly weight is not fresh for two years.
_THIRD: Final = 1 / 3


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
        return {vital: _seconds(gaps) for vital, gaps in self._gaps.get(device, {}).items()}


class LivePeriods:
    """The same of a source that goes on: by the newest distances, told once there are enough, and at real changes."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, int]] = {}
        self._gaps: dict[str, dict[str, array[float]]] = {}
        self._told: dict[str, dict[str, float]] = {}
        self._new: set[tuple[str, str]] = set()

    def seen(self, device: str, vital: str, at: int) -> None:
        """Notes a value of ``vital`` at ``at`` (ms). What comes late, after a newer one, tells no distance."""
        times = self._last.get(device)
        if times is None:
            times = self._last[device] = {}
        last = times.get(vital)
        if last is not None and at <= last:
            return
        times[vital] = at
        if last is None:
            return
        gaps = self._gaps.setdefault(device, {}).setdefault(vital, array("d"))
        gaps.append(at - last)
        if len(gaps) > RECENT:
            del gaps[0]
        self._new.add((device, vital))

    def changed(self) -> set[str]:
        """The devices of which another period is told from now on than before."""
        found = set()
        for device, vital in self._new:
            gaps = self._gaps[device][vital]
            if len(gaps) < FEWEST:
                continue
            now, told = _seconds(gaps), self._told.get(device, {}).get(vital)
            if told is None or abs(now - told) > told * _THIRD:
                self._told.setdefault(device, {})[vital] = now
                found.add(device)
        self._new.clear()
        return found

    def of(self, device: str) -> dict[str, float]:
        """Seconds between values, by vital sign, of those that can be told."""
        return dict(self._told.get(device, {}))

    def forget(self, device: str) -> None:
        """Forgets a device that measures nobody here any more."""
        for known in (self._last, self._gaps, self._told):
            known.pop(device, None)
        self._new = {one for one in self._new if one[0] != device}


def _seconds(gaps: array[float]) -> float:
    return round(min(median(gaps) / 1000, LONGEST), 3)
