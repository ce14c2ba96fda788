"""A patient's alarm limits at a glance: every vital, its number now, its limits, and whose they are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.pages.page import ListPage
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.limit_lines import vital_row
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.strip import who
from iomt_tui.ward.judge import InForce

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class LimitsPage(ListPage):
    """The limits of one patient, who stays the same whatever is chosen on the board."""

    name = "limits-of"
    nothing = "No vital of this patient has alarm limits."

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen)
        self.patient = patient

    def head(self, width: int) -> list[Content]:
        """Whose limits."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        if self.patient not in ward.patients:
            return []
        view = ward.view(self.patient, now)
        target = f"SpO2 scale {view.spo2_scale}" + (", at home" if view.home else "")
        words = joined(plain(f" Alarm limits of {who(view)}", "bold"), plain(f" · {target}", MUTED))
        hint = joined(plain(" · enter", "bold $accent"), plain(" changes one", MUTED))
        return [fitted(joined(words, hint), width)]

    def ids(self) -> Sequence[Hashable]:
        """The vitals in the catalogue's order, those that are measured first."""
        held, ward = self._held(), self.screen.session.ward
        own = ward.patients[self.patient].series if self.patient in ward.patients else {}
        return sorted((vital for vital in VITALS if vital in held), key=lambda vital: vital not in own)

    def _held(self) -> dict[str, InForce]:
        ward = self.screen.session.ward
        return ward.limits_in_force(self.patient, self.screen.painter.now) if self.patient in ward.patients else {}

    def lines(self, width: int) -> list[Content] | None:
        """The rows; a patient who left closes the page."""
        return super().lines(width) if self.patient in self.screen.session.ward.patients else None

    def row(self, one: Hashable, width: int) -> list[Content]:
        """One vital."""
        vital, screen = str(one), self.screen
        held = self._held().get(vital)
        if held is None:
            return [plain(vital)]
        view = screen.session.ward.view(self.patient, screen.painter.now).vitals.get(vital)
        return [vital_row(vital, held, view, screen.measures, screen.session.ward.tz, width)]

    def act(self, action: str) -> bool:
        """Enter opens the chosen vital."""
        if action != "enter" or self.asked or self.selected is None:
            return False
        from iomt_tui.tui.pages.limit_editor import LimitEditor

        self.screen.open_cover(LimitEditor(self.screen, self.patient, str(self.selected)))
        return True

    def offers(self) -> set[str]:
        """A chosen vital opens."""
        return {"enter"} if self.selected is not None else set()
