"""Adherence beside its effect: the vital that drugs are to change, day by day, with the doses under it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.adherence import Day, DayState, calendar
from iomt_tui.clinical.medication.assessment import DrugAdherence
from iomt_tui.clinical.medication.effect import treated
from iomt_tui.clinical.medication.heat import LOOKS
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.glyphs import BLOCK, Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.spark import Points, Scale, sparkline
from iomt_tui.tui.board.words import label
from iomt_tui.tui.medication.beside import SPARK_INK
from iomt_tui.tui.medication.calendar_lines import TONES
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED, wrapped

FEWEST: Final = 5
"""Days of either kind from which the two are compared (our choice, unverified)."""

_NAME: Final = 14


def vitals_of(drugs: Sequence[DrugAdherence]) -> dict[str, list[DrugAdherence]]:
    """Vital -> the drugs that are to change it, in the order of the drugs."""
    found: dict[str, list[DrugAdherence]] = {}
    for drug in drugs:
        for vital in treated(drug.classes):
            found.setdefault(vital, []).append(drug)
    return found


def effect_lines(
    vital: str, drugs: Sequence[DrugAdherence], points: Points, first: int, measures: Measures, width: int,
    *, glyphs: Glyphs = BLOCK,
) -> list[Content]:  # fmt: skip
    """The course of ``vital``, a day each from day ``first`` (ordinal) on, what became of the doses of ``drugs`` under
    it, and how it was on days with all of them and on others. Empty where nothing was measured."""
    room = max(1, min(len(points), width - _NAME))
    points, first = points[len(points) - room :], first + len(points) - room
    if not any(points):
        return []
    doses = [dose for drug in drugs for dose in drug.doses]
    days = calendar(doses, first, first + room - 1)
    floor, ceiling = VITALS[vital].spark
    single = glyphs if glyphs.points == 1 else BLOCK
    line = joined(
        *(plain(text, SPARK_INK.get(look, "")) for text, look in sparkline(points, Scale(floor, ceiling), single))
    )
    marks = joined(*(_mark(day, ascii_only=glyphs.name == "ascii") for day in days))
    names = ", ".join(dict.fromkeys(str(drug.drug) for drug in drugs))
    unit = measures.unit(vital)
    out = list(wrapped(f"{VITALS[vital].name} ({unit}) and {names}, a day a cell", width, "bold"))
    out.append(fitted(joined(fitted(plain(f" {label(vital)}", MUTED), _NAME), line), width))
    out.append(fitted(joined(fitted(plain(" doses", MUTED), _NAME), marks), width))
    return [*out, *wrapped(_compared(vital, points, days, measures), width, "")]


def _mark(day: Day, *, ascii_only: bool) -> Content:
    look = LOOKS[day.state]
    return plain(look.ascii if ascii_only else look.glyph, TONES[look.tone])


def _compared(vital: str, points: Points, days: Sequence[Day], measures: Measures) -> str:
    """Medians, and never a cause: the days differ in more than the doses."""
    taken = [p[2] for p, day in zip(points, days, strict=True) if p is not None and day.state is DayState.ALL]
    missed = [
        p[2] for p, day in zip(points, days, strict=True)
        if p is not None and day.state in (DayState.PART, DayState.NONE)
    ]  # fmt: skip
    if min(len(taken), len(missed)) < FEWEST:
        return (
            f"Measured on {len(taken)} days with every dose and {len(missed)} with a miss: "
            f"fewer than {FEWEST} of one kind, not compared."
        )
    one, other, unit = (measures.text(vital, median(taken)), measures.text(vital, median(missed)), measures.unit(vital))
    return (
        f"Median {one} {unit} on {len(taken)} days with every dose, {other} {unit} on {len(missed)} days with a miss. "
        "Not proof of a cause."
    )
