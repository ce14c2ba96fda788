"""MedicationRequest to ``order`` bodies: one, or one for each instruction that stands for itself.

An order that cannot be said exactly is refused with the field that is in the way, never approximated: a dose at a
guessed time is worse than one that the screen says it cannot show (SAFETY H28).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.drugs import amount, drug_body, fits, ordered, remark
from iomt_tui.backends.fhir.instructions import understood
from iomt_tui.backends.fhir.medicines import Dosage, Medication, MedicationRequest
from iomt_tui.backends.fhir.resources import Repeat, Timing
from iomt_tui.backends.fhir.times import Moment, local_moment
from iomt_tui.backends.fhir.timing import as_needed, code_of, count, ends, exactly, schedules, span
from iomt_tui.backends.identity import identity
from iomt_tui.clinical.medication.expansion import DAY, MINUTE, Slot, expand, instant, local_day
from iomt_tui.clinical.medication.order import OVER, Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.security.text import safe_text

STATUSES: Final = {
    "active": "active", "on-hold": "on-hold", "cancelled": "cancelled", "completed": "completed", "stopped": "stopped",
    "entered-in-error": "cancelled",
}  # fmt: skip
"""MedicationRequest.status -> that of the order; others are no orders yet."""
INTENTS: Final = frozenset({None, "order", "original-order", "reflex-order", "filler-order", "instance-order"})
HOME: Final = frozenset({"outpatient", "community", "discharge"})
LONGEST: Final = 800 * DAY  # ms over which the doses of an order with a count are looked for
_PART: Final = "#"


def request_of(order: str) -> str:
    """The log id of the request that an order's id stands for; orders of one request differ in what follows "#"."""
    return order.partition(_PART)[0]


@dataclass(slots=True)
class History:
    """What earlier versions of a request said of holds and of its end, which one version does not."""

    holds: list[dict[str, Any]] = field(default_factory=list)
    stopped: int | None = None

    def after(self, request: MedicationRequest, status: str, at: int) -> History:
        """As of a version that was taken in at ``at`` (ms)."""
        holds = [dict(hold) for hold in self.holds]
        held = bool(holds) and holds[-1]["to"] is None
        if status == "on-hold" and not held:
            reason = request.statusReason.words() if request.statusReason else ""
            holds.append({"from": at, "to": None, "reason": safe_text(reason or "on hold", 80)})
        elif status != "on-hold" and held:
            holds[-1]["to"] = at
        stopped = (at if self.stopped is None else self.stopped) if status in OVER else None
        return History(holds[-100:], stopped)


@dataclass(slots=True)
class Part:
    """One instruction on its way to an order: the body so far."""

    place: int
    schedule: dict[str, Any]
    dose: dict[str, Any] | None
    start: int
    end: int | None
    doses: int | None  # after how many it ends
    dosage: Dosage


def order_bodies(
    request: MedicationRequest, patient: str, medication: Medication | None, history: History, zone: tzinfo, home: bool
) -> list[dict[str, Any]]:
    """The orders of a request. ``home``: where it does not say whether it is for home. Raises ValueError, in words that
    begin with the field that cannot be said here."""
    if request.doNotPerform:
        raise ValueError("doNotPerform: an order not to give a medicine has no place here")
    drug = drug_body(request, medication)
    parts = _parts(request, zone)
    name = identity(request.id or "")
    categories = frozenset(code for one in request.category for code in one.codes())
    body = {
        "patient": patient, "drug": drug, "status": STATUSES[request.status], "holds": history.holds,
        "home": bool(categories & HOME) if categories else home, "stopped": history.stopped,
    }  # fmt: skip
    made = _taper(parts, zone) or parts
    found = []
    for part in made:
        more = understood(part.dosage.additionalInstruction)
        own = body | {
            "timing": more.timing, "hold_if": more.hold_if,
            "id": name if len(made) == 1 else f"{name}{_PART}{part.place}", "dose": part.dose,
            "schedule": part.schedule, "start": part.start, "end": part.end,
            "route": safe_text(part.dosage.route.words() if part.dosage.route else "", 40),
            "note": remark(
                part.dosage.patientInstruction or part.dosage.text, *more.words, *(note.text for note in request.note)
            ),
        }  # fmt: skip
        found.append(_counted(Order.from_body(own), part.doses, zone).body())
    return found


def _counted(order: Order, doses: int | None, zone: tzinfo) -> Order:
    """The order with its end after so many doses. Raises ValueError when it has not so many."""
    if doses is None or order.schedule.body()["kind"] in ("once", "infusion"):
        return order
    found: list[Slot] = []
    since, until = order.start, min(order.end or LONGEST + order.start, LONGEST + order.start)
    while len(found) < doses and since < until:
        found += expand(order, zone, since, min(since + 30 * DAY, until))
        since += 30 * DAY
    if len(found) >= doses:
        return Order.from_body(order.body() | {"end": found[doses - 1].due + MINUTE})
    if order.end is None:
        raise ValueError("timing.repeat.count: more doses than the order can have")
    return order


def _parts(request: MedicationRequest, zone: tzinfo) -> list[Part]:
    if not request.dosageInstruction:
        raise ValueError("dosageInstruction: none, so neither how much nor when")
    stands = sorted(enumerate(request.dosageInstruction, 1), key=lambda one: _sequence(one[1]))
    parts: list[Part] = []
    before: tuple[int, int | None] = (-1, None)  # sequence, and end, of what comes before
    for place, dosage in stands:
        sequence = _sequence(dosage)
        follows = bool(parts) and sequence > before[0]
        own = _instruction(place, dosage, request, zone, before[1] if follows else None, follows)
        parts += own
        last = [part.end for part in own]
        before = sequence, None if None in last else max(end for end in last if end is not None)
    for number, part in enumerate(parts, 1):
        part.place = number
    return parts


def _sequence(dosage: Dosage) -> int:
    """Instructions of one sequence hold together, a higher one follows."""
    return dosage.sequence if isinstance(dosage.sequence, int) and not isinstance(dosage.sequence, bool) else 0


def _instruction(
    place: int, dosage: Dosage, request: MedicationRequest, zone: tzinfo, begins: int | None, follows: bool
) -> list[Part]:
    """The schedules of one instruction. ``begins``: the end of the one that it ``follows``."""
    try:
        return _scheduled(place, dosage, request, zone, begins, follows)
    except ValueError as error:
        raise ValueError(f"dosageInstruction.{error}") from None


def _scheduled(
    place: int, dosage: Dosage, request: MedicationRequest, zone: tzinfo, begins: int | None, follows: bool
) -> list[Part]:
    dose, rate = ordered(dosage)
    timing = dosage.timing or Timing()
    repeat = timing.repeat or Repeat()
    start = _start(repeat, timing, request, zone, begins, follows)
    end, doses = ends(repeat, start.at, zone), count(repeat)
    concept = dosage.asNeededCodeableConcept
    if dosage.asNeededBoolean or concept is not None:
        reasons = [concept, *request.reasonCode]
        why = next((one.words() for one in reasons if one is not None and one.words()), "")
        if dose is None:
            raise ValueError("doseAndRate: no dose")
        return [Part(place, _needed(dosage, dose, why), dose, start.at, end, None, dosage)]
    if rate is not None and not _timed(timing):
        return [Part(place, _infusion(repeat, dose, rate, start.at, end), rate, start.at, end, None, dosage)]
    if dose is None:
        raise ValueError("doseAndRate: no dose")
    if not _timed(timing):
        if request.priority != "stat" and _stat(timing) is False:
            raise ValueError("timing: none, so nobody knows when")
        return [Part(place, {"kind": "once", "at": start.at, "stat": True}, dose, start.at, None, None, dosage)]
    found = schedules(timing, start, zone)
    stat = request.priority == "stat"
    for plan in found:
        if plan["kind"] == "once":
            plan["stat"] = stat
    return [Part(place, plan, dose, min(start.at, plan.get("at", start.at)), end, doses, dosage) for plan in found]


def _timed(timing: Timing) -> bool:
    """Whether it says at all when: by times, a rule or a code."""
    repeat = timing.repeat or Repeat()
    told = (repeat.frequency, repeat.period, repeat.count)
    listed = (timing.event, repeat.timeOfDay, repeat.when, repeat.dayOfWeek)
    return any(listed) or any(one is not None for one in told) or code_of(timing.code) is not None


def _stat(timing: Timing) -> bool:
    words = [timing.code.words(), *timing.code.codes()] if timing.code else []
    return any(word.strip().upper() in ("STAT", "ONCE", "NOW") for word in words)


def _start(
    repeat: Repeat, timing: Timing, request: MedicationRequest, zone: tzinfo, begins: int | None, follows: bool
) -> Moment:
    """When it begins: its bounds, the end of what it follows, its first event, else when it was ordered. To the minute,
    as its doses are."""
    bounds = repeat.boundsPeriod.start if repeat.boundsPeriod else None
    if bounds is None and follows:
        if begins is None:
            raise ValueError("timing.repeat.boundsPeriod: it follows another instruction, and nobody says from when")
        return Moment(begins, exact=True)
    if bounds is None and timing.event:
        return Moment(min(exactly(text, zone, "timing.event") for text in timing.event), exact=True)
    text = bounds or request.authoredOn
    if text is None:
        raise ValueError("timing.repeat.boundsPeriod: no start, and no time at which it was ordered")
    try:
        found = local_moment(text, zone)
        return Moment(found.at // MINUTE * MINUTE, found.exact)
    except ValueError as error:
        raise ValueError(f"timing.repeat.boundsPeriod.start: {error}") from None


def _needed(dosage: Dosage, dose: dict[str, Any], why: str) -> dict[str, Any]:
    least, most = as_needed(dosage.timing)
    if (limit := dosage.maxDosePerPeriod) is not None:
        if limit.numerator is None or limit.denominator is None:
            raise ValueError("maxDosePerPeriod: half a ratio")
        hours = span(limit.denominator.value, limit.denominator.code or limit.denominator.unit, "maxDosePerPeriod")
        allowed = fits(amount(limit.numerator, "maxDosePerPeriod"), dose)
        if hours != 24 or not allowed:
            raise ValueError("maxDosePerPeriod: not a number of these doses in 24 hours")
        most = allowed if most is None else min(most, allowed)
    if most is None:
        raise ValueError("maxDosePerPeriod: how often at most is not said")
    return {"kind": "prn", "min_hours": least, "max_per_day": most, "indication": safe_text(why, 60), "recheck_min": 0}


def _infusion(
    repeat: Repeat, dose: dict[str, Any] | None, rate: dict[str, Any], start: int, end: int | None
) -> dict[str, Any]:
    """Runs until its end, as long as it is said to last, or as long as its volume lasts at its rate."""
    hours = None if end is None else (end - start) / HOUR
    if repeat.duration is not None:
        if repeat.durationMax is not None and repeat.durationMax != repeat.duration:
            raise ValueError("timing.repeat.durationMax: a range is not an end")
        hours = span(repeat.duration, repeat.durationUnit, "timing.repeat.duration")
    elif dose is not None and rate["value"] > 0 and rate["unit"] == f"{dose['unit']}/h":
        hours = dose["value"] / rate["value"]
    return {"kind": "infusion", "rate": rate, "hours": hours}


def _taper(parts: list[Part], zone: tzinfo) -> list[Part] | None:
    """Instructions that follow each other day by day as one taper, None where they do not."""
    steps = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        daily = part.schedule["kind"] == "times" and "days" not in part.schedule and part.doses is None
        if not daily or part.end is None or (after is not None and after.start != part.end):
            return None
        if after is not None and _sequence(after.dosage) <= _sequence(part.dosage):
            return None
        if after is not None and instant(local_day(part.end, zone), 0, zone) != part.end:
            return None  # a step of a taper ends with its day
        days = (local_day(part.end - 1, zone) - local_day(part.start, zone)).days + 1
        steps.append({"days": days, "times": part.schedule["times"], "dose": part.dose})
    if len(parts) < 2 or min(step["days"] for step in steps) < 1:
        return None
    first = parts[0]
    plan = {"kind": "taper", "steps": steps}
    return [Part(1, plan, first.dose, first.start, parts[-1].end, None, first.dosage)]
