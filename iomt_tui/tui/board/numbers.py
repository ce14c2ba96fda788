"""Cells that hold a vital sign: the number while it is fresh, and the truth about it when it is not."""

from __future__ import annotations

from iomt_tui.tui.board import looks, words
from iomt_tui.tui.board.looks import Runs
from iomt_tui.tui.board.spark import Points
from iomt_tui.tui.board.state import RowState, alarm_on, heart, pressure, severity_of
from iomt_tui.ward.view import Freshness, VitalView


def number(row: RowState, vital: VitalView | None, width: int, mark: str = "", over: str = "") -> Runs:
    """One vital in ``width`` cells: right-aligned, the last cell for its mark.

    ``over`` stands in that cell whatever else might; ``mark`` only when there is nothing to warn of.
    """
    if vital is None or not vital.live:
        return missing(row, vital, width)
    text = row.manner.measures.text(vital.key, vital.value or 0.0)
    if len(text) >= width:
        return (("#" * (width - 1) + " ", looks.STRUCK),)  # never a number with a digit cut off
    look = number_look(row, (vital,))
    return _marked(text, over or breach_mark(row, (vital,)) or _flag(vital) or mark, look, width)


def missing(row: RowState, vital: VitalView | None, width: int) -> Runs:
    """What stands in place of a number: not measured, a reason, or too old."""
    glyphs = row.manner.glyphs
    if vital is not None and vital.absent:
        return ((f"{words.absent(vital.absent, width - 1, glyphs):>{width - 1}} ", looks.GONE),)
    if vital is None or vital.value is None or vital.freshness == Freshness.NEVER:
        return ((f"{glyphs.never:>{width - 1}} ", looks.MUTE),)
    return ((f"{glyphs.gone:>{width - 1}} ", looks.GONE),)


def blood_pressure(row: RowState, width: int) -> Runs:
    """``138/84`` with its mark in the last cell."""
    systolic, diastolic = pressure(row.view)
    if systolic is None or not systolic.live:
        return missing(row, systolic, width)
    measures, gone = row.manner.measures, row.manner.glyphs.gone
    lower = gone
    pair: tuple[VitalView, ...] = (systolic,)
    if diastolic is not None and diastolic.live:
        lower = measures.text(diastolic.key, diastolic.value or 0.0)
        pair = (systolic, diastolic)
    text = f"{measures.text(systolic.key, systolic.value or 0.0)}/{lower}"
    if len(text) >= width:
        return (("#" * (width - 1) + " ", looks.STRUCK),)
    flag = next((mark for mark in map(_flag, pair) if mark), "")
    return _marked(text, breach_mark(row, pair) or flag, number_look(row, pair), width)


def number_look(row: RowState, vitals: tuple[VitalView, ...]) -> str:
    """How live values that stand together look: by their alarm first, then by the oldest one's freshness."""
    if row.halted:
        return looks.HALTED
    freshness = max(vital.freshness for vital in vitals)
    if not any(vital.breach for vital in vitals):
        return (looks.VALUE, looks.FADING, looks.STRUCK)[freshness]
    alarm = alarm_on(row.view, *(vital.key for vital in vitals))
    calm = looks.BREACH if alarm is None else looks.CALMED[severity_of(alarm)]
    if freshness == Freshness.FADING:
        return looks.fading(calm)
    if freshness == Freshness.STRUCK:
        return looks.struck(calm)
    return looks.ALARM[severity_of(alarm)] if alarm is not None and alarm.state == "unack" else calm


def breach_mark(row: RowState, vitals: tuple[VitalView, ...]) -> str:
    """The mark of a value outside its limits, so that colour is not needed to see it."""
    glyphs = row.manner.glyphs
    for vital in vitals:
        if vital.breach:
            return glyphs.below if vital.breach == "low" else glyphs.above
    return ""


def slope(row: RowState, points: Points | None, step_ms: int) -> str:
    """An arrow for the direction of glucose, from the last values ``step_ms`` apart; "" when it is not known.

    More than 1 mg/dL a minute leans, more than 2 stands upright: the bands that glucose sensors use.
    """
    known = [(index, point[2]) for index, point in enumerate(points or ()) if point is not None]
    if len(known) < 2:
        return ""
    (first, before), (last, after) = known[0], known[-1]
    rate = (after - before) / ((last - first) * step_ms / 60_000)
    place = 2 + (rate > 1) + (rate > 2) - (rate < -1) - (rate < -2)
    return row.manner.glyphs.slopes[place]


def heart_rate(row: RowState, width: int) -> Runs:
    """Heart rate, or while that is not live the pulse rate, marked ``p``: they differ when beats do not all arrive."""
    vital = heart(row.view)
    return number(row, vital, width, "p" if vital is not None and vital.key == "pulse" else "")


def _flag(vital: VitalView) -> str:
    return {"questionable": "?", "calibrating": "c"}.get(vital.flag, "")


def _marked(text: str, mark: str, look: str, width: int) -> Runs:
    """The number with its mark in the last cell; an alarm's look covers both, like a badge."""
    blank = " " * (width - 1 - len(text))
    if look in (looks.VALUE, looks.FADING):
        return ((blank + text, look), (mark or " ", looks.LABEL))
    if look in (looks.STRUCK, looks.HALTED):
        return ((blank, looks.BLANK), (text, look), (mark or " ", looks.LABEL))
    return ((blank, looks.BLANK), (f"{text}{mark or ' '}", look))
