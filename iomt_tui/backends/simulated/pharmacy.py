"""What is ordered for each simulated patient: ``order`` bodies of :mod:`iomt_tui.ward.events`.

An order's id is ``PATIENT-KEY``, as ``sim-0017-bisoprolol``: :func:`order_id`. Orders of patients at home
(``"home": True``) began :data:`HOME_DAYS` days before the ward's start, those of the ward :data:`WARD_HOURS` hours
before.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.drugs import DRUGS
from iomt_tui.backends.simulated.noise import mix
from iomt_tui.backends.simulated.people import Person

HOME_DAYS: Final = 100
WARD_HOURS: Final = 36


class Rx(NamedTuple):
    """How a drug is usually ordered: dose and its unit, route, schedule, when not to give it, and its timing."""

    drug: str
    route: str
    value: float
    unit: str
    schedule: dict[str, Any]
    hold_if: tuple[tuple[str, str, float], ...] = ()  # vital, "below" or "above", limit
    timing: str = ""
    note: str = ""


def _times(*times: str, days: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"kind": "times", "times": list(times)} | ({"days": list(days)} if days else {})


def _prn(hours: float, most: int, indication: str, recheck: int) -> dict[str, Any]:
    return {
        "kind": "prn", "min_hours": hours, "max_per_day": most, "indication": indication, "recheck_min": recheck,
    }  # fmt: skip


_DAILY, _TWICE, _MEALS = _times("08:00"), _times("08:00", "20:00"), _times("08:00", "12:00", "18:00")
_SLOW: Final = (("pulse", "below", 60.0),)
_LOW_BP: Final = (("nibp_sys", "below", 100.0),)
_SLEEPY: Final = (("rr", "below", 10.0), ("acvpu", "above", 1.0))
_SUGAR: Final = (("glucose", "below", 80.0),)
_PREDNISOLONE: Final = {
    "kind": "taper",
    "steps": [
        {"days": 5, "times": ["08:00"], "dose": {"value": 40, "unit": "mg"}},
        {"days": 5, "times": ["08:00"], "dose": {"value": 20, "unit": "mg"}},
        {"days": 5, "times": ["08:00"], "dose": {"value": 10, "unit": "mg"}},
    ],
}

#: Key of the order -> how it is ordered.
USUAL: Final[dict[str, Rx]] = {
    "paracetamol": Rx("paracetamol", "oral", 1000, "mg", _times("06:00", "12:00", "18:00", "22:00")),
    "paracetamol-prn": Rx("paracetamol", "oral", 1000, "mg", _prn(6, 4, "pain or fever", 60)),
    "ibuprofen": Rx("ibuprofen", "oral", 400, "mg", _MEALS),
    "morphine-prn": Rx("morphine", "intravenous", 2, "mg", _prn(1, 8, "severe pain", 15), _SLEEPY),
    "morphine-pca": Rx("morphine-pca", "intravenous", 1, "mg/h",
                       {"kind": "infusion", "rate": {"value": 1, "unit": "mg/h"}, "hours": None}, _SLEEPY),
    "oxycodone-prn": Rx("oxycodone", "oral", 5, "mg", _prn(4, 6, "pain", 45), _SLEEPY),
    "ceftriaxone": Rx("ceftriaxone", "intravenous", 2, "g", {"kind": "every", "hours": 24}),
    "pip-taz": Rx("pip-taz", "intravenous", 4.5, "g", {"kind": "every", "hours": 8}, timing="time-critical"),
    "meropenem": Rx("meropenem", "intravenous", 1, "g", {"kind": "every", "hours": 8}, timing="time-critical"),
    "flucloxacillin": Rx("flucloxacillin", "intravenous", 1, "g", {"kind": "every", "hours": 6}),
    "clindamycin": Rx("clindamycin", "oral", 300, "mg", {"kind": "every", "hours": 6}),
    "doxycycline": Rx("doxycycline", "oral", 100, "mg", _TWICE),
    "levofloxacin": Rx("levofloxacin", "intravenous", 500, "mg", {"kind": "every", "hours": 12}),
    "enoxaparin": Rx("enoxaparin", "subcutaneous", 40, "mg", _times("18:00")),
    "heparin": Rx("heparin", "intravenous", 1200, "[iU]/h",
                  {"kind": "infusion", "rate": {"value": 1200, "unit": "[iU]/h"}, "hours": None},
                  note="adjust by aPTT"),
    "apixaban": Rx("apixaban", "oral", 5, "mg", _TWICE),
    "aspirin": Rx("aspirin", "oral", 100, "mg", _DAILY),
    "clopidogrel": Rx("clopidogrel", "oral", 75, "mg", _DAILY),
    "aspart": Rx("aspart", "subcutaneous", 6, "[iU]", _MEALS, _SUGAR, "time-critical", "with the meal"),
    "glargine": Rx("glargine", "subcutaneous", 18, "[iU]", _times("22:00"), _SUGAR),
    "metformin": Rx("metformin", "oral", 850, "mg", _times("08:00", "18:00")),
    "digoxin": Rx("digoxin", "oral", 0.125, "mg", _DAILY, _SLOW),
    "bisoprolol": Rx("bisoprolol", "oral", 2.5, "mg", _DAILY, _SLOW + _LOW_BP),
    "amlodipine": Rx("amlodipine", "oral", 5, "mg", _DAILY, _LOW_BP),
    "ramipril": Rx("ramipril", "oral", 5, "mg", _DAILY, _LOW_BP),
    "losartan": Rx("losartan", "oral", 50, "mg", _DAILY, _LOW_BP),
    "spironolactone": Rx("spironolactone", "oral", 25, "mg", _DAILY, _LOW_BP),
    "furosemide": Rx("furosemide", "oral", 40, "mg", _times("08:00", "14:00"), _LOW_BP),
    "furosemide-iv": Rx("furosemide-iv", "intravenous", 40, "mg", _times("08:00", "14:00"), _LOW_BP),
    "atorvastatin": Rx("atorvastatin", "oral", 40, "mg", _times("22:00")),
    "salbutamol-prn": Rx("salbutamol", "inhaled", 200, "ug", _prn(4, 6, "wheeze", 20), (("hr", "above", 130.0),)),
    "tiotropium": Rx("tiotropium", "inhaled", 18, "ug", _DAILY),
    "formoterol": Rx("formoterol", "inhaled", 2, "{puff}", _TWICE),
    "prednisolone": Rx("prednisolone", "oral", 40, "mg", _PREDNISOLONE),
    "pantoprazole": Rx("pantoprazole", "oral", 40, "mg", _times("07:00")),
    "ondansetron-prn": Rx("ondansetron", "intravenous", 4, "mg", _prn(6, 4, "nausea", 30)),
    "levodopa": Rx("levodopa", "oral", 125, "mg", _times("07:00", "11:00", "15:00", "19:00"), (), "time-critical"),
    "alendronate": Rx("alendronate", "oral", 70, "mg", _times("07:00", days=("wed",))),
    "potassium": Rx("potassium", "intravenous", 10, "mmol/h",
                    {"kind": "infusion", "rate": {"value": 10, "unit": "mmol/h"}, "hours": 4}),
    "haloperidol-prn": Rx("haloperidol", "oral", 0.5, "mg", _prn(8, 3, "agitation", 60)),
    "paracetamol-once": Rx("paracetamol", "intravenous", 1000, "mg", {"kind": "once", "stat": True}),
}  # fmt: skip

# Words of the problem or of a condition -> what is ordered for any of them.
_BED: Final = (
    (("sepsis", "pyelonephritis", "pancreatitis"), "pip-taz paracetamol enoxaparin"),
    (("pneumonia",), "ceftriaxone doxycycline paracetamol-prn enoxaparin"),
    (("foot infection",), "flucloxacillin clindamycin paracetamol"),
    (("cellulitis",), "flucloxacillin paracetamol-prn"),
    (("hip", "knee", "rib fractures"), "paracetamol oxycodone-prn enoxaparin ondansetron-prn"),
    (("resection", "ectomy"), "paracetamol morphine-prn enoxaparin ondansetron-prn"),
    (("pca",), "morphine-pca"),
    (("stroke",), "aspirin enoxaparin"),
    (("chest pain",), "aspirin bisoprolol"),
    (("gi bleed",), "pantoprazole ondansetron-prn"),
    (("deep vein",), "heparin paracetamol-prn"),
    (("kidney injury",), "potassium pantoprazole paracetamol-prn"),
    (("pneumothorax",), "paracetamol oxycodone-prn"),
    (("delirium",), "haloperidol-prn heparin"),  # until the hip is mended, in place of apixaban
    (("heart failure",), "furosemide-iv"),
    (("pancreatitis",), "morphine-prn paracetamol-once"),
)  # fmt: skip
_HOME: Final = (
    (("cellulitis",), "clindamycin paracetamol-prn"),
    (("rehabilitation", "infarction"), "aspirin clopidogrel bisoprolol"),
    (("surgery",), "paracetamol"),
    (("oncology",), "pantoprazole prednisolone"),
    (("heart failure",), "furosemide spironolactone"),
    (("frailty",), "alendronate"),
)
_CONDITIONS: Final = (
    (("hypertension",), "amlodipine ramipril"),
    (("type 2 diabetes", "type 1 diabetes"), "glargine aspart"),
    (("type 2 diabetes",), "metformin"),
    (("copd",), "tiotropium formoterol salbutamol-prn"),
    (("copd exacerbation",), "prednisolone"),
    (("asthma",), "formoterol salbutamol-prn"),
    (("heart failure",), "bisoprolol ramipril"),
    (("fibrillation",), "digoxin apixaban"),
    (("cholesterol", "infarction", "stroke"), "atorvastatin"),
    (("parkinson",), "levodopa"),
)
#: Allergy, condition or "on" another drug -> what is ordered instead, "" for nothing.
_INSTEAD: Final = {
    "penicillin": {"pip-taz": "meropenem", "flucloxacillin": "clindamycin", "ceftriaxone": "levofloxacin"},
    "codeine": {"oxycodone-prn": "morphine-prn"},
    "morphine": {"morphine-prn": "oxycodone-prn", "morphine-pca": "oxycodone-prn"},
    "aspirin": {"aspirin": "clopidogrel"},
    "ramipril": {"ramipril": "losartan"},
    "chronic kidney disease": {"metformin": "", "potassium": "", "spironolactone": ""},
    "on apixaban": {"enoxaparin": ""},
    "on heparin": {"enoxaparin": "", "apixaban": ""},
}


def order_id(patient: str, key: str) -> str:
    """The id of a patient's order of :data:`USUAL`."""
    return f"{patient}-{key}"


def ordered(person: Person) -> tuple[str, ...]:
    """Keys of :data:`USUAL` that are ordered for ``person``, each once."""
    role = person.role
    said = " / ".join((role.problem, *role.conditions)).casefold()
    found = [
        key
        for words, keys in (*(_HOME if role.home else _BED), *_CONDITIONS)
        if any(word in said for word in words)
        for key in keys.split()
    ] or ["paracetamol-prn"]
    avoid = {reason.casefold() for reason in (*role.allergies, *role.conditions, *(f"on {key}" for key in found))}
    for reason, instead in _INSTEAD.items():
        if reason in avoid:
            found = [instead.get(key, key) for key in found]
    return tuple(key for key in dict.fromkeys(found) if key)


def orders(person: Person, start: int, since: int | None = None) -> list[dict[str, Any]]:
    """The ``order`` bodies of ``person`` on a ward that starts at ``start`` (ms); ``since``: admitted only then."""
    begins = start - (HOME_DAYS * DAY if person.role.home else WARD_HOURS * HOUR) if since is None else since
    begins -= begins % MINUTE
    return [_order(person, key, begins, start) for key in ordered(person)]


def _order(person: Person, key: str, begins: int, start: int) -> dict[str, Any]:
    rx = USUAL[key]
    schedule = dict(rx.schedule)
    if schedule["kind"] == "every":
        # On a grid of its own, whatever the ward's start: a ward that is started again goes on where it was.
        every = round(schedule["hours"] * HOUR)
        schedule["first"] = -(-begins // every) * every + mix(person.key, 31) % 4 * HOUR
    elif schedule["kind"] == "once":
        schedule["at"] = max(begins, start - start % (15 * MINUTE))
    elif schedule["kind"] == "taper":
        begins = max(begins, start - start % DAY - 2 * DAY)
    return {
        "id": order_id(person.id, key), "patient": person.id, "drug": DRUGS[rx.drug], "route": rx.route,
        "dose": {"value": rx.value, "unit": rx.unit}, "schedule": schedule, "start": begins, "end": None,
        "status": "active", "holds": [], "hold_if": [{"vital": v, side: limit} for v, side, limit in rx.hold_if],
        "timing": rx.timing, "home": person.role.home, "note": rx.note,
    }  # fmt: skip
