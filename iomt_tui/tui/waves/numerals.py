"""The number beside a curve: big while it is the patient's present one, and never bigger than it is true. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.clinical.waveforms import Waveform
from iomt_tui.tui.board.digits import big
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.vital_lines import vital_words
from iomt_tui.ward.view import Freshness, PatientView, VitalView

_BIG: Final = 4  # rows from which big digits have room below their label


def numeral_rows(
    view: PatientView, waveform: Waveform, measures: Measures, glyphs: Glyphs, rows: int, width: int, *,
    lost: bool, halted: bool,
) -> list[Content]:  # fmt: skip
    """The vital signs that come from ``waveform`` in ``rows`` of ``width`` cells: the first of them big, unless its
    curve is ``lost``."""
    first, *others = waveform.vitals
    large = rows >= _BIG and glyphs.full != "#" and not lost
    out = list(_vital(first, view.vitals.get(first), measures, glyphs, large=large, halted=halted))
    out += [_brief(key, view.vitals.get(key), measures, halted=halted) for key in others]
    out = [fitted(line, width) for line in out[:rows]]
    return out + [fitted(EMPTY, width)] * (rows - len(out))


def _vital(
    key: str, vital: VitalView | None, measures: Measures, glyphs: Glyphs, *, large: bool, halted: bool
) -> Iterator[Content]:  # fmt: skip
    name = plain(f"{label(key)} {measures.unit(key)}", "$label")
    if vital is None:
        yield joined(name, plain("  --", "$label"))
        return
    number, style = vital_words(vital, measures, halted=halted)
    if not large or halted or not vital.live or vital.freshness >= Freshness.STRUCK or vital.value is None:
        yield name
        yield plain(number, style)
        if vital.age is not None and not vital.live:
            yield plain(f"{long_age(vital.age)} ago", "$label")
        return
    yield joined(name, plain(_breach(vital, measures), "bold $warning"), plain(_doubt(vital), "bold"))
    yield from (plain(line, style) for line in big(f"{measures.text(key, vital.value):>3}", False, True, glyphs))


def _brief(key: str, vital: VitalView | None, measures: Measures, *, halted: bool) -> Content:
    """One that stands below another, on one line and without its unit."""
    if vital is None:
        return plain(f"{label(key)} --", "$label")
    number, style = vital_words(vital, measures, halted=halted)
    return joined(plain(f"{label(key)} ", "$label"), plain(number.replace(f" {measures.unit(key)}", ""), style))


def _breach(vital: VitalView, measures: Measures) -> str:
    """The limit that the number is outside of."""
    limit = vital.low if vital.breach == "low" else vital.high
    mark = {"low": "▼", "high": "▲"}.get(vital.breach, "")
    return f" {mark}{measures.text(vital.key, limit)}" if mark and limit is not None else ""


def _doubt(vital: VitalView) -> str:
    if vital.flag:
        return f" {vital.flag}?"
    return f" {long_age(vital.age)}" if vital.freshness > Freshness.FRESH and vital.age is not None else ""
