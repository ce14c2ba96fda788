"""Adherence in words, for people and screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from iomt_tui.cli.headless.adherence_documents import (
    AdherenceDocument,
    DrugDocument,
    FiguresDocument,
    PatientDocument,
)

_SOURCES: Final = {
    "dispenser": "seen by a dispenser", "smart-cap": "seen by a smart cap", "observed": "seen by a device",
    "reported": "reported only", "": "nobody sees the doses",
}  # fmt: skip
_COUNTED: Final = {
    "all": ("day", "with every dose"), "part": ("day", "with some"), "none": ("day", "with none"),
    "unknown": ("day", "unknown"), "not-due": ("day", "with nothing due"),
}  # fmt: skip


def adherence_lines(document: AdherenceDocument) -> Iterator[str]:
    """The document, a sentence a line."""
    where = f"{document.ward}: " if document.ward else ""
    mark = f"{document.watermark} " if document.watermark else ""
    yield f"{mark}{where}adherence at home from {document.first} to {document.last} ({document.tz})"
    for note in document.notes:
        yield f"note: {note}"
    if document.rows_used is not None:
        yield f"{document.rows_used} rows used, {document.rows_bad} not"
    if not document.patients:
        yield "nobody takes anything at home that was told of"
    for patient in document.patients:
        yield ""
        yield from _patient(patient)


def _patient(patient: PatientDocument) -> Iterator[str]:
    yield " ".join(part for part in (patient.bed, patient.name, f"({patient.id})") if part)
    for figure in (patient.pdc, patient.all_drugs):
        if figure is not None:
            yield f"  {figure.formula}"
    yield from _doses(patient.figures, "  ")
    for one in patient.classes:
        if len(one.drugs) > 1:  # else it is what the drug says
            yield f"  {one.pdc.formula} (any of {', '.join(one.drugs)})"
    for drug in patient.drugs:
        yield from _drug(drug)


def _drug(drug: DrugDocument) -> Iterator[str]:
    words = [drug.drug, *(["critical"] if drug.critical else [])]
    yield f"  {', '.join(words)}: {_SOURCES.get(drug.source, drug.source)}"
    if drug.pdc is not None and drug.mpr is not None:
        judged = "" if drug.adherent is None else ", adherent" if drug.adherent else ", not adherent (below 80 %)"
        yield f"    {drug.pdc.formula}{judged}"
        yield f"    {drug.mpr.formula}"
    if drug.refill_due is not None:
        yield f"    supply lasts until before {drug.refill_due}"
    yield from _doses(drug.figures, "    ")


def _doses(figures: FiguresDocument, margin: str) -> Iterator[str]:
    if not figures.taken_or_reported.whole and not any(day.due for day in figures.days):
        return
    yield margin + figures.taken.formula
    if figures.taken_or_reported.part != figures.taken.part or not figures.taken.whole:
        yield margin + figures.taken_or_reported.formula
    if figures.on_time.whole:
        yield margin + figures.on_time.formula
    if figures.longest_run.doses:
        now = f", {figures.current_run.doses} at present" if figures.current_run.doses else ""
        yield f"{margin}longest run of misses: {figures.longest_run.doses}{now}"
    for pattern in figures.patterns:
        yield f"{margin}pattern: {pattern.words} (chance {pattern.chance:.2g})"
    yield margin + _days(figures)


def _days(figures: FiguresDocument) -> str:
    counts = {state: sum(day.state == state for day in figures.days) for state in _COUNTED}
    told = (
        f"{count} {noun}{'' if count == 1 else 's'} {words}"
        for (noun, words), count in zip(_COUNTED.values(), counts.values(), strict=True)
        if count
    )
    missed = [date.fromisoformat(day.date) for day in figures.days if day.state == "none"]
    return ", ".join(told) + (f"; the last with none was {missed[-1]}" if missed else "")
