"""One patient in words: who, what is wrong, each number with its age, the score input by input. Pure.

A section is a heading and lines; :func:`patient_lines` puts them in the order of a bedside look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import Final

from textual.content import Content

from iomt_tui.alarms.grouping import AlarmGroup, grouped
from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.suppression import PAUSE, STANDBY
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition, label, long_age
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.group_words import group_words
from iomt_tui.tui.widgets.header import zone
from iomt_tui.tui.widgets.limit_lines import setting_words
from iomt_tui.tui.widgets.medication_lines import medication_lines
from iomt_tui.tui.widgets.phrases import quiet
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.score_lines import news2_heading, news2_lines, other_scores
from iomt_tui.tui.widgets.server_lines import charted_lines, news2_beside, note_lines
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.strip import in_hand, lasting
from iomt_tui.tui.widgets.vital_lines import vital_lines
from iomt_tui.tui.widgets.written_words import line_of
from iomt_tui.ward.medication import MedicationView
from iomt_tui.ward.view import DeviceView, PatientView

TWO: Final = 112
"""Cells from which the sections stand in two columns."""

GUTTER: Final = 3
"""Cells between the columns."""

_LEFT: Final = 4  # sections of the first column: who, alarms, limits, vital signs

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


def patient_lines(
    view: PatientView, measures: Measures, now: int, tz: str, width: int, *, halted: bool, pinned: bool,
    gathered: bool = False, headed: bool = False, medication: MedicationView | None = None, server: str = "",
) -> list[Content]:  # fmt: skip
    """Everything known of the patient, ``width`` cells a line, in two columns where there is room. ``halted``: nobody
    monitors, no number is live; ``gathered``: alarms that are not high stand in one line, as long as alarms flood in;
    ``headed``: name and record stand above already; ``server``: the name of the ward's server."""
    whole, width = width, (width - GUTTER) // 2 if width >= TWO else width
    sections = (
        ("", _identity(view, width, pinned=pinned, headed=headed)),
        ("Alarms", _alarms(view, measures, now, tz, width, gathered=gathered, server=server)),
        ("Alarm limits that were set", _limits(view, tz, width)),
        ("Now" if not halted else "Last known – NOT LIVE", vital_lines(view, measures, width, halted=halted)),
        (
            news2_heading(view, halted=halted),
            chain(news2_lines(view, measures, width), news2_beside(view, server, tz, width)),
        ),
        ("Notes", note_lines(view, server, now, tz, width)),
        (f"Charted on {server or 'the server'}", charted_lines(view, server, now, tz, width)),
        ("Other scores", other_scores(view, width)),
        ("Medications", medication_lines(medication, zone(tz), width) if medication is not None else ()),
        ("Devices", _devices(view, now, width)),
        ("Refused inputs", _refused(view, width)),
    )
    if whole < TWO:
        return _stacked(sections, width)
    return _side_by_side(_stacked(sections[:_LEFT], width), _stacked(sections[_LEFT:], width), width)


def _stacked(sections: Iterable[tuple[str, Iterable[Content]]], width: int) -> list[Content]:
    """Those that have lines, one under the other."""
    out: list[Content] = []
    for heading, body in sections:
        rows = list(body)
        if not rows:
            continue
        if heading:
            out += [*([EMPTY] if out else []), _heading(heading, width)]
        out += rows
    return out


def _side_by_side(left: list[Content], right: list[Content], width: int) -> list[Content]:
    gap = plain(" " * GUTTER)
    pairs = zip_longest(left, right, fillvalue=EMPTY)
    return [joined(fitted(one, width), gap, other) if other else one for one, other in pairs]


def _heading(words: str, width: int) -> Content:
    return joined(plain(f"{words} ", "bold $accent"), plain("─" * max(0, width - len(words) - 1), "dim"))


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
