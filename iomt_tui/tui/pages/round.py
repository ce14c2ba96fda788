"""The medication round: the ward's doses, what becomes of each, and scans that find them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.clinical.medication.barcode import Code, explain
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.lists import DoseCounts
from iomt_tui.clinical.medication.rights import Person
from iomt_tui.clinical.medication.status import Status
from iomt_tui.tui import dose_scan
from iomt_tui.tui.dose_list import DoseId, DoseItem, RoundOrder, Section, arranged, chosen, known, read
from iomt_tui.tui.dose_questions import record
from iomt_tui.tui.pages.page import Aim
from iomt_tui.tui.pages.sections import SectionsPage
from iomt_tui.tui.widgets.dose_rows import NOTHING, SHORT, about_line, dose_row, scan_lines
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.tui.widgets.sections import sections_line
from iomt_tui.ward.medication import measured

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

HINT: Final = "name, bed, drug, route, late, due, missed, alert, mine · enter keeps · esc clears"
"""What may be typed."""

BAND_LASTS: Final = 600.0
"""Seconds for which a scanned wristband says who the patient is."""

_CHOOSE: Final = "Choose a dose first: ↓ or j; or scan a wristband."


class RoundPage(SectionsPage[DoseId]):
    """Every dose, one row each; the choice keeps its dose."""

    name = "medications"
    section: Section
    order: RoundOrder
    filters = ("doses", HINT)
    choose_first = _CHOOSE
    takes_scans = True

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.section, self.order = Section.TODO, RoundOrder.TIME
        self._items: dict[Section, list[DoseItem]] = {section: [] for section in Section}
        self._shown: dict[DoseId, DoseItem] = {}
        self._read_at: tuple[object, ...] = ()
        self._drawn: dict[DoseId, tuple[tuple[object, ...], list[Content]]] = {}
        self._found: dose_scan.Result | None = None  # what was scanned last
        self._band: tuple[Person, float] | None = None  # whose wristband was scanned, and when

    # What is listed.

    def _read(self) -> None:
        """Takes over what the ward says; once for each moment and choice."""
        screen, ward = self.screen, self.screen.session.ward
        moment = (id(ward), ward.seq, screen.painter.now // 1000)
        asked = (self.section, self.query, frozenset(screen.roster.mine))
        if (moment, asked) == self._read_at:
            return
        if not self._read_at or self._read_at[0] != moment:
            self._items = read(ward, screen.painter.now, screen.desk.user)
        self._read_at = (moment, asked)
        self._shown = {item.id: item for item in chosen(self._items[self.section], self.query, screen.roster.mine)}
        self._drawn = {one: drawn for one, drawn in self._drawn.items() if one in self._shown}

    def ids(self) -> Sequence[Hashable]:
        """The rows' ids; they rest while the user is choosing."""
        self._read()
        wanted = arranged(self._shown.values(), self.order, self.section)
        return self.settled(wanted, rest=self.screen.desk.hand.armed is not None)

    def row(self, one: Hashable, width: int) -> list[Content]:
        """The lines of one dose, drawn anew where its words differ."""
        screen, item = self.screen, self._shown[cast("DoseId", one)]
        now, sent = screen.painter.now, screen.desk.waits_for(_about(item.id))
        server, tz = server_name(screen.painter.link), screen.session.ward.tz
        look = (item, width, now // 10_000, sent, server)
        drawn = self._drawn.get(item.id)
        if drawn is None or drawn[0] != look:
            lines = dose_row(item, now, zone_of(tz), width, sent=sent, server=server, tz=tz)
            drawn = self._drawn[item.id] = (look, lines)
        return drawn[1]

    # What is shown.

    def head(self, width: int) -> list[Content]:
        """The sections with their counts, what they add up to, and what was scanned."""
        self._read()
        keys = self.screen.keys
        hints = keys.labels("select_left")[:1] + keys.labels("select_right")[:1]
        numbers = {section: len(items) for section, items in self._items.items()}
        now = self.screen.painter.now
        checks = sum(
            one.needed is not None and one.needed.recheck_due is not None and one.needed.recheck_due <= now
            for one in self._items[Section.NEEDED]
        )
        filtered = f"filter “{self.query}”: {len(self._shown)} of {numbers[self.section]}" if self.query.strip() else ""
        hint = f"{keys.labels('enter')[0]} records, or scan"
        out = [
            sections_line("Round", numbers, self.section, SHORT, hints, width),
            about_line(self._counts(), checks, self.order, filtered, hint, width),
        ]
        if self._found is not None:
            out += scan_lines(self._found.words, self._found.wrong, self._found.rights, width)
        return out

    def _counts(self) -> DoseCounts:
        """The lengths of the lists, by what is overdue."""
        status = [item.status for item in self._items[Section.OVERDUE]]
        late, missed, both = (status.count(one) for one in (Status.LATE, Status.MISSED, Status.CONFLICT))
        return DoseCounts(len(self._items[Section.DUE]), late, missed, both)

    def lines(self, width: int) -> list[Content] | None:
        """The rows."""
        self.nothing = "Nothing fits the filter." if self.query.strip() else NOTHING[self.section]
        return super().lines(width)

    def hidden(self) -> tuple[int, bool] | None:
        """Rows above and below the window; no alarm is among them."""
        rows = cast("Sequence[DoseId]", self.ids())
        return len(rows) - sum(1 for _ in self.in_view(rows)), False

    # Keys.

    def aimed(self) -> Aim | None:
        """The strip's alarm: it is the only one in view."""
        return None if self.screen.small else self.screen.on_strip()

    def open_chosen(self) -> None:
        """What becomes of the chosen dose."""
        self._ask(self._chosen())

    def chosen_patient(self) -> str:
        """Whose the chosen dose is."""
        item = self._chosen()
        return item.id.patient if item is not None else ""

    def _chosen(self) -> DoseItem | None:
        self._read()
        return self._shown.get(cast("DoseId", self.selected))

    def _ask(self, item: DoseItem | None, scan: dose_scan.Result | None = None) -> None:
        """Asks what became of a dose; what the question holds stays the same whatever the rows do."""
        screen, desk = self.screen, self.screen.desk
        if item is None:
            desk.say(_CHOOSE)
            return
        if desk.refused():
            return
        if desk.waits_for(_about(item.id)):
            desk.say(f"{item.called}: {item.order.drug.name} is being recorded already; wait for the answer.")
            return
        if screen.small:
            desk.say("No room to list what would be recorded: enlarge the terminal.")
            return
        ward, now = screen.session.ward, screen.session.now()
        state = ward.patients[item.id.patient]
        about = known(state, item.order, item.dose, measured(state.series, now), now, zone_of(ward.tz))
        body = scan.body if scan is not None else None
        desk.arm(
            record(item, about, desk.user, desk.clock(), width=screen.size.width, room=screen.list_room, scan=body)
        )

    # Scans.

    def scanned(self, code: Code) -> bool:
        """A wristband chooses its patient; a drug is held against the five rights. Nothing is recorded."""
        self._read()
        screen = self.screen
        if code.wrong or code.kind == "none":
            self._tell(dose_scan.Result(" ".join(explain(code, screen.scans.today())), wrong=True))
        elif code.kind == "patient":
            self._wristband(code)
        else:
            self._drug(code)
        return True

    def _tell(self, found: dose_scan.Result) -> None:
        self._found = found
        if found.words:
            self.screen.desk.say(f"Scanned: {found.words}", wrong=found.wrong)

    def _person(self, patient: str) -> Person | None:
        return next((one for one in self.screen.scans.people() if one.id == patient), None)

    def _wristband(self, code: Code) -> None:
        item = self._chosen()
        found = dose_scan.wristband(
            code, self.screen.scans.people(), self._person(item.id.patient) if item is not None else None
        )
        self._tell(found)
        self._band = None if found.person is None else (found.person, self.screen.clock())
        if found.wrong:
            self.selected = None
        elif item is None and found.person is not None:
            self._show(next((one for one in self.ids() if cast("DoseId", one).patient == found.person.id), None))

    def _drug(self, code: Code) -> None:
        item, band, screen = self._chosen(), self._wearer(), self.screen
        whose = item.id.patient if item is not None else band.id if band is not None else ""
        person = self._person(whose)
        if person is None:
            self._tell(dose_scan.Result("Scan the wristband first, or choose a dose; then the drug.", wrong=True))
            return
        now, today, tz = screen.session.now(), screen.scans.today(), screen.session.ward.tz
        found = dose_scan.drug(code, person, band, self._items, screen.scans.people(), now, today, tz)
        self._tell(found)
        if found.ask and found.item is not None:
            self._show(found.item.id)
            self._ask(found.item, found)

    def _wearer(self) -> Person | None:
        """Whose wristband was scanned a short while ago."""
        if self._band is None or self.screen.clock() - self._band[1] >= BAND_LASTS:
            self._band = None
        return self._band[0] if self._band is not None else None

    def _show(self, one: Hashable | None) -> None:
        """Chooses a row, in whatever section it stands."""
        if one is None:
            return
        if one not in self._shown:
            there = (s for s, items in self._items.items() if any(item.id == one for item in items))
            self.section, self.query, self._forced = next(there, self.section), "", True
        self.selected = one
        self._resting.chosen(self.screen.clock())
        self.screen.call_after_refresh(self.reveal)

    def back(self) -> bool:
        """Lets go of what was scanned, of the row, then of the filter, then closes."""
        if self._found is not None:
            self._found = self._band = None
            return True
        return super().back()


def _about(one: DoseId) -> tuple[object, ...]:
    """As :attr:`DoseQuestion.about` names the dose."""
    return ("dose", *one)
