"""Medicines at home: how each simulated patient takes them, what the dispenser or smart cap saw, and the refills.

Every answer depends only on the patient, the order and the time of the dose, so a dose is the same in the history and
live, and however time is cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any, Final, NamedTuple

from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.noise import mix, unit
from iomt_tui.backends.simulated.people import Person
from iomt_tui.backends.simulated.pharmacy import orders
from iomt_tui.backends.simulated.stream import Arrival
from iomt_tui.backends.simulated.subject import NEVER
from iomt_tui.clinical.medication.due import day_of, due_between, hour_of, midnight
from iomt_tui.clinical.medication.order import Order

HISTORY: Final = 91  # days that a device has stored when the ward begins
_SUPPLY: Final = 30  # days of a fill
_TRIP: Final = 9 * HOUR  # from midnight to the pharmacy


class Habits(NamedTuple):
    """Chances that a dose is missed: on weekdays, at weekends, from 17:00 on; and what else is unusual."""

    usual: float = 0.06
    weekend: float = 0.06
    evening: float = 0.08
    late: float = 0.12  # taken outside of its window
    unseen: float = 0.0  # taken, told to somebody, and not seen by the device
    away: float = 0.0  # days that the device was empty, within the last month
    stopped: int = 0  # days since the last supply ran out, never filled again


_USUAL: Final = Habits()
#: Family name -> habits, for those of the cast worth looking at.
_CAST: Final = {
    "FERNÁNDEZ-CRUZ": Habits(0.005, 0.005, 0.01, late=0.03),
    "MACDONALD": Habits(away=8.5),
    "YILMAZ": Habits(stopped=19),
    "KIM": Habits(0.03, 0.04, 0.42),
    "ROSSI": Habits(0.04, 0.55, 0.05, late=0.2),
    "NDLOVU": Habits(0.03, 0.03, 0.04, unseen=0.3),
}
_OTHERS: Final = (_USUAL, _USUAL, _USUAL, Habits(0.02, 0.02, 0.02), Habits(0.05, 0.35, 0.06), Habits(stopped=9))


class Taken(NamedTuple):
    """When a dose was taken, and whether the device saw it."""

    at: int
    seen: bool


@dataclass(frozen=True)
class Household:
    """One patient at home: orders, their device's ``kind`` and id, and the ward's ``start`` (ms)."""

    person: Person
    start: int
    zone: tzinfo
    device: str
    kind: str

    @cached_property
    def habits(self) -> Habits:
        """How the patient takes what is ordered."""
        return _CAST.get(self.person.role.family) or _OTHERS[mix(self.person.key, 60) % len(_OTHERS)]

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The ``order`` bodies."""
        return orders(self.person, self.start)

    def begin(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Fills and what the device has stored of each order, as few bodies as there can be."""
        for order in self.orders:
            if order["schedule"]["kind"] == "prn":
                continue
            yield "dispense", self._fills(order)
            yield from self._stored(order)

    def live(self) -> list[Live]:
        """Sources of the doses that are taken from the ward's start on."""
        found = [Live(self, order) for order in self.orders if order["schedule"]["kind"] != "prn"]
        return [source for source in found if source.due < NEVER]

    def taken(self, order: dict[str, Any], due: int) -> Taken | None:
        """What became of the dose due at ``due``; None: nobody took it."""
        habits, key, day = self.habits, self._keys[order["id"]], day_of(due, self.zone)
        hour, weekend = hour_of(due, self.zone), (day + 6) % 7 >= 5
        chance = max(habits.weekend if weekend else habits.usual, habits.evening if hour >= 17 else 0.0)
        drawn = mix(key, 61, due // MINUTE)
        missed, early, late, slow, seen, told = (drawn >> 10 * i & 1023 for i in range(6))
        out = habits.stopped and due > self.start - habits.stopped * DAY
        if out or missed < chance * 1024:
            return None
        wait = int((early + late - 920) * 28 * MINUTE / 1024)
        if slow < habits.late * 1024:
            wait += int((1.1 + 1.3 * late / 1024) * HOUR)
        at, away = due + wait, self._away
        if seen >= habits.unseen * 1024 and not (away and away[0] <= at < away[1]):
            return Taken(at, True)
        return Taken(at, False) if habits.unseen or told < 307 else None

    def intake(self, order: dict[str, Any], due: int, taken: Taken) -> dict[str, Any]:
        """The ``intake`` body of one dose."""
        source, device = (self.kind, self.device) if taken.seen else ("reported", None)
        return {
            "patient": self.person.id, "order": order["id"], "due": due, "at": taken.at, "source": source,
            "device": device,
        }  # fmt: skip

    @cached_property
    def _keys(self) -> dict[str, int]:
        """What chance settles about each order."""
        return {order["id"]: mix(self.person.key, 68, *map(ord, order["drug"]["code"])) for order in self.orders}

    @cached_property
    def _away(self) -> tuple[int, int] | None:
        """When the device was empty, ms."""
        days = self.habits.away
        if not days and unit(self.person.key, 69) < 0.5:
            days = 0.4 + 0.5 * unit(self.person.key, 70)
        ends = self.start - int((3 + 20 * unit(self.person.key, 71)) * DAY)
        return (ends - int(days * DAY), ends) if days else None

    def _stored(self, order: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        today = day_of(self.start, self.zone)
        since = midnight(today - HISTORY, self.zone)
        found: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for slots in due_between(Order.from_body(order), today - HISTORY, today, self.zone).values():
            for due, *_ in slots:
                taken = self.taken(order, due)
                if taken is not None and taken.at < self.start:
                    found[taken.seen].append(((due - since) // MINUTE, (taken.at - since) // MINUTE))
        body = {"patient": self.person.id, "order": order["id"], "from": since}
        away = self._away
        yield "intake", body | {
            "source": self.kind, "device": self.device, "doses": found[True],
            "gaps": [away] if away else [],
        }  # fmt: skip
        if found[False]:
            yield "intake", body | {"source": "reported", "device": None, "doses": found[False]}

    def _fills(self, order: dict[str, Any]) -> dict[str, Any]:
        """Fills of thirty days, a few days early or late; the next is due after the ward's start."""
        today, stopped = day_of(self.start, self.zone), self.habits.stopped
        until = today - stopped if stopped else today + 2
        days: list[int] = []
        empty = until - 1  # backwards from the last day with supply, so that the newest is as it should be
        if not stopped:
            empty += 3 + mix(self._keys[order["id"]], 72) % 24
        while (fill := empty - _SUPPLY + 1) > today - HISTORY - _SUPPLY:
            days.append(fill)
            late = mix(self._keys[order["id"]], 73, fill) % 7 - 3 if self.habits is _USUAL else 0
            empty = fill - 1 - max(0, late)
        drug, count = order["drug"], _SUPPLY * max(1, len(order["schedule"].get("times", ())))
        return {
            "patient": self.person.id, "drug": {name: drug[name] for name in ("code", "name", "classes")},
            "fills": [[f"{order['id']}-{day}", midnight(day, self.zone) + _TRIP, _SUPPLY, count]
                      for day in sorted(days)],
        }  # fmt: skip


class Live:
    """The doses of one order as they are taken from the ward's start on."""

    __slots__ = ("_day", "_home", "_known", "_order", "_waiting", "due")

    def __init__(self, home: Household, order: dict[str, Any]) -> None:
        self._home, self._order, self._known = home, order, Order.from_body(order)
        self._day = day_of(home.start, home.zone) - 1
        self._waiting: list[tuple[int, int, Taken]] = []
        self.due = self._next(home.start)

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        _, dose, taken = self._waiting.pop(0)
        out.append((due, "intake", self._home.intake(self._order, dose, taken)))
        return self._next(due)

    def _next(self, after: int) -> int:
        """When the next dose is taken, at ``after`` or later; NEVER when a month brings none."""
        home, looked = self._home, 0
        while not self._waiting and looked < 31:
            for due, *_ in due_between(self._known, self._day, self._day, home.zone)[self._day]:
                taken = home.taken(self._order, due)
                if taken is not None and taken.at >= after:
                    self._waiting.append((taken.at, due, taken))
            self._waiting.sort()
            self._day, looked = self._day + 1, looked + 1
        return self._waiting[0][0] if self._waiting else NEVER
