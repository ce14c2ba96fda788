"""Which patients are marked for a comparison, and the way to its page, which is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from iomt_tui.tui.pages.page import Page

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

FEWEST, MOST = 2, 4
"""Patients of one comparison."""

NAME: Final = "compare"
"""The name of its page."""


class Comparison:
    """The marked patients, by id and in the order in which they were marked."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self._marked: list[str] = []

    @property
    def marked(self) -> Sequence[str]:
        """Those who are on the ward at the moment that is shown."""
        return [patient for patient in self._marked if patient in self.screen.session.ward.patients]

    def toggle(self, patient: str) -> bool:
        """Marks a patient, or no longer; False when as many are marked as there may be."""
        self._marked = list(self.marked)
        if patient in self._marked:
            self._marked.remove(patient)
        elif len(self._marked) == MOST:
            return False
        else:
            self._marked.append(patient)
        return True

    def words(self) -> str:
        """How many are marked, and who: ``2 (07, 12)``."""
        patients = self.screen.session.ward.patients
        beds = ", ".join(patients[patient].bed or patients[patient].name for patient in self.marked)
        return f"{len(self.marked)} ({beds})"

    def page(self) -> Page:
        """Their page."""
        return cast("Page", import_module("iomt_tui.tui.pages.compare").ComparePage(self.screen, self.marked))
