"""The shapes of the program's JSON. ``iomt-tui schema`` prints them as JSON Schema.

A schema's name ends in its version. Fields may be added within a version; none is taken away or changes its meaning.
Values are in the catalogue's UCUM units, whatever the configuration shows on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.cli.headless.server_documents import (
    NoteDocument,
    ServerDocument,
    ServerScoreDocument,
    WrittenDocument,
)

SNAPSHOT: Final = "iomt-tui/snapshot/1"

FreshnessWord = Literal["fresh", "fading", "struck", "expired", "never"]
SeverityWord = Literal["none", "technical", "low", "medium", "high"]
PriorityWord = Literal["low", "medium", "high"]
Watermark = Literal["", "DEMO", "REPLAY", "TEST"]
IntentWord = Literal["", "going", "expected", "sensor", "doctor", "note"]


@dataclass(frozen=True, slots=True)
class VitalDocument:
    """One vital sign of one patient."""

    key: str
    """The vital sign: hr, spo2, …"""
    name: str
    """Its name in words."""
    loinc: str | None
    """Its first LOINC code."""
    unit: str
    """UCUM unit of every number here."""
    value: float | None
    """The patient's present value. null unless it is live: never take last_value for it."""
    last_value: float | None
    """The last valid value, however old."""
    observed_at: str | None
    """When last_value was observed: ISO 8601, UTC, corrected for a device clock that is off."""
    age_s: float | None
    """Seconds since observed_at."""
    freshness: FreshnessWord
    """Age beside the limit: fresh to 1/2, fading to 3/4, struck to the limit, expired past it, never measured."""
    flag: str
    """"questionable", "calibrating" or ""."""
    absent: str
    """Why there is no newer value: "sensor-off", "not-measured", "implausible", … or ""."""
    breach: Literal["", "low", "high"]
    """Which of its alarm limits the value is outside of."""
    low_limit: float | None
    """The lower alarm limit in force."""
    high_limit: float | None
    """The upper alarm limit in force."""
    clock_offset_s: float
    """Seconds added to the device's own time."""
    device: str
    """The id of the device that measured it."""


@dataclass(frozen=True, slots=True)
class LimitDocument:
    """One priority's alarm limits of a vital sign."""

    priority: PriorityWord
    """How urgent its alarms are."""
    low: float | None
    """A value below alarms; null: none."""
    high: float | None
    """A value above alarms; null: none."""
    delay_s: float
    """Seconds that it must last."""
    off_delay_s: float
    """Seconds that the end of it must last."""
    origin: str
    """Where the figures come from, or who set them."""


@dataclass(frozen=True, slots=True)
class LimitsDocument:
    """Alarm limits of one vital sign that somebody set."""

    vital: str
    """The vital sign: hr, spo2, …"""
    scope: Literal["patient", "ward"]
    """For whom they were set."""
    by: str
    """Who set them; "configuration" for the configuration file."""
    reason: str
    """Why."""
    since: str
    """From when on: ISO 8601, UTC."""
    until: str | None
    """When they end by themselves; null: with the discharge, or when they are changed."""
    warning: str
    """What was said of them when they were set, such as that no alarm would sound; "" for nothing."""
    limits: list[LimitDocument]
    """The limits, the most urgent first; [] when all of them are off."""


@dataclass(frozen=True, slots=True)
class News2Document:
    """NEWS2, honest about what is missing."""

    total: int
    """Points of the known inputs; the true score is at least this."""
    known: int
    """How many of the 7 inputs are known."""
    complete: bool
    """Whether all 7 are."""
    points: dict[str, int | None]
    """Input -> its points, null where unknown."""
    direction: Literal["falling", "steady", "rising"]
    """Against an hour ago."""


@dataclass(frozen=True, slots=True)
class QsofaDocument:
    """qSOFA."""

    points: int
    """Points of the known inputs."""
    known: int
    """How many of the 3 inputs are known."""


@dataclass(frozen=True, slots=True)
class AlarmDocument:
    """One alarm in force, or over and not yet seen by anybody."""

    patient: str
    """The patient's id."""
    param: str
    """What it is about: a vital's key, news2, or a device's id."""
    kind: str
    """low, high, no-data, sensor-off, …"""
    episode: int
    """Counts how often the condition began."""
    rev: int
    """Counts how often this episode was announced."""
    priority: PriorityWord
    """How urgent."""
    technical: bool
    """Whether it is about the equipment rather than the patient."""
    state: Literal["unack", "acked", "latched", "normal"]
    """Not acknowledged; acknowledged; over but never acknowledged; over."""
    text: str
    """In words."""
    value: float | None
    """The value that raised it, in the vital's unit."""
    limit: float | None
    """The limit it passed."""
    onset: str
    """When the condition began."""
    raised: str
    """When it was announced."""
    ended: str | None
    """When the condition ended."""
    by: str
    """Who acknowledged it."""
    acked_at: str | None
    """When."""
    intent: IntentWord
    """What was said with that: going there, expected, a matter of the sensor, the doctor is called, see the note."""
    note: str
    """In the words of who acknowledged it."""
    until: str | None
    """When the acknowledgement ends if the condition holds; null when it is not acknowledged."""
    undone_by: str
    """Who took back the acknowledgement of the announcement before this one; "" when nobody did."""
    written: WrittenDocument | None
    """How its acknowledgement stands on the ward's server; null where it is not written to one."""


@dataclass(frozen=True, slots=True)
class NotificationDocument:
    """What became of telling people of an alarm that nobody acknowledged, by one step of the escalation chain."""

    param: str
    """What the alarm is about."""
    kind: str
    """Which condition of it."""
    episode: int
    """Counts the times that the condition began."""
    rev: int
    """Counts the announcements within an episode."""
    level: int
    """Level of the escalation, 1 to 3."""
    step: str
    """Name of the step."""
    state: Literal["waiting", "failed", "sent", "given-up", "not-needed"]
    """To be sent; failed and tried again; sent; failed for good; no longer needed."""
    attempt: int
    """Attempts made."""
    at: str
    """When this was noted."""
    why: str
    """Why it failed."""


@dataclass(frozen=True, slots=True)
class DeviceDocument:
    """A device and its health."""

    id: str
    """Its id."""
    kind: str
    """What it is."""
    model: str
    """Maker and model."""
    state: str
    """on, off, gone or charging."""
    battery_percent: int | None
    """Charge."""
    signal_percent: int | None
    """Radio signal."""
    last_contact: str | None
    """When anything was last heard from it."""
    clock_offset_s: float
    """Seconds that its clock is corrected by."""
    vitals: list[str]
    """What it measures."""


@dataclass(frozen=True, slots=True)
class PatientDocument:
    """One patient."""

    id: str
    """The patient's id."""
    bed: str
    """Bed, or place at home."""
    name: str
    """As the board shows it."""
    full_name: str
    """Family name, given name."""
    age_years: int | None
    """Age."""
    sex: str
    """F, M, X or ""."""
    home: bool
    """Whether monitored at home."""
    mrn: str
    """Medical record number."""
    problem: str
    """Main problem."""
    spo2_scale: int
    """NEWS2 SpO2 scale, 1 or 2."""
    allergies: list[str]
    """Allergies."""
    conditions: list[str]
    """Conditions."""
    severity: SeverityWord
    """The worst alarm."""
    vitals: list[VitalDocument]
    """Every vital sign that this patient's devices measure."""
    news2: News2Document
    """NEWS2."""
    qsofa: QsofaDocument
    """qSOFA."""
    shock_index: float | None
    """Heart rate / systolic pressure."""
    mean_pressure: float | None
    """Mean arterial pressure, mm[Hg]."""
    alarms: list[AlarmDocument]
    """The most urgent first."""
    devices: list[DeviceDocument]
    """The patient's devices."""
    refused: dict[str, int]
    """Reason -> how many inputs were refused."""
    last_contact: str | None
    """When anything was last heard of the patient."""
    doses_due: int
    """Doses that may be given now and are not late; what is taken at home is not counted."""
    doses_overdue: int
    """Doses that are late."""
    doses_missed: int
    """Doses missed in the last 24 hours."""
    notifications: list[NotificationDocument]
    """Who was to be told of alarms in force, and what became of it."""
    similar: list[str]
    """Bed and name of patients on this ward whose name looks the same: look twice."""
    limits: list[LimitsDocument]
    """Alarm limits in force that somebody set for this patient or for the ward; for all others the defaults hold."""
    limits_off: list[str]
    """Of them what is switched off though there is a default: "spo2 low"."""
    flags: list[str]
    """Warnings about the patient: a risk of falls, isolation."""
    team: list[str]
    """Who cares for the patient, by name and role."""
    notes: list[NoteDocument]
    """Notes about the patient, the newest first."""
    server_news2: ServerScoreDocument | None
    """NEWS2 as the ward's server computed it."""
    writes: list[WrittenDocument]
    """What was written to the ward's server for this patient, the oldest first."""
    code_status: str
    """What was decided of resuscitation; "" where that is not known."""


@dataclass(frozen=True, slots=True)
class CountsDocument:
    """The ward in numbers."""

    patients: int
    """Patients."""
    home: int
    """Of them at home."""
    high: int
    """High physiological alarms in force."""
    medium: int
    """Medium ones."""
    low: int
    """Low ones."""
    technical: int
    """Technical alarms."""
    unacknowledged: int
    """Alarms nobody has acknowledged."""
    undelivered: int
    """Unacknowledged alarms that the escalation chain could tell nobody of."""
    refused: int
    """Inputs refused so far."""
    doses_due: int
    """Doses that may be given now and are not late."""
    doses_overdue: int
    """Doses that are late."""
    doses_missed: int
    """Doses missed in the last 24 hours."""
    unconfirmed: int
    """Acknowledgements that the ward's server has not confirmed for half a minute."""
    unwritten: int
    """Writes that did not arrive on the server, and nobody has taken notice of that."""


@dataclass(frozen=True, slots=True)
class FloodNowDocument:
    """A flood of alarms that lasts: more than 10 new ones came within ten minutes, and not yet fewer than 5."""

    since: str
    """When it began: ISO 8601, UTC."""
    alarms: int
    """How many new alarms came within the last ten minutes; 1000 stands for 1000 or more."""


@dataclass(frozen=True, slots=True)
class SnapshotDocument:
    """The ward as it stood at one moment."""

    schema: Literal["iomt-tui/snapshot/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    monitoring: bool
    """Whether an engine watches the ward now. If not, or in a recording, nothing here may be taken for present."""
    silent_s: float | None
    """Real seconds since the engine last wrote; null for a recording."""
    engine: str
    """What the engine last said of itself: started, stopped or ""."""
    ward: str
    """The ward's name."""
    source: str
    """Where the data come from."""
    tz: str
    """The ward's time zone."""
    at: str
    """The moment, ISO 8601 UTC."""
    seq: int
    """Place in the event log."""
    counts: CountsDocument
    """The ward in numbers."""
    patients: list[PatientDocument]
    """The most urgent first."""
    notice: str
    """What the engine must tell everybody, such as a damaged log that was repaired; "" for nothing."""
    beds: list[str]
    """Every bed of the ward, taken or not; [] when its source does not tell."""
    empty_beds: list[str]
    """Of them those without a patient."""
    flood: FloodNowDocument | None
    """While alarms flood in; null otherwise."""
    server: ServerDocument | None
    """The line to the server that the ward comes from; null for a ward without one."""
