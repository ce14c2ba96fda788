"""The doses of an order day by day, as adherence counts them: by local date, and until when each can still be taken."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Final

from iomt_tui.clinical.medication.expansion import Slot, expand, instant
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.windows import window

LONGEST_GRACE: Final = 4 * HOUR


@lru_cache(4_096)
def midnight(day: int, zone: tzinfo) -> int:
    """The beginning of a local day (ordinal), ms UTC."""
    return instant(date.fromordinal(day), 0, zone)


def day_of(at: int, zone: tzinfo) -> int:
    """The ordinal of the local date at ``at`` (ms UTC)."""
    return datetime.fromtimestamp(at / 1000, zone).toordinal()


def hour_of(at: int, zone: tzinfo) -> int:
    """The local hour, 0-23."""
    return datetime.fromtimestamp(at / 1000, zone).hour


def offset_of(at: int, zone: tzinfo) -> int:
    """What ``zone`` is ahead of UTC at ``at`` (ms UTC), ms."""
    ahead = datetime.fromtimestamp(at / 1000, zone).utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds() * 1000)


def due_between(order: Order, first: int, last: int, zone: tzinfo) -> dict[int, list[Slot]]:
    """Local day (ordinal) -> the doses due on it, of every day from ``first`` to ``last``: none of an order as needed
    or of an infusion, none while it is on hold or after it was stopped."""
    found: dict[int, list[Slot]] = {day: [] for day in range(first, last + 1)}
    if isinstance(order.schedule, Infusion):
        return found
    end = midnight(last + 1, zone) if order.stopped is None else min(order.stopped, midnight(last + 1, zone))
    for slot in expand(order, zone, midnight(first, zone), end):
        if order.hold(slot.due) is None:
            found[day_of(slot.due, zone)].append(slot)
    return found


def margin(order: Order, slot: Slot) -> int:
    """How far (ms) before or after its time a dose is on time: see :mod:`.windows`."""
    return window(order, slot).late - slot.due


def grace(order: Order, slot: Slot) -> int:
    """How long (ms) after its time a dose at home that nobody took counts as missed: half the time to the next, at
    most four hours, never less than its window. Sooner than on a ward's chart: nobody is there to give it."""
    return max(margin(order, slot), min(slot.gap // 2, LONGEST_GRACE))


def ended(order: Order, at: int) -> bool:
    """Whether the order asks for nothing more at ``at`` (ms), or is on hold."""
    return order.over or (order.end is not None and at >= order.end) or order.hold(at) is not None
