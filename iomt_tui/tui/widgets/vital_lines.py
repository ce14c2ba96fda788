"""Each vital sign of a patient with its age, and what stands in place of a number that is not there. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.vitals import ACVPU, ACVPU_WORDS, VITALS
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import ABSENT, label, long_age
from iomt_tui.tui.widgets.rows import MUTED, pair
from iomt_tui.ward.view import Freshness, PatientView, VitalView

_PRESSURES: Final = {
    "nibp_sys": ("Blood pressure, cuff", "nibp_dia"),
    "ibp_sys": ("Blood pressure, line", "ibp_dia"),
}
_LOWER: Final = ("nibp_dia", "ibp_dia")
_NAMES: Final = {"nibp_mean": "Mean pressure, cuff", "ibp_mean": "Mean pressure, line"}


class Said(NamedTuple):
    """What a line says of a vital sign."""

    vital: VitalView  # of a blood pressure the upper one
    name: str
    number: str
    style: str
    when: str
    limits: str  # in force: "50–120", "≥90", of a pressure "90–160 / 40–100"


def vital_lines(view: PatientView, measures: Measures, width: int, *, halted: bool) -> Iterator[Content]:
    """A line for each vital that was ever measured, pressures together, in the catalogue's order; then what was not."""
    for one in vitals_said(view, measures, halted=halted):
        pressure = one.vital.key in _PRESSURES
        name = one.name if width >= 56 or pressure else label(one.vital.key)
        yield pair(name, one.number, one.when, width, one.style, _limits(one.limits))
    yield from unmeasured(view, width)


def unmeasured(view: PatientView, width: int) -> Iterator[Content]:
    """Which of the vital signs that everybody should have were never measured."""
    if missing := view.unmeasured:
        yield pair("Not measured", ", ".join(label(key) for key in missing), "", width, MUTED)


def vitals_said(view: PatientView, measures: Measures, *, halted: bool) -> Iterator[Said]:
    """Each vital that was ever measured, pressures together, in the catalogue's order."""
    for key in VITALS:
        vital = view.vitals.get(key)
        if vital is None or (vital.value is None and not vital.absent):
            continue
        if key in _PRESSURES:
            yield _pressure(view, vital, measures, halted=halted)
        elif key not in _LOWER:
            name = _NAMES.get(key, VITALS[key].name)
            number, style = vital_words(vital, measures, halted=halted)
            limits = _ranges(measures, vital)
            yield Said(vital, name[:1].upper() + name[1:], number, style, when(vital, measures), limits)


def _limits(ranges: str) -> str:
    """ "limits 50–120", "limit ≥90"; "" where there are none."""
    return f"limit{'s' if '–' in ranges or '/' in ranges else ''} {ranges}" if ranges else ""


def _ranges(measures: Measures, *vitals: VitalView) -> str:
    """The alarm limits in force of vitals that stand in one line; "" where there are none."""
    return " / ".join(words for words in (_range(vital, measures) for vital in vitals) if words)


def _range(vital: VitalView, measures: Measures) -> str:
    """ "50–120", "≥90", "≤39"; "" where no limit is in force."""
    low, high = ("" if end is None else measures.text(vital.key, end) for end in (vital.low, vital.high))
    if vital.key == "acvpu" or not (low or high):
        return ""
    return f"{low}–{high}" if low and high else f"≥{low}" if low else f"≤{high}"


def _pressure(view: PatientView, systolic: VitalView, measures: Measures, *, halted: bool) -> Said:
    name, below = _PRESSURES[systolic.key]
    diastolic = view.vitals.get(below)
    number, style = vital_words(systolic, measures, halted=halted)
    said = Said(systolic, name, number, style, when(systolic, measures), _ranges(measures, systolic))
    if diastolic is None or diastolic.value is None or not (systolic.live and diastolic.live):
        return said
    lower, lower_style = vital_words(diastolic, measures, halted=halted)
    upper = number.replace(f" {measures.unit(systolic.key)}", "")
    return said._replace(
        number=f"{upper}/{lower}", style=style if systolic.breach else lower_style,
        limits=_ranges(measures, systolic, diastolic),
    )  # fmt: skip


def vital_words(vital: VitalView, measures: Measures, *, halted: bool) -> tuple[str, str]:
    """The number with its unit, or why there is none, and its style."""
    if vital.absent:
        return ABSENT.get(vital.absent, (vital.absent,))[0], MUTED
    if vital.value is None:
        return "--", MUTED
    number = _number(vital, measures)
    if halted:
        return f"({number})", "dim"
    if vital.freshness >= Freshness.EXPIRED:
        return "--", MUTED
    mark = {"low": " ▼", "high": " ▲"}.get(vital.breach, "")
    flag = f" {vital.flag}?" if vital.flag else ""
    looks = {Freshness.FRESH: "bold", Freshness.FADING: "dim", Freshness.STRUCK: "dim strike"}
    return f"{number}{mark}{flag}", f"{looks[vital.freshness]}{' $warning' if mark else ''}"


def _number(vital: VitalView, measures: Measures) -> str:
    value = vital.value or 0.0
    if vital.key == "acvpu":
        code = int(value)
        return f"{ACVPU[code]} {ACVPU_WORDS[code]}" if 0 <= code < len(ACVPU) else "?"
    unit = measures.unit(vital.key)
    return f"{measures.text(vital.key, value)} {unit}".strip()


def when(vital: VitalView, measures: Measures) -> str:
    """How old the value is; of one that may not be shown as live, what it was as well."""
    if vital.age is None:
        return "never"
    offset = f", clock {vital.clock_offset / 1000:+.0f} s" if abs(vital.clock_offset) >= 1000 else ""
    if vital.freshness >= Freshness.EXPIRED or vital.absent:
        return f"last {_number(vital, measures)} {long_age(vital.age)} ago{offset}"
    return (f"{long_age(vital.age)} ago" if vital.age >= 10_000 else "now") + offset
