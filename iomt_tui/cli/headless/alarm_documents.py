"""The shape of ``alarms --json``. As in :mod:`~iomt_tui.cli.headless.documents`, fields are added, never taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.cli.headless.documents import IntentWord, PriorityWord, Watermark
from iomt_tui.cli.headless.server_documents import ServerDocument, WrittenDocument

ALARMS: Final = "iomt-tui/alarms/1"


@dataclass(frozen=True, slots=True)
class EpisodeDocument:
    """One alarm from its onset to its end."""

    patient: str
    """The patient's id."""
    bed: str
    """The patient's bed, as it last was."""
    param: str
    """What it is about: a vital's key, news2, or a device's id."""
    kind: str
    """low, high, no-data, sensor-off, …"""
    episode: int
    """Counts how often the condition began."""
    text: str
    """In words, as first announced."""
    priority: PriorityWord
    """The highest priority at which it was announced."""
    technical: bool
    """Whether it is about the equipment rather than the patient."""
    value: float | None
    """The value that raised it, in the vital's unit."""
    limit: float | None
    """The limit it passed."""
    onset: str
    """When the condition began: ISO 8601, UTC."""
    raised: str
    """When it was announced."""
    ended: str | None
    """When the condition ended; null while it lasts."""
    announced: int
    """How often it was announced: again when it got worse, or stayed after it was acknowledged."""
    by: str
    """Who acknowledged it first. Acknowledgements that were taken back do not count."""
    acked_at: str | None
    """When."""
    intent: IntentWord
    """What was said with that: going there, expected, a matter of the sensor, the doctor is called, see the note."""
    note: str
    """In the words of who acknowledged it."""
    until: str | None
    """Until when it was acknowledged, if the condition held so long."""
    written: WrittenDocument | None
    """How its newest acknowledgement stands on the ward's server; null where it is not written to one, or long ago."""


@dataclass(frozen=True, slots=True)
class CountDocument:
    """Something and how many alarms it gave."""

    name: str
    """A bed, a vital sign, or a device's kind."""
    alarms: int
    """How many."""


@dataclass(frozen=True, slots=True)
class ChatterDocument:
    """An alarm that came three times or more within a minute."""

    patient: str
    """The patient's id."""
    param: str
    """What it is about."""
    kind: str
    """low, high, …"""
    most: int
    """The most times in one minute."""


@dataclass(frozen=True, slots=True)
class FloodDocument:
    """A time of more than 10 alarms in ten minutes, until fewer than 5."""

    start: str
    """When the eleventh came."""
    end: str | None
    """When fewer than 5 were left; null when it had not ended."""
    alarms: int
    """All its alarms, those of the ten minutes before it among them."""
    peak: int
    """The most in any ten minutes."""


@dataclass(frozen=True, slots=True)
class BurdenDocument:
    """The figures of alarm fatigue. Shares are 0 to 1; null where there is nothing to count them from."""

    alarms: int
    """How many episodes."""
    technical: int
    """How many of them are about the equipment."""
    patient_hours: float
    """Hours of all patients together."""
    per_patient_hour: float | None
    """Alarms per patient and hour."""
    acknowledged: int
    """How many somebody acknowledged."""
    ack_median_s: float | None
    """Median seconds from an announcement to its acknowledgement."""
    over: int
    """How many are over."""
    self_resolved: float | None
    """Share of those over that ended within 15 s of being announced and before anybody acknowledged them."""
    again: float | None
    """Share that came within 5 minutes of the end of the same alarm."""
    chattering: list[ChatterDocument]
    """The worst first."""
    standing: int
    """How many stood for more than an hour."""
    mix: dict[PriorityWord, int]
    """Priority -> how many."""
    target: dict[PriorityWord, float]
    """Priority -> the share it should have."""
    beds: list[CountDocument]
    """The five beds with the most."""
    top_beds: float | None
    """Their share of all."""
    sensors: list[CountDocument]
    """The five vital signs or devices with the most."""
    floods: list[FloodDocument]
    """In time order."""
    ack_p90_s: float | None
    """Seconds within which nine in ten acknowledgements came."""
    suppressed_patient_min: dict[str, float]
    """pause, shelve, standby, inhibit -> patient minutes in which it kept alarms from sounding."""


@dataclass(frozen=True, slots=True)
class TallyDocument:
    """What one setting makes of the stretch."""

    alarms: int
    """How many episodes."""
    minutes: float
    """Minutes of them in which a present value was known."""
    mix: dict[PriorityWord, int]
    """Priority -> how many."""


@dataclass(frozen=True, slots=True)
class MissedDocument:
    """An episode of today's that the candidate limits would not have announced."""

    patient: str
    """The patient's id."""
    kind: Literal["low", "high"]
    """Which limit was passed."""
    priority: PriorityWord
    """Its priority today."""
    onset: str
    """When it began."""
    worst: float
    """The lowest or highest value, in the vital's unit."""
    depth: float
    """How far that is beyond the limit first announced."""
    length_s: float
    """From onset to end, with the off-delay."""


@dataclass(frozen=True, slots=True)
class ComparisonDocument:
    """One vital sign under the limits as they held and under the candidate ones, over the same values."""

    vital: str
    """The vital sign."""
    watched_s: float
    """Seconds from the first value of each patient on."""
    coverage: float
    """Share of them in which a present value was known."""
    conclusive: bool
    """Whether coverage is enough (80 %) to conclude anything from the rest."""
    today: TallyDocument
    """With the limits as they held: default ones, the ward's and the patient's, each as long as it was in force."""
    candidate: TallyDocument
    """With those of the file."""
    missed: list[MissedDocument]
    """What would not have been announced."""
    later: int
    """What would have been announced later."""
    latest_s: float
    """The longest such delay, in seconds."""
    quieter: int
    """What would have been announced at a lower priority only."""
    added: int
    """What only the candidate limits announce."""
    unsure: int
    """Episodes that reach into a gap: whether they would be missed cannot be told, and they are in none of these."""


@dataclass(frozen=True, slots=True)
class AlarmsDocument:
    """Every alarm of a stretch of the log, and what they cost."""

    schema: Literal["iomt-tui/alarms/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """DEMO, REPLAY or TEST; "" only for live patients."""
    ward: str
    """The ward's name."""
    tz: str
    """Its time zone."""
    start: str
    """Where the stretch begins: ISO 8601, UTC."""
    end: str
    """Where it ends."""
    unreadable: int
    """Entries of the log that could not be understood."""
    episodes: list[EpisodeDocument]
    """By the time they were announced."""
    burden: BurdenDocument
    """The figures."""
    whatif: list[ComparisonDocument] | None
    """The vital signs of --limits that were measured; null without --limits."""
    server: ServerDocument | None
    """The line to the server that the ward comes from, at the end; null for a ward without one."""
