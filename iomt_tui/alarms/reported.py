"""Alarms that devices and other systems raise themselves, as they tell of them. Pure.

What they say is kept apart from what this program finds: a monitor's own "low" is ``device-low`` here, so that neither
ends or replaces the other. Apnoea, asystole, ventricular fibrillation and their like are HIGH whatever priority was
sent (IEC 60601-1-8: death may follow at once), and nobody may shelve them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Priority
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text

STATES: Final = frozenset({"start", "update", "end"})
#: Spellings of devices -> the kind of condition: IEEE 11073-10101 event names without MDC_EVT_, and common ones.
_SPELLINGS: Final = {
    "apnea": "apnoea", "ecg-asystole": "asystole", "asyst": "asystole", "v-fib": "vf", "vfib": "vf",
    "ecg-v-fib": "vf", "ventricular-fibrillation": "vf", "v-tach": "vtach", "ecg-v-tach": "vtach", "vt": "vtach",
    "ventricular-tachycardia": "vtach", "ecg-atr-fib": "afib", "a-fib": "afib", "af": "afib",
    "lead-off": "leads-off", "ecg-lead-off": "leads-off", "leads-off-ecg": "leads-off",
}  # fmt: skip
#: Kinds after which death may follow at once: always HIGH, never technical, never shelved.
LETHAL: Final = frozenset({"apnoea", "asystole", "vf"})
#: Kinds that this program finds itself; a device's own condition of that name is another one.
OWN: Final = frozenset({
    "low", "high", "falling", "rising", "gain-day", "gain-week", "red", "no-data", "overdue", "sensor-off", "invalid",
    "battery", "clock", "unit", "identity", "undelivered",
    "missed-dose", "refill",
})  # fmt: skip
_APART: Final = re.compile(r"[^a-z0-9]+")


_CALLED: Final = {"vf": "VF", "vtach": "VT", "afib": "AF", "leads-off": "leads off"}


def called(kind: str) -> str:
    """What people call a kind of condition that devices raise: "apnoea", "VT", "device alarm low"."""
    plain = kind.removeprefix("device-").replace("-", " ")
    return _CALLED.get(kind) or (f"device alarm {plain}" if plain != kind.replace("-", " ") else plain)


class Report(NamedTuple):
    """What one device says of one condition. ``at``: ms, as the device's clock has it."""

    patient: str
    device: str
    param: str  # a vital's key, else the device's id
    kind: str
    priority: int  # 0: over
    technical: bool
    at: int
    text: str

    @classmethod
    def from_body(cls, data: Mapping[str, Any]) -> Report:
        """The report of a ``condition`` entry. Raises KeyError, TypeError or ValueError on one of another shape."""
        state, kind = data["state"], kind_of(data["kind"])
        if state not in STATES or not isinstance(data["patient"], str) or not isinstance(data["device"], str):
            raise ValueError("not the shape of a condition")
        device = data["device"]
        param = str(data.get("param") or "")
        priority = int(Priority(data["priority"])) if state != "end" else 0
        lethal = kind in LETHAL
        return cls(
            patient=data["patient"], device=device, param=param if param in VITALS else device, kind=kind,
            priority=int(Priority.HIGH) if lethal and priority else priority,
            technical=bool(data.get("technical")) and not lethal, at=int(data["at"]),
            text=safe_text(str(data.get("text") or ""), 60),
        )  # fmt: skip


def kind_of(told: object) -> str:
    """The kind of condition that a device calls ``told``. Raises TypeError or ValueError where it has no name."""
    if not isinstance(told, str):
        raise TypeError("a condition needs a kind")
    name = _APART.sub("-", told.lower().removeprefix("mdc_evt_")).strip("-")[:32].strip("-")
    if not name:
        raise ValueError("a condition needs a kind")
    name = _SPELLINGS.get(name, name)
    return f"device-{name}" if name in OWN else name


class Told(NamedTuple):
    """What one device last said of one condition: kept by the fold, so that a restart forgets nothing."""

    at: int  # ms, log time
    priority: int  # 0: over
    technical: bool
    text: str


def newer(known: Told | None, told: Told) -> bool:
    """Whether ``told`` says more than what is known: what comes late or twice raises and ends nothing (T20)."""
    return known is None or told.at > known.at or (told.at == known.at and told.priority > known.priority)


def levels(told: Mapping[str, Told]) -> tuple[dict[Priority, Level], str, bool]:
    """What a condition is when several devices tell of it: one that says it is over speaks for itself alone.

    Returns the levels (none: over), the words of the most urgent and whether it is technical.
    """
    holding = [t for t in told.values() if t.priority]
    if not holding:
        return {}, "", all(t.technical for t in told.values())
    top = max(holding, key=lambda t: (t.priority, t.at, t.text))
    return {Priority(top.priority): Level(None)}, top.text, top.technical
