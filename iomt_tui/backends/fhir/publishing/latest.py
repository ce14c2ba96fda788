"""The newest values of each patient, as a hospital's own system keeps them to compute NEWS2 every hour. Pure."""

from __future__ import annotations

from iomt_tui.clinical.freshness import fresh_limit_ms
from iomt_tui.clinical.news2 import News2, on_oxygen, score
from iomt_tui.ward.events import Reading

_HOUR = 3_600_000
#: How long a value counts (ms) at least: only every so often is one published.
_LEAST = 15 * 60_000


class Latest:
    """The newest value of each vital sign, and the hours at which a score is due."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, tuple[int, float]]] = {}
        self._hour: int | None = None

    def take(self, reading: Reading) -> None:
        """A reading."""
        values = self._values.setdefault(reading.patient, {})
        for vital, value in reading.values.items():
            if vital not in values or values[vital][0] <= reading.observed_at:
                values[vital] = (reading.observed_at, value)

    def forget(self, patient: str) -> None:
        """The patient left."""
        self._values.pop(patient, None)

    def due(self, now: int) -> int | None:
        """The full hour (ms) that has passed since the last call, None for none."""
        hour = now // _HOUR
        passed = self._hour is not None and hour > self._hour
        self._hour = hour
        return hour * _HOUR if passed else None

    def score(self, patient: str, scale: int, at: int) -> News2:
        """NEWS2 of what counts at ``at`` (ms)."""
        values = {
            vital: value
            for vital, (since, value) in self._values.get(patient, {}).items()
            if at - since <= max(_LEAST, fresh_limit_ms(vital))
        }
        pulse, pressure = values.get("pulse", values.get("hr")), values.get("nibp_sys", values.get("ibp_sys"))
        oxygen = on_oxygen(values.get("o2_flow"), values.get("fio2"))
        mind, temp = values.get("acvpu"), values.get("temp")
        return score(values.get("rr"), values.get("spo2"), scale, oxygen, pressure, pulse, mind, temp)
