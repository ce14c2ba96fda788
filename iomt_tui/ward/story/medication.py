"""What was ordered, given, not given and taken at home: the events of a patient's medication. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iomt_tui.clinical.medication.administration import EFFECT, ERROR, GIVEN, RUNNING, STOPPED, Administration
from iomt_tui.clinical.medication.drug import Drug
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.order import OVER, Order, revised
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.timeline import Category, Event, event

ORDERED, CHANGED, RESUMED, ON_HOLD = "ordered", "changed", "resumed", "on-hold"
RATE, RATE_STOPPED = "rate", "rate-stopped"
TAKEN, DISPENSED = "taken", "dispensed"

_MINUTE: Final = 60_000
_UNKNOWN: Final = SafeText("a medicine that is not known here")


class Medicines:
    """Follows the orders of one patient, from what ``state`` knows of them."""

    def __init__(self, state: PatientState) -> None:
        self._patient = state.id
        self._orders = dict(state.medication.orders)
        self._records = {record for own in state.medication.records.values() for record in own}

    def order(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """An ``order`` entry: new, or what became of it."""
        if data["patient"] != self._patient:
            return
        before = self._orders.get(str(data["id"]))
        order = self._orders[str(data["id"])] = revised(before, data, at)
        about = order.drug.name
        if before is None:
            yield event(order.start, Category.DOSE, ORDERED, about=about, words=prescribed(order), record=order.id)
        elif prescribed(before) != prescribed(order):
            yield event(
                at, Category.DOSE, CHANGED, about=about, words=prescribed(order), before=prescribed(before),
                record=order.id,
            )  # fmt: skip
        if order.status != (before.status if before is not None else "active"):
            yield self._status(order, at)

    def _status(self, order: Order, at: int) -> Event:
        if order.status in OVER:
            when = order.stopped if order.stopped is not None else at
            return event(when, Category.DOSE, order.status, about=order.drug.name, record=order.id)
        pause = order.hold(at)
        why = pause.reason if pause is not None else safe_text("")
        what = ON_HOLD if order.status == "on-hold" else RESUMED
        return event(at, Category.DOSE, what, about=order.drug.name, words=why, record=order.id)

    def administration(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """An ``administration`` entry; the same again says nothing."""
        record = Administration.from_body(data, at)
        if record.patient != self._patient or record.id in self._records:
            return
        self._records.add(record.id)
        late = record.at - record.due if record.due is not None and record.what == GIVEN else None
        yield event(
            at if record.what == ERROR else record.at, Category.DOSE, _what(record), about=self._drug(record.order),
            words=_details(record), by=record.by, record=record.id, replaces=record.replaces or "", lasted=late,
        )  # fmt: skip

    def intake(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """An ``intake`` entry: one dose, or all that a device had stored."""
        if data["patient"] != self._patient:
            return
        about, words = self._drug(data["order"]), safe_text(data["source"], 20)
        begin = data.get("from")
        times = [data["at"]] if begin is None else [begin + minute * _MINUTE for _, minute in data["doses"]]
        for when in times:
            yield event(int(when), Category.DOSE, TAKEN, about=about, words=words)

    def dispense(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """A ``dispense`` entry: fills of a drug."""
        if data["patient"] != self._patient:
            return
        about = Drug.from_body(data["drug"]).name
        fills = data["fills"] if "fills" in data else [[data["id"], data["at"], data["days_supply"], data["quantity"]]]
        for _, when, days, _ in fills:
            yield event(int(when), Category.DOSE, DISPENSED, about=about, words=safe_text(f"for {days} days", 40))

    def _drug(self, order: object) -> SafeText:
        known = self._orders.get(str(order))
        return known.drug.name if known is not None else _UNKNOWN


def prescribed(order: Order) -> SafeText:
    """How much and how: "4 g IV", "2 mg by mouth, as needed"; of an infusion its rate."""
    plan = order.schedule
    amount = plan.rate if isinstance(plan, Infusion) else order.dose
    needed = "as needed" if isinstance(plan, Prn) else ""
    how = " ".join(part for part in (str(amount), order.route) if part)
    return safe_text(", ".join(part for part in (how, needed) if part), 120)


def _what(record: Administration) -> str:
    if record.what == GIVEN and record.status in (RUNNING, STOPPED):
        return RATE if record.status == RUNNING else RATE_STOPPED
    return record.what


def _details(record: Administration) -> SafeText:
    """Amount, reason, effect, witness."""
    parts = [
        str(record.dose) if record.dose is not None and record.status != STOPPED else "",
        record.effect if record.what == EFFECT else record.reason,
        f"checked by {record.witness}" if record.witness else "",
        f"batch {record.batch}" if record.batch else "",
    ]
    return safe_text(", ".join(part for part in parts if part), 200)
