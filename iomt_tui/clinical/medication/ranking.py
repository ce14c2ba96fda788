"""Who needs help with medicines most: the order of a ward's list. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from iomt_tui.clinical.medication.assessment import Assessment
from iomt_tui.clinical.medication.figures import Figure


def standing(assessment: Assessment) -> Figure | None:
    """What a patient is ranked by: the lower one of doses taken or reported and PDC; None where neither is known."""
    figures = [f for f in (assessment.taken_or_told, assessment.pdc) if f is not None and f.share is not None]
    return min(figures, key=lambda figure: figure.share or 0.0, default=None)


def ranked(assessments: Iterable[tuple[str, Assessment]]) -> list[str]:
    """Patients' ids, the lowest adherence first, those of whom nothing is known last."""

    def place(item: tuple[str, Assessment]) -> tuple[bool, float, int, str]:
        figure = standing(item[1])
        share = figure.share if figure is not None else None
        return share is None, share or 0.0, -item[1].runs.current.doses, item[0]

    return [patient for patient, _ in sorted(assessments, key=place)]
