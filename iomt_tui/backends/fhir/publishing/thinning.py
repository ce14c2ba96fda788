"""One value of each vital sign from each stretch of time: devices measure far more often than servers are told."""

from __future__ import annotations

from collections.abc import Sequence

from iomt_tui.ward.events import Reading


def thinned(readings: Sequence[Reading], step: int) -> list[Reading]:
    """The newest value of each vital sign of each device in each stretch of ``step`` ms, by the device's time.

    A reading keeps what is the newest in it; the order stays.
    """
    newest: dict[tuple[str, str, str, int], int] = {}
    for reading in readings:
        for vital in _vitals(reading):
            key = (reading.patient, reading.device, vital, reading.observed_at // step)
            newest[key] = max(reading.observed_at, newest.get(key, reading.observed_at))
    found = []
    for reading in readings:
        stretch, at = reading.observed_at // step, reading.observed_at
        kept = {v for v in _vitals(reading) if newest[reading.patient, reading.device, v, stretch] == at}
        if kept:
            values = {vital: value for vital, value in reading.values.items() if vital in kept}
            flags = {vital: word for vital, word in (reading.flags or {}).items() if vital in kept}
            found.append(reading._replace(values=values, flags=flags or None))
    return found


def _vitals(reading: Reading) -> set[str]:
    return {*reading.values, *(reading.flags or {})}
