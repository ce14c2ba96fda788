"""The words of a row: ages, reasons, alarms. Where there are several wordings the longest comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.reported import called
from iomt_tui.clinical.vitals import ACVPU_WORDS, VITALS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.ward.view import Severity, VitalView

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000

SEVERITY: Final = {
    Severity.HIGH: "HIGH",
    Severity.MEDIUM: "MED",
    Severity.LOW: "LOW",
    Severity.TECHNICAL: "TECH",
    Severity.NONE: "",
}

ABSENT: Final = {
    "sensor-off": ("sensor off", "off"),
    "not-measured": ("not measured", "n/m"),
    "invalid": ("invalid", "err", "?"),
    "sentinel": ("invalid", "err", "?"),
    "not-finite": ("invalid", "err", "?"),
    "implausible": ("implausible", "err", "?"),
    "unknown-unit": ("unit unknown", "u?", "?"),
    "missing-unit": ("unit missing", "u?", "?"),
    "not-a-number": ("not a number", "NaN", "?"),
    "future": ("device clock", "clk", "?"),
}
"""Why there is no value, in words for wide and narrow places. Never a number."""

_LABELS: Final = {
    "news2": "NEWS2", "device": "Device", "pulse": "Pulse", "nibp_sys": "BP", "nibp_dia": "BP dia", "nibp_mean": "MAP",
    "ibp_sys": "ABP", "ibp_dia": "ABP dia", "ibp_mean": "MAP",
}  # fmt: skip
_KINDS: Final = {
    "no-data": "no data", "overdue": "reading overdue", "sensor-off": "sensor off", "invalid": "invalid data",
    "battery": "battery low", "clock": "device clock wrong", "red": "3 in one parameter",
    "identity": "identity changed", "undelivered": "escalation not delivered", "unit": "unit may be wrong",
    "missed-dose": "dose missed at home", "refill": "refill overdue",
    "falling": "falling", "rising": "rising", "gain-day": "gain", "gain-week": "gain", "low": "low", "high": "high",
}  # fmt: skip
_CHANGES: Final = {"falling": "below", "rising": "above", "gain-day": "above", "gain-week": "above"}


def age(ms: int | None) -> str:
    """An age in at most three cells: now, 40s, 4m, 6h, 2d, 15w, 3y. Below a minute in tens of seconds: rows rest."""
    if ms is None:
        return ""
    if ms < 10 * _SECOND:
        return "now"
    if ms < _MINUTE:
        return f"{ms // _SECOND // 10 * 10}s"
    if ms < _HOUR:
        return f"{ms // _MINUTE}m"
    if ms < _DAY:
        return f"{ms // _HOUR}h"
    days = ms // _DAY
    return f"{days}d" if days < 100 else f"{days // 7}w" if days < 700 else f"{min(days // 365, 99)}y"


def long_age(ms: int) -> SafeText:
    """An age in words: 40 s, 12 min, 6 h, 2 d."""
    if ms < _MINUTE:
        seconds = max(ms, 0) // _SECOND
        return SafeText(f"{seconds if seconds < 10 else seconds // 10 * 10} s")
    if ms < _HOUR:
        return SafeText(f"{ms // _MINUTE} min")
    return SafeText(f"{ms // _HOUR} h" if ms < 2 * _DAY else f"{ms // _DAY} d")


def label(key: str) -> SafeText:
    """What a vital or another parameter is called on the board."""
    named = _LABELS.get(key)
    return SafeText(named or (VITALS[key].label if key in VITALS else safe_text(key, 12)))


def absent(reason: str, width: int, glyphs: Glyphs) -> str:
    """Why there is no value, in at most ``width`` cells."""
    for word in ABSENT.get(reason, ("?",)):
        if len(word) <= width:
            return word
    return glyphs.gone[:width]


def last(vital: VitalView, measures: Measures, *, named: bool) -> Sequence[str]:
    """The last value and its age, in a form that cannot be taken for a live number; longest first."""
    if vital.value is None or vital.age is None:
        return ()
    value, unit = measures.text(vital.key, vital.value), measures.unit(vital.key)
    with_unit = f"{value} {unit}" if unit else value
    name = f"{label(vital.key)} " if named else ""
    reason = ABSENT.get(vital.absent, ("",))[0]
    ago = f"{with_unit} {long_age(vital.age)} ago"
    forms = [f"last {name}{ago}", f"last {ago}", f"last {value} {age(vital.age)}", f"{value} {age(vital.age)} ago"]
    if reason:
        forms[:0] = [f"{reason}, last {name}{ago}", f"{reason}, last {value} {age(vital.age)}"]
    return forms


def longest(forms: Sequence[str], width: int) -> str:
    """The first form that fits ``width`` cells, else nothing."""
    return next((form for form in forms if len(form) <= width), "")


def condition(alarm: Alarm, measures: Measures) -> SafeText:
    """What the alarm says: ``SpO2 84 < 90``, ``NEWS2 9 ≥ 7``, ``SpO2 sensor off``."""
    param, kind = alarm.ref.param, alarm.ref.kind
    was = "was " if alarm.over else ""
    if param == "acvpu" and alarm.value is not None:
        return SafeText(was + ACVPU_WORDS[max(0, min(int(alarm.value), len(ACVPU_WORDS) - 1))])
    if alarm.value is not None and alarm.limit is not None and kind in ("low", "high"):
        # A score raises its alarm on reaching the limit, a vital on passing it.
        sign = "≥" if param == "news2" else "<" if kind == "low" else ">"
        value, limit = measures.beside(param, alarm.value, alarm.limit), measures.text(param, alarm.limit)
        return SafeText(f"{was}{label(param)} {value} {sign} {limit}")
    if alarm.value is not None and alarm.limit is not None and (kind in _CHANGES or kind == "unit"):
        return SafeText(f"{was}{label(param)} {_changed(alarm, measures)}")
    reason = ABSENT.get(alarm.detail, (alarm.detail,))[0]
    words = safe_text(reason, 60) or _KINDS.get(kind) or safe_text(called(kind), 40)
    return SafeText(f"{was}{label(param)} {words}" if param in VITALS or param == "news2" else was + words)


def _changed(alarm: Alarm, measures: Measures) -> str:
    """``91, 5 below 10 min ago``; of a unit that may be mistaken ``11 after 198: unit?``."""
    param, kind, value, limit = alarm.ref.param, alarm.ref.kind, alarm.value, alarm.limit
    assert value is not None and limit is not None
    now, before = measures.text(param, value), measures.text(param, limit)
    if kind == "unit":
        return f"{now} after {before}: unit?"
    decimals = len(now.partition(".")[2])
    return f"{now}, {abs(float(now) - float(before)):.{decimals}f} {_CHANGES[kind]} {safe_text(alarm.detail, 12)} ago"


def parts(texts: Sequence[str], width: int, glyphs: Glyphs) -> Sequence[str]:
    """As many of ``texts`` as fit ``width`` cells with one space between; the first is cut where it must be."""
    first, *others = texts
    if len(first) > width:
        return (fit(first, width, glyphs.more).rstrip(),)
    used, chosen = len(first), [first]
    for text in others:
        if text and used + 1 + len(text) <= width:
            chosen.append(text)
            used += 1 + len(text)
    return chosen
