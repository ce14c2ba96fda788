"""Which medicine a resource is about, and how much of it, as the log's ``drug`` and amounts."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from iomt_tui.backends.fhir.medicines import Dosage, DoseAndRate, Medication, Medicinal
from iomt_tui.backends.fhir.resources import Concept, Quantity, Ratio
from iomt_tui.backends.fhir.vocabulary import UCUM
from iomt_tui.clinical.medication.drug import Drug
from iomt_tui.clinical.medication.drug import Quantity as Amount
from iomt_tui.security.text import safe_text

NDC: Final = "http://hl7.org/fhir/sid/ndc"
GTIN: Final = frozenset({"https://www.gs1.org/gtin", "http://www.gs1.org/gtin", "urn:oid:1.3.160"})


def medication_key(resource: Medicinal, base: str) -> str:
    """The key of the Medication that it refers to, "" when it says itself what is given, or holds it."""
    text = (resource.medicationReference.reference if resource.medicationReference else None) or ""
    return "" if text.startswith("#") else text.removeprefix(base).split("/_history/")[0]


def drug_body(resource: Medicinal, medication: Medication | None) -> dict[str, Any]:
    """The drug of a request, administration or dispense. ``medication``: what it refers to, where that is known.

    Raises ValueError when nothing names it.
    """
    held = _contained(resource) or medication
    concept = resource.medicationCodeableConcept or (held.code if held else None) or Concept()
    display = resource.medicationReference.display if resource.medicationReference else None
    name = concept.words() or display or ""
    if not name.strip():
        raise ValueError("medicationReference: the medicine is not known")
    coding = next((one for one in concept.coding if one.code), None)
    ndc = next((one.code for one in concept.coding if one.system == NDC and one.code), "")
    body: dict[str, Any] = {
        "code": (coding.code if coding else None) or "", "system": (coding.system if coding else None) or "",
        "name": name, "form": held.form.words() if held and held.form else "", "classes": [],
        "high_alert": False, "critical": False,
        "gtin": [one.code for one in concept.coding if one.system in GTIN and one.code][:40], "ndc": ndc,
    }  # fmt: skip
    if (strength := _strength(held)) is not None:
        body["strength"] = strength
    return Drug.from_body(body).body()


def _contained(resource: Medicinal) -> Medication | None:
    text = (resource.medicationReference.reference if resource.medicationReference else None) or ""
    for one in resource.contained:
        if isinstance(one, dict) and one.get("resourceType") == "Medication" and text in ("#", f"#{one.get('id')}"):
            try:
                return Medication.model_validate(one)
            except ValidationError:
                return None
    return None


def _strength(medication: Medication | None) -> dict[str, Any] | None:
    """What one tablet or ampoule holds, where the medicine has one ingredient and says so."""
    ingredients = medication.ingredient if medication else []
    strength = ingredients[0].strength if len(ingredients) == 1 else None
    if strength is None or strength.numerator is None or (strength.denominator and strength.denominator.value != 1):
        return None
    try:
        return amount(strength.numerator, "strength")
    except ValueError:
        return None


def amount(quantity: Quantity, what: str, low: float = 1e-9) -> dict[str, Any]:
    """An amount with its unit: the UCUM code, else the word that stands there. Raises ValueError."""
    if quantity.comparator:
        raise ValueError(f"{what}: more or less than a number is no amount")
    coded = quantity.code if quantity.system in (None, UCUM) else None
    return Amount.from_body(
        {"value": quantity.value, "unit": coded or quantity.unit or quantity.code or ""}, what, low
    ).body()


def rate(quantity: Quantity | None, ratio: Ratio | None, what: str) -> dict[str, Any] | None:
    """How fast, as an amount in "mL/h" or the like; None where nothing is said. Raises ValueError."""
    if quantity is not None:
        return amount(quantity, what, 0.0)
    if ratio is None:
        return None
    if ratio.numerator is None or ratio.denominator is None:
        raise ValueError(f"{what}: half a ratio")
    much, per = amount(ratio.numerator, what, 0.0), amount(ratio.denominator, what)
    unit = f"{much['unit']}/{per['unit']}"
    return Amount.from_body({"value": much["value"] / per["value"], "unit": unit}, what, 0.0).body()


def ordered(dosage: Dosage) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """(dose, rate) of an instruction, each None where it has none. Raises ValueError on ranges, which are no dose."""
    if len(dosage.doseAndRate) > 1:
        told = {_said(one) for one in dosage.doseAndRate}
        if len(told) > 1:
            raise ValueError("doseAndRate: more than one amount")
    one = dosage.doseAndRate[0] if dosage.doseAndRate else DoseAndRate()
    if one.doseRange is not None:
        raise ValueError("doseAndRate.doseRange: a range is not a dose")
    if one.rateRange is not None:
        raise ValueError("doseAndRate.rateRange: a range is not a rate")
    dose = amount(one.doseQuantity, "doseAndRate.doseQuantity") if one.doseQuantity else None
    return dose, rate(one.rateQuantity, one.rateRatio, "doseAndRate.rate")


def _said(one: DoseAndRate) -> str:
    return one.model_dump_json()


_MASS: Final = {"kg": 1e3, "g": 1.0, "mg": 1e-3, "ug": 1e-6, "mcg": 1e-6, "ng": 1e-9}


def fits(most: dict[str, Any], dose: dict[str, Any]) -> int | None:
    """How many doses a largest amount allows; None when their units cannot be compared."""
    if most["unit"] != dose["unit"]:
        if most["unit"] not in _MASS or dose["unit"] not in _MASS:
            return None
        return int(most["value"] * _MASS[most["unit"]] / (dose["value"] * _MASS[dose["unit"]]) + 1e-9)
    return int(most["value"] / dose["value"] + 1e-9)


def remark(*parts: str | None) -> str:
    """What is said in words, once each."""
    return safe_text("; ".join(dict.fromkeys(part.strip() for part in parts if part and part.strip())), 120)
