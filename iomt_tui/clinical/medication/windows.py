"""When a dose counts as given on time, and from when on it is late and missed.

The windows are ISMP's (acute care guidelines for timely administration, 2011); CMS dropped its 30-minute rule:

=========================================== =================================
time-critical                               30 min before and after
daily, weekly or less often                 2 h
more often than daily, at most every 4 h    1 h
more often than every 4 h                   a quarter of the interval
STAT, once, infusions, as needed            not covered: no dose is on or off time
=========================================== =================================

A dose may be given from the opening of its window on ("due soon"), is due from its time on, late after its window, and
missed when the window of the next one opens, at the latest :data:`GIVEN_UP` after it was due (our choice, unverified).
What is not covered is late 30 min (STAT) or 1 h after its time (our choice, unverified).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from iomt_tui.clinical.medication.expansion import DAY, MINUTE, Slot
from iomt_tui.clinical.medication.kinds import Once
from iomt_tui.clinical.medication.order import TIME_CRITICAL, Order
from iomt_tui.clinical.medication.reading import HOUR

GIVEN_UP: Final = 12 * HOUR
_CRITICAL: Final = 30 * MINUTE


class Window(NamedTuple):
    """Times (ms) at which a dose opens, turns late, and is missed. ``covered``: it counts for "% on time"."""

    opens: int
    late: int
    missed: int
    covered: bool


def window(order: Order, slot: Slot) -> Window:
    """The window of one dose. On time is from ``opens`` to ``late``, both included."""
    covered = slot.gap > 0
    if covered:
        margin = _margin(order, slot.gap)
        missed = slot.due + max(margin, min(slot.gap - margin, GIVEN_UP))
    else:
        margin = _CRITICAL if isinstance(order.schedule, Once) and order.schedule.stat else HOUR
        missed = slot.due + GIVEN_UP
    return Window(slot.due - margin, slot.due + margin, missed, covered)


def _margin(order: Order, gap: int) -> int:
    if gap >= DAY:
        usual = 2 * HOUR
    elif gap >= 4 * HOUR:
        usual = HOUR
    else:
        usual = gap // 4
    return min(usual, _CRITICAL) if order.timing == TIME_CRITICAL else usual
