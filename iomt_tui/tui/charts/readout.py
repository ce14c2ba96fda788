"""What stands to the right of a panel: its values at the cursor, or the present ones as the board shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import age
from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.looks import CURVE, LABEL
from iomt_tui.tui.text import joined, plain
from iomt_tui.tui.widgets.vital_lines import vital_words
from iomt_tui.ward.limit_stretches import limits_at
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.score_curve import NEWS2
from iomt_tui.ward.story.trends import Curve, Panel
from iomt_tui.ward.view import Freshness, PatientView, VitalView

ROOMY: Final = 15
"""Cells from which units and words have room."""

_WORDY: Final = 14  # cells from which a share is told in words
_MARKS: Final = {"low": ("▼", "v"), "high": ("▲", "^")}


def passed(value: float, vital: str, limits: tuple[Limit, ...]) -> tuple[str, int]:
    """Which side of its limits a value as shown lies beyond ("low", "high", ""), and the highest priority of them."""
    shown = rounded(value, VITALS[vital].decimals if vital in VITALS else 0)
    lows = [x.priority for x in limits if x.low is not None and shown < x.low]
    highs = [x.priority for x in limits if x.high is not None and shown > x.high]
    return ("low" if lows else "high" if highs else ""), max(lows + highs, default=0)


def at_cursor(
    panel: Panel, span: tuple[int, int], measures: Measures, width: int, zone: tzinfo, *, plain_letters: bool
) -> Iterator[Content]:  # fmt: skip
    """The values of a panel in a ``span`` (ms, from and to before): the last, judged by the limits of that time, then
    the range; of one from before, when it was measured."""
    cells = [curve.at(*span) for curve in panel.curves]
    upper = cells[0]
    if upper is None:
        yield plain("--", LABEL)
        yield plain("no value" if width >= 8 else "", LABEL)
        return
    sides = [_passed_then(panel, c, cell, span) for c, cell in zip(panel.curves, cells, strict=True) if cell]
    side, priority = max(sides, key=lambda found: found[1])
    mark = f" {_MARKS[side][plain_letters]}" if side else ""
    unit = f" {measures.unit(panel.vital)}" if width >= ROOMY and measures.unit(panel.vital) else ""
    text = "/".join(
        measures.text(c.key, cell.last) if cell else "--" for c, cell in zip(panel.curves, cells, strict=True)
    )
    yield joined(plain(f"{text}{mark}", CURVE[priority] if priority else "bold"), plain(unit, LABEL))
    if upper.at < span[0]:
        then, there = local(upper.at, zone), local(span[0], zone)
        yield plain(f"{then:{'%H:%M' if then.date() == there.date() else '%a %H:%M'}}", LABEL)
    elif upper.low != upper.high and len(cells) == 1:
        yield plain(_range(upper, panel.vital, measures), LABEL)


def _passed_then(panel: Panel, curve: Curve, cell: Cell, span: tuple[int, int]) -> tuple[str, int]:
    """How far beyond limits a value was when it was measured; one from before, when it still stood in the ``span``."""
    at = cell.at if cell.at >= span[0] else span[1] - 1
    return passed(cell.last, curve.key, limits_at(panel.limits_of(curve), at))


def present(panel: Panel, patient: PatientView, measures: Measures, width: int, *, halted: bool) -> Iterator[Content]:
    """The present value of a panel as live as it may look, its age when it has one, and the range of what is shown."""
    if panel.key == NEWS2:
        yield from _score(panel, patient, halted=halted)
        return
    own = [vital for curve in panel.curves if (vital := patient.vitals.get(curve.key)) is not None]
    if len(own) < len(panel.curves):
        return
    said = [vital_words(vital, measures, halted=halted) for vital in own]
    unit = f" {measures.unit(panel.vital)}" if measures.unit(panel.vital) else ""
    text = "/".join(words.replace(unit, "") for words, _ in said) if len(said) == 2 and own[1].live else said[0][0]
    if width < ROOMY:
        text = text.replace(unit, "")
    old = f" {age(own[0].age)}" if own[0].age is not None and own[0].age >= 60_000 else ""
    styles = [_style(panel, c, v, w[1], halted=halted) for c, v, w in zip(panel.curves, own, said, strict=True)]
    yield joined(
        plain(text, styles[1] if len(own) == 2 and own[1].breach and not own[0].breach else styles[0]),
        plain(old, LABEL),
    )
    if (extremes := _extremes(panel)) and extremes.low != extremes.high:
        yield plain(_range(extremes, panel.vital, measures), LABEL)
    if panel.in_range is not None:
        share = rounded(panel.in_range)
        yield plain(f"{share:.0f} % in range" if width >= _WORDY else f"TIR {share:.0f} %", LABEL)


def _style(panel: Panel, curve: Curve, vital: VitalView, usual: str, *, halted: bool) -> str:
    """How the present value looks: beyond a limit in the colour of its priority, while it is fresh."""
    if halted or vital.value is None or not vital.live or vital.freshness != Freshness.FRESH or not vital.breach:
        return usual
    return CURVE[passed(vital.value, vital.key, panel.last_limits(curve))[1]]


def _score(panel: Panel, patient: PatientView, *, halted: bool) -> Iterator[Content]:
    """The score at present; one of which inputs are missing is at least what it is."""
    score = patient.news2
    if not score.known or halted:
        yield plain("--", LABEL)
        return
    _, priority = passed(float(score.total), NEWS2, panel.last_limits(panel.curves[0]))
    least = "" if score.complete else "≥"
    yield plain(f"{least}{score.total}", CURVE[priority] if priority else "bold")
    if (extremes := _extremes(panel)) and extremes.low != extremes.high:
        yield plain(f"{extremes.low:.0f}–{extremes.high:.0f}", LABEL)


def _extremes(panel: Panel) -> Cell | None:
    """The lowest of the lower and the highest of the upper curve on the axis."""
    lows = [cell.low for _, cell in panel.curves[-1].known()]
    highs = [cell.high for _, cell in panel.curves[0].known()]
    return Cell(min(lows), max(highs), 0.0, 0) if lows and highs else None


def _range(cell: Cell, vital: str, measures: Measures) -> str:
    return f"{measures.text(vital, cell.low)}–{measures.text(vital, cell.high)}"
