"""Ages, conditions and reasons in whole words, as a screen reader speaks them. No glyphs, no abbreviations of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from iomt_tui.alarms.model import NOTE_LENGTH, Alarm, Priority
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.reported import called
from iomt_tui.clinical.medication.lists import DoseCounts
from iomt_tui.clinical.units import display
from iomt_tui.clinical.vitals import ACVPU_WORDS, VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.view import DeviceView, Severity

Units = Mapping[str, str]

ABSENT: Final = {
    "sensor-off": "sensor off",
    "not-measured": "not measured",
    "invalid": "the device says it is invalid",
    "sentinel": "the device sent no value",
    "not-finite": "the device sent no number",
    "implausible": "implausible value refused",
    "unknown-unit": "unit not known",
    "missing-unit": "unit missing",
    "not-a-number": "the device sent no number",
    "future": "the device's clock is wrong",
}
SEVERITY: Final = {
    Severity.NONE: "no alarm",
    Severity.TECHNICAL: "technical alarm",
    Severity.LOW: "low alarm",
    Severity.MEDIUM: "medium alarm",
    Severity.HIGH: "high alarm",
}
SEX: Final = {"F": "female", "M": "male", "X": "other"}
_KINDS: Final = {
    "no-data": "no data",
    "overdue": "measurement overdue",
    "sensor-off": "sensor off",
    "invalid": "invalid data",
    "battery": "battery low",
    "clock": "clock wrong",
    "red": "one vital sign scores 3",
    "identity": "identity changed",
    "undelivered": "escalation not delivered",
    "unit": "the unit may be wrong",
    "missed-dose": "a dose at home was missed",
    "refill": "a refill is overdue",
    "falling": "falling",
    "rising": "rising",
    "gain-day": "rising",
    "gain-week": "rising",
    "low": "low",
    "high": "high",
}
_CHANGES: Final = {"falling": "down", "rising": "up", "gain-day": "up", "gain-week": "up"}
_SPANS: Final = {"10 min": "10 minutes", "15 min": "15 minutes", "1 h": "1 hour", "1 d": "a day", "7 d": "a week"}
_STEPS: Final = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000))


def duration(ms: int) -> str:
    """The two largest parts of a duration: "2 minutes 14 seconds"; below a second "less than a second"."""
    rest, parts = max(ms, 0), []
    for name, size in _STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}" + ("" if count == 1 else "s"))
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts) or "less than a second"


def ago(ms: int) -> str:
    """An age: "4 minutes ago", and "now" below two seconds."""
    return "now" if ms < 2_000 else f"{duration(ms)} ago"


def quantity(key: str, value: float, units: Units) -> str:
    """A vital's value with its unit, in the reader's units: "84 %", "5.5 mmol/L"."""
    text, unit = display(key, value, units)
    return f"{text} {unit}".rstrip()


def subject(param: str, devices: Sequence[DeviceView]) -> str:
    """What an alarm is about: a vital's name, NEWS2, or the kind of one of the patient's devices."""
    if param in VITALS:
        return "SpO2" if param == "spo2" else VITALS[param].name
    if param == "news2":
        return "NEWS2"
    named = next((str(device.kind) for device in devices if device.id == param), "")
    return named or ("device" if param == "device" else safe_text(param, 40))


def condition(alarm: Alarm, devices: Sequence[DeviceView], units: Units) -> str:
    """What is wrong: "SpO2 84 below 90", "NEWS2 9, limit 7", "no data from chest patch"."""
    param, kind = alarm.ref.param, alarm.ref.kind
    about = subject(param, devices)
    if kind in ("low", "high") and alarm.value is not None and alarm.limit is not None:
        if param == "news2":
            return f"NEWS2 {alarm.value:.0f}, limit {alarm.limit:.0f}"
        if param == "acvpu":
            return f"consciousness: {ACVPU_WORDS[max(0, min(int(alarm.value), len(ACVPU_WORDS) - 1))]}"
        if param in VITALS:
            shown, limit = (display(param, number, units)[0] for number in (alarm.value, alarm.limit))
            return f"{about} {shown} {'below' if kind == 'low' else 'above'} {limit}"
    if alarm.value is not None and alarm.limit is not None and (kind in _CHANGES or kind == "unit"):
        return f"{about} {_changed(alarm, units)}"
    if kind in ("no-data", "overdue"):
        return f"{_KINDS[kind]} from {about}" if kind == "no-data" else f"{about} {_KINDS[kind]}"
    told = ABSENT.get(alarm.detail) or safe_text(alarm.detail, 80)
    if kind in ("missed-dose", "refill"):  # their parameter is an order, which nobody knows by its id
        return told or _KINDS[kind]
    words = told or _KINDS.get(kind) or safe_text(called(kind), 40)
    return words if about.casefold() in words.casefold() else f"{about} {words}"


def _changed(alarm: Alarm, units: Units) -> str:
    """What changed: "91, down 5 in 10 minutes", "11 after 198, the unit may be wrong"."""
    param, kind, value, limit = alarm.ref.param, alarm.ref.kind, alarm.value, alarm.limit
    assert value is not None and limit is not None
    shown = [display(param, x, units)[0] if param in VITALS else f"{x:.0f}" for x in (value, limit)]
    if kind == "unit":
        return f"{shown[0]} after {shown[1]}, {_KINDS[kind]}"
    decimals = len(shown[0].partition(".")[2])
    by = f"{abs(float(shown[0]) - float(shown[1])):.{decimals}f}"
    return f"{shown[0]}, {_CHANGES[kind]} {by} in {_SPANS.get(alarm.detail) or safe_text(alarm.detail, 20)}"


def priority(alarm: Alarm) -> str:
    """The alarm's class in words: "high alarm", "technical alarm (high)"."""
    name = Priority(alarm.priority).name.lower()
    return f"technical alarm ({name})" if alarm.technical else f"{name} alarm"


def sentence(alarm: Alarm, devices: Sequence[DeviceView], units: Units) -> str:
    """The class and the condition: "high alarm: SpO2 84 below 90"."""
    was = "was " if alarm.over else ""
    return f"{priority(alarm)}: {was}{condition(alarm, devices, units)}"


_TOLD: Final = {
    "waiting": "is being sent",
    "failed": "failed and is tried again",
    "sent": "delivered",
    "given-up": "NOT DELIVERED",
    "not-needed": "no longer needed",
}


def dose_counts(doses: DoseCounts) -> str:
    """Doses of the ward in numbers: "2 due, 1 overdue"; "" when there is nothing to do."""
    said = (
        (doses.due, "due"), (doses.overdue, "OVERDUE"), (doses.missed, "missed in 24 hours"),
        (doses.conflicts, "with records that contradict each other"),
    )  # fmt: skip
    return ", ".join(f"{count} {word}" for count, word in said if count)


def told(notification: Notification) -> str:
    """What became of a step of the escalation: "escalation level 2 by webhook: NOT DELIVERED, timed out"."""
    _, level, step = notification.errand
    why = f", {notification.why}" if notification.why else ""
    return f"escalation level {level} by {step}: {_TOLD.get(notification.state, notification.state)}{why}"


_INTENTS: Final = {
    "going": "going there",
    "expected": "expected",
    "sensor": "seeing to the sensor",
    "doctor": "doctor called",
}


def promise(intent: str, note: str) -> str:
    """What was said with an acknowledgement: ', "going there": note', or ""."""
    said = [*filter(None, [_INTENTS.get(intent, "")]), *([f'"{safe_text(note, NOTE_LENGTH)}"'] if note else [])]
    return "".join(f", {words}" for words in said)


def standing(alarm: Alarm, now: int) -> str:
    """How long it has lasted, and who has seen it."""
    if alarm.state == "latched":
        lasted = f"over since {duration(now - alarm.ended)}" if alarm.ended is not None else "over"
    else:
        lasted = f"for {duration(now - alarm.onset)}"
    if alarm.state == "acked":
        by = safe_text(alarm.by, 40) or "somebody"
        when = f" {ago(now - alarm.acked_at)}" if alarm.acked_at is not None else ""
        left = "" if alarm.until is None else f", for {duration(alarm.until - now)} more"
        return f"{lasted}, acknowledged by {by}{when}{promise(alarm.intent, alarm.note)}{left}"
    undone = f", {safe_text(alarm.undone_by, 40)} took an acknowledgement back" if alarm.undone_by else ""
    return f"{lasted}, nobody has acknowledged it{undone}"
