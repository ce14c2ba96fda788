"""The waveforms of one patient as a page shows them: which channels there are, and whether each has a signal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.alarms.reported import called
from iomt_tui.clinical.waveforms import WAVEFORMS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.waves import Lease, Samples, Trace

BEHIND: Final = 2_000
"""ms by which waveforms are drawn later than they were measured: pieces come once a second, and on their way."""

LOST: Final = 1_000
"""ms without a sample, as drawn, after which there is no signal: told 3 s after its end (SAFETY H1)."""

START: Final = 4_000
"""ms that the first samples may take after they were asked for."""

State = Literal["live", "coming", "lost", "unasked"]
"""``coming``: asked for a moment ago. ``unasked``: nobody had it recorded from ``since`` on."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Whether a channel has a signal. ``since``: where it is over, its end (log time, ms); None: not known."""

    state: State
    since: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel. ``samples`` in ``unit``, ``hz`` a second, the first one of log time ``begins`` (ms)."""

    key: str
    name: str
    unit: str
    hz: int
    device: SafeText
    signal: Signal
    absent: SafeText  # why there is none now: "sensor-off", or ""
    says: tuple[SafeText, ...]  # alarms that the device itself reports of it; nothing is read out of the curve here
    begins: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class WavesView:
    """All waveforms of one patient at log time ``now`` (ms)."""

    patient: str
    now: int
    asked: bool  # whether they are being recorded at this moment
    why: SafeText  # why the source has none; "" where it was not asked, or has them
    channels: tuple[ChannelView, ...]  # in the order of a monitor's screen


def waves_of(ward: Ward, patient: str, now: int, traces: Mapping[str, Trace] | None = None) -> WavesView:
    """The waveforms of ``patient``; ``traces`` where they are known better than the ward knows them. Raises KeyError
    for one who is not on the ward."""
    ward.patients[patient]  # whoever is not there has none
    lease = ward.leases.get(patient)
    if traces is None:
        traces = ward.waves[patient].traces if patient in ward.waves else {}
    channels = tuple(
        ChannelView(
            key, known.name, known.unit, trace.hz, safe_text(trace.device), signal_of(trace, lease, now), trace.absent,
            says(ward, patient, key), trace.begins, tuple(trace.samples),
        )
        for key, known in WAVEFORMS.items()
        if (trace := traces.get(key)) is not None
    )  # fmt: skip
    there = lease is not None and now <= lease.until
    return WavesView(
        patient, now, there and lease is not None and not lease.why,
        lease.why if there and lease is not None else safe_text(""), channels,
    )  # fmt: skip


def signal_of(trace: Trace, lease: Lease | None, now: int) -> Signal:
    """Whether ``trace`` has a signal, drawn :data:`BEHIND` at log time ``now``, while ``lease`` is in force."""
    drawn = now - BEHIND
    good = trace.good_until(drawn)
    if good is not None and drawn - good <= LOST:
        return Signal("live")
    if lease is None or lease.why or now > lease.until:
        return Signal("unasked", good)
    if now - lease.since < START or (good is None and trace.good is not None):
        return Signal("coming")
    return Signal("lost", good)


def says(ward: Ward, patient: str, key: str) -> tuple[SafeText, ...]:
    """What devices say of the vital signs that come from channel ``key``, while it holds: "VT", "leads off"."""
    found = []
    for (param, kind), told in ward.patients[patient].reported.items():
        if param in WAVEFORMS[key].vitals and any(one.priority for one in told.values()):
            found.append(safe_text(called(kind), 40))
    return tuple(found)
