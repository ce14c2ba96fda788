"""Waveforms, folded. Not in checkpoints: they are of the moment."""

from __future__ import annotations

from typing import Any

from iomt_tui.security.text import safe_text
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.waves import LONGEST_LEASE, Lease, Wave, Waves


class Waved:
    """The part of :class:`iomt_tui.ward.fold.Ward` that ``wave`` entries change; the ward makes these attributes.

    No patient counts as changed by them: whoever draws waveforms looks at them several times a second anyway.
    """

    patients: dict[str, PatientState]
    waves: dict[str, Waves]
    leases: dict[str, Lease]

    def _on_wave(self, data: dict[str, Any], at: int) -> None:
        wave = Wave.from_body(data)
        if wave.patient in self.patients:
            self.waves.setdefault(wave.patient, Waves()).put(wave, at)

    def _leased(self, act: dict[str, Any], outcome: dict[str, Any], at: int) -> None:
        """The answer to somebody who asked for waveforms. Of two who ask, the longer lease stands."""
        patient, until, said = str(act["patient"]), at + min(int(act["ms"]), LONGEST_LEASE), outcome["outcome"]
        if patient not in self.patients or said not in ("applied", "refused"):
            return
        why = safe_text("" if said == "applied" else outcome.get("why") or "refused", 200)
        since, known = at, self.leases.get(patient)
        if known is not None and known.why == why and known.until >= at:
            since, until = known.since, max(until, known.until)
        self.leases[patient] = Lease(since, until, why)

    def _leases_over(self, at: int) -> None:
        for patient in [patient for patient, lease in self.leases.items() if lease.until < at]:
            del self.leases[patient]

    def _without_waves(self, patient: str) -> None:
        self.waves.pop(patient, None)
        self.leases.pop(patient, None)
