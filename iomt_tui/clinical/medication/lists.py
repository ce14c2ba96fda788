"""Doses laid out for people: counts, rounds by time or bed, and the grid of a medication chart (MAR)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.status import OPEN, Dose, Status

#: How long (ms) a missed dose stays among those that somebody must account for.
MISSED_FOR: Final = 24 * HOUR
#: The most urgent first.
_ORDER: Final = (Status.CONFLICT, Status.LATE, Status.MISSED, Status.DUE, Status.DUE_SOON)


class DoseCounts(NamedTuple):
    """Of one patient or of a ward: doses that may be given now, are late, and were missed in the last 24 h; records
    that contradict each other."""

    due: int = 0
    overdue: int = 0
    missed: int = 0
    conflicts: int = 0

    def plus(self, other: DoseCounts) -> DoseCounts:
        """Both together."""
        return DoseCounts(*(a + b for a, b in zip(self, other, strict=True)))


NO_DOSES: Final = DoseCounts()


class RoundRow(NamedTuple):
    """One line of a round."""

    bed: str
    dose: Dose


class Cell(NamedTuple):
    """What a chart shows of one order in one hour: doses with a time, and records without one."""

    doses: tuple[Dose, ...]
    others: tuple[Administration, ...]


class ChartRow(NamedTuple):
    """One order on a chart; a cell for each hour."""

    order: Order
    cells: tuple[Cell, ...]


def counts(doses: Iterable[Dose]) -> DoseCounts:
    """Due is what may be given now and is not late yet; overdue is late, not yet missed."""
    found = [dose.status for dose in doses]
    due = found.count(Status.DUE) + found.count(Status.DUE_SOON)
    return DoseCounts(due, found.count(Status.LATE), found.count(Status.MISSED), found.count(Status.CONFLICT))


def waiting(doses: Iterable[Dose]) -> list[Dose]:
    """Those that somebody has to do something about: open, missed, or with records that contradict."""
    return [dose for dose in doses if dose.status in OPEN or dose.status in (Status.MISSED, Status.CONFLICT)]


def by_time(rows: Iterable[RoundRow], beds: Sequence[str] = ()) -> list[RoundRow]:
    """Contradictions and overdue ones first, then as they are due; ``beds`` settles what is due at once."""
    place = {bed: i for i, bed in enumerate(beds)}
    last = len(place)
    return sorted(rows, key=lambda r: (_rank(r.dose), r.dose.due, place.get(r.bed, last), r.bed, r.dose.order.id))


def by_bed(rows: Iterable[RoundRow], beds: Sequence[str] = ()) -> list[RoundRow]:
    """Bed after bed as the ward is walked, in each the overdue ones first."""
    place = {bed: i for i, bed in enumerate(beds)}
    last = len(place)
    return sorted(rows, key=lambda r: (place.get(r.bed, last), r.bed, _rank(r.dose), r.dose.due, r.dose.order.id))


def _rank(dose: Dose) -> int:
    return _ORDER.index(dose.status) if dose.status in _ORDER else len(_ORDER)


def chart(
    orders: Iterable[Order], doses: Iterable[Dose], others: Iterable[Administration], begins: int, hours: int
) -> list[ChartRow]:
    """``hours`` hours (of elapsed time) from ``begins`` (ms) on, a row for every order; ``others``: records of doses
    without a time, which stand in the hour in which they were given."""
    timed: dict[tuple[str, int], list[Dose]] = {}
    loose: dict[tuple[str, int], list[Administration]] = {}
    for dose in doses:
        timed.setdefault((dose.order.id, (dose.due - begins) // HOUR), []).append(dose)
    for record in others:
        loose.setdefault((record.order, (record.at - begins) // HOUR), []).append(record)
    return [
        ChartRow(
            order,
            tuple(Cell(tuple(timed.get((order.id, h), ())), tuple(loose.get((order.id, h), ()))) for h in range(hours)),
        )
        for order in orders
    ]
