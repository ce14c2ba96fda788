"""Readings of the past and readings that are shown: the newest of each vital sign is shown, the rest is history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from iomt_tui.ward.events import Reading


class Parts(NamedTuple):
    """Both in order of their time."""

    history: list[Reading]
    shown: list[Reading]


class Newest:
    """When each vital sign of each patient was last measured, of what was given so far (ms)."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], int] = {}

    def split(self, readings: Iterable[Reading], *, live_from: int | None = None) -> Parts:
        """The readings that bring a vital sign's newest value are shown, and with ``live_from`` (ms) all that are not
        older; every other one is history."""
        ordered = sorted(readings, key=lambda reading: reading.observed_at)
        for reading in ordered:
            for vital in _vitals(reading):
                key = (reading.patient, vital)
                self._at[key] = max(reading.observed_at, self._at.get(key, reading.observed_at))
        out = Parts([], [])
        for reading in ordered:
            live = live_from is not None and reading.observed_at >= live_from
            (out.shown if live or self._newest(reading) else out.history).append(reading)
        return out

    def knows(self, patient: str) -> bool:
        """Whether anything was measured of a patient."""
        return any(key[0] == patient for key in self._at)

    def forget(self, patient: str) -> None:
        """The patient left."""
        self._at = {key: at for key, at in self._at.items() if key[0] != patient}

    def _newest(self, reading: Reading) -> bool:
        return any(self._at[reading.patient, vital] == reading.observed_at for vital in _vitals(reading))


def _vitals(reading: Reading) -> set[str]:
    return {*reading.values, *(reading.flags or {})}
