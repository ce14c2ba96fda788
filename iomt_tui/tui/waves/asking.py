"""Asks the engine for a patient's waveforms, again and again while their page is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from iomt_tui.log.api import LogError
from iomt_tui.ward.waves import MARK, WAVES

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

EVERY: Final = 20.0
"""Seconds between two times."""

FOR: Final = 45_000
"""ms for which it is asked each time: one that comes late makes no gap, and a page that closes asks no more."""


class Asking:
    """One page's asking. It changes nothing of the patient, so a screen that only looks may do it, too."""

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        self._screen, self._patient = screen, patient
        self._asked = float("-inf")
        self.fault = ""  # why the last time was not saved

    def turn(self) -> None:
        """Asks, when it is time to."""
        now = self._screen.clock()
        if now - self._asked >= EVERY:
            self._asked = now
            self._screen.run_worker(self._ask, thread=True, group="waves", exit_on_error=False)

    def _ask(self) -> None:
        screen, fault = self._screen, ""
        body = {
            "op": f"{MARK}{uuid4().hex}",
            "user": screen.desk.user,
            "do": WAVES,
            "patient": self._patient,
            "ms": FOR,
        }
        try:
            screen.session.acts([body])
        except LogError as error:
            fault = str(error)
        screen.app.call_from_thread(self._told, fault)

    def _told(self, fault: str) -> None:
        self.fault = fault
