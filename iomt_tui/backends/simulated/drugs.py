"""The drugs of the simulated ward. ATC codes and classes are real; GTINs (prefix 0999) and NDCs (labeller 99999) are
invented."""

from __future__ import annotations

from typing import Any, Final

ATC: Final = "http://www.whocc.no/atc"


#: mg in one tablet or capsule, as such packs are sold.
_STRENGTHS: Final = {
    "paracetamol": 500, "ibuprofen": 400, "oxycodone": 5, "clindamycin": 150, "doxycycline": 100, "apixaban": 5,
    "aspirin": 100, "clopidogrel": 75, "metformin": 850, "digoxin": 0.125, "bisoprolol": 2.5, "amlodipine": 5,
    "ramipril": 5, "losartan": 50, "spironolactone": 25, "furosemide": 40, "atorvastatin": 40, "prednisolone": 10,
    "pantoprazole": 40,
}  # fmt: skip


def _check(digits: str) -> str:
    """The GS1 check digit of the 13 digits before it."""
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(digits))
    return str(-total % 10)


def _drug(
    number: int, key: str, code: str, name: str, form: str, classes: str, *, alert: bool = False, critical: bool = False
) -> dict[str, Any]:
    digits = f"0999{number:09d}"
    return {
        "code": code, "system": ATC, "name": name, "form": form, "classes": classes.split(), "high_alert": alert,
        "critical": critical, "gtin": [digits + _check(digits)], "ndc": f"99999-{number:03d}-01",
    } | ({"strength": {"value": _STRENGTHS[key], "unit": "mg"}} if key in _STRENGTHS else {})  # fmt: skip


#: Key -> the ``drug`` of an ``order`` body. High alert: ISMP's list for acute care. Critical: a missed dose does harm.
DRUGS: Final[dict[str, dict[str, Any]]] = {
    key: _drug(number, key, *rest, alert="!" in marks, critical="+" in marks)
    for number, (key, marks, *rest) in enumerate(
        (
            ("paracetamol", "", "N02BE01", "Paracetamol", "tablet", "analgesic"),
            ("ibuprofen", "", "M01AE01", "Ibuprofen", "tablet", "nsaid analgesic"),
            ("morphine", "!", "N02AA01", "Morphine", "injection", "opioid analgesic"),
            ("morphine-pca", "!", "N02AA01", "Morphine PCA", "infusion", "opioid analgesic"),
            ("oxycodone", "!", "N02AA05", "Oxycodone", "capsule", "opioid analgesic"),
            ("ceftriaxone", "+", "J01DD04", "Ceftriaxone", "injection", "antibiotic cephalosporin"),
            ("pip-taz", "+", "J01CR05", "Piperacillin-tazobactam", "injection", "antibiotic penicillin"),
            ("flucloxacillin", "+", "J01CF05", "Flucloxacillin", "injection", "antibiotic penicillin"),
            ("meropenem", "+", "J01DH02", "Meropenem", "injection", "antibiotic carbapenem"),
            ("clindamycin", "+", "J01FF01", "Clindamycin", "capsule", "antibiotic lincosamide"),
            ("doxycycline", "+", "J01AA02", "Doxycycline", "capsule", "antibiotic tetracycline"),
            ("levofloxacin", "+", "J01MA12", "Levofloxacin", "injection", "antibiotic quinolone"),
            ("enoxaparin", "!", "B01AB05", "Enoxaparin", "injection", "anticoagulant heparin"),
            ("heparin", "!+", "B01AB01", "Heparin", "infusion", "anticoagulant heparin"),
            ("apixaban", "!+", "B01AF02", "Apixaban", "tablet", "anticoagulant"),
            ("aspirin", "", "B01AC06", "Aspirin", "tablet", "antiplatelet salicylate nsaid"),
            ("clopidogrel", "+", "B01AC04", "Clopidogrel", "tablet", "antiplatelet"),
            ("aspart", "!+", "A10AB05", "Insulin aspart", "injection", "insulin"),
            ("glargine", "!+", "A10AE04", "Insulin glargine", "injection", "insulin"),
            ("metformin", "", "A10BA02", "Metformin", "tablet", "antidiabetic biguanide"),
            ("digoxin", "!+", "C01AA05", "Digoxin", "tablet", "cardiac-glycoside"),
            ("bisoprolol", "", "C07AB07", "Bisoprolol", "tablet", "beta-blocker"),
            ("amlodipine", "", "C08CA01", "Amlodipine", "tablet", "antihypertensive calcium-blocker"),
            ("ramipril", "", "C09AA05", "Ramipril", "capsule", "antihypertensive ace-inhibitor"),
            ("losartan", "", "C09CA01", "Losartan", "tablet", "antihypertensive arb"),
            ("spironolactone", "", "C03DA01", "Spironolactone", "tablet", "diuretic"),
            ("furosemide", "", "C03CA01", "Furosemide", "tablet", "diuretic"),
            ("furosemide-iv", "", "C03CA01", "Furosemide", "injection", "diuretic"),
            ("atorvastatin", "", "C10AA05", "Atorvastatin", "tablet", "statin"),
            ("salbutamol", "", "R03AC02", "Salbutamol", "inhaler", "bronchodilator beta-agonist"),
            ("tiotropium", "", "R03BB04", "Tiotropium", "inhaler", "bronchodilator anticholinergic"),
            ("formoterol", "", "R03AK07", "Budesonide-formoterol", "inhaler", "bronchodilator corticosteroid"),
            ("prednisolone", "+", "H02AB06", "Prednisolone", "tablet", "corticosteroid"),
            ("pantoprazole", "", "A02BC02", "Pantoprazole", "tablet", "ppi"),
            ("ondansetron", "", "A04AA01", "Ondansetron", "injection", "antiemetic"),
            ("levodopa", "+", "N04BA02", "Levodopa-carbidopa", "tablet", "antiparkinson"),
            ("alendronate", "", "M05BA04", "Alendronate", "tablet", "bisphosphonate"),
            ("potassium", "!", "A12BA01", "Potassium chloride", "infusion", "electrolyte"),
            ("haloperidol", "", "N05AD01", "Haloperidol", "tablet", "antipsychotic"),
        ),
        1,
    )
}
