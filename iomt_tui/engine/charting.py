"""Answers notes and validated vital signs. An answer depends on the log alone: the ward up to the act, and its time."""

from __future__ import annotations

from array import array
from typing import Any, Final

from iomt_tui.alarms.actions import Outcome
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.reading import identity, items, mapping, moment
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.times import time_of_day
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import present
from iomt_tui.ward.notes import LONGEST, Note, corrections
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.writes import VITALS as CHARTED

#: A value may be charted that was shown this long (ms) ago: reading and validating take a while.
SHOWN: Final = 5 * 60_000

Answer = tuple[Outcome, list[Note]]


def note(ward: Ward, data: dict[str, Any], at: int) -> Answer:
    """``{"op", "user", "patient", "text"}``: what is noted, in place of the note that "replaces" names, where it does.

    A correction of what somebody has corrected since it was read is kept beside the one that stands, and whoever wrote
    it is told so. Raises ValueError, KeyError or TypeError.
    """
    op, user = identity(data["op"], "op"), safe_text(data["user"], 40)
    patient = ward.patients.get(identity(data["patient"], "patient id"))
    if (before := _before(ward, op)) is not None:
        return before, []
    if patient is None:
        return Outcome(op, "gone", user, at), []
    if not isinstance(data["text"], str):
        raise TypeError("text")
    text = safe_text(data["text"].strip(), LONGEST + 1)
    if any(own.id == op for own in patient.notes):
        return Outcome(op, "applied", user, at), []
    if why := _unfit(user, text):
        return Outcome(op, "refused", user, at, why), []
    if (replaces := data.get("replaces")) is not None:
        replaces = identity(replaces, "id of the note that it corrects")
        if (against := _against(patient, op, replaces, text, user, at)) is not None:
            return against, []
    made = Note(op, patient.id, text, at, user, safe_text(""), replaces or "")
    return Outcome(op, "applied", user, at, _crosses(ward, patient, made)), [made]


def _crosses(ward: Ward, patient: PatientState, note: Note) -> str:
    """Who has corrected the same note before, and what to do now; "" for nobody."""
    first = corrections(patient.notes).get(note.replaces)
    if first is None:
        return ""
    time = time_of_day(first.at, zone_of(ward.tz))[:5]
    return f"{first.by or 'somebody'} corrected this note before, at {time}: correct that correction"


def _against(patient: PatientState, op: str, replaces: str, text: str, user: str, at: int) -> Outcome | None:
    """Why a note cannot be corrected so."""
    before = next((note for note in patient.notes if note.id == replaces), None)
    if before is None:
        return Outcome(op, "gone", user, at, "the note that it corrects is not there")
    if text == before.text:
        return Outcome(op, "refused", user, at, "it says what the note says already")
    return None


def _unfit(user: str, text: str) -> str:
    if not user.strip():
        return "nobody is named who wrote it"
    return "" if 0 < len(text) <= LONGEST else f"a note has 1 to {LONGEST} characters"


def chart(ward: Ward, data: dict[str, Any], at: int, writes: frozenset[str]) -> Outcome:
    """``{"op", "user", "patient", "values": {vital: [value, observed_at, device]}}``: whether they may be charted:
    exactly what the ward shows, or showed within :data:`SHOWN`. All of them or none."""
    op, user = identity(data["op"], "op"), safe_text(data["user"], 40)
    patient = ward.patients.get(identity(data["patient"], "patient id"))
    if (before := _before(ward, op)) is not None:
        return before
    if patient is None:
        return Outcome(op, "gone", user, at)
    values = mapping(data["values"], "values")
    if CHARTED not in writes:
        why = "this ward charts nothing to a server: set writes of the server in the configuration"
    elif not user.strip() or not 0 < len(values) <= len(VITALS):
        why = "name the vital signs, and who validated them"
    else:
        wrong = [key for key, told in values.items() if not _stands(ward, patient, str(key), told, at)]
        names = ", ".join(VITALS[key].name if key in VITALS else safe_text(key, 20) for key in wrong[:4])
        why = f"{names} is not what is shown now: look again, then chart" if wrong else ""
    return Outcome(op, "refused", user, at, why) if why else Outcome(op, "applied", user, at)


def _stands(ward: Ward, patient: PatientState, key: str, told: Any, at: int) -> bool:
    value, observed, device = items(told, "value", 3, 3)
    series = patient.series.get(key)
    if series is None or series.device != device or type(value) not in (int, float):
        return False
    if moment(observed, "time") == series.at:
        return bool(present(patient, at, ward.stale_before, (key,)).get(key) == value)
    return at - SHOWN <= observed < series.at and _measured(series, observed, value)


def _measured(series: Series, at: int, value: float) -> bool:
    """Whether the ten seconds of ``at`` have such a value: earlier values are kept to that."""
    bucket = at // 10_000
    if bucket == series.bucket:
        return series.low <= value <= series.high
    span = series.rollups[0].range(bucket, bucket)
    return span is not None and span[0] <= array("f", [value])[0] <= span[1]


def _before(ward: Ward, op: str) -> Outcome | None:
    """What was answered to ``op`` already."""
    if (said := ward.outcomes.get(op)) is None:
        return None
    return Outcome(op, said["outcome"], said["by"], said["at"], said.get("why", ""))
