"""A screen too small for the board: the counts, then the worst patients, a line each. Pure; any size (SAFETY H18)."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.text import fitted, plain
from iomt_tui.tui.widgets.header import SHORT_AUDIO
from iomt_tui.tui.widgets.severity import SIGN, ink
from iomt_tui.ward.view import PatientView, Severity, WardView

TOO_NARROW, TOO_LOW = 40, 10
"""Below either, this stands in place of the board."""


def too_small(width: int, height: int) -> bool:
    """Whether the board has no room."""
    return width < TOO_NARROW or height < TOO_LOW


def tiny(
    ward: WardView, worst: Sequence[PatientView], measures: Measures, width: int, height: int, trouble: str, ask: str,
    audio: str = "",
) -> list[Content]:  # fmt: skip
    """Exactly ``height`` rows of ``width`` cells. ``trouble``: NOT MONITORING or "". ``ask``: a question or "".

    ``audio``: what must be said of the sound, or "".
    """
    rows = [_counts(ward, width, trouble, SHORT_AUDIO.get(audio, audio))]
    room = height - 1 - (1 if ask and height > 1 else 0)
    rows += [_patient(view, measures, width) for view in worst[: max(room, 0)]]
    rows += [plain(" " * width)] * max(0, room - len(worst))
    if ask:
        rows = [*rows[: max(height - 1, 0)], fitted(plain(ask, "bold reverse"), width)]
    return rows[: max(height, 1)]


def _counts(ward: WardView, width: int, trouble: str, audio: str) -> Content:
    high, others = ward.counts.get(Priority.HIGH, 0), ward.unacknowledged
    severity = Severity.HIGH if high or trouble else Severity.NONE
    words = f"{high} HIGH" if high else f"{others} alarms" if others else "no alarms"
    mark = f"{ward.watermark} " if ward.watermark else ""
    head = "!! " if high else ""
    choices = [f"{head}{words} – enlarge", f"{head}{words}", f"!!{high}" if high else words[:width], f"{high}"]
    if trouble:
        choices = [f"{trouble} {mark}{words}", f"{trouble} {mark}".rstrip(), trouble, "NOT MON.", "?!", "?"]
    elif mark:
        choices[:0] = [f"{mark}{head}{words} – enlarge", f"{mark}{head}{words}"]
    text = next((choice for choice in choices if len(choice) <= width), choices[-1])
    text += f" {audio}" if audio and len(text) + 1 + len(audio) <= width else ""
    return fitted(plain(text, ink(severity, filled=severity is Severity.HIGH)), width)


def _patient(view: PatientView, measures: Measures, width: int) -> Content:
    alarm = view.top_alarm
    what = condition(alarm, measures) if alarm else view.name
    return fitted(plain(f"{SIGN[view.severity]:<3} {view.bed} {what}", ink(view.severity)), width)
