"""Turns of phrase that every line and page shares: who, how long, how much is left, who is quiet and why. Pure."""

from __future__ import annotations

from iomt_tui.alarms.suppression import INHIBIT, PAUSE, Suppression
from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.widgets.header import clock
from iomt_tui.ward.story.step_words import QUIET
from iomt_tui.ward.view import PatientView


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


def left(until: int, now: int) -> str:
    """How much is left until log time ``until``: ``2 min left``; rounded up, so that nothing ends before its time."""
    rest = until - now
    if rest <= 0:
        return "about to end"
    step = 60_000 if rest > 120_000 else 10_000
    whole = -(-rest // step) * step
    return f"{long_age(whole) if whole % 60_000 == 0 and whole < 3_600_000 else lasting(whole)} left"


def quiet(one: Suppression, tz: str, now: int) -> str:
    """Who keeps an alarm quiet, until when, why, and how much of that is left."""
    if one.what == INHIBIT:
        return f"held back by the {label(one.param)} {one.by} alarm"
    until = f" until {clock(one.until, tz, seconds=False)}" if one.until is not None and one.what != PAUSE else ""
    reason = f": {one.reason}" if one.reason else ""
    rest = f", {left(one.until, now)}" if one.until is not None else ""
    return f"{QUIET.get(one.what, one.what)} by {one.by or 'somebody'}{until}{reason}{rest}"
