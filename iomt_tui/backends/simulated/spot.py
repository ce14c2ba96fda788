"""Measurements taken now and then: a cuff, a nurse's observations, the morning weight, the day's steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from iomt_tui.backends.simulated.course import DAY, HOUR
from iomt_tui.backends.simulated.noise import mix, unit
from iomt_tui.backends.simulated.stream import Arrival, Clock, Placed
from iomt_tui.backends.simulated.subject import NEVER, QUARTER, Subject
from iomt_tui.clinical.placing import place
from iomt_tui.ward.events import Reading

Raw = tuple[tuple[str, object, str], ...]  # vital, what the device sends, its unit

_BATCH: Final = 4 * HOUR


class Rota(NamedTuple):
    """From ``since`` on; the first routine reading at ``origin``, another every ``period`` ms."""

    since: int
    origin: int
    period: int


class Spot:
    """Readings by a rota, and at the bedside moments of a course.

    ``measure`` gives the raw reading at a time. ``soon`` shortens the wait after one (repeat of a low pressure).
    """

    __slots__ = (
        "_clock", "_extra", "_known", "_measure", "_routine", "_soon", "device", "due", "lag", "origin", "period",
        "subject", "until",
    )  # fmt: skip

    def __init__(
        self, subject: Subject, device: str, measure: Callable[[int], Raw], rota: Rota, lag: int, *,
        soon: Callable[[int], int] | None = None, moments: bool = False, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.subject, self.device, self.lag = subject, device, lag
        since, self.origin, self.period = rota
        self.until = subject.leaves
        self._measure, self._soon, self._clock = measure, soon, clock
        self._extra: list[int] = []
        self._known = 0 if moments else NEVER  # the first quarter of a day whose moments are not yet in _extra
        self._routine = self.origin
        self.due = self._upcoming(since - 1)

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        at = due - self.lag
        out.append((due, "obs", self.read(at)))
        return self._upcoming(at)

    def read(self, at: int) -> Reading:
        """The reading at ``at``."""
        values, flags = self._placed(at)
        tells = at if self._clock is None else self._clock.tells(at)
        return Reading(self.subject.person.id, self.device, tells, values, flags)

    def past(self, since: int, until: int) -> Iterator[int]:
        """The times in [since, until) at which a reading was taken before ``origin``."""
        times = set(range(self.origin - (self.origin - since) // self.period * self.period, until, self.period))
        if self._known != NEVER:
            times.update(at for at in self.subject.moments(0) if since <= at < until)
        return iter(sorted(times))

    def _upcoming(self, at: int) -> int:
        """When the next reading after ``at`` is received."""
        while self._routine <= at:
            wait = self._soon(at) if self._soon is not None else 0
            self._routine += wait or self.period
        self._learn(at)
        i = bisect_right(self._extra, at)
        following = min(self._routine, self._extra[i]) if i < len(self._extra) else self._routine
        return NEVER if following >= self.until else following + self.lag

    def _learn(self, at: int) -> None:
        """Takes the moments of the courses that begin before the next routine time."""
        while self._known != NEVER and self.subject.start + self._known * QUARTER <= max(at, self._routine):
            self._extra = sorted([m for m in self._extra if m > at] + self.subject.moments(self._known))
            self._known += 1

    def _placed(self, at: int) -> Placed:
        values: dict[str, float] = {}
        flags: dict[str, str] = {}
        for key, raw, written in self._measure(at):
            value, flag = place(key, raw, written)
            if value is not None:
                values[key] = value
            if flag:
                flags[key] = flag
        return values, flags or None


def pressure(subject: Subject, absent: float) -> Callable[[int], Raw]:
    """A cuff: three pressures, or ``absent`` three times when it could not measure (one in sixty)."""
    key = subject.person.key

    def measure(at: int) -> Raw:
        if unit(key, 71, at) < 1 / 60:
            return tuple((vital, absent, "mm[Hg]") for vital in ("nibp_sys", "nibp_dia", "nibp_mean"))
        true = subject.vitals(at)
        sys = true.sys + 6.0 * (unit(key, 72, at) - 0.5)
        dia = true.dia + 5.0 * (unit(key, 73, at) - 0.5)
        mean = dia + (sys - dia) / 3
        return (("nibp_sys", round(sys), "mm[Hg]"), ("nibp_dia", round(dia), "mm[Hg]"),
                ("nibp_mean", round(mean), "mm[Hg]"))  # fmt: skip

    return measure


def repeat(subject: Subject) -> Callable[[int], int]:
    """Five minutes after a pressure that worries, else 0 (the routine)."""

    def wait(at: int) -> int:
        return 0 if 100 <= subject.vitals(at).sys <= 185 else 300_000

    return wait


def observations(subject: Subject, fahrenheit: bool) -> Callable[[int], Raw]:
    """A nurse's round: consciousness, oxygen, temperature by ear."""
    key = subject.person.key

    def measure(at: int) -> Raw:
        true = subject.vitals(at)
        celsius = true.temp + 0.3 * (unit(key, 74, at) - 0.5)
        temp = ("temp", round(celsius * 1.8 + 32, 1), "[degF]") if fahrenheit else ("temp", round(celsius, 1), "Cel")
        return (("acvpu", "ACVPU"[subject.level(at)], ""), ("o2_flow", subject.flow(at), "L/min"), temp)

    return measure


def scale(subject: Subject, pounds: bool) -> Callable[[int], Raw]:
    """The morning weight, to 0.1 kg or 0.2 lb, some days heavier than others."""
    key = subject.person.key

    def measure(at: int) -> Raw:
        weight = subject.vitals(at).weight + 0.5 * (unit(key, 75, at // DAY) - 0.5)
        if pounds:
            return (("weight", round(weight / 0.45359237 * 5) / 5, "[lb_av]"),)
        return (("weight", round(weight, 1), "kg"),)

    return measure


def steps(subject: Subject) -> Callable[[int], Raw]:
    """Steps since local midnight: most between eight and nine at night, a different sum each day."""
    key = subject.person.key
    vigour = (1500 + 5500 * max(0.0, 1 - subject.person.role.age / 95)) * (0.6 + 0.8 * unit(key, 76))
    if not subject.person.role.home:
        vigour *= 0.15

    def measure(at: int) -> Raw:
        hour = subject.hour(at)
        day = round((at - subject.start) / DAY + (subject.hour0 - hour) / 24)
        walked = max(0.0, min(1.0, (hour - 7.0) / 14.0))
        uneven = walked + 0.04 * (unit(key, 77, day, int(hour)) - 0.5) * walked * (1 - walked)
        return (("steps", int(vigour * (0.7 + 0.6 * unit(key, 78, day)) * uneven), "{steps}"),)

    return measure


def jitter(key: int, what: int, spread: int) -> int:
    """A fixed offset of 0 to ``spread`` ms."""
    return mix(key, 79, what) % spread
