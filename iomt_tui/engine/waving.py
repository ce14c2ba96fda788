"""Waveforms of the patients whom a screen shows: who asks is answered, and what the source has is taken from it."""

from __future__ import annotations

from typing import Any, Final

from iomt_tui.alarms.actions import Outcome
from iomt_tui.clinical.medication.reading import identity
from iomt_tui.engine.source import Arrival, WaveSource
from iomt_tui.security.text import safe_text
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.waves import LONGEST_LEASE

NONE: Final = "this source has no waveforms"


class Waving:
    """The waveforms of a ward. ``ward`` is folded by its engine; without a ``source`` everybody is refused."""

    def __init__(self, ward: Ward, source: WaveSource | None) -> None:
        self._ward, self._source = ward, source
        self._taken: dict[str, int] = {}  # patient -> log time up to which the source was asked

    def answer(self, data: dict[str, Any], at: int) -> Outcome:
        """``{"op", "user", "patient", "ms"}``: whether they are recorded. Raises ValueError, KeyError or TypeError."""
        op, user = identity(data["op"], "op"), safe_text(data["user"], 40)
        patient, ms = identity(data["patient"], "patient id"), data["ms"]
        if type(ms) is not int:
            raise TypeError("how long")
        if patient not in self._ward.patients:
            return Outcome(op, "gone", user, at)
        why = NONE if self._source is None else self._source.no_waves(patient)
        if not 0 < ms <= LONGEST_LEASE:
            why = f"waveforms are asked for again within {LONGEST_LEASE // 1000} s"
        return Outcome(op, "refused" if why else "applied", user, at, why)

    def arrivals(self, now: int) -> list[Arrival]:
        """What came by log time ``now`` of those whose waveforms are asked for."""
        leased = {patient for patient, lease in self._ward.leases.items() if not lease.why and lease.until >= now}
        self._taken = {patient: self._taken.get(patient, now) for patient in leased}
        if self._source is None:
            return []
        out: list[Arrival] = []
        for patient, since in self._taken.items():
            if since < now:
                out += [(now, "wave", body) for body in self._source.waves(patient, since, now)]
                self._taken[patient] = now
        return out
