"""Between which values a vital's NEWS2 points stay the same, so that the fold rescores only when they change."""

from __future__ import annotations

from math import nextafter

from iomt_tui.clinical.news2 import band_bounds
from iomt_tui.ward.judge import OXYGEN
from iomt_tui.ward.state import PatientState

#: Vital -> the NEWS2 input it feeds.
INPUTS = {
    "rr": "rr", "spo2": "spo2", "ibp_sys": "sbp", "nibp_sys": "sbp", "hr": "pulse", "pulse": "pulse",
    "acvpu": "acvpu", "temp": "temp",
}  # fmt: skip


def set_bands(patient: PatientState, on_o2: bool | None) -> None:
    """Sets the bands of every NEWS2 input around the patient's newest values."""
    for key, series in patient.series.items():
        if series.at < 0:
            continue
        if key in OXYGEN:  # any change of these changes what the others mean
            series.band_low, series.band_high = series.value, nextafter(series.value, 1e308)
        elif key in INPUTS:
            _, low, high = band_bounds(INPUTS[key], series.value, patient.spo2_scale, on_o2)
            # Finite, since a checkpoint is JSON.
            series.band_low, series.band_high = max(low, -1e308), min(high, 1e308)
