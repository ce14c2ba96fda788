"""The flowsheet of one patient: every vital by time, in columns of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.pages.columns import ColumnsPage, Grid
from iomt_tui.tui.story.columns import interval_words
from iomt_tui.tui.story.flowsheet_lines import (
    CELL,
    Sheet,
    columns_for,
    detail_lines,
    legend_lines,
    name_width,
    row_lines,
)
from iomt_tui.tui.text import EMPTY, plain
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.columns import QUARTER
from iomt_tui.ward.story.flowsheet import Flowsheet, flowsheet_of

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class FlowsheetPage(ColumnsPage[Flowsheet]):
    """The flowsheet."""

    name = "flowsheet"
    tab = "story_flowsheet"
    title = "Flowsheet"
    usual = QUARTER
    so_far = ("so far", "till then")
    grid = Grid(columns_for, name_width, CELL)
    own_key = "flowsheet_worst"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.worst = True

    def said(self) -> str:
        """Which value of each column, and the interval."""
        return f"{'worst' if self.worst else 'last'} value of every {interval_words(self.interval)}"

    def hints(self) -> tuple[tuple[str, str, str], ...]:
        """The other value."""
        return ((self.own_key, "", "last" if self.worst else "worst"),)

    def model_of(self, count: int, *, live: bool) -> Flowsheet:
        """All vitals; whether somebody monitors makes no difference to them."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        return flowsheet_of(ward, self.patient, now, self.interval, count, self.until)

    def drawn(self, model: Flowsheet, chosen: int, width: int) -> list[Content]:
        """The vitals, the chosen column in words, the signs."""
        if not model.rows:
            return [plain("No vital sign of this patient was ever measured.", MUTED)]
        glyphs = GLYPHS.get(self.screen.settings.glyphs, BLOCK)
        sheet = Sheet(width, self.screen.measures, glyphs, chosen, self.worst)
        return [
            *row_lines(model, sheet), EMPTY, *detail_lines(model, sheet), EMPTY, *legend_lines(model, sheet)
        ]  # fmt: skip

    def turn(self) -> None:
        """Worst or last."""
        self.worst = not self.worst
