"""The waveforms that are understood: name, unit, the range that is drawn, and the vital signs that come from each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Waveform:
    """One kind of waveform. ``low`` and ``high``, in ``unit``, are the edges of its picture: fixed, so that a small
    signal looks small. They are our choice: an R wave of 1 mV fills half of it."""

    key: str
    name: str
    unit: str
    low: int
    high: int
    vitals: tuple[str, ...]  # the vital signs that are computed from it
    mark: int = 0  # the height of its calibration mark in ``unit``; 0 for none
    mark_words: str = ""


WAVEFORMS: Final = {
    w.key: w
    for w in (
        Waveform("ecg-ii", "ECG II", "uV", -600, 1_500, ("hr",), 1_000, "1 mV"),
        Waveform("pleth", "Pleth", "%", 0, 100, ("spo2", "pulse")),
        Waveform("resp", "Resp", "", -100, 100, ("rr",)),
    )
}
"""By the key that a channel has in the log, in the order of a monitor's screen."""
