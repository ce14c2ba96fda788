"""A patient's medication in a few lines: what is overdue, what comes next, what is possible, what runs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.checks import clock, length
from iomt_tui.clinical.medication.lists import waiting
from iomt_tui.clinical.medication.needed import AsNeeded, Drip
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.status import LOOKS, OPEN, Dose, Status
from iomt_tui.tui.dose_list import due_clock
from iomt_tui.tui.text import fitted, plain, spread
from iomt_tui.tui.widgets.rows import MUTED, pair
from iomt_tui.ward.medication import MedicationView

COMING: Final = 3
"""Doses to come that are named."""

_LATE: Final = (Status.LATE, Status.MISSED, Status.CONFLICT)


def medication_lines(view: MedicationView, zone: tzinfo, width: int) -> Iterator[Content]:
    """Overdue doses first, then those due, the next ones, as needed, and infusions that run; "no orders" by silence."""
    todo = sorted(waiting(view.doses), key=lambda dose: (dose.status not in _LATE, dose.due))
    coming = [dose for dose in view.doses if dose.status is Status.FUTURE][:COMING]
    if todo or view.counts.due or view.counts.overdue:
        yield pair("Doses", counted(view), "", width, "bold $warning" if view.counts.overdue else "bold")
    for dose in (*todo, *coming):
        yield from _dose(dose, view.now, zone, width)
    for one in view.needed:
        yield from _needed(one, view.now, zone, width)
    for drip in view.drips:
        if drip.running:
            yield from _drip(drip, view.now, zone, width)


def counted(view: MedicationView) -> str:
    """ "2 due · 1 late · 1 missed"."""
    told = ((view.counts.due, "due"), (view.counts.overdue, "late"), (view.counts.missed, "missed"),
            (view.counts.conflicts, "contradictory"))  # fmt: skip
    return " · ".join(f"{number} {word}" for number, word in told if number) or "nothing due"


def _named(order: Order, amount: object) -> str:
    alert = ", HIGH ALERT" if order.drug.high_alert else ""
    return f"{order.drug.name} {amount} {order.route}".rstrip() + alert


def _dose(dose: Dose, now: int, zone: tzinfo, width: int) -> Iterator[Content]:
    look = LOOKS[dose.status]
    style = "bold $warning" if dose.status in _LATE else "bold" if dose.status in OPEN else ""
    by = f", {length(now - dose.due)}" if dose.status in (Status.LATE, Status.MISSED) else ""
    words = f"{look.word}{by} · {due_clock(dose.due, now, zone)}"
    yield from _line(plain(f"{look.glyph} {_named(dose.order, dose.slot.dose)}", style), words, width)


def _needed(one: AsNeeded, now: int, zone: tzinfo, width: int) -> Iterator[Content]:
    when = f"not before {clock(one.next_possible, zone)}" if one.next_possible is not None else "possible"
    if one.recheck_due is not None:
        when = "check its effect" if one.recheck_due <= now else f"check effect {clock(one.recheck_due, zone)}"
    yield from _line(
        plain(f"+ {_named(one.order, one.order.dose)}"), f"PRN {when} · {one.within_24h}/{one.plan.most}", width
    )


def _drip(drip: Drip, now: int, zone: tzinfo, width: int) -> Iterator[Content]:
    since = f" since {due_clock(drip.since, now, zone)}" if drip.since is not None else ""
    yield from _line(plain(f"{LOOKS[Status.RUNNING].glyph} {_named(drip.order, drip.rate)}"), f"runs{since}", width)


def _line(left: Content, words: str, width: int) -> Iterator[Content]:
    """Both on one line; below each other where a dose would be cut."""
    right = plain(f" {words}", MUTED)
    if left.cell_length + right.cell_length <= width:
        yield spread(left, right, width)
    else:
        yield from (fitted(line, width) for line in left.wrap(max(width, 1))[:2])
        yield spread(plain(""), right, width)
