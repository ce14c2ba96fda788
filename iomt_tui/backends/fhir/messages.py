"""Scores, notes, and acknowledgements of other stations, from Observation, Communication and Task."""

from __future__ import annotations

from typing import Any, Final

from iomt_tui.backends.fhir.doses import named, record_id
from iomt_tui.backends.fhir.exchange import OP, REPLACES, TASK_CODE, TASK_SYSTEM
from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.resources import Observation, Reference
from iomt_tui.backends.fhir.times import moment, observed
from iomt_tui.backends.fhir.vocabulary import LOINC, SNOMED
from iomt_tui.backends.fhir.workflow import Communication, Task
from iomt_tui.backends.identity import identity
from iomt_tui.security.text import safe_text
from iomt_tui.ward.notes import LONGEST

NEWS2: Final = frozenset({(LOINC, "88330-6"), (SNOMED, "1104051000000101")})
"""Codes of a NEWS2 total."""
HIGHEST: Final = 20
WITHDRAWN: Final = "(withdrawn)"
ACTIVE: Final = frozenset({"accepted", "in-progress"})


def is_score(observation: Observation) -> bool:
    """Whether it is a NEWS2 total."""
    return any((coding.system, coding.code) in NEWS2 for coding in observation.code.coding)


def score_body(observation: Observation, patient: str) -> dict[str, Any]:
    """A NEWS2 total that the server computed. Raises ValueError when it is none."""
    total = observation.valueInteger
    if total is None and observation.valueQuantity is not None:
        total = observation.valueQuantity.value
    whole = isinstance(total, int | float) and not isinstance(total, bool) and total == total // 1
    if not whole or not 0 <= total <= HIGHEST:
        raise ValueError("value: not a NEWS2 total from 0 to 20")
    at = observed(observation, begins=False).at
    return {
        "patient": patient,
        "score": "news2",
        "total": int(total),
        "at": at,
        "by": _performer(observation.performer),
    }


def _performer(raw: Any) -> str:
    first = raw[0] if isinstance(raw, list) and raw else None
    if not isinstance(first, dict):
        return ""
    said = first.get("display") or first.get("reference")
    return safe_text(said.rpartition("/")[2] if isinstance(said, str) and not first.get("display") else said, 40)


def note_body(message: Communication, patient: str, source: str) -> dict[str, Any] | None:
    """A note about a patient; None when it holds no words. Raises ValueError when it has no time."""
    text = " ".join(part.contentString for part in message.payload if part.contentString)
    if message.status in ("entered-in-error", "not-done"):
        text = WITHDRAWN
    if not text.strip():
        return None
    when = message.sent or message.received
    if when is None:
        raise ValueError("sent: no time")
    told = next((one.valueString for one in message.extension if one.url == REPLACES and one.valueString), None)
    return {
        "id": record_id(message), "patient": patient, "text": safe_text(text, LONGEST), "at": moment(when).at,
        "by": safe_text(named(message.sender), 40), "from": source, **({"replaces": identity(told)} if told else {}),
    }  # fmt: skip


def is_acknowledgement(task: Task) -> bool:
    """Whether a station of this program wrote it to say that somebody has seen to an alarm."""
    codings = task.code.coding if task.code else []
    return any(coding.system == TASK_SYSTEM and coding.code == TASK_CODE for coding in codings)


def taken_body(one: Found, task: Task, patient: str) -> dict[str, Any] | None:
    """Whose acknowledgement of which alarm it is, and since when by the server's clock; None when it is over.

    Raises ValueError in words that begin with the field that is wrong.
    """
    if task.status not in ACTIVE:
        return None
    told = {name: one.value for one in task.input for name in one.type.codes() | {one.type.text or ""}}
    began = (task.executionPeriod.start if task.executionPeriod else None) or task.lastModified
    began = began or (one.stamp.updated or "")
    by = _owner(task.owner)
    if not by:
        raise ValueError("owner: nobody")
    return {
        "patient": patient, "param": _text(told, "param"), "kind": _text(told, "kind"), "onset": _time(told, "onset"),
        "prio": _priority(told.get("priority")), "by": by, "at": moment(began).at,
        "id": f"Task/{task.id or ''}/{one.stamp.number or ''}", "op": _op(task),
    }  # fmt: skip


def _op(task: Task) -> str:
    """The act that it acknowledges by, "" where it does not say: whoever knows that act knows the acknowledgement."""
    return next((one.value[:80] for one in task.identifier if one.system == OP and one.value), "")


def _owner(owner: Reference | None) -> str:
    return safe_text(named(owner), 40).strip()


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or (not value and name != "param"):
        raise ValueError(f"input {name}: not said")
    return str(safe_text(value, 40))


def _time(told: dict[str, Any], name: str) -> int:
    return moment(_text(told, name)).at


def _priority(value: Any) -> int:
    text = str(value)
    if text not in ("1", "2", "3"):
        raise ValueError("input priority: not 1, 2 or 3")
    return int(text)
