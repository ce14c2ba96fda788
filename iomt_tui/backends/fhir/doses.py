"""MedicationAdministration, -Statement and -Dispense to ``administration``, ``intake`` and ``dispense`` bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.drugs import amount, drug_body, rate
from iomt_tui.backends.fhir.exchange import ADMINISTRATION, BATCH, DUE, OP, REPLACES
from iomt_tui.backends.fhir.medicines import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationStatement,
    Performer,
)
from iomt_tui.backends.fhir.resources import Concept, Period, Quantity, Reference, Resource
from iomt_tui.backends.fhir.times import moment
from iomt_tui.backends.fhir.timing import span
from iomt_tui.backends.identity import identity
from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.expansion import expand
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.supply import LONGEST_SUPPLY
from iomt_tui.clinical.medication.windows import GIVEN_UP, window
from iomt_tui.security.text import safe_text

#: Status of a MedicationAdministration -> what was done; the reason tells what "not-done" was.
DONE: Final = {
    "completed": adm.GIVEN, "in-progress": adm.GIVEN, "stopped": adm.GIVEN, "on-hold": adm.HELD, "not-done": adm.HELD,
    "entered-in-error": adm.ERROR,
}  # fmt: skip
#: SNOMED CT reasons why a dose was not given.
_REASONS: Final = {
    "443390004": adm.REFUSED, "182895007": adm.REFUSED, "406149000": adm.REFUSED, "105480006": adm.REFUSED,
    "182856006": adm.NOT_AVAILABLE,
}  # fmt: skip
_WORDS: Final = (("refus", adm.REFUSED), ("declin", adm.REFUSED), ("not available", adm.NOT_AVAILABLE),
                 ("unavailable", adm.NOT_AVAILABLE), ("out of stock", adm.NOT_AVAILABLE))  # fmt: skip
_WITNESS: Final = frozenset({"verifier", "witness"})
_ERROR: Final = "#error"


def record_id(resource: Resource) -> str:
    """What a record of a dose, or a note, is called in the log: the act that made it, where this program wrote it, so
    that it comes back as itself; else the server's id."""
    own = next((one.value for one in resource.identifier if one.system == OP and one.value), None)
    return identity(own or resource.id or "")


def administration_body(record: MedicationAdministration, patient: str, order: Order, zone: tzinfo) -> dict[str, Any]:
    """The record of a dose of ``order``. Raises ValueError in words that begin with the field that is wrong."""
    what = DONE.get(record.status)
    if what is None:
        raise ValueError("status: not one that says what was done")
    name = record_id(record)
    body: dict[str, Any] = {
        "id": name, "patient": patient, "order": order.id, "due": None, "status": record.status, "what": what,
        "reason": "", "at": _when(record.effectiveDateTime, record.effectivePeriod),
        "by": _by(record.performer, witness=False), "witness": _by(record.performer, witness=True), "dose": None,
        "replaces": None, "scan": None, "effect": "",
    }  # fmt: skip
    if what == adm.ERROR:
        body |= {"id": f"{name[: 80 - len(_ERROR)]}{_ERROR}", "replaces": name}
    else:
        body |= {"what": _what(record, what), "replaces": _replaced(record), "dose": _dose(record, order)}
        body["reason"] = safe_text(next((one.words() for one in record.statusReason if one.words()), ""), 120)
    body["due"] = due_of(record, order, body["at"], zone)
    if batch := _extension(record, BATCH):
        body["scan"] = {"batch": safe_text(batch, 20)}
    made = Administration.from_body(body, body["at"]).body() | {"scan": body["scan"]}
    del made["recorded"]  # it is when the log has it
    return made


def due_of(record: MedicationAdministration, order: Order, at: int, zone: tzinfo) -> int | None:
    """Which dose it is about: the one that this program wrote beside it, else the one in whose window it was given."""
    told = next((one for one in record.extension if one.url == DUE), None)
    if told is not None and told.valueDateTime:
        return moment(told.valueDateTime).at
    if told is not None:  # NOT_DUE
        return None
    if isinstance(order.schedule, Prn) or (isinstance(order.schedule, Infusion) and record.partOf):
        return None
    near = [(slot, window(order, slot)) for slot in expand(order, zone, at - GIVEN_UP, at + GIVEN_UP)]
    fitting = [slot for slot, times in near if times.opens <= at < times.missed]
    return min(fitting, key=lambda slot: (abs(slot.due - at), slot.due)).due if fitting else None


def _when(at: str | None, period: Period | None) -> int:
    text = at or (period.start or period.end if period else None)
    if text is None:
        raise ValueError("effectiveDateTime: no time at which it was done")
    found = moment(text)
    if not found.exact:
        raise ValueError("effectiveDateTime: a date without a time of day")
    return found.at


def _what(record: MedicationAdministration, what: str) -> str:
    """What was done, by what this program wrote, by a code, by a word, else by the status alone."""
    for reason in record.statusReason:
        for coding in reason.coding:
            if coding.system == ADMINISTRATION and coding.code in adm.WHATS:
                return coding.code
            if record.status == "not-done" and coding.code in _REASONS:
                return _REASONS[coding.code]
    if record.status != "not-done":
        return what
    told = " ".join(_told(reason) for reason in record.statusReason).casefold()
    return next((found for word, found in _WORDS if word in told), what)


def _told(reason: Concept) -> str:
    return " ".join([reason.text or "", *(coding.display or "" for coding in reason.coding)])


def _by(performers: list[Performer], *, witness: bool) -> str:
    for one in performers:
        if witness == bool(one.function and {code.casefold() for code in one.function.codes()} & _WITNESS):
            return safe_text(named(one.actor), 40)
    return ""


def named(reference: Reference | None) -> str:
    """Whom a reference is to, in words: as it is displayed, else its id."""
    if reference is None:
        return ""
    return reference.display or (reference.reference or "").rpartition("/")[2]


def _dose(record: MedicationAdministration, order: Order) -> dict[str, Any] | None:
    given = record.dosage
    if given is None:
        return None
    fast = rate(given.rateQuantity, given.rateRatio, "dosage.rate")
    if isinstance(order.schedule, Infusion):
        return fast
    return amount(given.dose, "dosage.dose", 0.0) if given.dose else None


def _replaced(record: MedicationAdministration) -> str | None:
    told = _extension(record, REPLACES)
    return identity(told.rpartition("/")[2]) if told else None


def _extension(record: MedicationAdministration, url: str) -> str:
    for one in record.extension:
        if one.url == url:
            return one.valueString or (one.valueReference.reference if one.valueReference else None) or ""
    return ""


def intake_body(statement: MedicationStatement, patient: str, order: str) -> dict[str, Any] | None:
    """A dose that somebody says was taken; None when the statement is about more than one dose."""
    if statement.status != "completed" or statement.effectiveDateTime is None:
        return None
    found = moment(statement.effectiveDateTime)
    if not found.exact:
        return None
    return {"patient": patient, "order": order, "due": None, "at": found.at, "source": "reported", "device": None}


def stated_order(statement: MedicationStatement) -> Iterable[Reference]:
    """The orders that a statement says it is about."""
    return (
        one for one in [*statement.basedOn, *statement.derivedFrom] if "MedicationRequest/" in (one.reference or "")
    )


def dispense_body(fill: MedicationDispense, patient: str, medication: Medication | None) -> dict[str, Any] | None:
    """A fill; None when nothing was handed over (yet). Raises ValueError in words that begin with the field."""
    if fill.status != "completed":
        return None
    text = fill.whenHandedOver or fill.whenPrepared
    if text is None:
        raise ValueError("whenHandedOver: no time")
    days = _days(fill.daysSupply)
    quantity = amount(fill.quantity, "quantity")["value"] if fill.quantity else 0
    return {
        "id": identity(fill.id or ""), "patient": patient, "drug": drug_body(fill, medication), "at": moment(text).at,
        "days_supply": days, "quantity": quantity,
    }  # fmt: skip


def _days(supply: Quantity | None) -> int:
    if supply is None:
        raise ValueError("daysSupply: not said")
    days = span(supply.value, supply.code or _DAYS.get(supply.unit or "") or "d", "daysSupply") / 24
    if not 1 <= days <= LONGEST_SUPPLY:
        raise ValueError("daysSupply: not a number of days")
    return int(days)


_DAYS: Final = {"d": "d", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo"}
