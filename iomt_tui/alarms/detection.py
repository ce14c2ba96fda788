"""Limits to conditions: what each value of a patient means for the alarms of its vital."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from iomt_tui.alarms.lifecycle import Condition, Level, hold
from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.clinical.limits import Limit, margin
from iomt_tui.clinical.rounding import TOLERANCE, rounded
from iomt_tui.clinical.vitals import VITALS

#: A sensor that delivers no usable value is announced after this long (ms).
SENSOR_DELAY = 10_000
_OFF = ("sensor-off", "not-measured")
#: What an alarm is in while its condition was announced and is not over.
STANDING = ("unack", "acked")


class VitalWatch:
    """Watches one vital of one patient. Values outside ``normal_low`` … ``normal_high`` need :meth:`value`;
    so does every value while ``busy``. Everything else may be passed over."""

    __slots__ = (
        "_floor",
        "_high",
        "_low",
        "_margin",
        "busy",
        "conditions",
        "key",
        "last_at",
        "normal_high",
        "normal_low",
        "patient",
    )

    def __init__(self, patient: str, key: str, limits: Iterable[Limit], conditions: dict[Key, Condition]) -> None:
        self.patient, self.key, self.conditions = patient, key, conditions
        self._margin = margin(key)
        self._low: dict[Priority, Level] = {}
        self._high: dict[Priority, Level] = {}
        for limit in limits:
            timing = (int(limit.delay_s * 1000), int(limit.off_delay_s * 1000))
            if limit.low is not None:
                self._low[Priority(limit.priority)] = Level(limit.low, *timing)
            if limit.high is not None:
                self._high[Priority(limit.priority)] = Level(limit.high, *timing)
        self.normal_low = max((x.limit for x in self._low.values() if x.limit is not None), default=-1e308)
        self.normal_high = min((x.limit for x in self._high.values() if x.limit is not None), default=1e308)
        self.busy = any(key in conditions for key in self._keys())
        self.last_at = -1
        self._floor = -1  # nothing is judged as of before this time: the limits are that old

    def _keys(self) -> Iterator[Key]:
        return (Key(self.patient, self.key, kind) for kind in ("low", "high", "sensor-off", "invalid"))

    def value(self, value: float, at: int) -> list[Alarm]:
        """A valid value at ``at``; one that is not newer than the last changes nothing (T20)."""
        if at <= self.last_at:
            return []
        self.last_at = at
        at = max(at, self._floor)
        value = rounded(value, VITALS[self.key].decimals)  # what the screen shows is what is judged
        out: list[Alarm] = []
        for kind, limits in (("low", self._low), ("high", self._high)):
            if (condition := self.conditions.get(Key(self.patient, self.key, kind))) is not None:
                out += condition.advance(at)  # whether the alarm stands is a matter of its delays, not of ticks
            out += self._hold(kind, at, value, self._passed(condition, limits, value, -1 if kind == "low" else 1))
        out += self._hold("sensor-off", at, None, {}) + self._hold("invalid", at, None, {})
        self._settle()
        return out

    def _passed(
        self, condition: Condition | None, limits: Mapping[Priority, Level], value: float, side: int
    ) -> dict[Priority, Level]:
        """The levels that hold: those whose limit is passed, and of an alarm that stands those up to its priority
        until the value is back by the margin. State and priority are in the log, so a restart changes nothing."""
        standing = condition.priority if condition is not None and condition.state in STANDING else 0
        out = {}
        for priority, level in limits.items():
            inside = self._margin - TOLERANCE if self._margin and priority <= standing else 0.0
            if level.limit is not None and side * (value - level.limit) > -inside:
                out[priority] = level
        return out

    def again(self, value: float, observed: int, at: int) -> list[Alarm]:
        """The limits are new at ``at``: the present value, ``observed`` before, is judged by them as of then.

        What they find normal is over at once: an off-delay waits for values to settle, not for limits.
        """
        self._floor, self.last_at = at, -1
        usual, self._margin = self._margin, 0.0  # a margin keeps values from flapping; other limits are none of theirs
        out = self.value(value, observed)
        self._margin = usual
        for kind in ("low", "high"):
            ending = self.conditions.get(Key(self.patient, self.key, kind))
            if ending is not None and ending.clear_at is not None:
                ending.clear_at = min(ending.clear_at, at)
                out += ending.advance(at)
        return out

    def interrupt(self, at: int) -> list[Alarm]:
        """No value at ``at``: what had not lasted its off-delay by then does not count as over (T19)."""
        self.last_at, at, out = at, max(at, self._floor), []
        for limit in ("low", "high"):
            if (frozen := self.conditions.get(Key(self.patient, self.key, limit))) is not None:
                out += frozen.advance(at)
                frozen.freeze()
        self.busy = True
        return out

    def absent(self, reason: str, at: int) -> list[Alarm]:
        """The device says that it has no value; what the value last meant stays as it was (T19)."""
        if at <= self.last_at:
            return []
        kind = "sensor-off" if reason in _OFF else "invalid"
        level = {Priority.MEDIUM: Level(None, SENSOR_DELAY)}
        key = Key(self.patient, self.key, kind)
        return self.interrupt(at) + hold(self.conditions, key, at, None, level, reason, technical=True)

    def _hold(self, kind: str, at: int, value: float | None, levels: Mapping[Priority, Level]) -> list[Alarm]:
        return hold(self.conditions, Key(self.patient, self.key, kind), at, value, levels)

    def _settle(self) -> None:
        self.busy = any(
            (c := self.conditions.get(key)) is not None
            and (c.state in ("pending", "unack", "acked") or c.levels or c.clear_at is not None)
            for key in self._keys()
        )
