"""Adherence as a document: the JSON of ``adherence``."""

from __future__ import annotations

from datetime import date

from iomt_tui.cli.headless.adherence_documents import (
    ClassDocument,
    DayDocument,
    DrugDocument,
    FigureDocument,
    FiguresDocument,
    PatientDocument,
    PatternDocument,
    RunDocument,
)
from iomt_tui.clinical.medication.adherence import Run
from iomt_tui.clinical.medication.assessment import Assessment, Counted, DrugAdherence
from iomt_tui.clinical.medication.figures import Figure
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso


def patient_document(patient: str, bed: str, name: str, found: Assessment) -> PatientDocument:
    """One patient."""
    return PatientDocument(
        id=safe_text(patient), bed=bed, name=name, pdc=_maybe(found.pdc), all_drugs=_maybe(found.all_drugs),
        figures=_figures(found), drugs=[_drug(drug) for drug in found.drugs],
        classes=[
            ClassDocument(safe_text(one.name), [safe_text(d) for d in one.drugs], _figure(one.pdc))
            for one in found.classes
        ],
    )  # fmt: skip


def _drug(drug: DrugAdherence) -> DrugDocument:
    return DrugDocument(
        drug=safe_text(drug.drug), order=safe_text(drug.order), classes=[safe_text(name) for name in drug.classes],
        critical=drug.critical, source=drug.source, pdc=_maybe(drug.pdc), mpr=_maybe(drug.mpr),
        adherent=drug.pdc.adherent if drug.pdc is not None else None, fills=drug.fills,
        refill_due=None if drug.refill_due is None else date.fromordinal(drug.refill_due).isoformat(),
        figures=_figures(drug),
    )  # fmt: skip


def _figure(figure: Figure) -> FigureDocument:
    return FigureDocument(figure.part, figure.whole, figure.percent, safe_text(figure.formula, 200))


def _maybe(figure: Figure | None) -> FigureDocument | None:
    return None if figure is None else _figure(figure)


def _figures(own: Counted) -> FiguresDocument:
    return FiguresDocument(
        taken=_figure(own.taken), taken_or_reported=_figure(own.taken_or_told), on_time=_figure(own.on_time),
        longest_run=_run(own.runs.longest), current_run=_run(own.runs.current),
        patterns=[
            PatternDocument(p.kind, p.missed, p.due, p.missed_else, p.due_else, p.chance, p.words)  # type: ignore[arg-type]
            for p in own.patterns
        ],
        days=[
            DayDocument(
                date.fromordinal(d.day).isoformat(), d.state.value, d.due, d.taken, d.missed, d.unknown, d.reported
            )
            for d in own.days
        ],
    )  # fmt: skip


def _run(run: Run) -> RunDocument:
    return RunDocument(run.doses, iso(run.first) if run.doses else None, iso(run.last) if run.doses else None)
