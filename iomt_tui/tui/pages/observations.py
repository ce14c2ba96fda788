"""The observation chart of one patient, in the layout of the NEWS2 chart: inputs down, time across, totals below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.tui.pages.columns import ColumnsPage
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


class ObservationsPage(ColumnsPage):
    """The chart. It is drawn as cells with points, or as rows of bands as on paper."""

    name = "observations"
    tab = "story_observations"
    title = "NEWS2 chart"
    usual = HOUR
    so_far = ("now", "then")
    keys = frozenset({"observations_bands"})

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.bands: bool | None = None  # None: as there is room
        self._made: tuple[object, ObservationChart | None] = ((), None)

    def count(self, width: int) -> int:
        """How many columns have room."""
        return columns_for(width)

    def margin(self, width: int) -> int:
        """Cells of the inputs' names."""
        return name_width(width)

    def cell(self) -> int:
        """Cells of a column."""
        return CELL

    def said(self) -> str:
        """The interval and the scale."""
        view = self.view()
        scale = f"SpO2 scale {view.spo2_scale}, " if view is not None else ""
        return f"{scale}every {interval_words(self.interval)}"

    def hints(self) -> tuple[tuple[str, str, str], ...]:
        """The other layout."""
        return (("observations_bands", "", "cells" if self._as_bands() else "bands"),)

    def chart(self, width: int) -> ObservationChart:
        """The columns that are shown in ``width`` cells."""
        screen, ward = self.screen, self.screen.session.ward
        shown, _ = self.window(width)
        now, live = screen.painter.now, not screen.painter.halted
        moment = (id(ward), ward.seq, now // 1_000, self.interval, len(shown), shown[-1], live)
        if self._made[0] != moment or self._made[1] is None:
            chart = observations_of(ward, self.patient, now, self.interval, len(shown), self.until, live=live)
            self._made = (moment, chart)
            return chart
        return self._made[1]

    def lines(self, width: int) -> list[Content] | None:
        """The chart, the chosen column in words, the signs."""
        if self.patient not in self.screen.session.ward.patients:
            return None
        chart = self.chart(width)
        if not chart.applicable:
            return list(wrapped(_NOT_MEANT, width, "bold $warning"))
        _, chosen = self.window(width)
        look = Look(width, name_width(width), self.screen.measures, self.ascii_only, chosen)
        rows = band_rows if self._as_bands() else cell_rows
        return [
            *rows(chart, look), *total_rows(chart, look), EMPTY, *detail_lines(chart, look), EMPTY,
            *legend_lines(chart, look),
        ]  # fmt: skip

    def _as_bands(self) -> bool:
        return self.screen.page.size.height >= TALL if self.bands is None else self.bands

    def act(self, action: str) -> bool:
        """The other layout, besides what all pages of columns do."""
        if action == "observations_bands" and not (self.screen.leaving or self.screen.desk.hand.armed is not None):
            self.bands = not self._as_bands()
            self.screen.page.scroll_home(animate=False)
            return True
        return super().act(action)

    def exported(self) -> ObservationChart | None:
        """The chart as it is shown."""
        return self.chart(self._room()) if self.patient in self.screen.session.ward.patients else None
