"""The page of the ward's alarms: what stands, who has it, what is kept quiet, what is over, what was missed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.alarms.grouping import AlarmGroup
from iomt_tui.tui.alarm_list import AlarmItem, Order, RowId, Section, arranged, chosen, gathered, read
from iomt_tui.tui.ordering import RestingOrder
from iomt_tui.tui.pages.alarm_history import AlarmHistoryPage
from iomt_tui.tui.pages.page import Aim, ListPage
from iomt_tui.tui.questions import acknowledge_all, waiting
from iomt_tui.tui.text import EMPTY
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.widgets.alarm_rows import NOTHING, SHORT, about_line, alarm_row, group_row
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.sections import sections_line

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

HINT: Final = "name, bed, SpO2, high, medium, low, technical, home, mine · enter keeps · esc clears"
"""What may be typed."""

RECENT_NOTE: Final = (
    "Of each condition the newest alarm that ended within 4 h stands here; enter shows everything of that patient."
)

_LONGEST: Final = 60  # characters of a filter


class AlarmPage(ListPage):
    """Every alarm, one row each. A row keeps its place while the user chooses, and the choice keeps its alarm."""

    name = "alarms"

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.section = Section.MISSED if screen.away.dismiss() else Section.FORCE
        self.order, self.query = Order.URGENCY, ""
        self._resting: RestingOrder[RowId] = RestingOrder()
        self._items: dict[Section, list[AlarmItem]] = {}
        self._shown: dict[RowId, AlarmItem] = {}
        self._kept = 0
        self._read_at: tuple[object, ...] = ()
        self._forced = True
        self._groups: dict[RowId, AlarmGroup] = {}  # rows of several alarms, while these flood in
        self._unfolded: set[str] = set()  # patients whose alarms stand apart all the same
        self._drawn: dict[RowId, tuple[tuple[object, ...], list[Content]]] = {}

    # What is listed.

    def _read(self) -> None:
        """Takes over what the ward says; once for each moment and choice."""
        screen, ward = self.screen, self.screen.session.ward
        now, missed = screen.painter.now, screen.away.missed
        moment = (id(ward), ward.seq, now // 1000, id(missed))
        asked = (self.section, self.query, self.order, frozenset(screen.roster.mine))
        if (moment, asked) == self._read_at:
            return
        if not self._read_at or self._read_at[0] != moment:
            self._items = read(ward, now, missed)
        self._read_at = (moment, asked)
        found = chosen(self._items[self.section], self.query, screen.roster.mine)
        self._shown, self._kept = {item.id: item for item in found.shown}, found.kept
        self._drawn = {one: drawn for one, drawn in self._drawn.items() if one in self._shown}

    def ids(self) -> Sequence[Hashable]:
        """The rows' ids; they rest while the user is choosing."""
        self._read()
        screen, at = self.screen, self.screen.clock()
        if screen.desk.hand.armed is not None or screen.roster.order.resting(at):
            self._resting.key_pressed(at)
        moved = self._resting.settle(self._rows(), at, force=self._forced)
        self._forced = False
        if moved and self.selected in self._resting.shown:
            screen.call_after_refresh(self.reveal)
        return self._resting.shown

    def _rows(self) -> Sequence[RowId]:
        """The rows in order; several alarms of one patient share one while they flood in."""
        rows, self._groups = arranged(self._shown.values(), self.order), {}
        if self.screen.painter.ward.flood is None:
            self._unfolded.clear()
        elif self.section in (Section.FORCE, Section.WAITING) and self.order is not Order.TIME:
            rows, self._groups = gathered(rows, self._shown, self._unfolded)
        return rows

    def reveal(self) -> None:
        """Brings the chosen row into view."""
        if self.screen.cover is self and self.selected in (ids := self.ids()):
            self._reveal(ids)

    def row(self, one: Hashable, width: int) -> list[Content]:
        """The lines of one alarm, drawn anew where its words differ."""
        screen = self.screen
        group = self._groups.get(cast("RowId", one))
        if group is not None:
            own = [item for item in self._shown.values() if item.id.key.patient == group.patient]
            more, key = len(own) > len(group.alarms), screen.keys.labels("enter")[0]
            return group_row(group, f"{own[0].bed} {own[0].name}".strip(), screen.measures, key, width, more=more)
        item = self._shown[cast("RowId", one)]
        now = screen.painter.now
        server = server_name(screen.painter.link)
        look = (item, width, now // 10_000, id(screen.measures), server)
        known = self._drawn.get(item.id)
        if known is None or known[0] != look:
            drawn = alarm_row(item, screen.measures, now, screen.session.ward.tz, width, server)
            known = self._drawn[item.id] = (look, drawn)
        return known[1]

    # What is shown.

    def head(self, width: int) -> list[Content]:
        """The sections with their counts, and what they add up to."""
        self._read()
        screen = self.screen
        keys = screen.keys.labels("select_left")[:1] + screen.keys.labels("select_right")[:1]
        numbers = {section: len(items) for section, items in self._items.items()}
        first = sections_line("Alarms", numbers, self.section, SHORT, keys, width)
        ward, missed = screen.painter.ward, screen.away.missed
        return [first, about_line(ward, self.section, self.order, self._filtered(), missed, width)]

    def _filtered(self) -> str:
        if not self.query.strip():
            return ""
        kept = f", {self._kept} kept for being high" if self._kept else ""
        return f"filter “{self.query}”: {len(self._shown)} of {len(self._items[self.section])}{kept}"

    def lines(self, width: int) -> list[Content] | None:
        """The rows. Notes since when the chosen alarm has stood on the screen as a whole."""
        self.nothing = "Nothing fits the filter." if self.query.strip() else self._nothing()
        out = super().lines(width)
        view, alarm = self._aim()
        seen = view is not None and not self.screen.small and self.selected in self._seen()
        self.screen.desk.showing("page", alarm if seen else None)
        if out and self._shown and self.section is Section.RECENT:
            out += [EMPTY, *wrapped(RECENT_NOTE, width, MUTED)]
        return out

    def _nothing(self) -> str:
        if self.section is Section.MISSED and self.screen.away.reading:
            return "Reading the log…"
        if self.section is Section.MISSED and self.screen.away.fault:
            return f"What was missed cannot be read: {self.screen.away.fault}"
        return NOTHING[self.section]

    def _seen(self) -> set[RowId]:
        """The rows that stand on the screen as a whole."""
        page, width = self.screen.page, max(1, self.screen.size.width - 3)
        first, end = page.scroll_offset.y, page.scroll_offset.y + page.size.height
        seen, at = set[RowId](), 0
        for one in (one for one in self._resting.shown if one in self._shown or one in self._groups):
            height = len(self.row(one, width - 1))
            if first <= at and at + height <= end:
                seen |= self._of(one)
            at += height
        return seen

    def _of(self, row: RowId) -> set[RowId]:
        """The alarms that a row stands for."""
        group = self._groups.get(row)
        if group is None:
            return {row}
        refs = {alarm.ref for alarm in group.alarms}
        return {one for one, item in self._shown.items() if item.alarm.ref in refs}

    def hidden(self) -> tuple[int, bool] | None:
        """Rows above and below those that are seen (SAFETY H18)."""
        out = self._shown.keys() - self._seen()
        return len(out), any(self._shown[one].high for one in out)

    # Keys.

    def aimed(self) -> Aim | None:
        """The chosen alarm as it is now; without a choice the strip's, which is in view."""
        if self.screen.small:
            return None
        return self.screen.on_strip() if self.selected is None else self._aim()

    def _aim(self) -> Aim:
        self._read()
        item = self._shown.get(cast("RowId", self.selected))
        ward = self.screen.session.ward
        if (group := self._group()) is not None and group.patient in ward.patients:
            return ward.view(group.patient, self.screen.painter.now), None
        if item is None or item.id.key.patient not in ward.patients:
            return None, None
        view = ward.view(item.id.key.patient, self.screen.painter.now)
        same = (one for one in view.alarms if one.ref.key == item.id.key and one.ref.episode == item.alarm.ref.episode)
        return view, next(same, item.alarm)

    def _group(self) -> AlarmGroup | None:
        """The chosen row's alarms, where it stands for several."""
        return self._groups.get(cast("RowId", self.selected))

    def move(self, lines: int) -> None:
        """Chooses another row: rows rest while the user looks."""
        super().move(lines)
        self._resting.chosen(self.screen.clock())

    def offers(self) -> set[str]:
        """A chosen alarm can be opened, and its patient pinned."""
        return {"enter", "pin"} if self.selected is not None else set()

    def act(self, action: str) -> bool:
        """Sections, order, filter, and a patient's history."""
        screen = self.screen
        if screen.leaving or screen.desk.hand.armed is not None:
            return False
        if action in ("select_left", "select_right"):
            self._turn(self.section.step(-1 if action == "select_left" else 1))
        elif action == "sort":
            self.order, self._forced = self.order.next, True
        elif action == "filter":
            self._type()
        elif action == "enter":
            self._open()
        elif action == "acknowledge" and self._group() is not None:
            self._acknowledge()
        elif action == "pin":
            self._pin()
        else:
            return False
        return True

    def _turn(self, section: Section) -> None:
        self.section, self.selected, self._forced = section, None, True
        self.screen.page.scroll_home(animate=False)

    def _type(self) -> None:
        def changed(text: str) -> None:
            self.query, self._forced = text, True

        def given_up() -> None:
            changed("")

        line = TypedLine("Filter alarms", HINT, _LONGEST, changed, given_up=given_up, text=self.query)
        self.screen.keyboard.typing = line

    def _acknowledge(self) -> None:
        """Asks for the alarms of the row that nobody has taken: exactly those that the question lists."""
        desk, group, (view, _) = self.screen.desk, self._group(), self._aim()
        if group is None or view is None or desk.refused():
            return
        refs = {alarm.ref for alarm in group.alarms}
        alarms = [alarm for alarm in waiting(view.alarms) if alarm.ref in refs]
        if alarms:
            measures, room = self.screen.measures, self.screen.list_room
            desk.arm(acknowledge_all(view, alarms, measures, desk.clock(), room))
        else:
            desk.say("Nobody waits there: nothing to acknowledge.")

    def _open(self) -> None:
        if (group := self._group()) is not None:
            self._unfolded.add(group.patient)
            self.selected, self._forced = None, True
            return
        item = self._shown.get(cast("RowId", self.selected))
        if item is None:
            self.screen.desk.say("Choose an alarm first: ↓ or j.")
        else:
            called = f"{item.bed} {item.name}".strip()
            self.screen.open_cover(AlarmHistoryPage(self.screen, item.id.key.patient, called, self))

    def _pin(self) -> None:
        """Makes the patient of the chosen alarm one of mine, or no longer."""
        item = self._shown.get(cast("RowId", self.selected))
        if item is None:
            self.screen.desk.say("Choose an alarm first: ↓ or j.")
            return
        self.screen.roster.mine ^= {item.id.key.patient}
        self.screen.remember_mine()
        self.screen.reorder(force=False)

    def back(self) -> bool:
        """Lets go of the row, then of the filter, then closes."""
        if super().back():
            self._resting.released(self.screen.clock())
            return True
        there, self.query = bool(self.query or self._unfolded), ""
        self._unfolded.clear()
        self._forced |= there
        return there

    def closed(self) -> None:
        """Nothing is chosen on a page that is not there."""
        self.screen.desk.showing("page", None)
