"""The shape of ``adherence --json``. As in :mod:`~iomt_tui.cli.headless.documents`, fields are added, never taken
away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ADHERENCE: Final = "iomt-tui/adherence/1"


@dataclass(frozen=True, slots=True)
class FigureDocument:
    """A share with the numbers it is made of."""

    part: int
    """The numerator."""
    whole: int
    """The denominator; 0 where there is nothing to divide by."""
    percent: int | None
    """part / whole, rounded; never up to 80 or 100. MPR may exceed 100. null for a whole of 0."""
    formula: str
    """In words: PDC = 78 covered days / 90 days = 87 %."""


@dataclass(frozen=True, slots=True)
class RunDocument:
    """Doses missed one after the other."""

    doses: int
    """How many."""
    first: str | None
    """When the first was due: ISO 8601, UTC; null where there was none."""
    last: str | None
    """When the last was due."""


@dataclass(frozen=True, slots=True)
class DayDocument:
    """One day of the calendar."""

    date: str
    """The local date."""
    state: Literal["all", "part", "none", "unknown", "not-due"]
    """What became of its doses; unknown: no device was there to see, and nobody said."""
    due: int
    """Doses whose time is over."""
    taken: int
    """Of them observed or reported."""
    missed: int
    """Of them missed."""
    unknown: int
    """Of them unknown."""
    reported: int
    """Of those taken, how many only somebody says so."""


@dataclass(frozen=True, slots=True)
class PatternDocument:
    """Doses missed at certain times more than at others."""

    kind: Literal["weekends", "evenings"]
    """When."""
    missed: int
    """Doses missed then."""
    due: int
    """Of how many."""
    missed_else: int
    """Doses missed at other times."""
    due_else: int
    """Of how many."""
    chance: float
    """One-sided p of Fisher's exact test."""
    words: str
    """In words."""


@dataclass(frozen=True, slots=True)
class FiguresDocument:
    """Doses of one drug or of all."""

    taken: FigureDocument
    """Doses a device saw taken, of those it was there to see."""
    taken_or_reported: FigureDocument
    """Doses observed or reported, of those of which anything is known."""
    on_time: FigureDocument
    """Of the doses observed, those within the window around their time."""
    longest_run: RunDocument
    """The longest run of misses."""
    current_run: RunDocument
    """The run of misses that lasts still."""
    patterns: list[PatternDocument]
    """What is beyond chance; empty also where there is too little to tell."""
    days: list[DayDocument]
    """Every day of the period."""


@dataclass(frozen=True, slots=True)
class DrugDocument:
    """One drug of a patient."""

    drug: str
    """Its name, or what the file calls it."""
    order: str
    """The order's id; empty for an import."""
    classes: list[str]
    """Its classes."""
    critical: bool
    """Whether a missed dose does harm."""
    source: str
    """Who sees the doses: dispenser, smart-cap, observed (an import that does not say), reported, or nobody."""
    pdc: FigureDocument | None
    """Proportion of days covered; null without fills."""
    mpr: FigureDocument | None
    """Medication possession ratio; null without fills."""
    adherent: bool | None
    """Whether PDC is at least 80 %; null without a PDC."""
    fills: int
    """Fills within the period."""
    refill_due: str | None
    """The first local date without supply."""
    figures: FiguresDocument
    """Its doses."""


@dataclass(frozen=True, slots=True)
class ClassDocument:
    """Drugs of one class, any of which covers a day."""

    name: str
    """The class."""
    drugs: list[str]
    """Those with fills."""
    pdc: FigureDocument
    """Days covered by any of them."""


@dataclass(frozen=True, slots=True)
class PatientDocument:
    """One patient, the lowest adherence first."""

    id: str
    """The patient's id."""
    bed: str
    """The bed or place at home; empty for an import."""
    name: str
    """Name; empty for an import."""
    pdc: FigureDocument | None
    """Covered days of all drugs added up; null without fills."""
    all_drugs: FigureDocument | None
    """Days on which every drug was there; null for fewer than two drugs with fills."""
    figures: FiguresDocument
    """All doses."""
    classes: list[ClassDocument]
    """By class of drugs."""
    drugs: list[DrugDocument]
    """By drug."""


@dataclass(frozen=True, slots=True)
class AdherenceDocument:
    """Adherence at home of one or all patients."""

    schema: Literal["iomt-tui/adherence/1"]
    """The document's version."""
    watermark: str
    """DEMO, REPLAY, TEST, or empty."""
    ward: str
    """The ward's name; empty for an import."""
    tz: str
    """The time zone of days and hours."""
    first: str
    """The period's first local date."""
    last: str
    """Its last."""
    patients: list[PatientDocument]
    """The lowest adherence first."""
    rows_used: int | None
    """Rows of the imported files that were used; null without an import."""
    rows_bad: int | None
    """Rows that were not."""
    notes: list[str]
    """What was assumed, and what was wrong with rows, by file and line."""
