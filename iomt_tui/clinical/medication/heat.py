"""The calendar of doses as rows of cells for a screen: a glyph and a letter each, so that colour never speaks alone.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.adherence import Day, DayState
from iomt_tui.clinical.medication.assessment import Assessment
from iomt_tui.clinical.medication.ranking import standing


class Look(NamedTuple):
    """How a state of a day is shown: ``glyph`` where there is Unicode, ``ascii`` where not, ``letter`` beside it, the
    words of the legend, and the ``tone`` that a theme may colour."""

    glyph: str
    ascii: str
    letter: str
    words: str
    tone: str  # "good", "partial", "bad", "unknown", "quiet"


LOOKS: Final[dict[DayState, Look]] = {
    DayState.ALL: Look("■", "#", "A", "all taken", "good"),
    DayState.PART: Look("◧", "+", "P", "some missed", "partial"),
    DayState.NONE: Look("□", "o", "N", "none taken", "bad"),
    DayState.UNKNOWN: Look("?", "?", "U", "not known", "unknown"),
    DayState.NOT_DUE: Look("·", ".", "-", "nothing due", "quiet"),
}


class HeatCell(NamedTuple):
    """One day. ``told``: some of its doses are only reported; ``day`` is None before the first and after the last."""

    day: int | None
    look: Look | None
    told: bool = False


class HeatRow(NamedTuple):
    """A week, Monday first, or a drug's days; ``label`` is the date of its first day or the drug."""

    label: str
    cells: tuple[HeatCell, ...]


def by_week(days: Sequence[Day]) -> list[HeatRow]:
    """The calendar as weeks of seven cells, Monday first, the oldest week first."""
    if not days:
        return []
    first, last = days[0].day, days[-1].day
    known = {day.day: day for day in days}
    monday = first - (first - 1) % 7
    return [
        HeatRow(date.fromordinal(start).isoformat(), tuple(_cell(known.get(start + i), start + i) for i in range(7)))
        for start in range(monday, last + 1, 7)
    ]


def by_drug(found: Assessment, days: int = 30) -> list[HeatRow]:
    """The last ``days`` days, one row a drug, the newest day last."""
    return [HeatRow(drug.drug, tuple(_cell(day, day.day) for day in drug.days[-days:])) for drug in found.drugs]


def _cell(day: Day | None, number: int) -> HeatCell:
    return HeatCell(None, None) if day is None else HeatCell(number, LOOKS[day.state], day.reported > 0)


class RankRow(NamedTuple):
    """A patient in the ward's list, the lowest first. Shares in percent, None where nothing is known."""

    patient: str
    percent: int | None  # of what the list is ordered by
    formula: str
    pdc: int | None
    taken: int | None
    told: int | None  # taken or reported
    current_run: int
    patterns: tuple[str, ...]
    mark: str  # "" or "!" below 80 %
    trend: tuple[HeatCell, ...]  # the last seven days


def rank_row(patient: str, found: Assessment) -> RankRow:
    """What the ward's list shows of a patient."""
    figure = standing(found)
    return RankRow(
        patient, figure.percent if figure is not None else None,
        figure.formula if figure is not None else "nothing known yet",
        found.pdc.percent if found.pdc is not None else None, found.taken.percent, found.taken_or_told.percent,
        found.runs.current.doses, tuple(pattern.words for pattern in found.patterns),
        "!" if figure is not None and not figure.adherent else "",
        tuple(_cell(day, day.day) for day in found.days[-7:]),
    )  # fmt: skip
