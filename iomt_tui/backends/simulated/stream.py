"""A device that measures all the time: a bedside monitor, a worn oximeter, a patch, a glucose sensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from iomt_tui.backends.simulated.body import Vitals
from iomt_tui.backends.simulated.faults import spoil
from iomt_tui.backends.simulated.samplers import Sampler
from iomt_tui.backends.simulated.subject import NEVER, QUARTER, Outage, Subject
from iomt_tui.clinical.placing import place, place_many
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.events import Reading

Arrival = tuple[int, str, object]
Placed = tuple[dict[str, float], dict[str, str] | None]

_GRID: Final = 5_000  # ms: how far apart the course is evaluated; between, values are interpolated


class Source(Protocol):
    """Something that sends. The ward asks it at the time it is due, again and again until it answers NEVER."""

    @property
    def due(self) -> int:
        """When it sends first."""
        ...

    def emit(self, due: int, out: list[Arrival]) -> int:
        """Appends what arrives at ``due`` and returns when the next thing will."""
        ...


class Clock:
    """A device's clock: ``ahead`` ms of log time, and gaining ``drift`` ms a ms since ``start``."""

    __slots__ = ("ahead", "drift", "start")

    def __init__(self, start: int, ahead: int = 0, drift: float = 0.0) -> None:
        self.start, self.ahead, self.drift = start, ahead, drift

    def tells(self, at: int) -> int:
        """What the device believes the time is at log time ``at``."""
        return at + self.ahead + int((at - self.start) * self.drift)


class Stream:
    """Readings of one device on its own grid, ``origin + k * period`` (ms), each received ``lag`` ms later."""

    __slots__ = (
        "_absent", "_ahead", "_at", "_block", "_clock", "_count", "_edge", "_faults", "_gap", "_i", "_sampler",
        "_stop", "device", "kind", "lag", "origin", "period", "subject", "until",
    )  # fmt: skip

    def __init__(
        self, subject: Subject, kind: str, device: str, sampler: Sampler, period: int, origin: int, lag: int, *,
        faults: frozenset[str] = frozenset(), absent: float = 0.0, clock: Clock | None = None, until: int = NEVER,
        gap: Callable[[Stream, Outage], None],
    ) -> None:  # fmt: skip
        self.subject, self.kind, self.device = subject, kind, device
        self.period, self.origin, self.lag, self.until = period, origin, lag, min(until, subject.leaves)
        self._sampler, self._faults, self._absent, self._clock, self._gap = sampler, faults, absent, clock, gap
        self._count = max(1, min(256, _GRID // period))
        self._block: list[Placed] = []
        self._i, self._edge = 0, -1
        self._ahead: Vitals | None = None
        self._stop = -NEVER
        self._at = self._cross(origin)

    @property
    def due(self) -> int:
        """When the first reading is received."""
        return self._at + self.lag

    @property
    def worn(self) -> bool:
        """Whether the patient had it before the ward's start; a device that is put on later has no history."""
        return self.origin < self.subject.start + self.period

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`Source`."""
        at = self._at
        i = self._i
        if i >= len(self._block):
            self._fill(at)
            i = 0
        self._i = i + 1
        values, flags = self._block[i]
        tells = at if self._clock is None else self._clock.tells(at)
        out.append((due, "obs", Reading(self.subject.person.id, self.device, tells, values, flags)))
        at += self.period
        if at >= self._stop:
            at = self._cross(at)
        self._at = at
        return at + self.lag

    def tells(self, at: int) -> int:
        """What the device believes the time is at log time ``at``."""
        return at if self._clock is None else self._clock.tells(at)

    def read(self, at: int, vitals: Vitals) -> Reading:
        """The one reading at ``at``, while the patient's vital signs are ``vitals``."""
        k = (at - self.origin) // self.period
        values, flags = self._placed(at, self._sampler(vitals, vitals, 1, k))[0]
        return Reading(self.subject.person.id, self.device, self.tells(at), values, flags)

    def _fill(self, at: int) -> None:
        span = self._count * self.period
        vitals = self.subject.vitals
        a = self._ahead if self._ahead is not None and self._edge == at else vitals(at)
        b = vitals(at + span)
        self._block = self._placed(at, self._sampler(a, b, self._count, (at - self.origin) // self.period))
        self._ahead, self._edge = b, at + span

    def _placed(self, at: int, raws: list[dict[str, float]]) -> list[Placed]:
        episodes = self.subject.diary.between(at, at + (len(raws) - 1) * self.period)
        mine = tuple(e for e in episodes if e.kind in self._faults) if episodes else ()
        if not mine:
            return [place_many(raw) for raw in raws]
        placed: list[Placed] = []
        key = self.subject.person.key
        for j, raw in enumerate(raws):
            status = spoil(mine, raw, self._absent, key, at + j * self.period)
            placed.append(with_status(raw, status) if status else place_many(raw))
        return placed

    def _cross(self, at: int) -> int:
        """The first grid time from ``at`` on at which the device is heard; sets where to look again."""
        while True:
            if at >= self.until:
                return NEVER - self.lag
            outage = self.subject.outage(self.kind, at)
            if outage is None or outage.begins > at:
                horizon = at + QUARTER if outage is None else outage.begins
                self._stop = min(self.until, horizon)
                return at
            if outage.upload:
                self._gap(self, outage)
            at += -(-(outage.ends - at) // self.period) * self.period
            self._i, self._block = self._count, []


def with_status(raw: dict[str, float], status: dict[str, str]) -> Placed:
    """``raw`` (catalogue units) placed value by value, each under the status word its device sends with it."""
    values: dict[str, float] = {}
    flags: dict[str, str] = {}
    for key, number in raw.items():
        value, flag = place(key, number, VITALS[key].unit, status.get(key, "valid"))
        if value is not None:
            values[key] = value
        if flag:
            flags[key] = flag
    return values, flags or None
