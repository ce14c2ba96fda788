"""One simulated patient: the person, what happens to them, and their true vital signs at any time."""

from __future__ import annotations

from typing import Final, NamedTuple

from iomt_tui.backends.simulated.body import Vitals, respond
from iomt_tui.backends.simulated.course import CAUSES, HOUR, INDEX, MINUTE, Course, Run
from iomt_tui.backends.simulated.courses import BEFALLS
from iomt_tui.backends.simulated.episodes import Diary, add_effect
from iomt_tui.backends.simulated.noise import mix, unit
from iomt_tui.backends.simulated.people import Person

QUARTER: Final = 6 * HOUR
NEVER: Final = 1 << 62  # later than any log time
_OXYGEN: Final = INDEX["oxygen"]
_QUIET: Final = (0.0,) * len(CAUSES)


class Outage(NamedTuple):
    """A device is not heard from ``begins`` to ``ends``; with ``upload`` it sends afterwards what it had stored."""

    begins: int
    ends: int
    upload: bool


class Subject:
    """A patient's truth. Every answer depends only on the seed, the patient and the time asked for."""

    __slots__ = (
        "_gaps", "_quarters", "_share", "arrives", "diary", "fixed", "hour0", "leaves", "outages", "person", "start"
    )  # fmt: skip

    def __init__(self, person: Person, start: int, runs: tuple[Run, ...], diary: Diary) -> None:
        self.person, self.start, self.diary = person, start, diary
        self.fixed = runs
        self.outages: dict[str, tuple[Outage, ...]] = {}  # by kind of device
        self.hour0 = (start % 86_400_000) / HOUR  # the body's local hour at ``start``
        self.arrives, self.leaves = -NEVER, NEVER
        self._share = self._gaps = 0.0
        self._quarters: dict[int, tuple[Run, ...]] = {}

    def expect(self, share: float, gaps: float) -> None:
        """Sets the chance that a later quarter of a day brings a course, and that it brings a radio gap."""
        self._share, self._gaps = share, gaps

    def vitals(self, at: int) -> Vitals:
        """The true vital signs at log time ``at`` (ms)."""
        levels = list(_QUIET)
        runs = self.runs(at)
        for run in runs:
            if run.begins <= at < run.ends:
                run.add(at, levels)
        for episode in self.diary.between(at, at):
            add_effect(episode, at, levels)
        levels[_OXYGEN] = self._effect(at, runs)
        return respond(self.person.base, levels, self.hour(at))

    def hour(self, at: int) -> float:
        """The patient's local hour (0-24)."""
        return (self.hour0 + (at - self.start) / HOUR) % 24.0

    def runs(self, at: int) -> tuple[Run, ...]:
        """The courses that may be under way at ``at``."""
        quarter = (at - self.start) // QUARTER
        return self.fixed if quarter < 1 else self.fixed + self.drawn(quarter) + self.drawn(quarter - 1)

    def flow(self, at: int) -> float:
        """Oxygen set at ``at``, L/min."""
        for run in reversed(self.runs(at)):
            if run.begins <= at < run.ends:
                flow = run.flow(at)
                if flow is not None:
                    return flow
        return self.person.base.oxygen

    def level(self, at: int) -> int:
        """Consciousness at ``at``, as an ACVPU code."""
        return max((run.level(at) for run in self.runs(at) if run.begins <= at < run.ends), default=0)

    def moments(self, quarter: int) -> list[int]:
        """When somebody is at the bedside for a course that begins in ``quarter`` (0 holds all fixed courses)."""
        runs = self.fixed if quarter == 0 else self.drawn(quarter)
        return sorted(at for run in runs for at in run.moments())

    def outage(self, device: str, at: int) -> Outage | None:
        """The first outage of ``device`` that ends after ``at``, within the next quarters of a day."""
        known = self.outages.get(device, ())
        for outage in known:
            if outage.ends > at:
                return outage
        quarter = max(0, (at - self.start) // QUARTER)
        for later in range(quarter, quarter + 3):
            gap = self._gap(device, later)
            if gap is not None and gap.ends > at and not any(_meet(gap, outage) for outage in known):
                return gap
        return None

    def _effect(self, at: int, runs: tuple[Run, ...]) -> float:
        usual = self.person.base.oxygen
        for run in reversed(runs):
            if run.begins <= at < run.ends and run.course.oxygen:
                return run.effect(at, usual)
        return usual

    def drawn(self, quarter: int) -> tuple[Run, ...]:
        """The course that chance brings in a later quarter of a day, if any."""
        if quarter < 1:
            return ()
        runs = self._quarters.get(quarter)
        if runs is None:
            key = self.person.key
            begins = self.start + quarter * QUARTER + int(unit(key, 42, quarter) * 200 * MINUTE)
            busy = any(run.begins < begins + QUARTER and run.ends > begins for run in self.fixed)
            if busy or unit(key, 41, quarter) >= self._share:
                runs = ()
            else:
                pool = befalls(self.person)
                runs = (Run(pool[mix(key, 43, quarter) % len(pool)], begins, 0.9),)
            if len(self._quarters) > 6:
                self._quarters.clear()
            self._quarters[quarter] = runs
        return runs

    def _gap(self, device: str, quarter: int) -> Outage | None:
        key = self.person.key
        if device not in ("monitor", "oximeter") or unit(key, 51, quarter) >= self._gaps:
            return None
        begins = self.start + quarter * QUARTER + int((0.05 + 0.85 * unit(key, 52, quarter)) * QUARTER)
        return Outage(begins, begins + int((1.5 + 8 * unit(key, 53, quarter)) * MINUTE), True)


def _meet(one: Outage, other: Outage) -> bool:
    return one.begins <= other.ends and other.begins <= one.ends


def befalls(person: Person) -> tuple[Course, ...]:
    """The courses that chance may bring to ``person``."""
    what = "copd" if person.scale == 2 else "diabetes" if person.diabetic else "anybody"
    return BEFALLS["home" if person.role.home else "bed", what]
