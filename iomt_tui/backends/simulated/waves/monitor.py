"""The waveforms of one simulated bedside monitor: a piece a second, with what spoils it."""

from __future__ import annotations

from typing import Any, Final

from iomt_tui.backends.simulated.body import Vitals
from iomt_tui.backends.simulated.episodes import Episode
from iomt_tui.backends.simulated.noise import LENGTH, Noise, mix
from iomt_tui.backends.simulated.stream import Stream
from iomt_tui.backends.simulated.subject import Subject
from iomt_tui.backends.simulated.waves import shapes
from iomt_tui.backends.simulated.waves.beats import Beats
from iomt_tui.clinical.waveforms import WAVEFORMS

SECOND: Final = 1_000
RATES: Final = {"ecg-ii": 125, "pleth": 50, "resp": 25}  # samples a second
_BEFORE, _AFTER = 1_500, 500  # ms around a second from which a beat reaches into it
_OFF: Final = {"leads-off": ("ecg-ii", "resp"), "probe-off": ("pleth",)}  # impedance is measured between ECG leads
_RESTLESS: Final = frozenset({"cough", "walk", "turned", "motion"})


class WaveMonitor:
    """Sends a piece for each whole second, ``stream.lag`` ms after its end, like the monitor's own readings."""

    def __init__(self, subject: Subject, stream: Stream, noise: Noise) -> None:
        self._subject, self._stream, self._noise = subject, stream, noise
        self._beats = Beats(subject)
        self._salt = mix(subject.person.key, 76) % LENGTH

    def pieces(self, after: int, to: int) -> list[dict[str, Any]]:
        """``wave`` bodies that arrive after log time ``after`` and up to ``to`` (ms)."""
        first, last = ((at - self._stream.lag) // SECOND for at in (after, to))
        return [self._piece(k * SECOND) for k in range(first, last) if self._heard(k * SECOND)]

    def _heard(self, at: int) -> bool:
        if not self._stream.origin <= at < self._stream.until:
            return False
        outage = self._subject.outage(self._stream.kind, at)
        return outage is None or outage.begins > at

    def _piece(self, at: int) -> dict[str, Any]:
        """The second from ``at`` on."""
        truth = self._subject.vitals(at)
        episodes = self._subject.diary.between(at, at + SECOND)
        drawn = {"ecg-ii": self._ecg(at, truth, episodes), "pleth": self._pleth(at, truth, episodes),
                 "resp": self._resp(at, episodes)}  # fmt: skip
        channels = {}
        for key, values in drawn.items():
            step = SECOND / RATES[key]
            off = [e for e in episodes if key in _OFF.get(e.kind, ())]
            gone = [any(e.begins <= at + i * step < e.ends for e in off) for i in range(len(values))]
            channels[key] = {
                "hz": RATES[key], "unit": WAVEFORMS[key].unit,
                "samples": [None if no else round(value) for value, no in zip(values, gone, strict=True)],
                **({"absent": "sensor-off"} if any(gone) else {}),
            }  # fmt: skip
        person, device = self._subject.person.id, self._stream.device
        return {"patient": person, "device": device, "at": self._stream.tells(at), "channels": channels}

    def _ecg(self, at: int, truth: Vitals, episodes: tuple[Episode, ...]) -> list[float]:
        count = RATES["ecg-ii"]
        step = SECOND / count
        beats = self._beats.hearts(at - _BEFORE, at + SECOND + _AFTER)
        out = shapes.ecg(beats, at, step, count)
        runs = [e for e in episodes if e.kind == "vtach"]
        restless = any(e.kind in _RESTLESS for e in episodes)
        fast, slow = self._table(self._noise.fast, at, count), self._table(self._noise.slow, at, count)
        for i in range(count):
            now = at + i * step
            for run in runs:
                if run.begins <= now < run.ends:
                    out[i] = shapes.tachycardia(now, run.begins)
            out[i] += shapes.flutter(now, truth.irregular) + (60 if restless else 12) * fast[i] + 25 * slow[i]
        return out

    def _pleth(self, at: int, truth: Vitals, episodes: tuple[Episode, ...]) -> list[float]:
        count = RATES["pleth"]
        beats = self._beats.hearts(at - _BEFORE, at + SECOND + _AFTER)
        if any(e.kind == "vtach" for e in episodes):
            beats = []  # hardly any blood is thrown out
        out = shapes.pleth(beats, at, SECOND / count, count, 78.0 * truth.pi / (truth.pi + 1.2))
        shaken = any(e.kind == "motion" for e in episodes)
        fast, slow = self._table(self._noise.fast, at, count), self._table(self._noise.slow, at, count)
        return [
            min(100.0, max(0.0, 12 + value + 1.5 * slow[i] + (14 if shaken else 0.6) * fast[i]))
            for i, value in enumerate(out)
        ]

    def _resp(self, at: int, episodes: tuple[Episode, ...]) -> list[float]:
        count = RATES["resp"]
        step = SECOND / count
        out = shapes.respiration(self._beats.breaths(at, at + SECOND), at, step, count)
        still = [e for e in episodes if e.kind == "apnoea"]
        fast = self._table(self._noise.fast, at, count)
        for i in range(count):
            if any(e.begins <= at + i * step < e.ends for e in still):
                out[i] = -55.0
            out[i] = min(100.0, max(-100.0, out[i] + 2 * fast[i]))
        return out

    def _table(self, ring: tuple[float, ...], at: int, count: int) -> tuple[float, ...]:
        """``count`` numbers (at most 512) of a noise table, looked up by the sample's place in time."""
        first = (at // SECOND * count + self._salt) % LENGTH
        return ring[first : first + count]
