"""The vitals that a drug is given with an eye on: last values, hold parameters, their course beside the doses. Pure.

A value that is not live never reads as "now" (SAFETY H3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.checks import TOO_OLD
from iomt_tui.clinical.medication.order import HoldIf, Order
from iomt_tui.clinical.medication.relevant import SAME, relevant_vitals
from iomt_tui.clinical.vitals import ACVPU, VITALS
from iomt_tui.tui.board import looks
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.spark import Points, Scale, sparkline
from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.vital_lines import vital_words, when
from iomt_tui.ward.view import PatientView, VitalView

SPARK_INK: Final = {
    looks.SPARK: "$spark", looks.SPARK_LOW: "bold $spark-breach on $spark-lit",
    looks.SPARK_HIGH: "bold $spark-breach on $spark-lit", looks.BLANK: "",
}  # fmt: skip
"""A sparkline's looks in a line of words."""

_MOST: Final = 5
_NOW: Final = 60_000  # ms that a value may be called the present one


def seen_vitals(order: Order, view: PatientView) -> list[VitalView]:
    """The vitals relevant to the order that were ever measured, the most telling first; of two that measure the same
    (pulse and heart rate) the newer one."""
    found: dict[str, VitalView] = {}
    for key in relevant_vitals(order):
        vital = newest(key, view)
        if vital is not None and not found.keys() & set(SAME.get(key, (key,))):
            found[vital.key] = vital
    return list(found.values())[:_MOST]


def newest(key: str, view: PatientView) -> VitalView | None:
    """The newest value of a vital, or of what measures the same."""
    known = [view.vitals[k] for k in SAME.get(key, (key,)) if k in view.vitals]
    return min((v for v in known if v.age is not None), key=lambda v: v.age or 0, default=None)


def beside_lines(order: Order, view: PatientView, measures: Measures, width: int, *, halted: bool) -> Iterator[Content]:
    """Hold parameters with what was measured, then the other vitals with their ages."""
    named = set[str]()
    for limit in order.hold_if:
        vital = newest(limit.vital, view)
        named.add(vital.key if vital is not None else limit.vital)
        words, style = hold_words(limit, vital, measures, halted=halted)
        yield from wrapped(words, width, style)
    for vital in seen_vitals(order, view):
        if vital.key not in named:
            number, style = vital_words(vital, measures, halted=halted)
            parts = (
                plain(f"{label(vital.key)} ", MUTED),
                plain(number, style),
                plain(f", {when(vital, measures)}", MUTED),
            )
            yield fitted(joined(*parts), width)
    if not order.hold_if and not relevant_vitals(order):
        yield fitted(plain("No vital sign is tied to this drug.", MUTED), width)
    elif not order.hold_if and not seen_vitals(order, view):
        names = ", ".join(dict.fromkeys(str(label(key)) for key in relevant_vitals(order)))
        yield from wrapped(f"Never measured: {names}.", width, MUTED)


def hold_words(limit: HoldIf, vital: VitalView | None, measures: Measures, *, halted: bool) -> tuple[str, str]:
    """``HOLD? Pulse 54 now: hold if < 60`` and its style; what is too old or unknown says so."""
    rule = f"hold if {label(limit.vital)} {_side(limit, measures)}"
    if vital is None or vital.value is None or vital.age is None:
        return f"? {rule}: never measured", "bold $warning"
    value = _value(vital, measures)
    value = value if vital.key == limit.vital else f"{label(vital.key)} {value}"
    if halted or vital.age > TOO_OLD or not vital.live:
        return f"? {rule}: last {value}, {long_age(vital.age)} ago, not live", "bold $warning"
    now = f"now {value}" if vital.age < _NOW else f"{value}, {long_age(vital.age)} ago"
    if limit.met(vital.value):
        return f"{'▼' if limit.below is not None else '▲'} HOLD? {rule}: {now}", "bold $sev-medium"
    return f"{rule}: {now}", ""


def _side(limit: HoldIf, measures: Measures) -> str:
    value = limit.below if limit.below is not None else limit.above or 0.0
    if limit.vital == "acvpu":
        return f"{'below' if limit.below is not None else 'beyond'} {ACVPU[min(max(int(value), 0), len(ACVPU) - 1)]}"
    return f"{'<' if limit.below is not None else '>'} {measures.text(limit.vital, value)}"


def _value(vital: VitalView, measures: Measures) -> str:
    if vital.key == "acvpu":
        return ACVPU[min(max(int(vital.value or 0), 0), len(ACVPU) - 1)]
    return measures.text(vital.key, vital.value or 0.0)


def course(order: Order, vital: VitalView, points: Points, glyphs: Glyphs) -> Content:
    """The course of ``vital``, one cell a point (two with braille), against the order's hold parameter or, without one,
    the alarm limits."""
    floor, ceiling = VITALS[vital.key].spark
    own = [h for h in order.hold_if if vital.key in SAME.get(h.vital, (h.vital,))]
    low = next((h.below for h in own if h.below is not None), None if own else vital.low)
    high = next((h.above for h in own if h.above is not None), None if own else vital.high)
    runs = sparkline(points, Scale(floor, ceiling, low, high, vital.key == "spo2"), glyphs)
    return joined(*(plain(text, SPARK_INK.get(look, "")) for text, look in runs))
