"""Alarms that flood in, in words: one line for several of one patient. Pure."""

from __future__ import annotations

from iomt_tui.alarms.grouping import AlarmGroup
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition


def group_words(group: AlarmGroup, measures: Measures, *, more: bool = False) -> str:
    """``4 more alarms (2 medium, 2 low), newest RR 31 > 30``. ``more``: others of the patient stand by themselves."""
    if group.single:
        return str(condition(group.top, measures))
    counts = ", ".join(f"{count} {sort}" for sort, count in group.counts)
    newest = condition(group.newest, measures)
    return f"{len(group.alarms)} {'more ' if more else ''}alarms ({counts}), newest {newest}"
