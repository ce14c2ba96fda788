"""The cells of a row, one function a column. Each gives exactly the width it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, held_back, lying_over
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import SafeText, text_width
from iomt_tui.tui.board import looks, numbers, words
from iomt_tui.tui.board.columns import SLOPE_CELLS, SLOPE_WINDOW_MS
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.looks import Run, Runs
from iomt_tui.tui.board.source import SPARKS, spark_vital
from iomt_tui.tui.board.spark import Scale, sparkline
from iomt_tui.tui.board.state import RowState, first_live, pressure, severity_of
from iomt_tui.ward.view import DeviceView, Severity
from iomt_tui.ward.writes import CONFIRMED, MISSED, STALE, TAKEN, WAITING, Written

Cell = Callable[[RowState, int], Runs]

BATTERY_LOW: Final = 20
"""Percent at which a battery is worth a look."""

FRESH_MS: Final = 10_000
SILENT_MS: Final = 60_000
"""Silence that is nothing to read, and silence at a bed that is."""

_FULL_INPUTS: Final = 7

_QUIET: Final = {PAUSE: "paused", SHELVE: "shelved", STANDBY: "standby", INHIBIT: "held back"}


def _gutter(row: RowState, width: int) -> Runs:
    """The selection, else whether the patient is one of the user's own."""
    glyphs = row.manner.glyphs
    if row.selected:
        return ((glyphs.selected, looks.CURSOR),)
    return ((glyphs.pinned if row.pinned else " ", looks.MARK),)


def severity_look(row: RowState) -> str:
    """The look of the row's severity mark: filled while nobody has acknowledged the alarm behind it."""
    alarm = row.view.top_alarm
    severity = row.view.severity
    if severity == Severity.NONE:
        return looks.BLANK
    waiting = alarm is not None and alarm.state in ("unack", "latched") and severity_of(alarm) == severity
    if alarm is not None and held_back(alarm.ref.key, row.view.suppressions):
        waiting = False
    return (looks.ALARM if waiting and row.lit else looks.CALMED)[severity]


def _severity(row: RowState, width: int) -> Runs:
    mark = row.manner.glyphs.severity[row.view.severity]
    return ((f"{mark:<{width}}", severity_look(row)),) if mark else ((" " * width, looks.BLANK),)


def _word(row: RowState, width: int) -> Runs:
    look = looks.CALMED.get(row.view.severity, looks.BLANK)
    return ((f"{words.SEVERITY[row.view.severity]:<{width}}", look),)


def identity_look(row: RowState) -> str:
    """Bed and name stand out where somebody has to go there."""
    return looks.STRONG if row.view.severity >= Severity.MEDIUM else looks.NAME


def _bed(row: RowState, width: int) -> Runs:
    """The bed, with a mark behind it for a patient at home."""
    glyphs = row.manner.glyphs
    bed = fit(row.view.bed, max(width - 1, 4), glyphs.more).rstrip()
    mark = glyphs.home if row.view.home and width > 4 else ""
    rest = " " * (width - text_width(SafeText(bed)) - len(mark))
    return ((bed, identity_look(row)), (mark + rest, looks.MARK))


def _patient(row: RowState, width: int) -> Runs:
    years = row.view.age_years
    about = f"{'' if years is None else min(years, 199)}{row.view.sex[:1]}"
    room = width - 4
    if not about or room < 8:
        return ((called(row, width), identity_look(row)),)
    return ((called(row, room), identity_look(row)), (f"{about:>4}", looks.LABEL))


def called(row: RowState, width: int) -> str:
    """The patient's name, marked when it looks like another's (SAFETY S6), when the patient is quiet (H14) or has other
    alarm limits (H15), and when the ward's server does not have an acknowledgement (T33)."""
    glyphs = row.manner.glyphs
    quiet = {one.what for one in row.view.suppressions}
    marks = (
        glyphs.similar if row.view.similar else "",
        glyphs.paused if PAUSE in quiet else "",
        glyphs.standby if STANDBY in quiet else "",
        glyphs.off if row.view.limits_off else glyphs.limits if row.view.limits else "",
        glyphs.unwritten if any(missed(row.view.written.get(alarm.ref)) for alarm in row.view.alarms) else "",
    )
    tail = "".join(marks)
    if not tail or width < 3 + len(tail):
        return fit(row.view.name, width, glyphs.more)
    return fit(f"{fit(row.view.name, width - 1 - len(tail), glyphs.more).rstrip()} {tail}", width)


def missed(written: Written | None) -> bool:
    """Whether an acknowledgement is not on the server as it was made here."""
    return written is not None and (written.state in MISSED or written.state == STALE)


def _id(row: RowState, width: int) -> Runs:
    mrn = row.view.mrn
    tail = mrn if len(mrn) < width else row.manner.glyphs.more + mrn[2 - width :]
    return ((" " + fit(tail, width - 1), looks.LABEL),)


def _news2(row: RowState, width: int) -> Runs:
    score, glyphs = row.view.news2, row.manner.glyphs
    if score.known == 0:
        return ((f"{glyphs.never:>2}".ljust(width), looks.MUTE),)
    look = _news_look(row)
    if score.known < _FULL_INPUTS:
        total, rest = f"{glyphs.at_least}{score.total}", f" {score.known}/{_FULL_INPUTS}"
    else:
        total = f"{score.total:>2}"
        rest = " " + (glyphs.falling, glyphs.steady, glyphs.rising)[row.view.news2_direction + 1]
    rest = rest if len(total) + len(rest) <= width else ""
    if row.view.server_news2 is not None and row.view.server_news2.disagrees:
        rest = glyphs.differs + rest if len(total) + len(rest) < width else glyphs.differs
        return ((total, look), (rest.ljust(width - len(total)), looks.STRONG))
    return ((total, look), (rest.ljust(width - len(total)), looks.LABEL))


def _news_look(row: RowState) -> str:
    """Royal College of Physicians bands: emergency from 7, urgent from 5 or 3 in a single parameter."""
    score = row.view.news2
    if row.halted:
        return looks.HALTED
    if score.total >= 7:
        return looks.CALMED[Severity.HIGH]
    if score.total >= 5 or any(points == 3 for _, points in score.points):
        return looks.CALMED[Severity.MEDIUM]
    return looks.VALUE


def _vital(*keys: str) -> Cell:
    return lambda row, width: numbers.number(row, first_live(row.view, *keys), width)


def _glucose(row: RowState, width: int) -> Runs:
    vital = row.view.vitals.get("glucose")
    arrow = numbers.slope(row, row.sparks.get("glucose"), SLOPE_WINDOW_MS // SLOPE_CELLS)
    level = arrow == row.manner.glyphs.slopes[2]
    return numbers.number(row, vital, width, mark=arrow if level else "", over="" if level else arrow)


def _pressure_age(row: RowState, width: int) -> Runs:
    systolic, _ = pressure(row.view)
    text = "" if systolic is None else words.age(systolic.age)
    return ((f"{text:<{width}}", looks.LABEL),)


def spark(row: RowState, column: str, width: int) -> Runs:
    """The sparkline of a column. Of a vital that is gone, the last value and its age: in the gap at the end, else,
    after a minute, in place of the line."""
    points = row.sparks.get(column)
    vital = spark_vital(row.view, column)
    if not points or vital is None:
        return ((" " * width, looks.BLANK),)
    floor, ceiling = VITALS[vital.key].spark
    scale = Scale(floor, ceiling, vital.low, vital.high, vital.key == "spo2")
    runs = sparkline(points, scale, row.manner.glyphs)
    if vital.live or row.told:
        return runs
    text, look = runs[-1]
    gap = len(text) if look == looks.BLANK else 0
    forms = words.last(vital, row.manner.measures, named=False)
    if remark := words.longest(forms, gap - 1):
        return (*runs[:-1], (f" {remark:<{gap - 1}}", looks.GONE))
    remark = words.longest(forms, width) if (vital.age or 0) >= SILENT_MS else ""
    return ((f"{remark:<{width}}", looks.GONE),) if remark else runs


def _spark(column: str) -> Cell:
    return lambda row, width: spark(row, column, width)


def _data(row: RowState, width: int) -> Runs:
    """How long ago anything was heard of the patient."""
    contact = row.view.last_contact
    if contact is None:
        return ((f"{row.manner.glyphs.never:>{width}}", looks.MUTE),)
    silent = max(row.now - contact, 0)
    # At home nobody measures without a break; there a silence is for the alarms to judge.
    look = looks.STRONG if silent >= SILENT_MS and not row.view.home else looks.LABEL
    return ((f"{words.age(silent):>{width}}", looks.MUTE if silent < FRESH_MS else look),)


def _battery(row: RowState, width: int) -> Runs:
    charges = [device.battery for device in row.view.devices if device.battery is not None]
    if not charges:
        return ((f"{row.manner.glyphs.never:>{width}}", looks.MUTE),)
    return ((f"{min(charges)}%".rjust(width), looks.STRONG if min(charges) <= BATTERY_LOW else looks.LABEL),)


def _doses(row: RowState, width: int) -> Runs:
    """Doses that are due and late: "2 due · 1 late"; what is late stays where there is no room for both."""
    due, late = row.view.doses.due, row.view.doses.overdue
    said = [text for text in (f"{due} due" if due else "", f"{late} late" if late else "") if text]
    text = f" {row.manner.glyphs.dot} ".join(said)
    if len(text) > width:
        text = said[-1]
    return ((f"{text[:width]:<{width}}", looks.STRONG if late else looks.LABEL),)


def _devices(row: RowState, width: int) -> Runs:
    glyphs, runs, used = row.manner.glyphs, list[Run](), 0
    # What needs a hand comes first: it must not be cut off.
    for device in sorted(row.view.devices, key=_urgency):
        text = fit(device.kind, min(len(device.kind), 8), glyphs.more).rstrip() + f" {_health(device)}"
        between = f" {glyphs.dot} " if used else ""
        if used + len(between) + len(text) > width:
            break
        runs += [(between, looks.LABEL), (text, looks.STRONG if _urgency(device)[0] == 0 else looks.LABEL)]
        used += len(between) + len(text)
    return (*runs, (" " * (width - used), looks.BLANK))


def _urgency(device: DeviceView) -> tuple[int, int]:
    away = device.state in ("gone", "off")
    battery = 101 if device.battery is None else device.battery
    return (0 if away or battery <= BATTERY_LOW else 1, battery)


def _health(device: DeviceView) -> str:
    if device.state in ("gone", "off", "charging"):
        return {"gone": "gone", "off": "off", "charging": "chg"}[device.state]
    return "on" if device.battery is None else f"{device.battery}%"


def _alarm(row: RowState, width: int) -> Runs:
    """The top alarm with its age, how many more there are and who has it."""
    alarm, glyphs = row.view.top_alarm, row.manner.glyphs
    if alarm is None:
        return ((" " * width, looks.BLANK),)
    others = len(row.view.alarms) - 1
    chosen: Sequence[str] = words.parts(
        (
            words.condition(alarm, row.manner.measures),
            words.age(max(row.now - alarm.raised, 0)),
            f"+{others}" if others else "",
            f"{_owned(row, alarm)}{alarm.by}" if alarm.state == "acked" else "",
            *(_QUIET.get(one.what, "") for one in lying_over(alarm.ref.key, row.view.suppressions)),
            "now in limits" if alarm.state == "latched" else "",
        ),
        width,
        glyphs,
    )
    rest = "".join(f" {text}" for text in chosen[1:])
    look = looks.CALMED[severity_of(alarm)]
    return ((chosen[0], look), (rest.ljust(width - len(chosen[0])), looks.LABEL))


def _owned(row: RowState, alarm: Alarm) -> str:
    """The mark before who has the alarm: whether the ward's server knows it, where there is one."""
    written, glyphs = row.view.written.get(alarm.ref), row.manner.glyphs
    if written is None or written.state == CONFIRMED:
        return glyphs.acked
    return {WAITING: glyphs.waiting, TAKEN: glyphs.taken}.get(written.state, glyphs.unwritten)


def _concern(row: RowState, width: int) -> Runs:
    """The top alarm; without one, what the patient is here for."""
    return (_alarm if row.view.alarms else _problem)(row, width)


def _problem(row: RowState, width: int) -> Runs:
    return ((fit(row.view.problem, width, row.manner.glyphs.more), looks.LABEL),)


def _worst(row: RowState, width: int) -> Runs:
    """The one number to show where there is room for one: what the alarm is about, else SpO2."""
    alarm = row.view.top_alarm
    key = alarm.ref.param if alarm is not None and alarm.ref.param in row.view.vitals else "spo2"
    name = words.label(key)[: width - 5]
    return ((f"{name:<{width - 5}}", looks.LABEL), *numbers.number(row, row.view.vitals.get(key), 5))


CELLS: Final[Mapping[str, Cell]] = {
    "gutter": _gutter, "severity": _severity, "word": _word, "bed": _bed,
    "patient": _patient, "id": _id, "news2": _news2, "worst": _worst,
    "hr": numbers.heart_rate, "spo2": _vital("spo2"), "rr": _vital("rr"),
    **{column: _spark(column) for column in SPARKS},
    "bp": numbers.blood_pressure, "bp_age": _pressure_age,
    "map": _vital("ibp_mean", "nibp_mean"), "temp": _vital("temp"), "glucose": _glucose, "weight": _vital("weight"),
    "data": _data, "battery": _battery, "doses": _doses, "devices": _devices,
    "alarm": _alarm, "concern": _concern, "problem": _problem,
}  # fmt: skip
"""What draws each column of :mod:`iomt_tui.tui.board.columns`."""
