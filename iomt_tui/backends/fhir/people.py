"""Patient and Device bodies of the log (:mod:`iomt_tui.ward.events`) from their FHIR resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any, Final

from iomt_tui.backends.fhir.resources import (
    AllergyIntolerance,
    Condition,
    Device,
    Encounter,
    HumanName,
    Location,
    Patient,
    Period,
)
from iomt_tui.backends.fhir.times import full_date, local_moment
from iomt_tui.backends.fhir.vocabulary import RESUSCITATION, SNOMED
from iomt_tui.backends.fhir.workflow import CareTeam, Flag
from iomt_tui.security.text import safe_text

LISTED: Final = 100  # conditions or allergies of one patient
_SEX: Final = {"male": "M", "female": "F", "other": "X"}
_NAME_USES: Final = ("official", "usual", "temp", None, "anonymous", "nickname", "maiden", "old")
_STAYS: Final = ("in-progress", "onleave", "arrived", "triaged")  # encounters that place a patient somewhere now
_AT_HOME: Final = frozenset({"HH", "VR"})  # v3-ActCode: home health, virtual
_OVER: Final = frozenset({"inactive", "remission", "resolved"})
_DENIED: Final = frozenset({"refuted", "entered-in-error"})


def patient_body(patient_id: str, patient: Patient | None) -> dict[str, Any]:
    """A patient as the log knows one; without a resource only the id is known, and stands for the name."""
    body: dict[str, Any] = {
        "id": patient_id, "bed": "", "family": patient_id, "given": "", "sex": "", "born": None, "home": False,
        "mrn": "", "problem": "", "spo2_scale": 1, "allergies": [], "conditions": [],
        "flags": [], "team": [], "code_status": "",
    }  # fmt: skip
    if patient is None:
        return body
    names = sorted(patient.name, key=_rank)
    if names:
        name = names[0]
        body["family"] = safe_text(name.family or name.text or patient_id)
        body["given"] = safe_text(" ".join(name.given)) if name.family else ""
    body["sex"] = _SEX.get(patient.gender or "", "")
    body["born"] = full_date(patient.birthDate)
    body["mrn"] = safe_text(_record_number(patient))
    return body


def _rank(name: HumanName) -> int:
    return _NAME_USES.index(name.use) if name.use in _NAME_USES else len(_NAME_USES)


def _record_number(patient: Patient) -> str:
    numbers = [one for one in patient.identifier if one.value]
    record = [one for one in numbers if one.type and "MR" in one.type.codes()]
    return next((one.value for one in record + numbers if one.value), "")


def place_in_bed(body: dict[str, Any], stays: Iterable[tuple[Encounter, str]]) -> None:
    """Bed, home and problem from the present encounter of a patient, given with the words of its place."""
    present = [stay for stay in stays if stay[0].status in _STAYS]
    if not present:
        return
    encounter, place = max(present, key=lambda stay: (-_STAYS.index(stay[0].status), _began(stay[0])))
    body["bed"] = safe_text(place, 40)
    body["home"] = (encounter.class_.code if encounter.class_ else None) in _AT_HOME
    body["problem"] = safe_text(next((reason.words() for reason in encounter.reasonCode), ""))


def _began(encounter: Encounter) -> str:
    return encounter.period.start or "" if encounter.period else ""


def in_force(statement: Condition | AllergyIntolerance) -> bool:
    """Whether a condition or allergy still holds and was not refuted."""
    over = statement.clinicalStatus.codes() & _OVER if statement.clinicalStatus else frozenset()
    denied = statement.verificationStatus.codes() & _DENIED if statement.verificationStatus else frozenset()
    return not over and not denied


def list_statement(body: dict[str, Any], statement: Condition | AllergyIntolerance) -> None:
    """Adds what is in force to the patient's conditions or allergies, once."""
    held: list[str] = body["conditions" if isinstance(statement, Condition) else "allergies"]
    _list(held, statement.code.words() if statement.code else "")


def list_flag(body: dict[str, Any], flag: Flag, now: int) -> None:
    """Adds a flag that is up at ``now`` (ms) to the patient's; one about resuscitation is the code status. Where
    several contradict each other both are said."""
    if flag.status != "active" or _past(flag.period, now):
        return
    said = next((RESUSCITATION[c.code] for c in flag.code.coding if c.system == SNOMED and c.code in RESUSCITATION), "")
    if not said:
        _list(body["flags"], flag.code.words())
    elif said not in body["code_status"].split(" AND "):
        body["code_status"] = " AND ".join(filter(None, (body["code_status"], said)))


def list_team(body: dict[str, Any], team: CareTeam, now: int) -> None:
    """Adds the people of a team that cares for the patient at ``now`` (ms): each as "Name (role)"."""
    if team.status not in (None, "active"):
        return
    for one in team.participant:
        name = (one.member.display if one.member else None) or ""
        role = next((role.words() for role in one.role if role.words()), "")
        if name and not _past(one.period, now):
            _list(body["team"], f"{name} ({role})" if role else name)


def _list(held: list[str], words: str) -> None:
    text = safe_text(words)
    if text and text not in held and len(held) < LISTED:
        held.append(text)


def _past(period: Period | None, now: int) -> bool:
    """Whether it is over; a date is the whole day."""
    try:
        end = period.end if period else None
        return bool(end) and local_moment(end or "", UTC, ends=True).at <= now
    except ValueError:
        return False


def place_words(encounter: Encounter, places: Mapping[str, Location]) -> str:
    """The bed of an encounter: the bed among its places, else its last place, in the place's own words."""
    current = [one for one in encounter.location if one.status in (None, "active")]
    words = ""
    for one in current:
        place = places.get(one.location.reference or "")
        words = (place.name if place else None) or one.location.display or words
        if place and place.physicalType and "bd" in place.physicalType.codes():
            return words
    return words


def device_body(device_id: str, device: Device | None, patient: str | None) -> dict[str, Any]:
    """A device as the log knows one. ``periods`` is left empty: resources do not say how often one measures."""
    kind, model, firmware, state = "unnamed device", "", "", "on"
    if device is not None:
        kind = device.type.words() if device.type else "device"
        named = next((one.name for one in device.deviceName if one.name), None)
        model = " ".join(part for part in (device.manufacturer, named or device.modelNumber) if part)
        firmware = next((one.value for one in device.version if one.value), "")
        state = "off" if device.status == "inactive" else "on"
    return {
        "id": device_id, "patient": patient, "kind": safe_text(kind, 60), "model": safe_text(model, 60),
        "periods": {}, "battery": None, "signal": None, "state": state, "firmware": safe_text(firmware, 40),
    }  # fmt: skip
