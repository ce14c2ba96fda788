"""One patient's doses at home: the calendar, every drug with its figures, and the vitals that they are to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.clinical.medication.due import midnight
from iomt_tui.clinical.medication.expansion import DAY, zone_of
from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.board.spark import Points
from iomt_tui.tui.medication.adherence_lines import NO_FILLS, class_lines, drug_lines, figure_lines, formula
from iomt_tui.tui.medication.calendar_lines import calendar_legend, calendar_lines
from iomt_tui.tui.medication.effect_lines import effect_lines, vitals_of
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.strip import who
from iomt_tui.ward.adherence_view import AdherenceView

if TYPE_CHECKING:
    from iomt_tui.tui.pages.adherence import AdherencePage
    from iomt_tui.tui.screens.board import BoardScreen

_COURSE = 60
"""Days of a vital that the ward keeps hour by hour."""


class AdherencePatientPage(Page):
    """Everything known of one patient's doses at home, over the days that the list looks back on."""

    name = "adherence of a patient"

    def __init__(self, screen: BoardScreen, patient: str, parent: AdherencePage) -> None:
        super().__init__(screen)
        self.patient, self.parent = patient, parent

    def _view(self) -> AdherenceView | None:
        return self.parent.views().get(self.patient)

    def head(self, width: int) -> list[Content]:
        """Whose doses, over which days, and the keys."""
        view = self._view()
        if view is None:
            return []
        known = self.screen.session.ward.view(self.patient, self.screen.painter.now)
        words = joined(
            plain(" Adherence ", "bold"), plain(who(known), "bold $accent"),
            plain(f" · last {self.parent.days} days, today among them", MUTED),
        )  # fmt: skip
        labels = self.screen.keys.labels
        hint = joined(
            plain(f"  {labels('sort')[0]}", "bold $accent"), plain(" 30 or 90 days", MUTED),
            plain(f"  {labels('back')[0]}", "bold $accent"), plain(" list", MUTED),
        )  # fmt: skip
        fits = words.cell_length + hint.cell_length <= width
        return [spread(words, hint, width) if fits else fitted(words, width)]

    def lines(self, width: int) -> list[Content] | None:
        """Calendar, all drugs together, each drug, classes, effect."""
        view = self._view()
        if view is None:
            return None
        tz, found = zone_of(self.screen.session.ward.tz), view.assessment
        ascii_only = self.screen.settings.glyphs == "ascii"
        out = calendar_lines(found.days, width, ascii_only=ascii_only)
        out += [*calendar_legend(width, ascii_only=ascii_only), EMPTY, self._heading("All drugs", width)]
        out += [formula(figure, width) for figure in (found.pdc, found.all_drugs) if figure is not None]
        if found.pdc is None:
            out.append(fitted(plain(NO_FILLS, "bold"), width))
        out += figure_lines(found, tz, width)
        for drug in found.drugs:
            out += [EMPTY, *drug_lines(drug, view, tz, width)]
        classes = list(class_lines(found.classes, width))
        if classes:
            out += [EMPTY, self._heading("Classes of several drugs", width), *classes]
        effect = list(self._effect(view, width))
        return [*out, EMPTY, self._heading("Beside the vitals that they are to change", width), *effect]

    @staticmethod
    def _heading(words: str, width: int) -> Content:
        return joined(plain(f"{words} ", "bold $accent"), plain("─" * max(0, width - len(words) - 1), "dim"))

    def _effect(self, view: AdherenceView, width: int) -> Iterator[Content]:
        patient = self.screen.session.ward.patients[self.patient]
        days = min(self.parent.days, _COURSE)
        first, there = view.today - days + 1, False
        glyphs = GLYPHS.get(self.screen.settings.glyphs, BLOCK)
        for vital, drugs in vitals_of(view.assessment.drugs).items():
            series = patient.series.get(vital)
            if series is None:
                continue
            begins = midnight(first, zone_of(self.screen.session.ward.tz))
            points: Points = series.buckets(begins, DAY, days)
            rows = effect_lines(vital, drugs, points, first, self.screen.measures, width, glyphs=glyphs)
            there |= bool(rows)
            yield from rows
        if not there:
            yield fitted(plain("None of the vitals that these drugs are to change was measured.", MUTED), width)

    def aimed(self) -> Aim | None:
        """Alarm keys mean this patient."""
        ward = self.screen.session.ward
        if self.patient not in ward.patients:
            return None
        view = ward.view(self.patient, self.screen.painter.now)
        return view, self.screen.painter.alarm_of(view)

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm."""
        return 0, False

    def act(self, action: str) -> bool:
        """30 or 90 days; the list's key leads back to it."""
        if action == "sort":
            return self.parent.act(action)
        return action == "adherence" and self.back()

    def back(self) -> bool:
        """Back to the list."""
        self.parent.back_to()
        return True
