"""What stands over everything while the past is shown: which moment it is, and what happens now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from iomt_tui.alarms.model import Alarm
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock, counts, zone
from iomt_tui.tui.widgets.phrases import lasting, who
from iomt_tui.tui.widgets.severity import ink, severity_of
from iomt_tui.tui.widgets.strip import in_hand
from iomt_tui.ward.view import PatientView, WardView

_STYLE: Final = "bold $watermark reverse"


@dataclass(frozen=True, slots=True)
class PastState:
    """The moment that is shown (log time, ms), and the ward as it is now with its most urgent alarm."""

    at: int
    live: WardView
    patient: PatientView | None
    alarm: Alarm | None
    key: str  # what leads back
    trouble: str = ""  # what is wrong with the line to the server now


def past_lines(state: PastState, measures: Measures, width: int) -> list[Content]:
    """Two lines over the whole width: the past, in reverse video; and now."""
    return [_moment(state, width), _now(state, measures, width)]


def past_word(at: int, tz: str) -> str:
    """The moment in two words, where there is room for no more."""
    return f"PAST {clock(at, tz)}"


def _moment(state: PastState, width: int) -> Content:
    live = state.live
    day = datetime.fromtimestamp(state.at / 1000, zone(live.tz))
    ago = lasting(max(0, live.now - state.at))
    time = clock(state.at, live.tz)
    back = plain(f" {state.key} back to now ", _STYLE)
    for words in (
        f" ◀◀ THE PAST  {day:%a %d %b} {time}, {ago} ago · the ward as it was shown then, NOT NOW",
        f" ◀◀ THE PAST  {day:%a %d %b} {time}, {ago} ago · NOT NOW",
        f" ◀◀ PAST {time}, {ago} ago",
    ):
        if len(words) + back.cell_length <= width:
            break
    return spread(plain(words, _STYLE), back, width, _STYLE)


def _now(state: PastState, measures: Measures, width: int) -> Content:
    live, alarm, patient = state.live, state.alarm, state.patient
    left = joined(plain(f" NOW {clock(live.now, live.tz)}  ", "bold"), counts(live))
    if state.trouble:
        left = joined(left, plain(f"  {state.trouble}", "bold $warning"))
    if alarm is None or patient is None:
        return fitted(left, width)
    severity = severity_of(alarm)
    what = f"  {who(patient)}: {condition(alarm, measures)}"
    since = lasting(live.now - alarm.raised)
    for words in (f"{what} · {since} · {in_hand(alarm, live.tz)}", what, f"  {who(patient)}"):
        if left.cell_length + len(words) <= width:
            return fitted(joined(left, plain(words, ink(severity))), width)
    return fitted(joined(left, EMPTY), width)
