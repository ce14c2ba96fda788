"""The observation chart of one patient, in the layout of the NEWS2 chart: inputs down, time across, totals below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.tui.pages.columns import ColumnsPage, Grid
from iomt_tui.tui.story.columns import interval_words
from iomt_tui.tui.story.observation_lines import (
    CELL,
    Look,
    band_rows,
    cell_rows,
    columns_for,
    detail_lines,
    legend_lines,
    name_width,
    total_rows,
)
from iomt_tui.tui.text import EMPTY
from iomt_tui.tui.widgets.rows import wrapped
from iomt_tui.ward.story.columns import HOUR
from iomt_tui.ward.story.observations import ObservationChart, observations_of

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

TALL: Final = 50
"""Rows of the page from which on the bands of the printed chart have room above the chosen column."""

_NOT_MEANT: Final = (
    "NEWS2 is not meant for patients below 16 years: no points are given here. The flowsheet has the values."
)


class ObservationsPage(ColumnsPage[ObservationChart]):
    """The chart. It is drawn as cells with points, or as rows of bands as on paper."""

    name = "observations"
    tab = "story_observations"
    title = "NEWS2 chart"
    usual = HOUR
    so_far = ("now", "then")
    grid = Grid(columns_for, name_width, CELL)
    own_key = "observations_bands"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.bands: bool | None = None  # None: as there is room

    def said(self) -> str:
        """The interval and the scale."""
        view = self.view()
        scale = f"SpO2 scale {view.spo2_scale}, " if view is not None else ""
        return f"{scale}every {interval_words(self.interval)}"

    def hints(self) -> tuple[tuple[str, str, str], ...]:
        """The other layout."""
        return ((self.own_key, "", "cells" if self._as_bands() else "bands"),)

    def model_of(self, count: int, *, live: bool) -> ObservationChart:
        """The inputs and totals of these columns."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        return observations_of(ward, self.patient, now, self.interval, count, self.until, live=live)

    def drawn(self, model: ObservationChart, chosen: int, width: int) -> list[Content]:
        """The chart, the chosen column in words, the signs."""
        if not model.applicable:
            return list(wrapped(_NOT_MEANT, width, "bold $warning"))
        look = Look(width, name_width(width), self.screen.measures, self.ascii_only, chosen)
        rows = band_rows if self._as_bands() else cell_rows
        return [
            *rows(model, look), *total_rows(model, look), EMPTY, *detail_lines(model, look), EMPTY,
            *legend_lines(model, look),
        ]  # fmt: skip

    def _as_bands(self) -> bool:
        return self.screen.page.size.height >= TALL if self.bands is None else self.bands

    def turn(self) -> None:
        """The other layout."""
        self.bands = not self._as_bands()
        self.screen.page.scroll_home(animate=False)
