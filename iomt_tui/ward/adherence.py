"""What the fold keeps of doses at home: a few bits for each day and order, never the events themselves.

A dose is known by its order and its place in the local day, counted in half hours from midnight: so an event that comes
twice, late or out of order leaves the same bits, and a night on which the clocks change doubles and loses nothing. When
an order changes, what was due before is kept the same way, to the half hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.clinical.medication.adherence import Dose
from iomt_tui.clinical.medication.due import day_of, due_between, grace, hour_of, margin, midnight
from iomt_tui.clinical.medication.expansion import DAY, MINUTE, Slot
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.supply import LONGEST_SUPPLY, Fill

KEPT: Final = 190  # days of doses
AHEAD: Final = 5 * 60_000  # ms that the time of an event may be ahead of the log
SOURCES: Final = ("dispenser", "smart-cap", "reported")
_SLOT: Final = 30 * 60_000
_MOST: Final = 64  # fills, gaps and orders
_WAITING: Final = 400
_MARKS: Final = ("observed", "on_time", "reported", "was_due")
_PLAIN: Final = ("id", "changed", "device", "source", "since", "gaps", "waiting")


class HomeOrder:
    """An order that is taken at home, and which of its doses were taken."""

    __slots__ = (
        "_slots", "changed", "device", "gaps", "id", "observed", "on_time", "order", "reported", "since", "source",
        "waiting", "was_due",
    )  # fmt: skip

    def __init__(self, order: str) -> None:
        self.id = order
        self.order: Order | None = None
        self.changed = -1  # when the timetable became another one, ms; what was due until then is in ``was_due``
        self.device = ""  # that sees the doses
        self.source = ""
        self.since = -1  # from when a device sees them, ms
        self.gaps: list[tuple[int, int]] = []  # while it did not
        self.observed: dict[int, int] = {}  # day -> bits of the doses seen taken
        self.on_time: dict[int, int] = {}
        self.reported: dict[int, int] = {}
        self.was_due: dict[int, int] = {}
        self._slots: dict[int, list[Slot]] = {}  # what due() has found, until the order changes
        self.waiting: list[tuple[int | None, int, str]] = []  # due, at, source: seen before the order was known

    @property
    def key(self) -> str:
        """By what the fills of its drug are found."""
        return drug_key(self.order.drug.body()) if self.order is not None else ""

    def ordered(self, order: Order, at: int, zone: tzinfo) -> None:
        """Takes up the order as it is from ``at`` on; what was due until now stays as it was."""
        old = self.order
        if old is not None and (old.schedule, old.start, old.end) != (order.schedule, order.start, order.end):
            self._keep(old, at, zone)
        self.order = order
        self._slots.clear()
        waiting, self.waiting = self.waiting, []
        for due, taken, source in waiting:
            self.intake(due, taken, source, zone)

    def _keep(self, old: Order, at: int, zone: tzinfo) -> None:
        """Keeps what was due until ``at``, before the order becomes another one."""
        today = day_of(at, zone)
        since = self.changed if self.changed >= 0 else old.start
        for day in range(max(today - KEPT, day_of(since, zone)), today + 1):
            begins = midnight(day, zone)
            slots = {(slot.due - begins) // _SLOT for slot in self.due(day, zone) if slot.due <= at}
            self.was_due[day] = sum(1 << slot for slot in slots)
        self.changed = at

    def due(self, day: int, zone: tzinfo) -> list[Slot]:
        """The doses due on a local day."""
        if day not in self._slots:
            if len(self._slots) > KEPT:
                self._slots.clear()
            self._slots |= self._due(day, day, zone)
        return self._slots[day]

    def _due(self, first: int, last: int, zone: tzinfo) -> dict[int, list[Slot]]:
        found: dict[int, list[Slot]] = {day: [] for day in range(first, last + 1)}
        if (order := self.order) is None:
            return found
        for day, slots in due_between(order, first, last, zone).items():
            begins, bits = midnight(day, zone), self.was_due.get(day, 0)
            past = [Slot(begins + i * _SLOT, order.dose, DAY) for i in range(bits.bit_length()) if bits >> i & 1]
            found[day] = past + [slot for slot in slots if slot.due > self.changed]
        return found

    def intake(self, due: int | None, at: int, source: str, zone: tzinfo) -> None:
        """A dose was taken at ``at``: the one that was due at ``due``, the nearest when nobody says which."""
        order = self.order
        if order is None:
            if len(self.waiting) < _WAITING and (due, at, source) not in self.waiting:
                self.waiting.append((due, at, source))
            return
        day = day_of(at if due is None else due, zone)
        near = [slot for d in ((day,) if due is not None else (day - 1, day, day + 1)) for slot in self.due(d, zone)]
        meant = at if due is None else due
        slot = min(near, key=lambda slot: (abs(slot.due - meant), slot.due), default=None)
        if slot is None or abs(slot.due - meant) > (slot.gap or DAY) // 2:
            return  # a dose that nobody asked for
        day = day_of(slot.due, zone)
        bit = 1 << (slot.due - midnight(day, zone)) // _SLOT
        marks = self.reported if source == "reported" else self.observed
        marks[day] = marks.get(day, 0) | bit
        if source != "reported" and abs(at - slot.due) <= margin(order, slot):
            self.on_time[day] = self.on_time.get(day, 0) | bit

    def forget(self, before: int) -> None:
        """Lets go of days before ``before``."""
        for marks in (getattr(self, name) for name in _MARKS):
            for day in [day for day in marks if day < before]:
                del marks[day]

    def gap(self, begins: int, ends: int) -> None:
        """The device was not there from ``begins`` to ``ends`` (ms)."""
        if ends > begins and (begins, ends) not in self.gaps:
            self.gaps = sorted([*self.gaps, (begins, ends)])[-_MOST:]

    def doses(self, first: int, last: int, now: int, left: int, zone: tzinfo) -> list[Dose]:
        """The doses of the days from ``first`` to ``last`` whose time is over at ``now``, or that were taken.
        ``left``: since when (ms) the device is not there, -1 while it is."""
        order = self.order
        if order is None:
            return []
        found: list[Dose] = []
        for day in range(first, last + 1):
            begins = midnight(day, zone)
            for slot in self.due(day, zone):
                bit, late = 1 << (slot.due - begins) // _SLOT, grace(order, slot)
                observed, reported = self.observed.get(day, 0) & bit, self.reported.get(day, 0) & bit
                if slot.due + late > now and not observed and not reported:
                    continue
                found.append(Dose(
                    slot.due, day, hour_of(slot.due, zone), bool(observed), bool(self.on_time.get(day, 0) & bit),
                    bool(reported), self._watched(slot.due, late, left),
                ))  # fmt: skip
        return found

    def _watched(self, due: int, late: int, left: int) -> bool:
        if not 0 <= self.since <= due or 0 <= left < due + late:
            return False
        return not any(begins < due + late and due < ends for begins, ends in self.gaps)


def _stored(data: Mapping[str, Any]) -> Iterator[tuple[int | None, int]]:
    """Due and at (ms) of the doses that a device had stored."""
    since = int(data["from"])
    for due, at in data["doses"]:
        yield None if due is None else since + int(due) * MINUTE, since + int(at) * MINUTE


def drug_key(drug: Mapping[str, Any]) -> str:
    """What tells a drug from another: its code, else its name."""
    return str(drug.get("code") or drug.get("name") or "").casefold()[:60]


class HomeDoses:
    """The orders of one patient that are taken at home, and the fills."""

    __slots__ = ("fills", "orders", "told")

    def __init__(self) -> None:
        self.told = 0  # counts what was taken up, so that nobody needs to look again without news
        self.orders: dict[str, HomeOrder] = {}
        self.fills: dict[str, tuple[str, int, int]] = {}  # id -> drug, day, days of supply

    def __bool__(self) -> bool:
        return bool(self.orders or self.fills)

    def _order(self, order: str) -> HomeOrder:
        if not isinstance(order, str):
            raise TypeError("order id")
        if order not in self.orders:
            if len(self.orders) >= _MOST:
                raise ValueError("more orders than a patient can have")
            self.orders[order] = HomeOrder(order)
        return self.orders[order]

    def order(self, order: Order, at: int, zone: tzinfo) -> None:
        """Takes up an order. One that is not for home is no business of ours."""
        if order.home or ((known := self.orders.get(order.id)) is not None and known.order is not None):
            self.told += 1
            self._order(order.id).ordered(order, at, zone)

    def dispense(self, data: Mapping[str, Any], zone: tzinfo) -> None:
        """Takes up a ``dispense`` entry; the same id again replaces it."""
        self.told += 1
        fills = data["fills"] if "fills" in data else [(data["id"], data["at"], data["days_supply"], 0)]
        key = drug_key(data["drug"])
        if not key or not all(0 < int(days) <= LONGEST_SUPPLY for _, _, days, _ in fills):
            raise ValueError("not a fill")
        for name, at, days, _ in fills:
            self.fills[str(name)] = (key, day_of(int(at), zone), int(days))
        while len(self.fills) > 4 * _MOST:
            del self.fills[min(self.fills, key=lambda fill: self.fills[fill][1])]

    def intake(self, data: Mapping[str, Any], at: int, zone: tzinfo) -> int:
        """Takes up an ``intake`` entry; returns how many of its doses lie in the future and were refused."""
        self.told += 1
        source = data["source"]
        if source not in SOURCES:
            raise ValueError("not a source of doses")
        order = self._order(data["order"])
        doses = list(_stored(data)) if "doses" in data else [(data.get("due"), data["at"])]
        oldest, refused = at - KEPT * DAY, 0
        if source != "reported":
            order.source, order.device = source, str(data.get("device") or "")
            begins = min([int(taken if due is None else due) for due, taken in doses] + [int(data.get("from", at))])
            order.since = begins if order.since < 0 else min(order.since, begins)
            for gap in data.get("gaps") or ():
                order.gap(int(gap[0]), int(gap[1]))
        for due, taken in doses:
            if taken > at + AHEAD or (due is not None and due > at + DAY):
                refused += 1
            elif taken >= oldest and (due is None or due >= oldest):
                order.intake(None if due is None else int(due), int(taken), source, zone)
        order.forget(day_of(at, zone) - KEPT)
        return refused

    def absent(self, device: str, begins: int, ends: int) -> None:
        """A device was not there for a while."""
        self.told += 1
        for order in self.orders.values():
            if order.device == device:
                order.gap(begins, ends)

    def filled(self, drug: str) -> list[Fill]:
        """The fills of a drug, by day."""
        return sorted(Fill(day, days) for key, day, days in self.fills.values() if key == drug)

    def body(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "orders": [
                {name: getattr(order, name) for name in _PLAIN}
                | {"known": order.order is not None}
                | {name: {str(day): bits for day, bits in getattr(order, name).items()} for name in _MARKS}
                for order in self.orders.values()
            ],
            "fills": self.fills,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: Mapping[str, Any], orders: Mapping[str, Order]) -> HomeDoses:
        """From a checkpoint, whose ``orders`` are read already. Raises KeyError or TypeError on anything else."""
        own = cls()
        for fields in data["orders"]:
            order = own.orders[fields["id"]] = HomeOrder(fields["id"])
            order.order = orders.get(order.id) if fields["known"] else None
            for name in ("changed", "device", "source", "since"):
                setattr(order, name, fields[name])
            for name in _MARKS:
                setattr(order, name, {int(day): bits for day, bits in fields[name].items()})
            order.gaps = [(begins, ends) for begins, ends in fields["gaps"]]
            order.waiting = [(due, at, source) for due, at, source in fields["waiting"]]
        own.fills = {fill: (key, day, days) for fill, (key, day, days) in data["fills"].items()}
        return own
