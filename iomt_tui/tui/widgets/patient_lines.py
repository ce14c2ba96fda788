"""One patient in words: who, what is wrong, each number with its age, the score input by input. Pure.

A section is a heading and lines; :func:`patient_lines` puts them in the order of a bedside look,
:mod:`iomt_tui.tui.widgets.overview_lines` side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final

from textual.content import Content

from iomt_tui.alarms.grouping import AlarmGroup, grouped
from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.suppression import PAUSE, STANDBY
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition, label, long_age
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.courses import Courses
from iomt_tui.tui.widgets.group_words import group_words
from iomt_tui.tui.widgets.header import zone
from iomt_tui.tui.widgets.limit_lines import setting_words
from iomt_tui.tui.widgets.medication_lines import medication_lines
from iomt_tui.tui.widgets.phrases import quiet
from iomt_tui.tui.widgets.rows import MUTED, NUMBER, heading, wrapped
from iomt_tui.tui.widgets.score_lines import POINTS, news2_heading, news2_lines, other_scores
from iomt_tui.tui.widgets.server_lines import charted_lines, news2_beside, note_lines
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.strip import in_hand, lasting
from iomt_tui.tui.widgets.vital_courses import now_lines
from iomt_tui.tui.widgets.vital_lines import vital_lines
from iomt_tui.tui.widgets.written_words import line_of
from iomt_tui.ward.medication import MedicationView
from iomt_tui.ward.view import DeviceView, PatientView

_SEX: Final = {"F": "female", "M": "male", "X": "other"}

REASONS: Final = {
    "sensor-off": "sensor off",
    "not-measured": "not measured",
    "invalid": "device says invalid",
    "sentinel": "placeholder in place of a number",
    "not-finite": "not a finite number",
    "implausible": "outside what a body can have",
    "unknown-unit": "unknown unit",
    "missing-unit": "no unit",
    "not-a-number": "not a number",
    "future": "device clock ahead",
    "unknown-code": "unknown code",
}
"""Why input was refused."""


class Part(StrEnum):
    """A section of what is told of a patient."""

    WHO = "who"
    ALARMS = "alarms"
    LIMITS = "limits"
    NOW = "now"
    NEWS2 = "NEWS2"
    NOTES = "notes"
    CHARTED = "charted"
    SCORES = "scores"
    MEDICATIONS = "medications"
    DEVICES = "devices"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sections:
    """One patient at one moment, told in sections that are as wide as they are asked to be. ``halted``: nobody
    monitors, no number is live; ``gathered``: alarms that are not high stand in one line, as long as alarms flood in;
    ``headed``: name and record stand above already; ``server``: the name of the ward's server; ``courses``: what the
    vital signs did lately, None where that is not shown."""

    view: PatientView
    measures: Measures
    now: int
    tz: str
    halted: bool
    pinned: bool
    gathered: bool = False
    headed: bool = False
    medication: MedicationView | None = None
    server: str = ""
    courses: Courses | None = None

    def of(self, part: Part, width: int) -> list[Content]:
        """One section with its heading, ``width`` cells a line; empty where there is nothing to tell."""
        view, measures, now, tz, server = self.view, self.measures, self.now, self.tz, self.server
        match part:
            case Part.WHO:
                return list(_identity(view, width, pinned=self.pinned, headed=self.headed))
            case Part.ALARMS:
                rows = _alarms(view, measures, now, tz, width, gathered=self.gathered, server=server)
                return _headed("Alarms", rows, width)
            case Part.LIMITS:
                return _headed("Alarm limits that were set", _limits(view, tz, width), width)
            case Part.NOW:
                return self._now(width)
            case Part.NEWS2:
                points = NUMBER if self.courses is None else POINTS
                rows = chain(news2_lines(view, measures, width, points), news2_beside(view, server, tz, width))
                return _headed(news2_heading(view, halted=self.halted), rows, width)
            case Part.NOTES:
                return _headed("Notes", note_lines(view, server, now, tz, width), width)
            case Part.CHARTED:
                rows = charted_lines(view, server, now, tz, width)
                return _headed(f"Charted on {server or 'the server'}", rows, width)
            case Part.SCORES:
                return _headed("Other scores", other_scores(view, width), width)
            case Part.MEDICATIONS:
                known = self.medication
                rows = iter(()) if known is None else medication_lines(known, zone(tz), width)
                return _headed("Medications", rows, width)
            case Part.DEVICES:
                return _headed("Devices", _devices(view, now, width), width)
            case Part.REFUSED:
                return _headed("Refused inputs", _refused(view, width), width)

    def _now(self, width: int) -> list[Content]:
        title = "Last known – NOT LIVE" if self.halted else "Now"
        if self.courses is not None:
            rows = now_lines(self.view, self.measures, self.courses, title, width, halted=self.halted)
            if rows is not None:
                return rows
        return _headed(title, vital_lines(self.view, self.measures, width, halted=self.halted), width)


def patient_lines(told: Sections, width: int) -> list[Content]:
    """Everything known of the patient in the order of a bedside look, ``width`` cells a line."""
    return stacked(told, Part, width)


def stacked(told: Sections, parts: Iterable[Part], width: int) -> list[Content]:
    """Those of the sections that have lines, one under the other."""
    out: list[Content] = []
    for part in parts:
        if rows := told.of(part, width):
            out += [*([EMPTY] if out else []), *rows]
    return out


def _headed(words: str, rows: Iterable[Content], width: int) -> list[Content]:
    body = list(rows)
    return [heading(words, width), *body] if body else []


def _identity(view: PatientView, width: int, *, pinned: bool, headed: bool) -> Iterator[Content]:
    place = "at home" if view.home else f"bed {view.bed}" if view.bed else "no bed"
    mark = plain(" mine ", "bold $accent reverse") if pinned else EMPTY
    if not headed:
        yield spread(plain(view.full_name or view.name or view.id, "bold"), mark, width)
    years = f"{view.age_years} years" if view.age_years is not None else "age unknown"
    where = f"{view.bed}, at home" if view.home and view.bed else place
    about = plain(" · ".join(x for x in (where, _SEX.get(view.sex, ""), years) if x))
    yield spread(about, mark if headed else EMPTY, width)
    if not headed:
        yield fitted(joined(plain("Record ", MUTED), plain(view.mrn or "unknown", "bold")), width)
    if view.similar:
        yield from wrapped(f"SIMILAR NAME on this ward: {', '.join(view.similar)}", width, "bold $warning")
    if view.problem:
        yield from wrapped(view.problem, width)
    if view.conditions:
        yield from wrapped(", ".join(view.conditions), width, MUTED)
    if view.allergies:
        yield from wrapped(f"ALLERGIES: {', '.join(view.allergies)}", width, "bold $warning")
    else:
        yield plain("No allergies recorded", MUTED)
    if view.code_status:
        against = view.code_status.startswith("Not ")
        yield from wrapped(f"CODE STATUS: {view.code_status}", width, "bold $warning" if against else "bold")
    else:
        yield plain("Code status not known", MUTED)
    if view.flags:
        yield from wrapped(f"! {', '.join(view.flags)}", width, "bold $warning")
    if view.team:
        yield from wrapped(f"Care team: {', '.join(view.team)}", width, MUTED)


def _alarms(
    view: PatientView, measures: Measures, now: int, tz: str, width: int, *, gathered: bool, server: str
) -> Iterator[Content]:
    shown = {alarm.ref.key for alarm in view.alarms}
    for one in view.suppressions:
        if one.what in (PAUSE, STANDBY):
            yield from wrapped(_capital(quiet(one, tz, now)), width, "bold $warning")
        elif one.key not in shown:
            words = f"{label(one.param)} {one.kind}, not in force: {quiet(one, tz, now)}"
            yield from wrapped(words, width, MUTED)
    rows = grouped(view.alarms) if gathered else tuple(AlarmGroup((alarm,)) for alarm in view.alarms)
    for row in rows:
        if row.single:
            yield _alarm(row.top, measures, now, tz, width)
            if (written := view.written.get(row.top.ref)) is not None:
                yield from line_of(written, server, tz, width, 4)
        else:
            yield from _gathered(row, measures, width, more=len(rows) > 1)
        for one in view.suppressions:
            if one.key in {alarm.ref.key for alarm in row.alarms}:
                yield from (joined(plain("    "), line) for line in wrapped(quiet(one, tz, now), width - 4, MUTED))


def _limits(view: PatientView, tz: str, width: int) -> Iterator[Content]:
    """Who set which limits, why and until when (SAFETY H15); what is switched off is said loudly."""
    for words in view.limits_off:
        vital, _, side = words.partition(" ")
        yield from wrapped(f"{label(vital)}: the {side} alarm limit is OFF", width, "bold $warning")
    for setting in view.limits:
        yield from wrapped(f"{label(setting.vital)}: {setting_words(setting, tz)}", width)
        if setting.warning:
            yield from wrapped(f"  {setting.warning}", width, "$warning")


def _gathered(row: AlarmGroup, measures: Measures, width: int, *, more: bool) -> Iterator[Content]:
    severity = severity_of(row.top)
    for number, line in enumerate(wrapped(group_words(row, measures, more=more), width - 4, ink(severity))):
        yield joined(plain(f"{'' if number else SIGN[severity]:<4}", ink(severity)), line)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _alarm(alarm: Alarm, measures: Measures, now: int, tz: str, width: int) -> Content:
    severity = severity_of(alarm)
    waits = alarm.state != "acked"
    left = joined(
        plain(f"{SIGN[severity]:<3}", ink(severity)),
        plain(f" {condition(alarm, measures)}", ink(severity) if waits else ""),
    )
    since = lasting(now - alarm.raised)
    for words in (f" {since} · {in_hand(alarm, tz, now)}", f" {since} · {in_hand(alarm, tz)}"):
        right = plain(words, MUTED)
        if left.cell_length + right.cell_length <= width:
            return spread(left, right, width)
    return spread(left, plain(f" {since}", MUTED), width)


def _devices(view: PatientView, now: int, width: int) -> Iterator[Content]:
    for device in view.devices:
        yield _device(device, now, width)


def _device(device: DeviceView, now: int, width: int) -> Content:
    name = f"{device.model or device.kind or device.id}"
    low = device.battery is not None and device.battery <= 20
    battery = f"{device.battery} %" if device.battery is not None else ""
    signal = f"signal {device.signal} %" if device.signal is not None and width >= 56 else ""
    state = "" if device.state == "on" else device.state.upper()
    contact = f"{long_age(now - device.last_contact)} ago" if device.last_contact is not None else "never heard"
    if device.last_contact is not None and now - device.last_contact < 10_000:
        contact = "now"
    left = joined(plain(name), plain(f"  {battery}{' low' if low else ''}", "bold $warning" if low else MUTED))
    right = plain("  ".join(part for part in ("", signal, state, contact) if part), MUTED)
    return spread(left, right, width)


def _refused(view: PatientView, width: int) -> Iterator[Content]:
    for reason, count in sorted(view.refused.items(), key=lambda item: (-item[1], item[0])):
        yield spread(plain(REASONS.get(reason, reason)), plain(f" {count}×", MUTED), width)
