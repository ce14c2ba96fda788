"""Answers what clinicians record of doses. An answer depends on the log alone: the ward up to the act, and its time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from iomt_tui.alarms.actions import Outcome
from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration, standing
from iomt_tui.clinical.medication.checks import Intent, Known, findings, lacking, taken
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.expansion import Slot, expand, zone_of
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.needed import drip, given
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import choice, identity, moment, moment_or_none, words
from iomt_tui.security.text import safe_text
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.medication import measured
from iomt_tui.ward.state import PatientState

_BAD: Final = (ValueError, TypeError, KeyError, AttributeError)

Answer = tuple[Outcome, list[Administration]]


def act(ward: Ward, data: dict[str, Any], at: int) -> Answer:
    """The answer to a ``dose`` act of log time ``at``, and the record that it makes. The same op again gets the same
    answer and makes none. Raises ValueError, KeyError or TypeError on an act of another shape."""
    op, user = identity(data["op"], "op"), words(data["user"], 40)
    patient = ward.patients.get(identity(data["patient"], "patient id"))
    order = patient.medication.orders.get(str(data["order"])) if patient is not None else None
    if patient is None or order is None:
        return Outcome(op, "gone", user, at, "" if patient is None else "the order is not known"), []
    records = patient.medication.of(order.id)
    if (before := _before(ward, op, records)) is not None:
        return before, []
    intent = _intent(data, user)
    if not user.strip():
        return _refused(op, intent, at, "nobody is named who recorded it")
    if intent.what in (adm.ERROR, adm.EFFECT):
        return _about_record(op, order, records, intent, str(data.get("effect") or ""), at)
    return _about_dose(ward, patient, order, records, op, intent, at)


def _before(ward: Ward, op: str, records: list[Administration]) -> Outcome | None:
    """What was answered to ``op`` already."""
    if (said := ward.outcomes.get(op)) is not None:
        return Outcome(op, said["outcome"], said["by"], said["at"], said.get("why", ""))
    own = next((r for r in records if r.id == op), None)
    return Outcome(op, "applied", own.by, own.recorded) if own is not None else None


def _intent(data: dict[str, Any], user: str) -> Intent:
    dose, replaces, scan = data.get("dose"), data.get("replaces"), data.get("scan")
    return Intent(
        what=choice(data["what"], adm.WHATS, "what was done"), user=user, at=moment(data["at"], "time"),
        due=moment_or_none(data.get("due"), "due"), reason=words(data.get("reason"), 120),
        witness=words(data.get("witness"), 40), dose=None if dose is None else Quantity.from_body(dose, low=0.0),
        replaces=None if replaces is None else identity(replaces, "id of what it replaces"),
        scan=scan if isinstance(scan, dict) else None,
    )  # fmt: skip


def _about_record(
    op: str, order: Order, records: list[Administration], intent: Intent, effect: str, at: int
) -> Answer:  # fmt: skip
    """Takes a record back, or tells of its effect."""
    record = next((r for r in records if r.id == intent.replaces), None)
    if record is None:
        return Outcome(op, "gone", intent.user, at, "that record is not known"), []
    if record not in standing(records):
        by = next((r for r in records if r.replaces == record.id and r.what != adm.EFFECT), None)
        return Outcome(op, "already", by.by if by else "", at, "that record was corrected already"), []
    if intent.what == adm.EFFECT and (record.what != adm.GIVEN or not effect.strip()):
        return _refused(op, intent, at, "the effect of a dose that was given is told in words")
    return Outcome(op, "applied", intent.user, at), [_record(op, order, intent._replace(due=record.due), effect, at)]


def _about_dose(
    ward: Ward, patient: PatientState, order: Order, records: list[Administration], op: str, intent: Intent, at: int
) -> Answer:  # fmt: skip
    zone = zone_of(ward.tz)
    if (wrong := _misplaced(order, records, intent)) != "":
        return _refused(op, intent, at, wrong)
    if intent.replaces is not None and not _corrects(records, intent):
        return Outcome(op, "superseded", intent.user, at, "that record does not stand any more: look again"), []
    if (why := taken(records, intent, zone)) != "":
        first = next((r.by for r in standing(records) if r.due == intent.due and r.what in adm.FINAL), "")
        return Outcome(op, "already", first, at, why), []
    slot = None if intent.due is None else _slot(order, records, ward.tz, intent.due)
    known = Known(at, zone, slot, records, measured(patient.series, at), patient.allergies)
    missing = lacking(findings(order, intent, known), intent)
    if missing:
        return _refused(op, intent, at, "; ".join(f.text for f in missing))
    return Outcome(op, "applied", intent.user, at), [_record(op, order, intent, "", at)]


def _misplaced(order: Order, records: list[Administration], intent: Intent) -> str:
    """What is wrong with the dose that is named, by the kind of schedule."""
    if intent.due is not None:
        return ""
    if isinstance(order.schedule, Prn):
        return ""
    if not isinstance(order.schedule, Infusion):
        return "name the dose by the time at which it is due"
    if intent.dose is None or intent.what != adm.GIVEN:
        return "a change of an infusion is a rate; 0 stops it"
    return "" if drip(order, records).rate is not None else "the infusion has not been started"


def _corrects(records: list[Administration], intent: Intent) -> bool:
    return any(r.id == intent.replaces and r.due == intent.due for r in standing(records))


def _slot(order: Order, records: list[Administration], tz: str, due: int) -> Slot | None:
    """The dose that is due then; for a correction also one that the order has no more."""
    found = expand(order, zone_of(tz), due, due + 1)
    if found:
        return found[0]
    return Slot(due, order.dose, 0) if any(r.due == due for r in records) else None


def _record(op: str, order: Order, intent: Intent, effect: str, at: int) -> Administration:
    status = adm.FHIR[intent.what]
    if isinstance(order.schedule, Infusion) and intent.what == adm.GIVEN:
        status = adm.STOPPED if intent.dose is not None and intent.dose.value == 0 else adm.RUNNING
    dose = intent.dose
    if dose is None and intent.what == adm.GIVEN and intent.due is None:
        dose = order.dose
    return Administration.from_body(
        {
            "id": op, "patient": order.patient, "order": order.id, "due": intent.due, "status": status,
            "what": intent.what, "reason": intent.reason, "at": intent.at, "by": intent.user, "witness": intent.witness,
            "dose": None if dose is None else dose.body(), "replaces": intent.replaces, "scan": intent.scan,
            "effect": effect, "recorded": at,
        },
        at,
    )  # fmt: skip


def _refused(op: str, intent: Intent, at: int, why: str) -> Answer:
    return Outcome(op, "refused", intent.user, at, safe_text(why, 400)), []


def refusal(ward: Ward, kind: str, body: Any, at: int) -> str:
    """Why an ``order`` or ``administration`` of a source cannot be taken, in words; "" when it can."""
    try:
        patient = ward.patients.get(body["patient"])
        if patient is None:
            return "of nobody on the ward"
        if kind == "order":
            patient.medication.revised(body, at)
        else:
            Administration.from_body(body, at)
    except _BAD as error:
        return safe_text(error, 120) if isinstance(error, ValueError) else "not understood"
    return ""


def told_before(ward: Ward, kind: str, body: dict[str, Any], at: int) -> bool:
    """Whether the ward has just that ``order`` or ``administration``, which :func:`refusal` let pass: a source that
    begins again tells its whole chart, and nothing was recorded anew."""
    medication = ward.patients[body["patient"]].medication
    if kind == "order":
        return medication.orders.get(str(body["id"])) == medication.revised(body, at)
    record = Administration.from_body(body, at)
    old = medication.records.get(record.order, {}).get(record.id)
    return old is not None and old == replace(record, recorded=old.recorded)


def settled(ward: Ward, body: dict[str, Any]) -> bool:
    """Whether a record that ``yields`` has nothing to say any more: its order has no such dose, somebody has settled
    it, or has given one as needed since."""
    if not body.get("yields"):
        return False
    record = Administration.from_body(body, 0)
    medication = ward.patients[record.patient].medication
    order = medication.orders.get(record.order)
    if order is None:
        return True
    own = [r for r in medication.of(order.id) if r.id != record.id]
    if record.what == adm.EFFECT:
        return all(r.id != record.replaces for r in own)
    if record.due is None:
        plan = order.schedule
        return isinstance(plan, Prn) and any(abs(r.at - record.at) < plan.gap for r in given(own))
    known = bool(expand(order, zone_of(ward.tz), record.due, record.due + 1))
    return not known or any(r.due == record.due and r.what in adm.FINAL for r in standing(own))
