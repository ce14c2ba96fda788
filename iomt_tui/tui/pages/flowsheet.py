"""The flowsheet of one patient: every vital by time, in columns of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.pages.columns import ColumnsPage
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


class FlowsheetPage(ColumnsPage):
    """The flowsheet."""

    name = "flowsheet"
    tab = "story_flowsheet"
    title = "Flowsheet"
    usual = QUARTER
    so_far = ("so far", "till then")
    keys = frozenset({"flowsheet_worst"})

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.worst = True
        self._made: tuple[object, Flowsheet | None] = ((), None)

    def count(self, width: int) -> int:
        """How many columns have room."""
        return columns_for(width)

    def margin(self, width: int) -> int:
        """Cells of the vitals' names."""
        return name_width(width)

    def cell(self) -> int:
        """Cells of a column."""
        return CELL

    def said(self) -> str:
        """Which value of each column, and the interval."""
        return f"{'worst' if self.worst else 'last'} value of every {interval_words(self.interval)}"

    def hints(self) -> tuple[tuple[str, str, str], ...]:
        """The other value."""
        return (("flowsheet_worst", "", "last" if self.worst else "worst"),)

    def sheet(self, width: int) -> Flowsheet:
        """The columns that are shown in ``width`` cells."""
        screen, ward = self.screen, self.screen.session.ward
        shown, _ = self.window(width)
        now = screen.painter.now
        moment = (id(ward), ward.seq, now // 1_000, self.interval, len(shown), shown[-1])
        if self._made[0] != moment or self._made[1] is None:
            made = flowsheet_of(ward, self.patient, now, self.interval, len(shown), self.until)
            self._made = (moment, made)
            return made
        return self._made[1]

    def lines(self, width: int) -> list[Content] | None:
        """The vitals, the chosen column in words, the signs."""
        if self.patient not in self.screen.session.ward.patients:
            return None
        view = self.sheet(width)
        if not view.rows:
            return [plain("No vital sign of this patient was ever measured.", MUTED)]
        _, chosen = self.window(width)
        glyphs = GLYPHS.get(self.screen.settings.glyphs, BLOCK)
        sheet = Sheet(width, self.screen.measures, glyphs, chosen, self.worst)
        return [
            *row_lines(view, sheet), EMPTY, *detail_lines(view, sheet), EMPTY, *legend_lines(view, sheet)
        ]  # fmt: skip

    def act(self, action: str) -> bool:
        """Worst or last, besides what all pages of columns do."""
        if action == "flowsheet_worst" and not (self.screen.leaving or self.screen.desk.hand.armed is not None):
            self.worst = not self.worst
            return True
        return super().act(action)

    def exported(self) -> Flowsheet | None:
        """The flowsheet as it is shown."""
        return self.sheet(self._room()) if self.patient in self.screen.session.ward.patients else None
