"""What screens, ``snapshot`` and ``watch`` read: frozen views of the ward at one log time.

Ages and times are milliseconds. Text has been through :func:`iomt_tui.security.text.safe_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final, NamedTuple

from iomt_tui.alarms.flood import FloodNow
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.medication.lists import NO_DOSES, DoseCounts
from iomt_tui.clinical.news2 import News2
from iomt_tui.security.text import SafeText
from iomt_tui.ward.link import Link
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ScoreView
from iomt_tui.ward.writes import Written

NOTHING = SafeText("")

ESSENTIAL: Final = (("hr", "pulse"), ("spo2",), ("rr",), ("nibp_sys", "ibp_sys"), ("temp",))
"""The vital signs whose absence is told in words, each with what measures it as well."""

WATERMARKS: Final = frozenset({"", "DEMO", "REPLAY", "TEST"})


class Freshness(IntEnum):
    """How old a value is beside its limit. Only the first two may look live."""

    FRESH = 0  # up to half of the limit
    FADING = 1  # up to three quarters: drawn dim
    STRUCK = 2  # up to the limit: struck through
    EXPIRED = 3  # past it: drawn as ``--`` with its age
    NEVER = 4  # not measured


class Severity(IntEnum):
    """What a row is sorted and marked by."""

    NONE = 0
    TECHNICAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


class VitalView(NamedTuple):
    """One vital sign of one patient, judged at the view's time. A tuple: a board makes thousands a second."""

    key: str
    value: float | None  # the last valid value, catalogue unit; None when never measured
    observed_at: int | None  # corrected for the device's clock
    age: int | None
    freshness: Freshness
    flag: str = ""  # "questionable", "calibrating" or ""
    absent: str = ""  # why there is no newer value: "sensor-off", "implausible", … or ""
    breach: str = ""  # "low", "high" or "": outside its alarm limits, while not expired
    low: float | None = None  # alarm limits in force
    high: float | None = None
    clock_offset: int = 0  # ms added to the device's own time
    device: str = ""

    @property
    def live(self) -> bool:
        """Whether the value may be shown as the patient's present one."""
        return self.value is not None and self.freshness < Freshness.EXPIRED and not self.absent


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device and what is known of its health."""

    id: str
    kind: SafeText
    model: SafeText
    state: str  # "on", "off", "gone", "charging"
    battery: int | None  # percent
    signal: int | None  # percent
    last_contact: int | None
    clock_offset: int
    vitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientView:
    """One row of the board and everything its preview shows."""

    id: str
    bed: SafeText
    name: SafeText  # "OKAFOR N"
    full_name: SafeText
    age_years: int | None
    sex: str
    home: bool
    mrn: SafeText
    problem: SafeText
    spo2_scale: int
    allergies: tuple[SafeText, ...]
    conditions: tuple[SafeText, ...]
    vitals: Mapping[str, VitalView]
    news2: News2
    news2_direction: int  # -1 falling, 0 steady, 1 rising, against an hour ago
    qsofa: tuple[int, int]  # points, known inputs of 3
    shock_index: float | None
    map: float | None
    alarms: tuple[Alarm, ...]  # the most urgent first
    severity: Severity
    devices: tuple[DeviceView, ...]
    refused: Mapping[str, int]  # reason -> how many inputs of this patient were refused
    last_contact: int | None  # log time of the newest reading
    similar: tuple[SafeText, ...] = ()  # "bed name" of patients whose name looks the same (SAFETY S6)
    suppressions: tuple[Suppression, ...] = ()  # in force; the first to end first
    notifications: tuple[Notification, ...] = ()  # of alarms in force: the newest attempt of each step, newest last
    limits: tuple[Setting, ...] = ()  # alarm limits in force that somebody set: the patient's own, then the ward's
    limits_off: tuple[str, ...] = ()  # of them, "spo2 low": a limit that is there by default is switched off (H15)
    doses: DoseCounts = NO_DOSES  # the ward's to give, to the minute
    flags: tuple[SafeText, ...] = ()  # warnings: "Fall risk", "Isolation"
    team: tuple[SafeText, ...] = ()  # who cares for the patient, by name and role
    code_status: SafeText = NOTHING  # what was decided of resuscitation; "" where that is not known
    written: Mapping[Ref, Written] = field(default_factory=dict)  # alarm -> how its acknowledgement stands
    writes: Mapping[str, Written] = field(default_factory=dict)  # op -> what became of it, the oldest act first
    server_news2: ScoreView | None = None  # the backend's own, beside ours
    notes: tuple[Note, ...] = ()  # the newest first

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """Of the vital signs that NEWS2 measures with a device, those of which nothing is known; keys."""
        return tuple(pair[0] for pair in ESSENTIAL if not any(self._heard(key) for key in pair))

    def _heard(self, key: str) -> bool:
        vital = self.vitals.get(key)
        return vital is not None and (vital.value is not None or bool(vital.absent))

    @property
    def top_alarm(self) -> Alarm | None:
        """The alarm that the row shows."""
        return self.alarms[0] if self.alarms else None


@dataclass(frozen=True, slots=True)
class WardView:
    """The ward's own line: who, when, how many, and whether anybody is watching."""

    name: SafeText
    watermark: str  # "", "DEMO", "REPLAY", "TEST"
    source: SafeText
    tz: str
    now: int
    seq: int
    patients: int
    home: int
    counts: Mapping[Priority, int]  # physiological alarms in force, by priority
    technical: int
    unacknowledged: int
    refused: int
    engine: str  # "started", "stopped", ""
    attended: bool = False  # whether any screen shows the ward to somebody
    notice: SafeText = NOTHING  # what the engine must tell everybody: a damaged log, say
    beds: tuple[SafeText, ...] = ()  # every bed of the ward, where its source tells
    empty: tuple[SafeText, ...] = ()  # of them those without a patient
    paused: int = 0  # patients whose alarms are silenced
    shelved: int = 0  # conditions that are shelved
    standby: int = 0  # patients on standby
    undelivered: int = 0  # alarms that nobody answers and nobody could be told of
    flood: FloodNow | None = None  # more alarms than anybody can attend to, while that lasts
    doses: DoseCounts = NO_DOSES  # of all patients
    link: Link | None = None  # the line to the backend; None where there is none
    unconfirmed: int = 0  # acknowledgements that the server should have by now, and is not known to have
    unwritten: int = 0  # what did not arrive at the server, and nobody has seen


def marked(header: WardView, *, recorded: bool) -> WardView:
    """``header`` as it must be shown (SAFETY H27): REPLAY on what is recorded, TEST for a mark nobody knows."""
    mark = header.watermark or ("REPLAY" if recorded else "")
    return replace(header, watermark=mark if mark in WATERMARKS else "TEST")
