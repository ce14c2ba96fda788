"""The waveforms of one patient without a screen: in words which there are, as a document and a table their samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.json_out import when
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units
from iomt_tui.security.text import SafeText
from iomt_tui.times import iso, time_of_day
from iomt_tui.ward.story.waves import ChannelView, WavesView

_SIGNAL: Final = {
    "live": "signal present", "coming": "asked for, the signal is on its way", "lost": "NO SIGNAL",
    "unasked": "not recorded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    """One channel of waveforms."""

    channel: str
    """Its key: ecg-ii, pleth, resp."""
    name: str
    """Its name in words."""
    unit: str
    """The unit of its samples; "" for none."""
    samples_per_s: int
    """Samples a second."""
    device: SafeText
    """The id of the device that sends it."""
    signal: Literal["live", "coming", "lost", "unasked"]
    """Whether there is a signal: live; coming, asked for a moment ago; lost; unasked, nobody has it recorded now."""
    since: str | None
    """Of one that is lost or unasked: when it ended, ISO 8601 UTC; null: not known."""
    absent: str
    """Why there is no signal: "sensor-off", … or ""."""
    reported: list[str]
    """What devices themselves report of it, such as "VT". Nothing is read out of the curve by this program."""
    begins: str
    """The time of the first sample, ISO 8601 UTC."""
    samples: list[int | None]
    """The newest seconds, null where there was no signal."""


@dataclass(frozen=True, slots=True)
class WavesDocument:
    """The waveforms of one patient."""

    patient: str
    """The patient's id."""
    at: str
    """The moment, ISO 8601 UTC."""
    recorded: bool
    """Whether they are being recorded: only while a screen shows them."""
    why: str
    """Why the source has none; "" where it was not asked, or has them."""
    channels: list[ChannelDocument]
    """In the order of a monitor's screen."""


def document(view: WavesView) -> WavesDocument:
    """The document, with every sample that is kept."""
    return WavesDocument(view.patient, iso(view.now), view.asked, view.why, [_channel(c) for c in view.channels])


def _channel(view: ChannelView) -> ChannelDocument:
    return ChannelDocument(
        channel=view.key, name=view.name, unit=view.unit, samples_per_s=view.hz, device=view.device,
        signal=view.signal.state, since=when(view.signal.since), absent=view.absent, reported=list(view.says),
        begins=iso(view.begins), samples=list(view.samples),
    )  # fmt: skip


def plain(view: WavesView, zone: tzinfo, units: Units) -> Iterator[str]:
    """In words: which channels there are, and whether each has a signal. A curve has no words."""
    del units  # a waveform has its own
    if view.why:
        yield f"No waveforms: {view.why}."
    elif not view.channels:
        yield "No waveforms: they are recorded only while a screen shows them."
    for channel in view.channels:
        yield f"{channel.name}, {channel.hz} samples a second, {_state(channel, zone)}."
        if channel.says:
            yield f"  the device reports: {', '.join(channel.says)}"


def _state(view: ChannelView, zone: tzinfo) -> str:
    said = _SIGNAL[view.signal.state]
    since = f" since {time_of_day(view.signal.since, zone)}" if view.signal.since is not None else ""
    why = f", {words.ABSENT.get(view.absent, view.absent)}" if view.absent and view.signal.state == "lost" else ""
    return f"{said}{since}{why}"


def rows(view: WavesView) -> Iterator[Row]:
    """One row a sample, channel after channel; empty where there was no signal."""
    yield ["channel", "time", "value", "unit"]
    for channel in view.channels:
        for number, sample in enumerate(channel.samples):
            at = channel.begins + number * 1000 // channel.hz
            yield [channel.key, iso(at), sample, channel.unit]
