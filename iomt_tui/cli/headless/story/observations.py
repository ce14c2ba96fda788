"""The observation chart without a screen: as a document, in words, and as rows, a column of the chart each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from iomt_tui.cli.headless.words import Units, quantity
from iomt_tui.clinical.news2 import INPUTS
from iomt_tui.clinical.news2_chart import ACKNOWLEDGED
from iomt_tui.clinical.vitals import ACVPU, ACVPU_WORDS, VITALS
from iomt_tui.times import clock_time, iso, time_of_day
from iomt_tui.ward.story.observations import Column, Highest, ObservationChart, Observed

RiskWord = Literal["", "low", "low-medium", "medium", "high"]

NAMES: Final = {
    "rr": "respirations", "spo2": "SpO2", "o2": "air or oxygen", "sbp": "systolic pressure", "pulse": "pulse",
    "acvpu": "consciousness", "temp": "temperature",
}  # fmt: skip
_UNITS: Final = {
    "rr": "/min", "spo2": "%", "o2": "0 air, else L/min or % inspired", "sbp": "mm[Hg]", "pulse": "/min",
    "acvpu": "0 A, 1 C, 2 V, 3 P, 4 U", "temp": "Cel",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ObservedDocument:
    """One input of NEWS2 in one column."""

    input: Literal["rr", "spo2", "o2", "sbp", "pulse", "acvpu", "temp"]
    """Which input."""
    vital: str
    """The vital sign that counted, else one that was measured in the column; "" for none."""
    unit: str
    """UCUM unit of every number here."""
    value: float | None
    """What counted at the end of the column; null: nothing did."""
    measured_at: str | None
    """When it was measured: ISO 8601, UTC."""
    from_before: bool
    """Whether that was before the column began; it still counts while it is fresh."""
    points: int | None
    """Its points; null where nothing counted, or where air or oxygen would have to be known."""
    lowest: float | None
    """The lowest value of the column."""
    highest: float | None
    """The highest value of the column."""
    most_points: int | None
    """The most points that any value of the column gives by itself."""


@dataclass(frozen=True, slots=True)
class HighestDocument:
    """The highest total that the ward had within a column."""

    total: int
    """Points of the inputs that were known then."""
    known: int
    """How many of the 7 inputs were."""
    at: str
    """From when on, to the minute: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class ObservationColumnDocument:
    """One column."""

    begin: str
    """Its first instant: ISO 8601, UTC."""
    end: str
    """The first instant after it."""
    present: bool
    """Whether it ends with the present moment: its values are those that are live now."""
    inputs: list[ObservedDocument]
    """The seven inputs."""
    total: int
    """Points of the known inputs; the true score is at least this."""
    known: int
    """How many of the 7 inputs are known."""
    risk: RiskWord
    """The clinical risk; "" while missing inputs could change it."""
    risk_at_least: RiskWord
    """The clinical risk that the known inputs settle."""
    highest: HighestDocument | None
    """The highest total within the column; null where it is not kept any more."""


@dataclass(frozen=True, slots=True)
class ObservationsDocument:
    """The observation chart."""

    spo2_scale: int
    """SpO2 scale of NEWS2, 1 or 2."""
    applicable: bool
    """Whether NEWS2 is meant for this patient, who is 16 or older. If not, the points mean nothing."""
    interval_s: int
    """Width of a column."""
    kept_from: str
    """Before this only wider columns are kept, so what is empty there says nothing: ISO 8601, UTC."""
    columns: list[ObservationColumnDocument]
    """The oldest first."""


def document(view: ObservationChart) -> ObservationsDocument:
    """The chart as frozen dataclasses."""
    return ObservationsDocument(
        spo2_scale=view.scale, applicable=view.applicable, interval_s=view.interval // 1000,
        kept_from=iso(view.kept_from), columns=[_column(column) for column in view.columns],
    )  # fmt: skip


def _column(column: Column) -> ObservationColumnDocument:
    score = column.news2
    return ObservationColumnDocument(
        begin=iso(column.span.begins), end=iso(column.span.ends), present=column.present,
        inputs=[_observed(name, cell) for name, cell in zip(INPUTS, column.cells, strict=True)],
        total=score.total, known=score.known, risk=score.band if score.known else "",  # type: ignore[arg-type]
        risk_at_least=score.at_least if score.known else "",  # type: ignore[arg-type]
        highest=_highest(column.highest),
    )  # fmt: skip


def _observed(name: str, cell: Observed) -> ObservedDocument:
    return ObservedDocument(
        input=name, vital=cell.key, unit=VITALS[cell.key].unit if cell.key else "", value=cell.value,  # type: ignore[arg-type]
        measured_at=None if cell.at is None else iso(cell.at), from_before=cell.carried, points=cell.points,
        lowest=cell.low, highest=cell.high, most_points=cell.most,
    )  # fmt: skip


def _highest(found: Highest | None) -> HighestDocument | None:
    return None if found is None else HighestDocument(found.total, found.known, iso(found.at))


def plain(view: ObservationChart, zone: tzinfo, units: Units) -> Iterator[str]:
    """A sentence a column, the newest first; columns in which nothing is known are left out."""
    minutes = view.interval // 60_000
    yield f"Observation chart, NEWS2 with SpO2 scale {view.scale}, columns of {minutes} minutes, the newest first."
    if not view.applicable:
        yield "NEWS2 is not meant for patients below 16 years: no points are given."
    said = False
    for column in reversed(view.columns):
        if any(cell.value is not None for cell in column.cells):
            said = True
            yield from _said(column, view, zone, units)
    if not said:
        yield "Nothing is known of this time."
    if view.columns[0].span.begins < view.kept_from:
        yield f"Columns of this width are kept from {clock_time(view.kept_from, zone)} on."
    yield ACKNOWLEDGED


def _said(column: Column, view: ObservationChart, zone: tzinfo, units: Units) -> Iterator[str]:
    until = time_of_day(min(column.span.ends, view.at), zone)
    score = f"NEWS2 {_total(column)}" if view.applicable else "no score"
    yield f"{clock_time(column.span.begins, zone)} to {until}{' (now)' if column.present else ''}: {score}."
    for name, cell in zip(INPUTS, column.cells, strict=True):
        yield f"  {NAMES[name]} {_cell_words(name, cell, view, zone, units)}"


def _total(column: Column) -> str:
    score, found = column.news2, column.highest
    at_least = "" if score.complete else f" at least, {score.known} of 7 inputs known"
    risk = f", {score.band} risk" if score.band else f", at least {score.at_least} risk"
    most = f", at most {found.total} within it" if found is not None and found.total > score.total else ""
    return f"{score.total}{at_least}{risk}{most}"


def _cell_words(name: str, cell: Observed, view: ObservationChart, zone: tzinfo, units: Units) -> str:
    if cell.value is None or cell.at is None:
        out = "not known"
    else:
        before = ", from before" if cell.carried else ""
        out = f"{_value(name, cell, cell.value, units)} at {time_of_day(cell.at, zone)}{before}"
        if view.applicable:
            out += ", points not known" if cell.points is None else f", {_points(cell.points)}"
    if cell.low is not None and cell.high is not None and cell.low != cell.high and name not in ("o2", "acvpu"):
        low, high = (quantity(cell.key, number, units) for number in (cell.low, cell.high))
        out += f"; between {low} and {high}"
    return out


def _points(points: int) -> str:
    return f"{points} point{'' if points == 1 else 's'}"


def _value(name: str, cell: Observed, value: float, units: Units) -> str:
    if name == "acvpu":
        code = min(max(int(value), 0), 4)
        return f"{ACVPU[code]}, {ACVPU_WORDS[code]}"
    if name == "o2" and not cell.points:
        return "air"
    return f"{'oxygen ' if name == 'o2' else ''}{quantity(cell.key, value, units)}"


def rows(view: ObservationChart) -> Iterator[list[str | float | None]]:
    """A table with a line a column of the chart, oldest first: each input with its time and points, then the total."""
    header: list[str | float | None] = ["begin (UTC)", "end (UTC)"]
    for name in INPUTS:
        header += [f"{NAMES[name]} ({_UNITS[name]})", f"{NAMES[name]} measured (UTC)", f"{NAMES[name]} points"]
    yield [*header, "NEWS2 total of known inputs", "inputs known of 7", "risk", "highest total within"]
    for column in view.columns:
        line: list[str | float | None] = [iso(column.span.begins), iso(column.span.ends)]
        for name, cell in zip(INPUTS, column.cells, strict=True):
            air = name == "o2" and cell.points == 0
            line += [0.0 if air else cell.value, None if cell.at is None else iso(cell.at),
                     cell.points if view.applicable else None]  # fmt: skip
        score = column.news2
        scored = view.applicable and bool(score.known)
        yield [
            *line, score.total if scored else None, score.known, (score.band or f"at least {score.at_least}") if scored
            else "", column.highest.total if column.highest is not None and view.applicable else None,
        ]  # fmt: skip
