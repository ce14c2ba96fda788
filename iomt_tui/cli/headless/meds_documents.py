"""The shape of ``meds --json``. As in :mod:`~iomt_tui.cli.headless.documents`, fields are added, never taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.cli.headless.documents import Watermark
from iomt_tui.cli.headless.server_documents import WrittenDocument

MEDS: Final = "iomt-tui/meds/1"

StatusWord = Literal[
    "future", "due-soon", "due", "late", "missed", "given", "given-early", "given-late", "running", "stopped",
    "refused", "held", "not-available", "delayed", "cancelled", "entered-in-error", "conflict",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AmountDocument:
    """An amount of a drug."""

    value: float
    """How much."""
    unit: str
    """In which UCUM unit."""


@dataclass(frozen=True, slots=True)
class RecordDocument:
    """What was recorded of a dose."""

    id: str
    """Its id."""
    what: Literal["given", "refused", "held", "delayed", "not-available", "effect", "error"]
    """What was done."""
    status: str
    """FHIR R4 MedicationAdministration.status."""
    at: str
    """When it was done: ISO 8601, UTC."""
    by: str
    """Who recorded it."""
    witness: str
    """Who checked it, for a high-alert drug."""
    reason: str
    """Why it was not given, or not at its time."""
    dose: AmountDocument | None
    """How much, or at which rate; null: as ordered."""
    written: WrittenDocument | None
    """How it stands on the ward's server; null where it is not written to one."""


@dataclass(frozen=True, slots=True)
class DoseDocument:
    """One dose near the moment. Its identity is (patient, order, due)."""

    patient: str
    """The patient's id."""
    bed: str
    """The patient's bed, or place at home."""
    order: str
    """The order's id."""
    due: str
    """When it is due: ISO 8601, UTC."""
    drug: str
    """Name of the drug."""
    dose: AmountDocument
    """How much is ordered."""
    route: str
    """How it is given."""
    high_alert: bool
    """Whether a second person has to check it."""
    status: StatusWord
    """What has become of it."""
    opens: str
    """From when on it may be given."""
    late_from: str
    """After this it is late."""
    missed_from: str
    """From then on it is missed."""
    records: list[RecordDocument]
    """What settles it: none, one, or several that contradict each other."""
    delayed: RecordDocument | None
    """The newest delay of a dose that is still open."""
    corrected: bool
    """Whether something recorded of it was taken back."""
    scheduled: bool
    """false: recorded for a time that the order does not have any more."""


@dataclass(frozen=True, slots=True)
class NeededDocument:
    """A drug that is given when needed."""

    patient: str
    """The patient's id."""
    bed: str
    """The patient's bed."""
    order: str
    """The order's id."""
    drug: str
    """Name of the drug."""
    dose: AmountDocument
    """How much is ordered."""
    indication: str
    """What for."""
    today: int
    """How often given on the ward's calendar day."""
    within_24h: int
    """How often given in the last 24 hours."""
    max_per_day: int
    """How often it may be."""
    next_possible: str | None
    """When it may be given again; null: now."""
    recheck_due: str | None
    """When its effect is to be looked at."""
    last: RecordDocument | None
    """The last one given."""


@dataclass(frozen=True, slots=True)
class InfusionDocument:
    """An infusion."""

    patient: str
    """The patient's id."""
    bed: str
    """The patient's bed."""
    order: str
    """The order's id."""
    drug: str
    """Name of the drug."""
    running: bool
    """Whether anything flows."""
    rate: AmountDocument | None
    """The rate, 0 when stopped; null before it is started."""
    since: str | None
    """Since when at this rate."""
    ends: str | None
    """When it is planned to be over."""


@dataclass(frozen=True, slots=True)
class MedsDocument:
    """The medication of a ward near one moment."""

    schema: Literal["iomt-tui/meds/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    ward: str
    """The ward's name."""
    tz: str
    """The ward's time zone."""
    at: str
    """The moment: ISO 8601, UTC."""
    due: int
    """Doses that may be given now and are not late."""
    overdue: int
    """Doses that are late."""
    missed: int
    """Doses missed in the last 24 hours."""
    conflicts: int
    """Doses with records that contradict each other."""
    doses: list[DoseDocument]
    """From 24 hours before to 12 hours after; with --due only those that somebody has to do something about. What is
    taken at home is not among them: nobody on the ward gives it."""
    as_needed: list[NeededDocument]
    """Drugs given when needed; empty with --due."""
    infusions: list[InfusionDocument]
    """Infusions; empty with --due."""
