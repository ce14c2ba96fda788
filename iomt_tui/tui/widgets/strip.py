"""The second line: the ward's worst alarm in full words, whose it is and who has it in hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from iomt_tui.alarms.model import Alarm
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.ward.view import PatientView, Severity

CALM: Final = "No alarm in force."
SECONDARY: Final = "The bedside monitors' own alarms come first."


@dataclass(frozen=True, slots=True)
class StripState:
    """The worst alarm and its patient; None and None when there is none."""

    patient: PatientView | None
    alarm: Alarm | None
    now: int  # log time, ms
    tz: str
    key: str = ""  # what acknowledges it: "a", or another when a row is chosen; "" when nothing does here
    others: int = 0  # alarms besides this one
    among: int = 0  # patients whose those are, while alarms flood in
    halted: bool = False  # nobody monitors: what stands here is the last that was known
    calm: str = CALM  # what stands here without an alarm


def who(patient: PatientView) -> str:
    """Two ways to know a patient: bed and name."""
    return f"{patient.bed} {patient.name}".strip() or patient.id


def lasting(ms: int) -> str:
    """How long something has lasted: ``2 min 14 s``, ``3 h 02 min``."""
    seconds = max(ms, 0) // 1000
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    if seconds < 2 * 86_400:
        return f"{seconds // 3600} h {seconds // 60 % 60:02d} min"
    return f"{seconds // 86_400} days"


def in_hand(alarm: Alarm, tz: str) -> str:
    """Who has acknowledged it."""
    if alarm.state != "acked":
        return "nobody yet"
    at = f" {clock(alarm.acked_at, tz, seconds=False)}" if alarm.acked_at is not None else ""
    return f"taken by {alarm.by or 'somebody'}{at}"


def strip_line(state: StripState, measures: Measures, width: int, *, lit: bool = True) -> Content:
    """The line in exactly ``width`` cells. ``lit`` is the phase of flashing: only the sign changes with it."""
    alarm, patient = state.alarm, state.patient
    if alarm is None or patient is None:
        return fitted(plain(f" {state.calm} {SECONDARY}", "$label"), width)
    severity = severity_of(alarm)
    waits = alarm.state != "acked" and not state.halted
    sign = plain(f" {SIGN[severity]:<3} ", ink(severity, filled=waits and lit))
    body = ink(severity, filled=waits and severity is Severity.HIGH)
    key = _key(state, width, body if waits else "$label")
    for words in _wordings(state, alarm, patient, measures):
        if sign.cell_length + len(words) + 1 + key.cell_length <= width:
            return spread(sign + plain(f" {words}", body), key, width, body)
    return spread(sign + plain(f" {_wordings(state, alarm, patient, measures)[-1]}", body), EMPTY, width, body)


def _key(state: StripState, width: int, style: str) -> Content:
    if not state.key or width < 60:
        return EMPTY
    return joined(plain("  "), plain(f"[{state.key}] acknowledge ", style))


def _wordings(state: StripState, alarm: Alarm, patient: PatientView, measures: Measures) -> tuple[str, ...]:
    what = condition(alarm, measures)
    since = lasting(state.now - alarm.raised)
    hand = in_hand(alarm, state.tz)
    of = f" of {state.among} patient{'' if state.among == 1 else 's'}" if state.among else ""
    others = f" · and {state.others} more{of}" if state.others else ""
    return (
        f"{what} · {who(patient)} · {since} · {hand}{others}",
        f"{what} · {who(patient)} · {since} · {hand}",
        f"{what} · {who(patient)} · {since}",
        f"{what} · {who(patient)}",
        f"{what} · {patient.bed}" if patient.bed else what,
    )
