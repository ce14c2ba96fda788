"""What a source says is looked at before it is taken up: why it cannot be, in one word for the log's ``refused``."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, Final

import orjson

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.reading import LATEST, identity, mapping, moment
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.adherence import HomeDoses
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import Link
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.view import WATERMARKS
from iomt_tui.ward.waves import Wave
from iomt_tui.ward.writes import Written

_LONGEST: Final = 400  # characters of the id of a remote acknowledgement
_NUMBERS: Final = frozenset({float, int})
NOT_UNDERSTOOD, UNKNOWN_PATIENT, UNKNOWN_KIND = "not-understood", "unknown-patient", "unknown-kind"
BAD: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


class _NobodyError(Exception):
    """It is of a patient who is not on the ward."""


def fault(ward: Ward, kind: str, body: Any, at: int) -> str:
    """Why an arrival of log time ``at`` cannot be taken up; "" when it can."""
    check = _CHECKS.get(kind)
    if check is None:
        return UNKNOWN_KIND
    try:
        check(ward, body, at)
        if kind not in ("obs", "history"):
            orjson.dumps(body)
    except _NobodyError:
        return UNKNOWN_PATIENT
    except BAD:
        return NOT_UNDERSTOOD
    return ""


def refused(ward: Ward, kind: str, body: Any, reason: str, count: int = 1) -> dict[str, Any]:
    """The ``refused`` entry of an arrival."""
    patient = body.get("patient") if isinstance(body, dict) else body[0] if isinstance(body, tuple) and body else None
    known = patient if isinstance(patient, str) and patient in ward.patients else None
    return {"source": "", "reason": reason, "what": str(kind)[:20], "patient": known, "count": count}


def sound(reading: Any) -> bool:
    """Whether a reading is one: known vitals, finite numbers, a time."""
    try:
        patient, device, observed, values, flags = reading
        if not (type(patient) is str is type(device) and 0 < len(patient) <= 80 and 0 < len(device) <= 80):
            return False
        if type(observed) is not int or not 0 <= observed <= LATEST:
            return False
        for key, value in values.items():
            if key not in VITALS or type(value) not in _NUMBERS or not isfinite(value):
                return False
        return flags is None or all(key in VITALS and type(why) is str for key, why in flags.items())
    except BAD:
        return False


def _known(ward: Ward, patient: Any) -> PatientState:
    found = ward.patients.get(identity(patient, "patient id"))
    if found is None:
        raise _NobodyError
    return found


def _reading(ward: Ward, body: Any, at: int) -> None:
    if not sound(body):
        raise ValueError("reading")


def _ward(ward: Ward, body: Any, at: int) -> None:
    """A source may name the beds of the ward that it fills, and mark it, but never take a mark away (SAFETY H27)."""
    data, told = mapping(body, "ward"), Ward()
    told.apply([Entry(1, at, "ward", orjson.dumps(body))])
    if told.unreadable or (told.name, told.source, told.tz) != (ward.name, ward.source, ward.tz):
        raise ValueError("another ward")
    if told.watermark not in WATERMARKS or ward.watermark not in ("", told.watermark):
        raise ValueError("watermark")
    if not all(isinstance(bed, str) for bed in data.get("beds") or ()):
        raise TypeError("beds")


def _patient(ward: Ward, body: Any, at: int) -> None:
    data = mapping(body, "patient")
    PatientState(identity(data["id"], "id")).merge(dict(data))
    if not isinstance(data.get("born", ""), str | None):
        raise TypeError("born")


def _device(ward: Ward, body: Any, at: int) -> None:
    data = mapping(body, "device")
    identity(data["id"], "id")
    if data.get("patient"):
        identity(data["patient"], "patient id")
    device = DeviceState("")
    device.merge(dict(data))
    device.recall_battery(data.get("levels", ()), at)
    if not all(isfinite(period) and period > 0 for period in device.periods.values()):
        raise ValueError("periods")


def _discharge(ward: Ward, body: Any, at: int) -> None:
    _known(ward, mapping(body, "discharge")["id"])


def _refused(ward: Ward, body: Any, at: int) -> None:
    if not (isinstance(body["reason"], str) and 0 < int(body["count"]) < 1 << 31):
        raise ValueError("count")
    if body.get("patient"):
        identity(body["patient"], "patient id")


def _dispense(ward: Ward, body: Any, at: int) -> None:
    _known(ward, mapping(body, "dispense")["patient"])
    HomeDoses().dispense(body, zone_of(ward.tz))


def _intake(ward: Ward, body: Any, at: int) -> None:
    _known(ward, mapping(body, "intake")["patient"])
    HomeDoses().intake(body, at, zone_of(ward.tz))


def _note(ward: Ward, body: Any, at: int) -> None:
    note = Note.from_body(body)
    _known(ward, note.patient)
    if not note.text.strip():
        raise ValueError("text")


def _score(ward: Ward, body: Any, at: int) -> None:
    patient, _ = ServerScore.from_body(body)
    _known(ward, patient)


def _wave(ward: Ward, body: Any, at: int) -> None:
    _known(ward, Wave.from_body(mapping(body, "wave")).patient)


def _taken(ward: Ward, body: Any, at: int) -> None:
    data = mapping(body, "acknowledgement")
    _known(ward, data["patient"])
    for name in ("param", "kind", "by", "id"):
        if not isinstance(data[name], str):
            raise TypeError(name)
    if not 0 < len(data["id"]) <= _LONGEST:
        raise ValueError("id")
    moment(data["at"], "time")
    if data["prio"] not in (1, 2, 3) or not data["by"].strip():
        raise ValueError("acknowledgement")


_CHECKS: Final[dict[str, Callable[[Ward, Any, int], object]]] = {
    "ward": _ward, "obs": _reading, "patient": _patient, "device": _device, "discharge": _discharge,
    "refused": _refused, "dispense": _dispense, "intake": _intake, "note": _note, "score": _score, "taken": _taken,
    "wave": _wave,
    # These are looked at where they are taken up.
    **dict.fromkeys(("condition", "order", "administration", "history"), lambda ward, body, at: None),
    "link": lambda ward, body, at: Link.from_body(body).body(), "write": lambda ward, body, at: Written.from_body(body),
}  # fmt: skip
