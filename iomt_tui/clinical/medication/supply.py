"""Proportion of days covered (PDC) and medication possession ratio (MPR) from fills. Pure.

PDC follows the Pharmacy Quality Alliance: the period begins at the first fill, a fill of the same drug before the last
one has run out begins the day after that (it is shifted, never counted twice), a class covers a day when any of its
drugs does, a regimen when all of its drugs do. Where a period begins in the middle of a therapy, what was left of
earlier fills covers its first days. Days are ordinals (``date.toordinal()``), first and last are both inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.figures import Figure

LONGEST_SUPPLY: Final = 731
"""Days a single fill may last; more is a mistake of units."""

Span = tuple[int, int]  # first and last day


class Fill(NamedTuple):
    """A drug handed out on ``day`` for ``days_supply`` days."""

    day: int
    days_supply: int


class Period(NamedTuple):
    """From ``first`` to ``last`` day."""

    first: int
    last: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return max(0, self.last - self.first + 1)


def supplied(fills: Iterable[Fill]) -> list[Span]:
    """The days that fills of one drug cover, early refills shifted forward; touching spans are one."""
    spans: list[Span] = []
    for day, supply in sorted(fills):
        if supply <= 0:
            continue
        if spans and day <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], spans[-1][1] + supply)
        else:
            spans.append((day, day + supply - 1))
    return spans


def refill_due(fills: Iterable[Fill]) -> int | None:
    """The first day without supply after the last fill has run out; None without fills."""
    spans = supplied(fills)
    return spans[-1][1] + 1 if spans else None


def either(drugs: Iterable[Sequence[Span]]) -> list[Span]:
    """The days on which at least one of the drugs is there."""
    spans: list[Span] = []
    for first, last in sorted(span for own in drugs for span in own):
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans


def every(drugs: Iterable[Sequence[Span]]) -> list[Span]:
    """The days on which all of the drugs are there."""
    common: list[Span] | None = None
    for own in drugs:
        if common is None:
            common = list(own)
        else:
            met = ((max(a, c), min(b, d)) for a, b in common for c, d in own)
            common = [(first, last) for first, last in met if first <= last]
    return common or []


def count(spans: Iterable[Span], period: Period) -> int:
    """How many days of the period the spans, which do not overlap, cover."""
    return sum(max(0, min(last, period.last) - max(first, period.first) + 1) for first, last in spans)


def treated(fills: Iterable[Fill], period: Period) -> Period:
    """The part of ``period`` from the first fill on; of no days when it begins later, or there is none."""
    first = min((fill.day for fill in fills if fill.days_supply > 0), default=period.last + 1)
    return Period(max(period.first, first), period.last)


def pdc(fills: Sequence[Fill], period: Period, name: str = "PDC") -> Figure:
    """Days of the period covered by one drug, of its days from the first fill on."""
    return _covered(supplied(fills), treated(fills, period), name)


def pdc_class(drugs: Sequence[Sequence[Fill]], period: Period, name: str = "PDC") -> Figure:
    """Days covered by any drug of a class, from the first fill of any of them on."""
    own = treated([fill for fills in drugs for fill in fills], period)
    return _covered(either(supplied(fills) for fills in drugs), own, name)


def pdc_regimen(drugs: Sequence[Sequence[Fill]], period: Period, name: str = "PDC") -> Figure:
    """Days on which every drug of a regimen is there, from the day on which the last of them was first filled."""
    begun = [treated(fills, period).first for fills in drugs]
    own = Period(max(begun, default=period.last + 1), period.last)
    return _covered(every(supplied(fills) for fills in drugs), own, name)


def mpr(fills: Sequence[Fill], period: Period, name: str = "MPR") -> Figure:
    """Days of supply handed out in the period, of its days from the first fill on. May exceed 100 %."""
    own = treated(fills, period)
    handed_out = sum(max(0, fill.days_supply) for fill in fills if own.first <= fill.day <= own.last)
    return Figure(name, handed_out, own.days, "days supplied", "days")


def _covered(spans: Iterable[Span], period: Period, name: str) -> Figure:
    return Figure(name, count(spans, period), period.days, "covered days", "days")
