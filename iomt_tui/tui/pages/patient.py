"""The page of the chosen patient: everything known, in words."""

from __future__ import annotations

from textual.content import Content

from iomt_tui.tui.pages.page import Page


class PatientPage(Page):
    """Follows the choice on the board; a patient who left closes it."""

    name = "patient"

    def lines(self, width: int) -> list[Content] | None:
        """The chosen patient."""
        seen = self.screen.painter
        return None if seen.chosen is None else seen.parts.patient(seen.chosen, width)

    def offers(self) -> set[str]:
        """The patient can be pinned."""
        return {"pin"}
