"""Doses at home: taken, on time, missed in a row, and the calendar. Pure.

What a dispenser or a smart cap saw is *observed*; what somebody says is *reported* and never counted as observed. A
dose of which nothing is known because its device was not there is unknown: neither taken nor missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from iomt_tui.clinical.medication.figures import Figure


class Dose(NamedTuple):
    """A scheduled dose whose time is over. ``day``: ordinal of its local date; ``hour``: local, 0-23."""

    due: int  # ms UTC
    day: int
    hour: int
    observed: bool
    on_time: bool
    reported: bool
    watched: bool  # whether a device was there to see it

    @property
    def taken(self) -> bool:
        """Observed or reported."""
        return self.observed or self.reported

    @property
    def missed(self) -> bool:
        """A device was there and saw nothing, and nobody says that it was taken."""
        return self.watched and not self.taken

    @property
    def unknown(self) -> bool:
        """Nobody was there to see, and nobody says anything."""
        return not self.watched and not self.taken


class DayState(StrEnum):
    """What became of the doses of a day."""

    ALL = "all"
    PART = "part"
    NONE = "none"
    UNKNOWN = "unknown"
    NOT_DUE = "not-due"


class Day(NamedTuple):
    """One day of the calendar. ``reported``: of those taken, how many only somebody says so."""

    day: int
    state: DayState
    due: int = 0
    taken: int = 0
    missed: int = 0
    unknown: int = 0
    reported: int = 0


class Run(NamedTuple):
    """Doses missed one after the other. ``first`` and ``last``: when they were due (ms)."""

    doses: int = 0
    first: int = 0
    last: int = 0


class Runs(NamedTuple):
    """The longest run of misses, and the one that lasts still."""

    longest: Run = Run()
    current: Run = Run()


def taken(doses: Iterable[Dose], name: str = "doses taken") -> Figure:
    """Doses that a device saw taken, of those it was there to see."""
    seen = [dose for dose in doses if dose.watched or dose.observed]
    return Figure(name, sum(dose.observed for dose in seen), len(seen), "observed", "due while watched")


def taken_or_told(doses: Iterable[Dose], name: str = "taken or reported") -> Figure:
    """Doses observed or reported, of those of which anything is known."""
    known = [dose for dose in doses if not dose.unknown]
    return Figure(name, sum(dose.taken for dose in known), len(known), "observed or reported", "due and known")


def on_time(doses: Iterable[Dose], name: str = "on time") -> Figure:
    """Of the doses that a device saw, those within the window around their time. A report has no time to trust."""
    seen = [dose for dose in doses if dose.observed]
    return Figure(name, sum(dose.on_time for dose in seen), len(seen), "on time", "observed")


def runs(doses: Sequence[Dose]) -> Runs:
    """Runs of misses in doses by time. A dose that was taken or of which nothing is known ends a run."""
    longest, current = Run(), Run()
    for dose in doses:
        if not dose.missed:
            current = Run()
            continue
        current = Run(current.doses + 1, current.first if current.doses else dose.due, dose.due)
        longest = max(longest, current, key=lambda run: run.doses)
    return Runs(longest, current)


def calendar(doses: Iterable[Dose], first: int, last: int) -> list[Day]:
    """Every day from ``first`` to ``last`` (ordinals)."""
    by_day: dict[int, list[Dose]] = {day: [] for day in range(first, last + 1)}
    for dose in doses:
        if dose.day in by_day:
            by_day[dose.day].append(dose)
    return [_day(day, own) for day, own in by_day.items()]


def _day(day: int, doses: Sequence[Dose]) -> Day:
    done, missed = sum(d.taken for d in doses), sum(d.missed for d in doses)
    unknown, told = sum(d.unknown for d in doses), sum(d.reported and not d.observed for d in doses)
    if not doses:
        state = DayState.NOT_DUE
    elif done == len(doses):
        state = DayState.ALL
    elif not missed:  # what is not known to be missed may have been taken
        state = DayState.UNKNOWN
    else:
        state = DayState.PART if done else DayState.NONE
    return Day(day, state, len(doses), done, missed, unknown, told)
