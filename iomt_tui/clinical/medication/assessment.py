"""A patient's adherence over a period, put together from doses and fills: per drug, per class, for all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iomt_tui.clinical.medication import adherence, supply
from iomt_tui.clinical.medication.adherence import Day, Dose, Runs
from iomt_tui.clinical.medication.figures import Figure, total
from iomt_tui.clinical.medication.patterns import Pattern, patterns
from iomt_tui.clinical.medication.supply import Fill, Period


class Counted(Protocol):
    """What a drug and a patient have in common."""

    @property
    def taken(self) -> Figure: ...
    @property
    def taken_or_told(self) -> Figure: ...
    @property
    def on_time(self) -> Figure: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def days(self) -> tuple[Day, ...]: ...
    @property
    def patterns(self) -> tuple[Pattern, ...]: ...


@dataclass(frozen=True, slots=True)
class DrugRecord:
    """What is known of one drug of a patient. ``doses``: those whose time is over, by time; ``source``: who sees them
    taken, "dispenser", "smart-cap", "reported" or "" for nobody."""

    order: str  # id of the order; "" where there is none
    drug: str
    classes: tuple[str, ...] = ()
    critical: bool = False
    source: str = ""
    doses: tuple[Dose, ...] = ()
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugAdherence:
    """One drug over the period. PDC and MPR are None without a fill that reaches the period."""

    order: str
    drug: str
    classes: tuple[str, ...]
    critical: bool
    source: str
    doses: tuple[Dose, ...]
    taken: Figure
    taken_or_told: Figure
    on_time: Figure
    runs: Runs
    days: tuple[Day, ...]
    patterns: tuple[Pattern, ...]
    pdc: Figure | None
    mpr: Figure | None
    fills: int  # in the period
    refill_due: int | None  # ordinal of the first day without supply


@dataclass(frozen=True, slots=True)
class ClassAdherence:
    """Drugs of one class, any of which covers a day."""

    name: str
    drugs: tuple[str, ...]
    pdc: Figure


@dataclass(frozen=True, slots=True)
class Assessment:
    """All drugs of one patient. ``all_drugs`` is the PDC of the whole regimen, None for fewer than two drugs."""

    period: Period
    drugs: tuple[DrugAdherence, ...]
    classes: tuple[ClassAdherence, ...]
    all_drugs: Figure | None
    pdc: Figure | None  # covered days of all drugs added up
    taken: Figure
    taken_or_told: Figure
    on_time: Figure
    runs: Runs  # over all doses by time
    days: tuple[Day, ...]
    patterns: tuple[Pattern, ...]


def assess(records: Sequence[DrugRecord], period: Period) -> Assessment:
    """The adherence of a patient to ``records`` over ``period``."""
    drugs = tuple(_drug(record, period) for record in records)
    doses = sorted((dose for drug in drugs for dose in drug.doses), key=lambda dose: dose.due)
    filled = _filled(records)
    return Assessment(
        period, drugs, tuple(_classes(records, period)),
        supply.pdc_regimen(list(filled.values()), period, "PDC of all drugs") if len(filled) > 1 else None,
        total([drug.pdc for drug in drugs if drug.pdc is not None], "PDC"),
        adherence.taken(doses), adherence.taken_or_told(doses), adherence.on_time(doses), adherence.runs(doses),
        tuple(adherence.calendar(doses, period.first, period.last)), tuple(patterns(doses)),
    )  # fmt: skip


def _drug(record: DrugRecord, period: Period) -> DrugAdherence:
    doses = tuple(dose for dose in record.doses if period.first <= dose.day <= period.last)
    fills = [fill for fill in record.fills if fill.day <= period.last]
    return DrugAdherence(
        record.order, record.drug, record.classes, record.critical, record.source, doses,
        adherence.taken(doses), adherence.taken_or_told(doses), adherence.on_time(doses), adherence.runs(doses),
        tuple(adherence.calendar(doses, period.first, period.last)), tuple(patterns(doses)),
        supply.pdc(fills, period) if fills else None, supply.mpr(fills, period) if fills else None,
        sum(period.first <= fill.day for fill in fills), supply.refill_due(fills),
    )  # fmt: skip


def _filled(records: Iterable[DrugRecord]) -> dict[str, list[Fill]]:
    """Fills by drug: two orders of one drug share its supply."""
    found: dict[str, list[Fill]] = {}
    for record in records:
        if record.fills:
            found[record.drug] = list(record.fills)
    return found


def _classes(records: Sequence[DrugRecord], period: Period) -> Iterable[ClassAdherence]:
    for name in dict.fromkeys(name for record in records for name in record.classes):
        filled = _filled(record for record in records if name in record.classes)
        if filled:
            figure = supply.pdc_class(list(filled.values()), period, f"PDC of {name}")
            yield ClassAdherence(name, tuple(filled), figure)
