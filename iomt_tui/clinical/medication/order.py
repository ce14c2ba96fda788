"""An order as frozen data, from the JSON of an ``order`` entry (FHIR: MedicationRequest)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from iomt_tui.clinical.medication.drug import Drug, Quantity
from iomt_tui.clinical.medication.kinds import Infusion, Schedule, schedule
from iomt_tui.clinical.medication.reading import (
    choice,
    identity,
    items,
    mapping,
    moment,
    moment_or_none,
    number,
    words,
)
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import SafeText

STATUSES: Final = ("active", "on-hold", "stopped", "completed", "cancelled")
OVER: Final = frozenset({"stopped", "completed", "cancelled"})
TIME_CRITICAL: Final = "time-critical"


class Pause(NamedTuple):
    """Doses due from ``since`` until before ``until`` (ms, None: until further notice) are not to be given."""

    since: int
    until: int | None
    reason: SafeText

    def covers(self, at: int) -> bool:
        """Whether a dose due at ``at`` falls into it."""
        return self.since <= at and (self.until is None or at < self.until)


class HoldIf(NamedTuple):
    """A hold parameter: think before giving while ``vital`` is below or above the limit (catalogue unit)."""

    vital: str
    below: float | None
    above: float | None

    def met(self, value: float) -> bool:
        """Whether ``value`` is past the limit."""
        return (self.below is not None and value < self.below) or (self.above is not None and value > self.above)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be given to whom, how, when and until when. Times are ms; ``end`` itself is no more included."""

    id: str
    patient: str
    drug: Drug
    route: SafeText
    dose: Quantity
    schedule: Schedule
    start: int
    end: int | None
    status: str
    holds: tuple[Pause, ...]
    hold_if: tuple[HoldIf, ...]
    timing: str  # TIME_CRITICAL or ""
    home: bool
    note: SafeText
    stopped: int | None = None  # when the order was stopped, completed or cancelled

    @property
    def over(self) -> bool:
        """Whether nothing of it is to be given any more."""
        return self.status in OVER

    def hold(self, at: int) -> Pause | None:
        """The hold that a dose due at ``at`` falls into."""
        return next((pause for pause in self.holds if pause.covers(at)), None)

    def body(self) -> dict[str, Any]:
        """As the JSON that :meth:`from_body` reads."""
        return {
            "id": self.id, "patient": self.patient, "drug": self.drug.body(), "route": self.route,
            "dose": self.dose.body(), "schedule": self.schedule.body(), "start": self.start, "end": self.end,
            "status": self.status,
            "holds": [{"from": p.since, "to": p.until, "reason": p.reason} for p in self.holds],
            "hold_if": [_limit(h) for h in self.hold_if],
            "timing": self.timing, "home": self.home, "note": self.note, "stopped": self.stopped,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: Any) -> Order:
        """The order of a complete body. Raises ValueError with the reason why it cannot be one."""
        data = mapping(data, "order")
        plan = schedule(data.get("schedule"))
        given = data.get("dose") or (plan.rate.body() if isinstance(plan, Infusion) else None)
        order = cls(
            id=identity(data.get("id"), "order id"), patient=identity(data.get("patient"), "patient id"),
            drug=Drug.from_body(data.get("drug")), route=words(data.get("route"), 40), dose=Quantity.from_body(given),
            schedule=plan, start=moment(data.get("start"), "start"), end=moment_or_none(data.get("end"), "end"),
            status=choice(data.get("status", "active"), STATUSES, "status of the order"),
            holds=tuple(_pause(pause) for pause in items(data.get("holds", []), "holds", 100)),
            hold_if=tuple(_hold_if(limit) for limit in items(data.get("hold_if", []), "hold parameters", 20)),
            timing=choice(data.get("timing", ""), (TIME_CRITICAL, ""), "timing"), home=bool(data.get("home")),
            note=words(data.get("note"), 120), stopped=moment_or_none(data.get("stopped"), "stopped"),
        )  # fmt: skip
        if order.end is not None and order.end <= order.start:
            raise ValueError("the order ends before it starts")
        return order


def revised(old: Order | None, data: Any, at: int) -> Order:
    """The order after an ``order`` entry of log time ``at``, whose fields replace those of ``old``.

    An order that is stopped or put on hold without a time is so from ``at`` on. Raises ValueError.
    """
    data = mapping(data, "order")
    body = {**old.body(), **data} if old is not None else dict(data)
    if old is not None and body.get("patient") != old.patient:
        raise ValueError("an order cannot go to another patient")
    status, was = body.get("status", "active"), old.status if old is not None else "active"
    if status in OVER and (was not in OVER or body.get("stopped") is None):
        body["stopped"] = data.get("stopped", at)
    elif status not in OVER:
        body["stopped"] = None
    order = Order.from_body(body)
    if status == "on-hold" and order.hold(at) is None:
        return _with_holds(body, (*order.holds, Pause(at, None, words("on hold", 20))))
    if status == "active" and was == "on-hold":
        return _with_holds(body, tuple(p._replace(until=at) if p.covers(at) else p for p in order.holds))
    return order


def _with_holds(body: dict[str, Any], holds: tuple[Pause, ...]) -> Order:
    return Order.from_body(body | {"holds": [{"from": p.since, "to": p.until, "reason": p.reason} for p in holds]})


def _pause(value: Any) -> Pause:
    data = mapping(value, "hold")
    return Pause(
        moment(data.get("from"), "hold"), moment_or_none(data.get("to"), "hold"), words(data.get("reason"), 80)
    )


def _hold_if(value: Any) -> HoldIf:
    data = mapping(value, "hold parameter")
    vital = choice(data.get("vital"), tuple(VITALS), "vital of the hold parameter")
    low, high = data.get("below"), data.get("above")
    if (low is None) == (high is None):
        raise ValueError("a hold parameter is below or above one limit")
    what = f"hold parameter of {vital}"
    return HoldIf(
        vital,
        None if low is None else number(low, 0, 1e5, what),
        None if high is None else number(high, 0, 1e5, what),
    )


def _limit(hold: HoldIf) -> dict[str, Any]:
    side = {"below": hold.below} if hold.below is not None else {"above": hold.above}
    return {"vital": hold.vital, **side}
