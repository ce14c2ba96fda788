"""The observation chart in lines: the inputs of NEWS2 with their points by column, as cells or as rows of bands. Pure.

A cell says what was measured and in brackets its points: ``24(2)``. An arrow in place of the number says that nothing
was measured in the column and the value from before still counts. A star says that the column had a worse value.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import INPUTS, News2
from iomt_tui.clinical.news2_chart import ACKNOWLEDGED, FILLS, INK, RISK_POINTS, ChartBand, chart_bands
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.story.columns import cell_content, local, span_words
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.ward.story.observations import Column, ObservationChart, Observed

CELL: Final = 9
"""Cells of a column."""

NAMES: Final = {
    "rr": "Respirations", "spo2": "SpO2", "o2": "Air or oxygen", "sbp": "Systolic BP", "pulse": "Pulse",
    "acvpu": "Consciousness", "temp": "Temperature",
}  # fmt: skip
_ROWS: Final = NAMES | {
    "rr": "Resp. /min", "spo2": "SpO2 %", "sbp": "Systolic mmHg", "pulse": "Pulse /min", "temp": "Temperature °C",
}  # fmt: skip
_CHART: Final = Measures()
"""The chart is in units of its own, as its bands are; the chosen column is told in the reader's."""

_RISKS: Final = {"low": "low", "low-medium": "low-med", "medium": "medium", "high": "high"}
_WORSE: Final = "*"
_PLAIN: Final = str.maketrans({"≥": ">=", "≤": "<=", "·": "-", "─": "-"})


class Look(NamedTuple):
    """How the chart is drawn."""

    width: int  # cells of a line
    name: int  # of the first column
    measures: Measures
    ascii_only: bool
    chosen: int  # number of the chosen column

    @property
    def none(self) -> str:
        """In place of what was not measured."""
        return "." if self.ascii_only else "·"

    def said(self, text: str) -> str:
        """``text`` in characters that the terminal has."""
        return text.translate(_PLAIN) if self.ascii_only else text

    @property
    def still(self) -> str:
        """In place of a value from before."""
        return ">" if self.ascii_only else "→"


def name_width(width: int) -> int:
    """Cells of the names."""
    return 14 if width < 100 else 18


def columns_for(width: int) -> int:
    """How many columns have room."""
    return max(1, (width - name_width(width)) // CELL)


def fill(points: int | None) -> str:
    """The style of so many points: the chart's colours."""
    return f"{INK} on {FILLS[points]}" if points else ""


def value_words(cell: Observed, measures: Measures) -> str:
    """What was measured, as the chart writes it: "24", "air", "2.0 L", "28 %", "V"."""
    if cell.value is None:
        return ""
    text = measures.text(cell.key, cell.value)
    if cell.key == "o2_flow":
        return f"{text} L" if cell.value > 0 else "air"
    if cell.key == "fio2":
        return f"{text} %" if cell.points else "air"
    return text


def cell_words(cell: Observed, look: Look) -> str:
    """One cell of the chart."""
    worse = _WORSE if _hides(cell) else ""
    if cell.value is None:
        return f"{look.none}{worse}"
    text = look.still if cell.carried else value_words(cell, _CHART).replace(" ", "")
    points = f"({cell.points})" if cell.points else "(?)" if cell.points is None else ""
    return f"{text}{points}{worse}"


def _hides(cell: Observed) -> bool:
    """Whether some value of the column alone gives more points than what counts."""
    return cell.most is not None and cell.most > (cell.points or 0)


def cell_rows(chart: ObservationChart, look: Look) -> Iterator[Content]:
    """A line an input: numbers with their points."""
    for name in INPUTS:
        words = _row_name(name, chart)
        cells = (
            cell_content(cell_words(cell, look), fill(cell.points), CELL, chosen=number == look.chosen)
            for number, cell in enumerate(column.cell(name) for column in chart.columns)
        )  # fmt: skip
        yield fitted(joined(fitted(plain(words, MUTED), look.name), *cells), look.width)


def _row_name(name: str, chart: ObservationChart) -> str:
    return "SpO2 %, sc. 2" if name == "spo2" and chart.scale == 2 else _ROWS[name]


def band_rows(chart: ObservationChart, look: Look) -> Iterator[Content]:
    """A line a band, as on the printed chart: each value stands in the row of its points."""
    for name in INPUTS:
        bands = chart_bands(name, chart.scale)
        room = look.width - look.name
        rule = plain(look.said("─" * room), "dim")
        yield fitted(joined(fitted(plain(_row_name(name, chart), "bold"), look.name), rule), look.width)
        for band in bands:
            yield fitted(joined(_band_name(band, look), *_band_cells(chart, name, band, look)), look.width)


def _band_name(band: ChartBand, look: Look) -> Content:
    points = plain(f" {band.points} ", fill(band.points) or MUTED)
    return joined(fitted(plain(look.said(f" {band.words}"), MUTED), look.name - 3), points)


def _band_cells(chart: ObservationChart, name: str, band: ChartBand, look: Look) -> Iterator[Content]:
    for number, column in enumerate(chart.columns):
        cell = column.cell(name)
        here = cell.value is not None and band.holds(_raw(name, cell), _oxygen(column))
        text = cell_words(cell, look) if here else ""
        yield cell_content(text, fill(cell.points) if here else "", CELL, chosen=number == look.chosen)  # fmt: skip


def _raw(name: str, cell: Observed) -> float:
    return float(bool(cell.points)) if name == "o2" else cell.value or 0.0


def _oxygen(column: Column) -> bool | None:
    points = column.cell("o2").points
    return None if points is None else points > 0


def total_rows(chart: ObservationChart, look: Look) -> Iterator[Content]:
    """The totals with their risk, and the highest total of each column."""
    rows = (
        ("NEWS2 total", [(column.news2.text(), fill(risk_points(column.news2))) for column in chart.columns]),
        ("Risk", [(_risk(column.news2), "bold" if column.news2.total >= 5 else "") for column in chart.columns]),
        ("Highest", [(_highest(column), "bold") for column in chart.columns]),
    )
    for title, cells in rows:
        if not any(text for text, _ in cells):
            continue
        drawn = (
            cell_content(look.said(text) if text != "--" else look.none, style, CELL, chosen=number == look.chosen)
            for number, (text, style) in enumerate(cells)
        )  # fmt: skip
        yield fitted(joined(fitted(plain(title, "bold"), look.name), *drawn), look.width)


def risk_points(score: News2) -> int:
    """The points whose colour a total has: of the risk that the known inputs settle."""
    return RISK_POINTS[score.at_least] if score.known else 0


def _risk(score: News2) -> str:
    if not score.known:
        return ""
    return _RISKS[score.band] if score.band else f"≥{_RISKS[score.at_least]}"


def _highest(column: Column) -> str:
    found = column.highest
    if found is None or (found.total <= column.news2.total and column.news2.known):
        return ""
    return f"{'' if found.known == len(INPUTS) else '≥'}{found.total}"


# The chosen column in words.


def detail_lines(chart: ObservationChart, look: Look) -> Iterator[Content]:
    """The chosen column: its time and risk, then every input with the time at which it was measured."""
    column, zone = chart.columns[look.chosen], zone_of(chart.tz)
    title = f" {span_words(column.span, chart.at, zone)} "
    yield fitted(plain(look.said(title.center(look.width, "─")), "bold"), look.width)
    said = [f"NEWS2 {column.news2.text()}", f"monitoring {column.news2.monitoring}"]
    if (found := column.highest) is not None and _highest(column):
        said.append(f"highest {_highest(column)} at {local(found.at, zone):%H:%M}")
    yield from wrapped(look.said(" · ".join(said)), look.width, "bold" if column.news2.total >= 5 else "")
    for name in INPUTS:
        yield fitted(plain(input_words(name, column.cell(name), column, look.measures, zone)), look.width)


def input_words(name: str, cell: Observed, column: Column, measures: Measures, zone: tzinfo) -> str:
    """One input in a sentence: the value, when it was measured, its points, and what the column's extremes were."""
    out = f"{NAMES[name]}: "
    if cell.value is None or cell.at is None:
        out += "none counts" if column.present else "not measured"
    else:
        unit = "" if name in ("o2", "acvpu") else f" {measures.unit(cell.key)}"
        points = "points not known without air or oxygen" if cell.points is None else _points(cell.points)
        before = ", from before" if cell.carried else ""
        out += f"{value_words(cell, measures)}{unit} at {local(cell.at, zone):%H:%M:%S}{before}, {points}"
    if cell.low is not None and cell.high is not None and cell.low != cell.high and name not in ("o2", "acvpu"):
        low, high = (measures.text(cell.key, value) for value in (cell.low, cell.high))
        out += f"; {low} to {high} in this column"
        if _hides(cell):
            out += f", up to {_points(cell.most or 0)}"
    return out


def _points(points: int) -> str:
    return f"{points} point{'' if points == 1 else 's'}"


def legend_lines(chart: ObservationChart, look: Look) -> Iterator[Content]:
    """What the signs say, from where on columns of this width are kept, and whose chart it is."""
    signs = f"(2) points   {look.still} value from before still counts   {_WORSE} worse within the column"
    yield fitted(plain(signs, MUTED), look.width)
    if chart.columns[0].span.begins < chart.kept_from:
        since = local(chart.kept_from, zone_of(chart.tz))
        yield from wrapped(f"Columns of this width are kept from {since:%a %d %b %H:%M} on; wider ones further back.",
                           look.width, "$warning")  # fmt: skip
    yield from wrapped(ACKNOWLEDGED, look.width, MUTED)
