"""The events of a timeline in words: what each is about, and what happened, in the voice of whoever tells it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward import link, writes
from iomt_tui.ward.exports import CSV, FHIR, JSON, SVG, TEXT
from iomt_tui.ward.story import bedside, chronicle, exports, medication
from iomt_tui.ward.story.step_words import PRIORITY, Voice, step_about, step_words
from iomt_tui.ward.story.timeline import Category, Event, Hour

TAG: Final = {
    Category.VITALS: "obs", Category.ALARM: "alarm", Category.ACK: "ack", Category.QUIET: "quiet",
    Category.ESCALATION: "esc", Category.LIMITS: "limit", Category.DOSE: "dose", Category.NOTE: "note",
    Category.DEVICE: "dev", Category.EXPORT: "file", Category.RECORD: "rec", Category.SERVER: "serv",
    Category.MONITORING: "mon",
}  # fmt: skip
"""A short word for each category, at most five cells."""

_HALF_A_DAY: Final = 12 * 3_600_000
LATE: Final = 10 * 60_000
"""A dose, or what is told, is late beyond so many ms."""

_ASIDE: Final = frozenset({"nibp_mean", "ibp_mean", "pi"})
_PAIRS: Final = {"nibp_sys": "nibp_dia", "ibp_sys": "ibp_dia"}
_WRITES: Final = {
    writes.ACK: "Acknowledgement", writes.DOSE: "Dose record", writes.NOTE: "Note", writes.VITALS: "Vital signs",
}  # fmt: skip
_STOOD: Final = {
    writes.CONFLICT: "contradicted by the server", writes.DENIED: "not allowed by the server",
    writes.FAILED: "not taken by the server", writes.EXPIRED: "not delivered to the server",
    writes.STALE: "changed on the server since: look again", writes.TAKEN: "already taken",
    chronicle.CHARTED: "charted on the server",
}  # fmt: skip
_LINES: Final = {
    f"{chronicle.LINE}{state}": words
    for state, words in (
        (link.LIVE, "live"), (link.LOST, "does not answer"), (link.SIGNED_OUT, "nobody is signed in"),
        (link.DENIED, "refuses what is asked"),
    )
}  # fmt: skip
_STATES: Final = {"on": "on again", "off": "switched off", "gone": "signed off", "charging": "charging"}
_DOSES: Final = {
    medication.ORDERED: "ordered", medication.CHANGED: "order changed", medication.RESUMED: "goes on",
    medication.ON_HOLD: "on hold", "stopped": "stopped", "completed": "order completed", "cancelled": "order cancelled",
    adm.GIVEN: "given", adm.REFUSED: "refused", adm.HELD: "held", adm.DELAYED: "delayed",
    adm.NOT_AVAILABLE: "not available", adm.EFFECT: "effect", adm.ERROR: "record taken back",
    medication.RATE: "rate set", medication.RATE_STOPPED: "infusion stopped", medication.TAKEN: "taken at home",
    medication.DISPENSED: "dispensed",
}  # fmt: skip
_NOTES: Final = {chronicle.WRITTEN: "Note", chronicle.CORRECTION: "Correction", chronicle.AMENDED: "Note amended"}
_EXPORTS: Final = {
    exports.EXPORTED: "Exported", exports.REFUSED: "Export REFUSED", exports.NOT_MADE: "Export NOT MADE after all",
}  # fmt: skip
_FORMATS: Final = {CSV: "CSV", JSON: "JSON", TEXT: "text", FHIR: "FHIR Bundle", SVG: "picture"}
_MONITORING: Final = {chronicle.STARTED: "began", chronicle.STOPPED: "ended: nobody watches"}


class Said(NamedTuple):
    """An event in words. ``mark`` says that ``words`` do not hold any more: they alone may be struck through.
    ``conflict``: what somebody has to look at."""

    about: str
    mark: str
    words: str
    after: str = ""
    conflict: str = ""

    @property
    def whole(self) -> str:
        """All of it in one line."""
        about = ", ".join(part for part in (self.about, self.mark, self.conflict) if part)
        said = " ".join(part for part in (self.words, self.after) if part)
        return f"{about}: {said}" if said else about


def said(event: Event, voice: Voice, begins: int = 0) -> Said:
    """The event; of one since ``begins`` (ms), where the log does, also when it was told, where that was much later."""
    about, words = _SAYS[event.category](event, voice)
    late = event.logged - event.at > LATE and event.at >= begins and event.hour is None
    fix = event.fixed
    fixed = "CORRECTED" if event.category is not Category.EXPORT else "NOT MADE, told"
    mark = f"{fixed} at {voice.time(fix.at)} by {fix.by or 'somebody'}" if fix is not None else ""
    return Said(about, mark, words, f"(told at {voice.time(event.logged)})" if late else "", _conflict(event, voice))


def _conflict(event: Event, voice: Voice) -> str:
    """Corrections of one note that did not know of each other."""
    if (first := event.crosses) is not None:
        return f"CONFLICT: {first.by or 'somebody'} corrected it before, at {voice.time(first.at)}"
    if not event.also:
        return ""
    return "ALSO corrected by " + ", ".join(f"{one.by or 'somebody'} at {voice.time(one.at)}" for one in event.also)


def _step(event: Event, voice: Voice) -> tuple[str, str]:
    assert event.step is not None
    return step_about(event.step, voice), step_words(event.step, voice)


def _limits(event: Event, voice: Voice) -> tuple[str, str]:
    setting = event.setting
    assert setting is not None
    about = f"{voice.vital(setting.vital)} limits{'' if setting.patient else ' of the whole ward'}"
    reason = f": {event.words}" if event.words else ""
    by = event.by or "somebody"
    if event.what == chronicle.BACK:
        return about, f"back to what holds without, by {by}{reason}"
    until = f" until {voice.time(setting.until)}" if setting.until is not None else ""
    return about, f"{limits_words(setting, voice)}, set by {by}{until}{reason}"


def limits_words(setting: Setting, voice: Voice) -> str:
    """The limits themselves: "high below 85 %, medium below 90 %"; "all off" where there is none."""
    rows = [words for row in setting.limits or () for words in _sides(row, voice)]
    return ", ".join(rows) or "all off"


def _sides(row: Limit, voice: Voice) -> list[str]:
    name = PRIORITY[Priority(row.priority)]
    sides = (("below", row.low), ("above", row.high))
    return [f"{name} {side} {voice.quantity(row.key, value)}" for side, value in sides if value is not None]


def _dose(event: Event, voice: Voice) -> tuple[str, str]:
    words = _DOSES.get(event.what, event.what)
    if event.replaces and event.what not in (adm.EFFECT, adm.ERROR):
        words = f"corrected record: {words}"
    if event.words:
        words += f": {event.words}" if event.what in (adm.EFFECT, adm.ERROR) else f", {event.words}"
    if event.before:
        words += f", was {event.before}"
    if event.by:
        words += f", by {event.by}"
    if event.lasted is not None and event.lasted > LATE:
        words += f", {voice.length(event.lasted)} late"
    return event.about, words


def _note(event: Event, _voice: Voice) -> tuple[str, str]:
    by = f" by {event.by}" if event.by else ""
    origin = f" from {event.origin}" if event.origin else ""
    return f"{_NOTES[event.what]}{by}{origin}", event.words


def _device(event: Event, _voice: Voice) -> tuple[str, str]:
    if event.what == bedside.STATE:
        return event.about, _STATES.get(event.words, event.words)
    if event.what == bedside.FIRMWARE:
        return event.about, f"firmware {event.words}, was {event.before}"
    return event.about, "attached" if event.what == bedside.ATTACHED else "removed from the patient"


def _record(event: Event, _voice: Voice) -> tuple[str, str]:
    if event.what == bedside.LEFT:
        return "Left the ward", ""
    if event.what == bedside.ADMITTED:
        return "Admitted", ", ".join(part for part in (event.about, event.words) if part)
    was = f", was {event.before}" if event.before != bedside.NONE else ""
    return event.about[:1].upper() + event.about[1:], f"{event.words}{was}"


def _export(event: Event, voice: Voice) -> tuple[str, str]:
    """Which page, of what time, as what, by whom and from where, into which file."""
    one = event.export
    assert one is not None
    others = len(one.patients) - 1
    beside = f" with {others} other patients" if others > 1 else " with another patient" if others else ""
    time = voice.time(one.end)
    time = f"as of {time}" if one.start == one.end else f"{voice.length(one.end - one.start)} up to {time}"
    ago = f", {voice.length(event.at - one.end)} before" if event.at - one.end > _HALF_A_DAY else ""
    station = f" at {one.station}" if one.station else ""
    why = f"{event.words}; " if event.words else ""
    by = f"by {event.by or 'somebody'}{station}"
    return _EXPORTS[event.what], f"{why}{one.what}{beside}, {time}{ago}, as {_FORMATS[one.form]}, {by}, {one.name}"


def _server(event: Event, _voice: Voice) -> tuple[str, str]:
    if event.what in _LINES:
        return event.about, _LINES[event.what] + (f": {event.words}" if event.words else "")
    why = f": {event.words}" if event.words else ""
    by = f" by {event.by}" if event.by else ""
    return _WRITES.get(event.about, event.about), f"{_STOOD[event.what]}{by}{why}"


def _monitoring(event: Event, voice: Voice) -> tuple[str, str]:
    if event.lasted is not None:
        return "Monitoring", f"nobody watched for {voice.length(event.lasted)}"
    return "Monitoring", _MONITORING[event.what]


def _vitals(event: Event, voice: Voice) -> tuple[str, str]:
    if event.hour is None:
        by = f" by {event.by}" if event.by else ""
        return "NEWS2 of the server", f"{event.words}{by}"
    return voice.stretch(event.hour.start, event.logged), hour_words(event.hour, voice)


def hour_words(hour: Hour, voice: Voice) -> str:
    """The ranges of an hour, vital by vital in the catalogue's order; a pressure in one, and what follows from others
    left out."""
    own = {span.vital: span for span in hour.spans if span.vital not in _ASIDE}
    if "hr" in own:
        own.pop("pulse", None)
    parts = []
    if hour.news2 is not None:
        parts.append(f"NEWS2 {voice.between('news2', *hour.news2)}")
    for key in VITALS:
        if key not in own or (key in _PAIRS.values() and any(_PAIRS.get(other) == key for other in own)):
            continue
        below = own.get(_PAIRS.get(key, ""))
        text = voice.between(key, own[key].low, own[key].high, unit=below is None)
        if below is not None:
            text += voice.over + voice.between(below.vital, below.low, below.high)
        parts.append(f"{voice.vital(key) if below is None else voice.pressure(key)} {text}")
    return ", ".join(parts)


_SAYS: Final[Mapping[Category, Callable[[Event, Voice], tuple[str, str]]]] = {
    **dict.fromkeys((Category.ALARM, Category.ACK, Category.QUIET, Category.ESCALATION), _step),
    Category.VITALS: _vitals, Category.LIMITS: _limits, Category.DOSE: _dose, Category.NOTE: _note,
    Category.DEVICE: _device, Category.EXPORT: _export, Category.RECORD: _record, Category.SERVER: _server,
    Category.MONITORING: _monitoring,
}  # fmt: skip
