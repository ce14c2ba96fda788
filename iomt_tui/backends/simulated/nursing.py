"""The nurses of the simulated ward: most doses on time, some late, refused, held or not there, a few forgotten.

What becomes of a dose is a hash of the patient, the order and its time, so it is the same however time is cut. A record
``yields``: where somebody at the ward has settled the dose before, the engine leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from heapq import heappop, heappush
from typing import Any, Final
from zlib import crc32

from iomt_tui.backends.simulated.course import HOUR, MINUTE
from iomt_tui.backends.simulated.noise import mix, unit
from iomt_tui.backends.simulated.stream import Arrival
from iomt_tui.backends.simulated.subject import NEVER, Subject
from iomt_tui.clinical.medication.expansion import Slot, expand
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.order import HoldIf, Order
from iomt_tui.clinical.medication.windows import window

_CHUNK: Final = 6 * HOUR
_EARLIEST: Final = HOUR  # nothing is recorded longer than this before it is due
_BUSY: Final = 6 * HOUR
_NURSES: Final = ("A. Novak", "J. Mensah", "L. Fischer", "R. Costa", "S. Haddad")
_WHY: Final = {
    "refused": ("nausea", "does not want it now", "feels well without it"),
    "not-available": ("not in the cabinet", "pharmacy is asked"),
    "held": ("nil by mouth", "doctor asked to wait"),
}
_EFFECTS: Final = ("pain 7 to 3 of 10", "pain 6 to 4 of 10", "relieved", "little relief", "asleep, easily woken")


class Nurse:
    """Records the doses of one patient from ``since`` (ms) on; a source, see :class:`.stream.Source`."""

    __slots__ = ("_pending", "_rank", "_subject", "_upto", "_zone", "due", "orders")

    def __init__(self, subject: Subject, orders: list[dict[str, Any]], zone: tzinfo, since: int) -> None:
        self.orders = [Order.from_body(body) for body in orders if not body["home"]]
        self._subject, self._zone = subject, zone
        self._pending: list[tuple[int, int, dict[str, Any]]] = []
        self._rank = 0
        # Doses due before it that are given late are still to come: nothing is late for longer than half a day.
        self._upto = since - 12 * HOUR
        self._fill(since + _CHUNK)
        while self._pending and self._pending[0][0] < since:
            heappop(self._pending)
        self.due = self._next() if self.orders else NEVER

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        while self._pending and self._pending[0][0] <= due:
            at, _, body = heappop(self._pending)
            out.append((at, "administration", body))
        return self._next()

    def before(self, until: int) -> list[tuple[int, dict[str, Any]]]:
        """Everything recorded before ``until``, in order, since the orders began."""
        begins = min((order.start for order in self.orders), default=until)
        found = [e for order in self.orders for e in self._records(order, begins, until + _EARLIEST) if e[0] < until]
        return sorted(found, key=lambda event: (event[0], event[1]["id"]))

    def _next(self) -> int:
        while not self._pending or self._pending[0][0] >= self._upto - _EARLIEST:
            if self._upto >= self._subject.leaves or (not self._pending and self._idle()):
                break
            self._fill(self._upto + _CHUNK)
        first = self._pending[0][0] if self._pending else NEVER
        return first if first < self._subject.leaves else NEVER

    def _idle(self) -> bool:
        """Whether nothing will ever come of these orders any more."""
        return all(o.end is not None and o.end <= self._upto for o in self.orders)

    def _fill(self, until: int) -> None:
        for order in self.orders:
            for at, body in self._records(order, self._upto, until):
                self._rank += 1
                heappush(self._pending, (at, self._rank, body))
        self._upto = until

    def _records(self, order: Order, begins: int, ends: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """What is recorded of doses due, or wanted, from ``begins`` to before ``ends``."""
        key = mix(self._subject.person.key, crc32(order.id.encode()))
        if isinstance(order.schedule, Prn):
            yield from self._wanted(order, order.schedule, key, begins, ends)
            return
        for slot in expand(order, self._zone, begins, ends):
            if isinstance(order.schedule, Infusion):
                yield from self._runs(order, order.schedule, key, slot)
            elif (record := self._dose(order, mix(key, slot.due // MINUTE), slot)) is not None:
                yield record

    def _dose(self, order: Order, key: int, slot: Slot) -> tuple[int, dict[str, Any]] | None:
        times, chance, when = window(order, slot), unit(key, 1), unit(key, 2)
        on_time = slot.due + round((when - 0.4) * min(40 * MINUTE, times.late - slot.due))
        if (why := self._held(order, on_time)) != "":
            return self._told(order, key, slot.due, on_time, "held", why)
        start = self._subject.start
        if chance < 0.3 and start - _BUSY <= slot.due and times.late < start - MINUTE:
            late = start + round((5 + 100 * when) * MINUTE)  # a busy shift: some doses still wait when the ward begins
            if late < times.missed:
                return self._told(order, key, slot.due, late, "given", "busy with another patient")
        if chance < 0.04:
            return None  # forgotten
        if chance < 0.17:
            late = times.late + MINUTE + round(when * min(2 * HOUR, times.missed - times.late - 2 * MINUTE))
            return self._told(order, key, slot.due, late, "given", "busy with another patient")
        if chance < 0.20:
            return self._told(order, key, slot.due, on_time, "refused")
        if chance < 0.215:
            return self._told(order, key, slot.due, on_time, "not-available")
        if chance < 0.23:
            return self._told(order, key, slot.due, on_time, "held")
        return self._told(order, key, slot.due, on_time, "given", dose=slot.dose.body())

    def _held(self, order: Order, at: int) -> str:
        true = self._subject.vitals(at)
        now = {
            "pulse": ("pulse", true.hr), "hr": ("heart rate", true.hr), "rr": ("respiratory rate", true.rr),
            "nibp_sys": ("systolic pressure", true.sys), "glucose": ("glucose", true.glucose),
        }  # fmt: skip

        def past(limit: HoldIf) -> bool:
            return limit.vital in now and limit.met(now[limit.vital][1])

        return next((f"{now[h.vital][0]} {now[h.vital][1]:.0f}" for h in order.hold_if if past(h)), "")

    def _wanted(
        self, order: Order, plan: Prn, key: int, begins: int, ends: int
    ) -> Iterator[tuple[int, dict[str, Any]]]:  # fmt: skip
        """As needed: now and then, never closer together than ordered, nor more often."""
        block = max(2 * plan.gap, 4 * HOUR, -(-24 * HOUR // plan.most))
        for number in range(begins // block, (ends - 1) // block + 1):
            at = number * block + round(unit(key, 3, number) * (block - plan.gap - MINUTE))
            if not begins <= at < ends or at < order.start or unit(key, 4, number) > 0.35 or self._held(order, at):
                continue
            own = mix(key, 5, number)
            record = self._told(order, own, None, at, "given", plan.indication, order.dose.body())
            yield record
            if plan.recheck and unit(own, 6) < 0.85:
                later = at + plan.recheck + round(unit(own, 7) * 10 * MINUTE)
                effect = _EFFECTS[mix(own, 8) % len(_EFFECTS)]
                yield self._told(order, mix(own, 9), None, later, "effect", "", None, record[1]["id"], effect)

    def _runs(self, order: Order, plan: Infusion, key: int, slot: Slot) -> Iterator[tuple[int, dict[str, Any]]]:
        begins = slot.due + round(unit(key, 10) * 25 * MINUTE)
        yield self._told(order, mix(key, 11), slot.due, begins, "given", dose=plan.rate.body(), status="in-progress")
        if plan.lasts is not None:
            stop = {"value": 0, "unit": plan.rate.unit}
            over = begins + plan.lasts
            yield self._told(order, mix(key, 12), None, over, "given", "complete", stop, status="stopped")
        elif order.note:  # adjusted once, by what it was ordered to be adjusted by
            rate = {"value": round(plan.rate.value * 0.9), "unit": plan.rate.unit}
            later = begins + 6 * HOUR
            yield self._told(order, mix(key, 13), None, later, "given", order.note, rate, status="in-progress")

    def _told(
        self, order: Order, key: int, due: int | None, at: int, what: str, reason: str = "",
        dose: dict[str, Any] | None = None, replaces: str | None = None, effect: str = "", status: str = "",
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        if not reason and what in _WHY:
            reason = _WHY[what][mix(key, 20) % len(_WHY[what])]
        who = mix(self._subject.person.key, 21, at // (8 * HOUR)) % len(_NURSES)
        checked = what == "given" and order.drug.high_alert
        fhir = {"given": "completed", "effect": "completed", "held": "on-hold"}.get(what, "not-done")
        recorded = at + round(unit(key, 22) * 2 * MINUTE)
        return recorded, {
            "id": f"{order.id}-{key:016x}", "patient": order.patient, "order": order.id, "due": due,
            "status": status or fhir, "what": what, "reason": reason, "at": at, "by": _NURSES[who],
            "witness": _NURSES[(who + 1) % len(_NURSES)] if checked else "", "dose": dose, "replaces": replaces,
            "scan": None, "effect": effect, "yields": True,
        }  # fmt: skip
