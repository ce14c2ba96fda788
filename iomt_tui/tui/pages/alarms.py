"""The page of the ward's alarms: what stands, who has it, what is kept quiet, what is over, what was missed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.alarms.grouping import AlarmGroup
from iomt_tui.tui.alarm_list import AlarmItem, Order, RowId, Section, arranged, chosen, gathered, read
from iomt_tui.tui.pages.alarm_history import AlarmHistoryPage
from iomt_tui.tui.pages.page import Aim
from iomt_tui.tui.pages.sections import SectionsPage
from iomt_tui.tui.questions import acknowledge_all, waiting
from iomt_tui.tui.text import EMPTY
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


class AlarmPage(SectionsPage[RowId]):
    """Every alarm, one row each; the choice keeps its alarm."""

    name = "alarms"
    section: Section
    order: Order
    filters = ("alarms", HINT)
    choose_first = "Choose an alarm first: ↓ or j."

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.section = Section.MISSED if screen.away.dismiss() else Section.FORCE
        self.order = Order.URGENCY
        self._items: dict[Section, list[AlarmItem]] = {}
        self._shown: dict[RowId, AlarmItem] = {}
        self._kept = 0
        self._read_at: tuple[object, ...] = ()
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
        screen = self.screen
        rest = screen.desk.hand.armed is not None or screen.roster.order.resting(screen.clock())
        return self.settled(self._rows(), rest=rest)

    def _rows(self) -> Sequence[RowId]:
        """The rows in order; several alarms of one patient share one while they flood in."""
        rows, self._groups = arranged(self._shown.values(), self.order), {}
        if self.screen.painter.ward.flood is None:
            self._unfolded.clear()
        elif self.section in (Section.FORCE, Section.WAITING) and self.order is not Order.TIME:
            rows, self._groups = gathered(rows, self._shown, self._unfolded)
        return rows

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
        """The alarms whose rows stand on the screen as a whole."""
        there = (one for one in self._resting.shown if one in self._shown or one in self._groups)
        return set[RowId]().union(*map(self._of, self.in_view(there)))

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

    def act(self, action: str) -> bool:
        """Besides what all pages of sections do: all alarms of a row at once."""
        if action == "acknowledge" and not self.asked and self._group() is not None:
            self._acknowledge()
            return True
        return super().act(action)

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

    def open_chosen(self) -> None:
        """The patient's history; the alarms of a row of several stand apart."""
        if (group := self._group()) is not None:
            self._unfolded.add(group.patient)
            self.selected, self._forced = None, True
            return
        item = self._shown.get(cast("RowId", self.selected))
        if item is None:
            self.screen.desk.say(self.choose_first)
        else:
            called = f"{item.bed} {item.name}".strip()
            self.screen.open_cover(AlarmHistoryPage(self.screen, item.id.key.patient, called, self))

    def chosen_patient(self) -> str:
        """Whose the chosen alarm is."""
        item = self._shown.get(cast("RowId", self.selected))
        return item.id.key.patient if item is not None else ""

    def unfiltered(self) -> bool:
        """Alarms that stand apart are gathered again, too."""
        there = super().unfiltered() or bool(self._unfolded)
        self._unfolded.clear()
        self._forced |= there
        return there

    def closed(self) -> None:
        """Nothing is chosen on a page that is not there."""
        self.screen.desk.showing("page", None)
