"""What a scan does on the board: it chooses a wristband's patient, says what a drug is, or is the open page's."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from iomt_tui.clinical.medication.barcode import Code, explain, read
from iomt_tui.clinical.medication.rights import Person, owners
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.scanning import Scanned
from iomt_tui.tui.text import tell
from iomt_tui.tui.widgets.header import zone

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

_CUT = "The code is cut short: its end did not come. Scan it again."


class Scans:
    """Takes what a scanner typed. While something is asked, it is refused: one thing after the other."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen

    def take(self, event: Scanned) -> None:
        """Does what a scan means at this moment."""
        screen = self.screen
        if not event.whole:
            screen.desk.hand.deafen(screen.clock())
        typing = screen.keyboard.typing
        if screen.desk.hand.armed is not None or (typing is not None and typing.label != "/"):
            tell(screen.app, "Scanned, but NOT taken: finish what is asked first, then scan again.", "warning")
            return
        screen.leaving = False
        screen.keyboard.typing = None
        code = self.read(event)
        if screen.cover is None or not screen.cover.scanned(code):
            self._show(code)
        screen.painter.paint()

    def read(self, event: Scanned) -> Code:
        """What a scan is, at the ward's date."""
        if not event.whole:
            return Code(wrong=_CUT)
        return read(event.text, self.today(), self.screen.settings.scanner.codes)

    def today(self) -> date:
        """The ward's date."""
        session = self.screen.session
        return datetime.fromtimestamp(session.now() / 1000, zone(session.ward.tz)).date()

    def people(self) -> list[Person]:
        """Everybody on the ward, by what their wristbands may hold."""
        ward = self.screen.session.ward
        return [
            Person(one.id, f"{one.bed} {one.name}".strip() or one.id, (one.mrn,) if one.mrn else ())
            for one in ward.patients.values()
        ]

    def _show(self, code: Code) -> None:
        screen, today = self.screen, self.today()
        if code.kind != "patient":
            wrong = bool(code.wrong) or code.expired(today)
            screen.desk.say("Scanned: " + " ".join(explain(code, today)), wrong=wrong)
            return
        found = owners(code, self.people())
        if len(found) != 1:
            whose = "NOBODY'S on this ward" if not found else "that of " + " AND ".join(one.label for one in found)
            screen.desk.say(f"Scanned: the wristband {code.patient} is {whose}. Nobody was chosen.", wrong=True)
            return
        person = found[0]
        if screen.cover is not None and not isinstance(screen.cover, StoryPage):
            screen.open_cover(None)
        screen.choose(person.id)
        screen.desk.say(f"Scanned: the wristband of {person.label}")
