"""Waveforms in the log, and the newest seconds of them as a screen draws them. They decide nothing.

They are appended for patients whom a screen shows at the moment: an act ``waves`` is a lease, renewed while the page is
open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Final

from iomt_tui.clinical.medication.reading import identity, items, mapping, moment
from iomt_tui.clinical.waveforms import WAVEFORMS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.events import Entry

WAVES: Final = "waves"
"""The word of the act that asks for them."""

MARK: Final = "waves-"
"""How the op of such an act begins: it comes again and again, and whoever steps from event to event passes it by."""

LONGEST_LEASE: Final = 60_000
"""ms for which one act asks at most."""

KEPT: Final = 15
"""Seconds of each channel that the fold keeps."""

_SLACK: Final = 60  # ms between two pieces that rounding explains
_STRAY: Final = 1_000  # ms by which a piece may come early or late before its device's clock is doubted
_AGAIN: Final = 3  # pieces in a row that must, until that clock is taken anew
_FASTEST: Final = 1_000  # samples a second
_LONGEST: Final = 5  # seconds in one entry
_SAMPLE: Final = 1 << 31

Samples = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One channel of a ``wave`` entry: ``samples`` in the channel's unit, None where there is no signal."""

    key: str
    hz: int
    samples: Samples
    absent: SafeText  # why there is none: "sensor-off", or ""


@dataclass(frozen=True, slots=True)
class Wave:
    """A ``wave`` entry: about a second of what one device sent of one patient. ``at``: ms, by the device's clock."""

    patient: str
    device: str
    at: int
    pieces: tuple[Piece, ...]

    @property
    def length(self) -> int:
        """ms from the first sample to the end of the last one."""
        return max(len(p.samples) * 1000 // p.hz for p in self.pieces)

    @classmethod
    def from_body(cls, data: Mapping[str, Any]) -> Wave:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        channels = mapping(data["channels"], "channels")
        if not channels:
            raise ValueError("a wave has no channel")
        pieces = tuple(_piece(key, mapping(own, "channel")) for key, own in channels.items())
        return cls(
            identity(data["patient"], "patient id"), identity(data["device"], "device id"),
            moment(data["at"], "time"), pieces,
        )  # fmt: skip


def _piece(key: str, data: Mapping[str, Any]) -> Piece:
    hz = data["hz"]
    if type(hz) is not int or not 0 < hz <= _FASTEST:
        raise ValueError("samples a second")
    if data["unit"] != WAVEFORMS[key].unit:
        raise ValueError("unit of a waveform")
    samples = items(data["samples"], "samples", hz * _LONGEST, 1)
    if any(s is not None and (type(s) is not int or not -_SAMPLE <= s < _SAMPLE) for s in samples):
        raise TypeError("sample")
    return Piece(key, hz, tuple(samples), safe_text(data.get("absent") or "", 40))


class Trace:
    """The newest :data:`KEPT` seconds of one channel. Times are log time in ms; a sample counts from its time on."""

    __slots__ = ("absent", "begins", "device", "good", "hz", "samples")

    def __init__(self, device: str, hz: int, begins: int) -> None:
        self.device, self.hz, self.begins = device, hz, begins
        self.samples: list[int | None] = []
        self.good: int | None = None  # the end of the newest sample that is one
        self.absent = safe_text("")  # why the newest sample is none

    @property
    def end(self) -> int:
        """The end of the last sample."""
        return self.begins + len(self.samples) * 1000 // self.hz

    def put(self, at: int, piece: Piece) -> None:
        """Takes up the samples from ``at`` on. What was missed in between is a gap, what is there already stays."""
        new = list(piece.samples)
        if abs(at - self.end) > _SLACK:
            missing = (at - self.end) * self.hz // 1000
            if missing > KEPT * self.hz:
                self.samples, self.begins = [], at
            elif missing > 0:
                self.samples += [None] * missing
            else:
                new = new[-missing:]
        self.samples += new
        if surplus := max(0, len(self.samples) // self.hz - KEPT):
            del self.samples[: surplus * self.hz]
            self.begins += surplus * 1000
        last = next((i for i in range(len(new), 0, -1) if new[i - 1] is not None), 0)
        if last:
            self.good = self.end - (len(new) - last) * 1000 // self.hz
        self.absent = piece.absent if last < len(new) else safe_text("")

    def good_until(self, at: int) -> int | None:
        """Up to when there was a signal, looked at from ``at``: not later than that. None: not known to be any."""
        if self.good is None or self.good <= at:
            return self.good
        samples = self.samples
        for i in range(min(len(samples), (at - self.begins) * self.hz // 1000) - 1, -1, -1):
            if samples[i] is not None:
                return min(at, self.begins + (i + 1) * 1000 // self.hz)
        return None

    def between(self, start: float, stop: float) -> tuple[float, float] | None:
        """The least and the greatest value of the line through the samples from ``start`` to ``stop``; None: none."""
        samples, scale = self.samples, self.hz / 1000
        a, b = (start - self.begins) * scale, (stop - self.begins) * scale
        on_line = (self._on_line(a), *samples[max(0, ceil(a)) : max(0, floor(b) + 1)], self._on_line(b))
        known = [value for value in on_line if value is not None]
        return (min(known), max(known)) if known else None

    def _on_line(self, x: float) -> float | None:
        """The line between two samples at ``x`` samples from the first; None where one of them is missing."""
        i = floor(x)
        if not 0 <= i < len(self.samples) - 1:
            return None
        left, right = self.samples[i], self.samples[i + 1]
        return None if left is None or right is None else left + (right - left) * (x - i)


def joined(earlier: Trace, later: Trace) -> Trace:
    """One trace of both, ``later`` where both know a time; ``later`` alone where they do not fit together."""
    known = (later.begins - earlier.begins) * later.hz // 1000
    if (earlier.device, earlier.hz) != (later.device, later.hz) or not 0 < known <= len(earlier.samples):
        return later
    both = Trace(later.device, later.hz, later.begins - known * 1000 // later.hz)
    both.samples = earlier.samples[:known] + later.samples
    both.good = earlier.good if later.good is None else later.good
    both.absent = later.absent
    return both


class Waves:
    """What came of one patient: the trace of each channel.

    Pieces are placed by when they arrived, not by the device's word of when it was: a monitor's clock may be hours off,
    and how long ago a beat was is what the picture shows.
    """

    __slots__ = ("_clocks", "traces")

    def __init__(self) -> None:
        self.traces: dict[str, Trace] = {}
        self._clocks: dict[str, list[int]] = {}  # device -> ms to add to its times, pieces in a row that say otherwise

    @classmethod
    def told(cls, patient: str, entries: Iterable[Entry]) -> Waves:
        """What a stretch of the log says of one patient; what nobody can read is left out, as in the fold."""
        waves = cls()
        for entry in entries:
            if entry.kind == "wave":
                with suppress(ValueError, TypeError, KeyError, AttributeError):
                    wave = Wave.from_body(entry.data())
                    if wave.patient == patient:
                        waves.put(wave, entry.at)
        return waves

    def put(self, wave: Wave, received: int) -> None:
        """Takes up an entry of log time ``received``."""
        at = wave.at + self._shift(wave, received)
        for piece in wave.pieces:
            trace = self.traces.get(piece.key)
            if trace is None or (trace.device, trace.hz) != (wave.device, piece.hz) or at + wave.length < trace.begins:
                trace = self.traces[piece.key] = Trace(wave.device, piece.hz, at)
            trace.put(at, piece)

    def _shift(self, wave: Wave, received: int) -> int:
        says = received - wave.at - wave.length
        clock = self._clocks.get(wave.device)
        if clock is None:
            there = {trace.device for trace in self.traces.values()}
            self._clocks = {device: own for device, own in self._clocks.items() if device in there}
            clock = self._clocks[wave.device] = [says, 0]
        clock[1] = clock[1] + 1 if abs(says - clock[0]) > _STRAY else 0
        if clock[1] >= _AGAIN:
            clock[:] = [says, 0]
            self.traces = {key: trace for key, trace in self.traces.items() if trace.device != wave.device}
        return clock[0]


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody asked for a patient's waveforms. ``why``: why there are none; "" where they are being recorded."""

    since: int  # log time, ms: without a break
    until: int
    why: SafeText
