"""What has become of a dose: a pure function of the order, what was recorded and the time.

A dose whose record was entered in error is open again: due, late or missed as if nothing had been recorded, and
``corrected`` says so; ENTERED_IN_ERROR is what its former record is shown as. Two records of one dose that both stand
are CONFLICT, and both are shown: nobody guesses which of them is true (SAFETY H28).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration, standing
from iomt_tui.clinical.medication.expansion import Slot, expand
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.needed import drip
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.windows import Window, window


class Status(Enum):
    """What has become of a dose or what a record says of it."""

    FUTURE = "future"
    DUE_SOON = "due-soon"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    GIVEN = "given"
    GIVEN_EARLY = "given-early"
    GIVEN_LATE = "given-late"
    RUNNING = "running"
    STOPPED = "stopped"
    REFUSED = "refused"
    HELD = "held"
    NOT_AVAILABLE = "not-available"
    DELAYED = "delayed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    CONFLICT = "conflict"


class Look(NamedTuple):
    """How a status is told: in words, as one cell, and as one cell of ASCII."""

    word: str
    glyph: str
    ascii: str


LOOKS: Final = MappingProxyType(
    {
        Status.FUTURE: Look("scheduled", "·", "."),
        Status.DUE_SOON: Look("due soon", "○", "o"),
        Status.DUE: Look("due", "◉", "O"),
        Status.LATE: Look("late", "▲", "!"),
        Status.MISSED: Look("missed", "✗", "X"),
        Status.GIVEN: Look("given", "✓", "v"),
        Status.GIVEN_EARLY: Look("given early", "◁", "<"),
        Status.GIVEN_LATE: Look("given late", "▷", ">"),
        Status.RUNNING: Look("running", "≈", "~"),
        Status.STOPPED: Look("stopped", "■", "#"),
        Status.REFUSED: Look("refused", "⊘", "R"),
        Status.HELD: Look("held", "=", "H"),
        Status.NOT_AVAILABLE: Look("not available", "∅", "N"),
        Status.DELAYED: Look("delayed", "»", "D"),
        Status.CANCELLED: Look("cancelled", "–", "-"),
        Status.ENTERED_IN_ERROR: Look("entered in error", "¬", "E"),
        Status.CONFLICT: Look("conflicting records", "‡", "?"),
    }
)
"""Status -> its word and glyphs, each of them different from all others."""

#: What a nurse has yet to do something about, now.
OPEN: Final = frozenset({Status.DUE_SOON, Status.DUE, Status.LATE})
_NOT_GIVEN: Final = {
    adm.REFUSED: Status.REFUSED, adm.HELD: Status.HELD, adm.NOT_AVAILABLE: Status.NOT_AVAILABLE,
    adm.DELAYED: Status.DELAYED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose and what has become of it. Its identity is (``order.patient``, ``order.id``, ``due``)."""

    order: Order
    slot: Slot
    window: Window
    status: Status
    records: tuple[Administration, ...]  # that stand and settle it: none, one, or several that contradict
    delayed: Administration | None = None  # the newest delay, while the dose is open
    corrected: bool = False  # something recorded of it was taken back
    scheduled: bool = True  # False: recorded for a time that the order does not have (any more)

    @property
    def due(self) -> int:
        """When it is due (ms)."""
        return self.slot.due


def judge(order: Order, slot: Slot, records: Iterable[Administration], now: int, *, scheduled: bool = True) -> Dose:
    """The dose at log time ``now``. ``records``: all of this dose, in the order in which they were recorded."""
    own = list(records)
    alive = standing(own)
    final = tuple(r for r in alive if r.what in adm.FINAL)
    times = window(order, slot)
    if not final:
        status = _open(order, slot, times, now)
    elif len(final) > 1:
        status = Status.CONFLICT
    else:
        status = told(final[0], times)
    late = next((r for r in reversed(alive) if r.what == adm.DELAYED), None) if status in OPEN else None
    took_back = any(r.what != adm.EFFECT and r.replaces is not None for r in own)
    return Dose(order, slot, times, status, final, late, took_back, scheduled)


def _open(order: Order, slot: Slot, times: Window, now: int) -> Status:
    """Of a dose of which nothing stands. Not after its time: then it is never late or missed."""
    if order.status == "cancelled" or (order.over and order.stopped is not None and slot.due >= order.stopped):
        return Status.CANCELLED
    if order.hold(slot.due) is not None:
        return Status.HELD
    if now < times.opens:
        return Status.FUTURE
    if now < slot.due:
        return Status.DUE_SOON
    if now <= times.late:
        return Status.DUE
    return Status.LATE if now < times.missed else Status.MISSED


def told(record: Administration, times: Window | None) -> Status:
    """What one record says; ``times``: the window of its dose, None for one as needed."""
    if record.what == adm.ERROR or record.status == "entered-in-error":
        return Status.ENTERED_IN_ERROR
    if record.what != adm.GIVEN:
        return _NOT_GIVEN.get(record.what, Status.GIVEN)
    if record.status in (adm.RUNNING, adm.STOPPED):
        return Status.RUNNING if record.status == adm.RUNNING else Status.STOPPED
    if times is None or not times.covered:
        return Status.GIVEN
    if record.at < times.opens:
        return Status.GIVEN_EARLY
    return Status.GIVEN_LATE if record.at > times.late else Status.GIVEN


def doses(
    order: Order, records: Sequence[Administration], zone: tzinfo, begins: int, ends: int, now: int
) -> list[Dose]:
    """Every dose of the order due from ``begins`` to before ``ends``, and every one that a record names there."""
    by_due: dict[int, list[Administration]] = {}
    stopped = isinstance(order.schedule, Infusion) and not drip(order, records).running
    for record in records:
        if record.due is not None and begins <= record.due < ends:
            by_due.setdefault(record.due, []).append(record)
    slots = expand(order, zone, begins, ends)
    found = [judge(order, slot, by_due.pop(slot.due, ()), now) for slot in slots]
    for due, own in by_due.items():
        found.append(judge(order, Slot(due, order.dose, 0), own, now, scheduled=False))
    if stopped:  # a later record, of a rate of 0, says so
        found = [replace(d, status=Status.STOPPED) if d.status is Status.RUNNING else d for d in found]
    return sorted(found, key=lambda dose: dose.due)
