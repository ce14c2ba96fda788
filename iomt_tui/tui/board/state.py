"""What one row is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.tui.board.glyphs import BLOCK, Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.spark import Points
from iomt_tui.ward.view import PatientView, Severity, VitalView


# Compared by identity: one manner serves every row of a board.
@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """How the whole board is drawn: marks, units, the length of its sparklines."""

    measures: Measures
    glyphs: Glyphs = BLOCK
    window_ms: int = 30 * 60_000


class RowState(NamedTuple):
    """One patient at one moment, with everything that can be seen on the row."""

    view: PatientView
    sparks: Mapping[str, Points]  # column -> what its sparkline shows, see board.source
    now: int
    manner: Manner
    selected: bool = False
    pinned: bool = False
    halted: bool = False  # nobody monitors: no number may look live
    lit: bool = True  # False in the dark half of a flash
    told: bool = False  # the last value and its age are told elsewhere on the row


def severity_of(alarm: Alarm) -> Severity:
    """What a row is marked by when ``alarm`` is its most urgent one."""
    if alarm.technical and alarm.priority < Priority.HIGH:
        return Severity.TECHNICAL
    return Severity(alarm.priority + 1)


def alarm_on(view: PatientView, *keys: str) -> Alarm | None:
    """The most urgent physiological alarm in force on one of these vitals."""
    for alarm in view.alarms:
        if alarm.ref.param in keys and not alarm.technical and alarm.state in ("unack", "acked"):
            return alarm
    return None


def first_live(view: PatientView, *keys: str) -> VitalView | None:
    """The first of these vitals that is live, else the first that is known at all."""
    known = [vital for vital in map(view.vitals.get, keys) if vital is not None]
    return next((vital for vital in known if vital.live), known[0] if known else None)


def pressure(view: PatientView) -> tuple[VitalView | None, VitalView | None]:
    """Systolic and diastolic pressure: invasive while that is live, else by cuff."""
    vitals = view.vitals
    invasive = vitals.get("ibp_sys")
    if invasive is not None and invasive.live:
        return invasive, vitals.get("ibp_dia")
    return vitals.get("nibp_sys") or invasive, vitals.get("nibp_dia")


def heart(view: PatientView) -> VitalView | None:
    """Heart rate, or the pulse rate while that is not live."""
    return first_live(view, "hr", "pulse")
