"""Adherence at home: the ward's list, the lowest first; enter opens one patient."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.ranking import ranked
from iomt_tui.tui.medication.adherence_lines import rank_lines
from iomt_tui.tui.medication.calendar_lines import calendar_legend
from iomt_tui.tui.pages.adherence_patient import AdherencePatientPage
from iomt_tui.tui.pages.page import Aim, ListPage
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.adherence_view import AdherenceView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

DAYS: Final = (90, 30)
"""Days that may be looked back on."""

_MINUTE: Final = 60_000


class AdherencePage(ListPage):
    """The patients who take something at home. Read again each minute, and when something was told of doses."""

    name = "adherence"
    nothing = "Nobody takes anything at home that was told of."

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.days = DAYS[0]
        self._read: tuple[object, dict[str, AdherenceView], list[str]] = ((), {}, [])

    def views(self) -> dict[str, AdherenceView]:
        """Patient -> adherence, the lowest first."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        told = tuple((p.id, p.home_doses.told) for p in ward.patients.values() if p.home_doses)
        moment = (id(ward), told, now // _MINUTE, self.days)
        if self._read[0] != moment:
            found = {patient: ward.adherence(patient, now, self.days) for patient, _ in told}
            found = {patient: view for patient, view in found.items() if view.known}
            order = ranked((patient, view.assessment) for patient, view in found.items())
            self._read = (moment, found, order)
        return self._read[1]

    def ids(self) -> Sequence[Hashable]:
        """The patients' ids."""
        self.views()
        return self._read[2]

    def row(self, one: Hashable, width: int) -> list[Content]:
        """What the list says of one patient."""
        tz = zone_of(self.screen.session.ward.tz)
        ascii_only = self.screen.settings.glyphs == "ascii"
        return rank_lines(self.views()[cast("str", one)], tz, width, ascii_only=ascii_only)

    def head(self, width: int) -> list[Content]:
        """How many, over which days, and the keys."""
        count = len(self.views())
        low = sum(
            one.assessment.pdc is not None and one.assessment.pdc.adherent is False for one in self.views().values()
        )
        keys = self.screen.keys
        words = joined(
            plain(" Adherence at home ", "bold"),
            plain(f"last {self.days} days · {count} patient{'' if count == 1 else 's'}, lowest first", MUTED),
            plain(f" · {low} with PDC below 80 %" if low else "", "bold"),
        )
        hint = EMPTY
        for action, text in (("enter", "open"), ("sort", "30 or 90 days")):
            hint = joined(hint, plain(f"  {keys.labels(action)[0]}", "bold $accent"), plain(f" {text}", MUTED))
        fits = words.cell_length + hint.cell_length <= width
        return [spread(words, hint, width) if fits else fitted(words, width)]

    def lines(self, width: int) -> list[Content] | None:
        """The list, and what its marks say."""
        out = super().lines(width) or []
        if self._ids:
            out += [EMPTY, *calendar_legend(width, ascii_only=self.screen.settings.glyphs == "ascii")]
        return out

    def aimed(self) -> Aim | None:
        """The chosen patient; without a choice what is on the strip, which is in view."""
        ward = self.screen.session.ward
        if self.selected not in ward.patients:
            return self.screen.on_strip()
        view = ward.view(self.selected, self.screen.painter.now)
        return view, self.screen.painter.alarm_of(view)

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm."""
        return 0, False

    def offers(self) -> set[str]:
        """A chosen patient can be opened."""
        return {"enter"} if self.selected is not None else set()

    def act(self, action: str) -> bool:
        """Another stretch of time; a patient."""
        if self.asked:
            return False
        if action == "sort":
            self.days = DAYS[(DAYS.index(self.days) + 1) % len(DAYS)]
            return True
        if action == "enter" and self.selected is not None:
            self.screen.open_cover(AdherencePatientPage(self.screen, cast("str", self.selected), self))
            return True
        return False

    def back_to(self) -> None:
        """Stands there again, the choice where it was."""
        self.screen.open_cover(self)
        self.screen.call_after_refresh(self._again)

    def _again(self) -> None:
        if self.screen.cover is self and self.selected in (ids := self.ids()):
            self._reveal(ids)
