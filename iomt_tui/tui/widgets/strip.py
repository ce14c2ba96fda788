"""The second line: the ward's worst alarm in full words, whose it is and who has it in hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.suppression import held_back, lying_over
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.questions import INTENT_WORDS
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.phrases import lasting, left, quiet, who
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.written_words import SIGNS, short_words, told
from iomt_tui.ward.story.step_words import QUIET
from iomt_tui.ward.view import PatientView, Severity

__all__ = ["CALM", "SECONDARY", "StripState", "held", "in_hand", "lasting", "strip_line", "who"]

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
    server: str = ""  # the name of the ward's server


def in_hand(alarm: Alarm, tz: str, now: int | None = None) -> str:
    """Who has acknowledged it, what for, and how much of that is left at log time ``now``."""
    if alarm.state != "acked":
        return "nobody yet"
    at = f" {clock(alarm.acked_at, tz, seconds=False)}" if alarm.acked_at is not None else ""
    intent = "" if alarm.intent == "note" and alarm.note else INTENT_WORDS.get(alarm.intent, "")
    rest = left(alarm.until, now) if alarm.until is not None and now is not None else ""
    return ", ".join(part for part in (f"taken by {alarm.by or 'somebody'}{at}", intent, alarm.note, rest) if part)


def held(alarm: Alarm | None, patient: PatientView | None) -> bool:
    """Whether somebody or something keeps the alarm quiet for now: it is listed, but does not flash."""
    return alarm is not None and patient is not None and held_back(alarm.ref.key, patient.suppressions)


def strip_line(state: StripState, measures: Measures, width: int, *, lit: bool = True) -> Content:
    """The line in exactly ``width`` cells. ``lit`` is the phase of flashing: only the sign changes with it."""
    alarm, patient = state.alarm, state.patient
    if alarm is None or patient is None:
        return fitted(plain(f" {state.calm} {SECONDARY}", "$label"), width)
    severity = severity_of(alarm)
    waits = alarm.state != "acked" and not state.halted and not held(alarm, patient)
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
    over = lying_over(alarm.ref.key, patient.suppressions)
    hands = [in_hand(alarm, state.tz, state.now), *(quiet(one, state.tz, state.now) for one in over)]
    of = f" of {state.among} patient{'' if state.among == 1 else 's'}" if state.among else ""
    written = patient.written.get(alarm.ref)
    full, short = "", ""
    if written is not None and alarm.state == "acked":
        full = f" · {told(written, state.server, state.tz)}"
        short = f" · {SIGNS[written.state]} {short_words(written, state.tz)}"
    others = f" · and {state.others} more{of}" if state.others else ""
    brief = " · ".join(QUIET.get(one.what, one.what) for one in over) or in_hand(alarm, state.tz)
    return (
        f"{what} · {who(patient)} · {since} · {' · '.join(hands)}{full}{others}",
        f"{what} · {who(patient)} · {since} · {' · '.join(hands)}{full}",
        f"{what} · {who(patient)} · {since} · {' · '.join(hands)}{short}",
        f"{what} · {who(patient)} · {since} · {brief}{short}",
        f"{what} · {who(patient)} · {since}",
        f"{what} · {who(patient)}",
        f"{what} · {patient.bed}" if patient.bed else what,
    )
