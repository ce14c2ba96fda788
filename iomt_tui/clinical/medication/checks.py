"""What is looked at before a dose is recorded. Each finding is a sentence for the person at the screen.

The engine applies them when it answers, and a screen may ask beforehand with what it knows: the findings are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final, NamedTuple

from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration, standing
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.expansion import MINUTE, Slot, local_day
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.needed import as_needed
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.relevant import Measured, newest
from iomt_tui.clinical.medication.windows import window
from iomt_tui.clinical.vitals import VITALS

#: Nothing gets past a refusal; a reason or a second person answers the others; a note only tells.
REFUSE, REASON, WITNESS, NOTE = "refuse", "reason", "witness", "note"
#: Two clocks of one ward may differ by this much (ms).
SLACK: Final = MINUTE
#: A value older than this (ms) does not say how the patient is now (our choice, unverified).
TOO_OLD: Final = 4 * HOUR
#: Two doses as needed closer together (ms) than this are taken for two records of one (our choice, unverified).
AT_ONCE: Final = 5 * MINUTE
#: Allergy -> classes of drug that it may stand for beside those of its own name. Cross-reactions are rare with some
#: (cephalosporins about 2 %): they ask for a reason, they do not forbid.
CROSS: Final[Mapping[str, tuple[str, ...]]] = {
    "penicillin": ("penicillin", "cephalosporin", "carbapenem"),
    "sulfa": ("sulfonamide",),
    "aspirin": ("salicylate", "nsaid"),
    "ibuprofen": ("nsaid",),
    "codeine": ("opioid",),
    "morphine": ("opioid",),
    "ramipril": ("ace-inhibitor",),
}


class Finding(NamedTuple):
    """One thing that was found: a short code, how serious it is, and its words."""

    code: str
    level: str
    text: str


class Intent(NamedTuple):
    """What somebody is about to record."""

    what: str
    user: str
    at: int  # when it was or is done
    due: int | None
    reason: str = ""
    witness: str = ""
    dose: Quantity | None = None
    replaces: str | None = None
    scan: Mapping[str, Any] | None = None


class Known(NamedTuple):
    """What is known at ``now``: the order's dose (None as needed), its records, the patient's vitals and allergies."""

    now: int
    zone: tzinfo
    slot: Slot | None
    records: Sequence[Administration]
    vitals: Mapping[str, Measured]
    allergies: Iterable[str] = ()


def findings(order: Order, intent: Intent, known: Known) -> list[Finding]:
    """Everything to be said about ``intent``, refusals first. Nothing of it has been asked for twice here: see
    :func:`taken` for duplicates."""
    found = [*_order(order, intent, known), *_times(intent, known)]
    if intent.what in adm.NOT_GIVEN:
        found.append(Finding("not-given", REASON, f"{intent.what.replace('-', ' ')}: say why"))
    if intent.what == adm.GIVEN:
        found += [
            *_window(order, intent, known), *_amount(order, intent, known), *_scan(order, intent, known),
            *_needed(order, intent, known), *_alert(order, intent), *_hold_if(order, known), *_allergy(order, known),
        ]  # fmt: skip
    return sorted(found, key=lambda f: (REFUSE, WITNESS, REASON, NOTE).index(f.level))


def lacking(found: Iterable[Finding], intent: Intent) -> list[Finding]:
    """Of the findings those that keep ``intent`` from being recorded as it is."""
    missing = {REFUSE}
    if not intent.reason.strip():
        missing.add(REASON)
    if not intent.witness.strip() or _same(intent.witness, intent.user):
        missing.add(WITNESS)
    return [f for f in found if f.level in missing]


def taken(records: Iterable[Administration], intent: Intent, zone: tzinfo) -> str:
    """Why the dose is settled already, as "already given by KIM at 10:02"; "" when ``intent`` may settle it, or names
    the record that it corrects."""
    if intent.due is None or intent.what not in adm.WHATS or intent.what in (adm.EFFECT, adm.ERROR):
        return ""
    final = [r for r in standing(records) if r.due == intent.due and r.what in adm.FINAL]
    other = next((r for r in final if r.id != intent.replaces), None)
    if other is None:
        return ""
    return f"already {other.what.replace('-', ' ')} by {other.by or 'somebody'} at {clock(other.at, zone)}"


def _order(order: Order, intent: Intent, known: Known) -> Iterator[Finding]:
    if intent.due is not None and known.slot is None:
        yield Finding("no-dose", REFUSE, "the order has no dose at that time (any more)")
    when = intent.at if intent.due is None else intent.due
    if order.over and (order.status == "cancelled" or order.stopped is None or max(when, intent.at) >= order.stopped):
        yield Finding("over", REFUSE, f"the order is {order.status}")
    elif when < order.start or (order.end is not None and when >= order.end):
        yield Finding("outside", REFUSE, "the order is not in force at that time")
    elif intent.what == adm.GIVEN and (pause := order.hold(when) or order.hold(intent.at)) is not None:
        yield Finding("on-hold", REFUSE, f"the order is on hold: {pause.reason or 'no reason given'}")


def _times(intent: Intent, known: Known) -> Iterator[Finding]:
    if intent.at > known.now + SLACK:
        yield Finding("future", REFUSE, f"{clock(intent.at, known.zone)} is in the future: nothing was done then yet")


def _window(order: Order, intent: Intent, known: Known) -> Iterator[Finding]:
    if known.slot is None:
        return
    times, due = window(order, known.slot), known.slot.due
    if intent.at < times.opens:
        yield Finding("early", REASON, f"{length(due - intent.at)} before it is due at {clock(due, known.zone)}")
    elif intent.at > times.late:
        yield Finding("late", REASON, f"{length(intent.at - due)} after it was due at {clock(due, known.zone)}")


def _amount(order: Order, intent: Intent, known: Known) -> Iterator[Finding]:
    if intent.dose is None:
        return
    plan, dose = order.schedule, intent.dose
    expected = known.slot.dose if known.slot is not None else order.dose
    if isinstance(plan, Infusion):  # a rate is changed, or set to 0, as the patient needs
        expected = plan.rate
    if dose.unit != expected.unit:
        yield Finding("unit", REFUSE, f"ordered is {expected}, recorded in {dose.unit or 'no unit'}")
    elif not isinstance(plan, Infusion) and dose.value == 0:
        yield Finding("nothing", REFUSE, "a dose of 0 was not given: record why not")
    elif dose.value != expected.value and dose.value > 0:
        yield Finding("amount", REASON, f"ordered is {expected}, not {dose}")


def _scan(order: Order, intent: Intent, known: Known) -> Iterator[Finding]:
    scan = intent.scan or {}
    if (gtin := scan.get("gtin")) and order.drug.gtin and str(gtin) not in order.drug.gtin:
        yield Finding("wrong-drug", REFUSE, f"the scanned package is not {order.drug.name}")
    if not (expiry := scan.get("expiry")):
        return
    try:
        last = date.fromisoformat(str(expiry)[:10])
    except ValueError:
        yield Finding("expiry", REFUSE, "the expiry date of the scanned package cannot be read")
        return
    if local_day(intent.at, known.zone) > last:
        yield Finding("expired", REFUSE, f"the scanned package expired on {last.isoformat()}")


def _needed(order: Order, intent: Intent, known: Known) -> Iterator[Finding]:
    if not isinstance(order.schedule, Prn):
        return
    others = [r for r in known.records if r.id != intent.replaces]
    before = as_needed(order, [r for r in others if r.at <= intent.at], known.zone, intent.at)
    near = as_needed(order, others, known.zone, max(intent.at, known.now))
    if before.within_24h >= before.plan.most or near.within_24h >= before.plan.most:
        count = max(before.within_24h, near.within_24h)
        yield Finding("maximum", REFUSE, f"given {count} times in 24 h, the maximum is {before.plan.most}")
    gaps = [abs(intent.at - r.at) for r in others if r.what == adm.GIVEN and r in standing(others)]
    if gaps and min(gaps) < min(before.plan.gap, AT_ONCE):
        yield Finding("again", REFUSE, f"somebody else has just recorded it, {length(min(gaps))} from this one")
    elif gaps and min(gaps) < before.plan.gap:
        yield Finding(
            "interval", REASON, f"{length(min(gaps))} from another dose, at least {length(before.plan.gap)} is ordered"
        )


def _alert(order: Order, intent: Intent) -> Iterator[Finding]:
    if order.drug.high_alert:
        yield Finding("second-check", WITNESS, f"{order.drug.name} is a high-alert drug: a second person checks it")


def _hold_if(order: Order, known: Known) -> Iterator[Finding]:
    for limit in order.hold_if:
        name, unit = VITALS[limit.vital].name, VITALS[limit.vital].unit.replace("[Hg]", "Hg").strip("{}")
        side = f"below {limit.below:g}" if limit.below is not None else f"above {limit.above:g}"
        measured = newest(limit.vital, known.vitals)
        if measured is None:
            yield Finding("unknown", REASON, f"hold if {name} is {side}: it was never measured")
            continue
        said = f"{name} {measured.value:.4g} {unit}".strip() + f", {length(measured.age)} ago"
        if limit.met(measured.value):
            yield Finding("hold", REASON, f"{said}: hold if {side}")
        elif measured.age > TOO_OLD:
            yield Finding("old", REASON, f"{said}: too old to judge, hold if {side}")


def _allergy(order: Order, known: Known) -> Iterator[Finding]:
    for allergy in known.allergies:
        if (why := allergic(order, allergy)) != "":
            yield Finding("allergy", REASON, f"allergy to {allergy}: {why}")


def allergic(order: Order, allergy: str) -> str:
    """Why the drug may be what ``allergy`` (the patient's words) warns of; "" when nothing says so."""
    said, name = allergy.casefold().strip(), order.drug.name.casefold()
    if not said:
        return ""
    if name in said or any(word in name for word in said.replace(",", " ").split() if len(word) > 3):
        return f"this is {order.drug.name}"
    words = {said, *(c for key, own in CROSS.items() if key in said for c in own)}
    found = next((c for c in order.drug.classes if c in said or c in words), "")
    return f"{order.drug.name} is of the class {found}" if found else ""


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def clock(at: int, zone: tzinfo) -> str:
    """``at`` (ms) on the ward's clock: "10:02"."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).strftime("%H:%M")


def length(ms: int) -> str:
    """How long: "25 min", "3 h 10 min", "2 d"."""
    minutes = ms // MINUTE
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} d"
