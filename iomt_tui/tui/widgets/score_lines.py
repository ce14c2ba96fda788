"""A patient's scores: NEWS2 input by input, and what else can be computed from the vitals. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.clinical.news2 import applicable
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.text import plain
from iomt_tui.tui.widgets.rows import MUTED, NUMBER, pair, wrapped
from iomt_tui.tui.widgets.vital_lines import vital_words, when
from iomt_tui.ward.view import PatientView

NEWS2_WORDS: Final = {
    "rr": ("Respiration", ("rr",)),
    "spo2": ("SpO2", ("spo2",)),
    "o2": ("Air or oxygen", ("o2_flow", "fio2")),
    "sbp": ("Systolic BP", ("ibp_sys", "nibp_sys")),
    "pulse": ("Pulse", ("hr", "pulse")),
    "acvpu": ("Consciousness", ("acvpu",)),
    "temp": ("Temperature", ("temp",)),
}
"""NEWS2 input -> its name and the vitals it is taken from, the first known one."""


POINTS: Final = 5
"""Cells of the points of an input, where their values are to stand close behind them."""


def news2_heading(view: PatientView, *, halted: bool) -> str:
    """The score and its direction; of the last known values while nobody monitors."""
    if halted:
        return f"NEWS2 {view.news2.text()} – of the last values, NOT LIVE"
    arrow = {-1: " ▼ falling", 0: "", 1: " ▲ rising"}[view.news2_direction]
    return f"NEWS2 {view.news2.text()}{arrow}"


def news2_lines(view: PatientView, measures: Measures, width: int, points_cells: int = NUMBER) -> Iterator[Content]:
    """An input a line with its points, in ``points_cells``, its value and age, then the monitoring that the score asks
    for."""
    if not applicable(view.age_years):
        yield plain("Not meant for patients below 16 years", MUTED)
        return
    for name, points in view.news2.points:
        word, keys = NEWS2_WORDS[name]
        if name == "spo2" and view.spo2_scale == 2:
            word = "SpO2, scale 2"
        source = next((view.vitals[key] for key in keys if key in view.vitals and view.vitals[key].live), None)
        scored = "missing" if points is None else f"{points}"
        style = MUTED if points is None else "bold $warning" if points == 3 else "bold" if points else ""
        value = vital_words(source, measures, halted=False)[0] if source else ""
        yield pair(word, scored, when(source, measures) if source else "", width, style, value, points_cells)
    yield from wrapped(f"Monitoring: {view.news2.monitoring}", width, "bold" if view.news2.total >= 5 else "")


def other_scores(view: PatientView, width: int) -> Iterator[Content]:
    """qSOFA, shock index and mean pressure, as far as their inputs are known."""
    if view.qsofa[1]:
        points, known = view.qsofa
        yield pair("qSOFA", f"{points}" if known == 3 else f"≥{points} ({known} of 3 known)", "", width)
    if view.shock_index is not None:
        yield pair("Shock index", f"{view.shock_index:.2f}", "", width)
    if view.map is not None:
        yield pair("Mean pressure", f"{view.map:.0f} mmHg", "", width)
