"""The medication chart (MAR) of one patient: drugs by hours, the chosen cell in words, the vitals that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.lists import ChartRow
from iomt_tui.clinical.medication.needed import AsNeeded, Drip, as_needed, drip
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.status import Status
from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.board.words import label
from iomt_tui.tui.medication.beside import beside_lines, course, seen_vitals
from iomt_tui.tui.medication.cell_words import Said, about, around, called, cell_words, drip_words, needed_words
from iomt_tui.tui.medication.grid import SHIFT, Hours, Track, heading, track
from iomt_tui.tui.medication.marks import legend
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.key_hints import with_keys
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.strip import who
from iomt_tui.tui.widgets.written_words import STYLES, told
from iomt_tui.ward.medication import MedicationState
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

WIDE: Final = 112
"""Cells from which a whole day stands side by side; below, half of one."""

BESIDE: Final = 96
"""Cells from which the vitals stand beside the words; below, under them."""

BACK, AHEAD = 14 * 24 * HOUR, 7 * 24 * HOUR
"""How far (ms) the chart goes: as far back as records are kept."""

_STEPS: Final = {
    "select_right": 1, "select_left": -1, "chart_on": 1, "chart_back": -1, "window_longer": SHIFT,
    "window_shorter": -SHIFT, "page_down": 24, "page_up": -24,
}  # fmt: skip
_HINTS: Final = (
    ("select_left", "select_right", "hour"), ("window_shorter", "window_longer", "shift"),
    ("page_up", "page_down", "day"), ("first", "", "now"),
)  # fmt: skip
_MINUTES: Final = 24 * HOUR
_GROUPS: Final = ("Scheduled", "Infusions", "As needed")


@dataclass(frozen=True)
class _Row:
    """One order on the chart with what its line is drawn from."""

    chart: ChartRow
    line: Track
    drip: Drip | None
    needed: AsNeeded | None

    @property
    def group(self) -> str:
        return _GROUPS[2 if self.needed is not None else 1 if self.drip is not None else 0]


class MarPage(Page):
    """One patient's chart. An order and an hour are chosen, by id and time, so they stay wherever rows go."""

    name = "chart"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen)
        self.patient = patient
        self.order = ""  # id of the chosen one
        self.hour: int | None = None  # the chosen hour's first ms; None: the present one
        self._begins: int | None = None
        self._rows: tuple[object, list[_Row]] = ((), [])
        self._top = 0
        self._hidden = 0

    # What is shown.

    def _state(self) -> MedicationState | None:
        patient = self.screen.session.ward.patients.get(self.patient)
        return patient.medication if patient is not None else None

    @property
    def _zone(self) -> tzinfo:
        return zone_of(self.screen.session.ward.tz)

    def _this_hour(self) -> int:
        now = self.screen.painter.now
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(self._zone)
        return now - now % 1000 - (local.minute * 60 + local.second) * 1000

    def _chosen_hour(self) -> int:
        return self.hour if self.hour is not None else self._this_hour()

    def hours(self, width: int) -> Hours:
        """The hours that stand side by side in ``width`` cells: the chosen one is among them."""
        count, cells = self._columns(width)
        at = self._chosen_hour()
        begins = self._this_hour() - count // 3 * HOUR if self._begins is None else self._begins
        begins = min(begins, at) if at < begins else max(begins, at - (count - 1) * HOUR)
        if self._begins is not None:
            self._begins = begins
        return Hours(begins, count, cells, self.screen.painter.now, self._zone)

    @staticmethod
    def _columns(width: int) -> tuple[int, int]:
        """How many hours have room, and the cells of one: no more of them than a name leaves."""
        count = 24 if width >= WIDE else 12
        return count, min(max((width - 28) // count, 2), 6)

    def _name_width(self, width: int) -> int:
        count, cells = self._columns(width)
        return max(width - 1 - count * cells, 10)

    def rows(self, hours: Hours) -> list[_Row]:
        """Scheduled orders, then infusions, then those as needed."""
        state = self._state()
        if state is None:
            return []
        ward = self.screen.session.ward
        moment = (id(ward), ward.seq, hours._replace(now=hours.now // 1000), self._ascii)
        if self._rows[0] != moment:
            found = state.chart(ward.tz, hours.begins, hours.hours, hours.now)
            rows = [self._row(row, state, hours) for row in found if _belongs(row, hours)]
            rows.sort(key=lambda row: (_GROUPS.index(row.group), row.chart.order.over))
            self._rows = (moment, rows)
        return self._rows[1]

    def _row(self, row: ChartRow, state: MedicationState, hours: Hours) -> _Row:
        order, records = row.order, state.of(row.order.id)
        flows = drip(order, records) if isinstance(order.schedule, Infusion) else None
        needed = as_needed(order, records, hours.zone, hours.now) if isinstance(order.schedule, Prn) else None
        return _Row(row, track(row, hours, flows, ascii_only=self._ascii), flows, needed)

    @property
    def _ascii(self) -> bool:
        return self.screen.settings.glyphs == "ascii"

    def _chosen(self, rows: Sequence[_Row]) -> _Row | None:
        found = next((row for row in rows if row.chart.order.id == self.order), rows[0] if rows else None)
        self.order = found.chart.order.id if found is not None else self.order
        return found

    # Lines.

    def head(self, width: int) -> list[Content]:
        """Whose chart it is, the keys, and the hours."""
        view = self._view()
        if view is None:
            return []
        room = max(1, width - 3)
        hours = self.hours(room)
        chosen = (self._chosen_hour() - hours.begins) // HOUR
        margin = 2 + self._name_width(room)
        return [
            self._title(view, width),
            *(fitted(line, width) for line in heading(hours, margin, chosen, ascii_only=self._ascii)),
        ]

    def _title(self, view: PatientView, width: int) -> Content:
        """Whose chart, allergies, and as many keys as have room beside them."""
        name = " Medication chart " if width >= WIDE else " MAR "
        title = joined(plain(name, "bold"), plain(who(view), "bold $accent"))
        if view.allergies:
            title = joined(title, plain(f"  ALLERGIES: {', '.join(view.allergies)}", "bold $warning"))
        return with_keys(title, _HINTS, self.screen.keys, width)

    def lines(self, width: int) -> list[Content] | None:
        """The grid in as many lines as there are, then the chosen cell, the vitals and the legend."""
        view = self._view()
        if view is None:
            return None
        hours = self.hours(width)
        rows = self.rows(hours)
        chosen = self._chosen(rows)
        if chosen is None:
            at_home = any(order.home for order in self._orders())
            where = " Medicines at home: see adherence." if at_home else ""
            return list(wrapped(f" No orders that the ward gives are known for this patient.{where}", width, MUTED))
        below = self._below(chosen, view, hours, width)
        return [*self._grid(rows, hours, width, max(4, (self.screen.page.size.height or 20) - len(below))), *below]

    def _orders(self) -> list[Order]:
        state = self._state()
        return list(state.orders.values()) if state is not None else []

    def _view(self) -> PatientView | None:
        ward = self.screen.session.ward
        return ward.view(self.patient, self.screen.painter.now) if self.patient in ward.patients else None

    def _grid(self, rows: Sequence[_Row], hours: Hours, width: int, room: int) -> list[Content]:
        """The rows with their headings, scrolled so that the chosen one is seen."""
        out: list[Content] = []
        first, end, group = 0, 1, ""
        for row in rows:
            mine = row.chart.order.id == self.order
            if row.group != group:
                group = row.group
                out.append(plain(f" {group}", "bold $accent"))
            if mine:
                first = len(out)
            out += self._line(row, hours, width, chosen=mine)
            if mine:
                end = len(out)
        if len(out) <= room:
            self._top = self._hidden = 0
            return out
        room -= 1
        self._top = min(max(self._top, end - room), first - (1 if first == 1 else 0), len(out) - room)
        above, under = self._top, len(out) - self._top - room
        self._hidden = above + under
        parts = [f"{count} more line{'' if count == 1 else 's'} {where}"
                 for count, where in ((above, "above"), (under, "below")) if count]  # fmt: skip
        more = plain(f" … {', '.join(parts)}", MUTED)
        return [*out[self._top : self._top + room], fitted(more, width)]

    def _line(self, row: _Row, hours: Hours, width: int, *, chosen: bool) -> list[Content]:
        order = row.chart.order
        mark = plain(("> " if self._ascii else "▌ ")[:1] if chosen else " ", "bold $accent")
        alert = "!" if order.drug.high_alert else " "
        style = "dim strike" if order.over else "bold" if chosen else ""
        name = joined(plain(alert, "bold $warning"), plain(called(order), style))
        hour = (self._chosen_hour() - hours.begins) // HOUR if chosen else None
        out = [
            fitted(joined(mark, fitted(name, self._name_width(width) - 1), plain(" "), row.line.content(hour)), width)
        ]
        said = needed_words(row.needed, hours) if row.needed is not None else None
        if row.drip is not None:
            said = drip_words(row.drip, hours)
        if said is not None:
            out.append(fitted(plain(f"    {said.words}", said.style), width))
        return out

    def _below(self, row: _Row, view: PatientView, hours: Hours, width: int) -> list[Content]:
        halted = self.screen.painter.halted
        out = self._course(row, view, hours, width)
        parted = width >= BESIDE
        half = width // 2 - 1 if parted else width
        words = [line for said in self._said(row, hours) for line in wrapped(said.words, half, said.style)]
        vitals = list(beside_lines(row.chart.order, view, self.screen.measures, half, halted=halted))
        name = plain(f"─ {called(row.chart.order)} ", "bold")
        out.append(fitted(joined(name, plain("─" * max(0, width - name.cell_length), "dim")), width))
        if parted:
            count = max(len(words), len(vitals))
            words += [EMPTY] * (count - len(words))
            vitals += [EMPTY] * (count - len(vitals))
            out += [joined(fitted(w, half), plain("  "), v) for w, v in zip(words, vitals, strict=True)]
        else:
            out += [*words, *vitals]
        signs = {text: sign for one in self._rows[1] for text, sign in one.line.signs.items()}
        alert = any(one.chart.order.drug.high_alert for one in self._rows[1])
        extra = [("!", "high-alert drug", "bold $warning")] if alert else []
        return [*out, *legend([*signs.values(), *extra], width)]

    def _said(self, row: _Row, hours: Hours) -> list[Said]:
        state, at = self._state(), self._chosen_hour()
        number = (at - hours.begins) // HOUR
        records = state.of(row.chart.order.id) if state is not None else []
        said = cell_words(row.chart.cells[number], records, hours, at, self._stands)
        if not any(row.chart.cells[number]):
            said += around(row.chart.cells, number, hours)
        return [*said, *about(row.chart.order)]

    def _stands(self, record: str) -> Said | None:
        """How a record stands on the ward's server."""
        ward = self.screen.session.ward
        written = ward.patients[self.patient].writes.by_op().get(record)
        if written is None:
            return None
        return Said(told(written, server_name(self.screen.painter.link), ward.tz), STYLES[written.state])

    def _course(self, row: _Row, view: PatientView, hours: Hours, width: int) -> list[Content]:
        """The most telling vital on the time axis of the grid, the drug's doses under it."""
        order, vital = row.chart.order, next(iter(seen_vitals(row.chart.order, view)), None)
        patient = self.screen.session.ward.patients.get(self.patient)
        if vital is None or patient is None or vital.key not in patient.series:
            return []
        glyphs = GLYPHS.get(self.screen.settings.glyphs, BLOCK)
        per, count = glyphs.points, hours.width * glyphs.points
        # Minutes are kept for a day; of what is older only the hours are.
        fine = hours.begins >= hours.now - _MINUTES
        step = HOUR // (hours.cells * per) if fine else HOUR
        points = patient.series[vital.key].buckets(hours.begins, step, count if fine else hours.hours)
        if not fine:
            points = tuple(point for point in points for _ in range(hours.cells * per))
        name = self._name_width(width)
        unit = self.screen.measures.unit(vital.key)
        words = f"{label(vital.key)} ({unit})" if unit else str(label(vital.key))
        first = joined(fitted(plain(f"  {words}", MUTED), name + 1), course(order, vital, points, glyphs))
        under = joined(fitted(plain("  doses of the drug", MUTED), name + 1), row.line.content(None))
        return [fitted(first, width), fitted(under, width)]

    # Keys.

    def move(self, lines: int) -> None:
        """Chooses another drug."""
        rows = self.rows(self.hours(max(1, self.screen.size.width - 3)))
        ids = [row.chart.order.id for row in rows]
        if ids:
            at = ids.index(self.order) + lines if self.order in ids else 0
            self.order = ids[min(max(at, 0), len(ids) - 1)]

    def act(self, action: str) -> bool:
        """Another hour, shift or day; home leads back to the present hour."""
        if self.asked:
            return action in ("chart_on", "chart_back")  # keys of this page alone
        if action == "first":
            self.hour = self._begins = None
            return True
        if action not in _STEPS:
            return False
        self._turn(_STEPS[action])
        return True

    def _turn(self, hours: int) -> None:
        now, before = self._this_hour(), self._chosen_hour()
        shown = self.hours(max(1, self.screen.size.width - 3))
        self.hour = min(max(before + hours * HOUR, now - BACK), now + AHEAD)
        moved = self.hour - before
        self._begins = shown.begins + (moved if abs(hours) > 1 else 0)

    def aimed(self) -> Aim | None:
        """Alarm keys mean this patient's alarm, as on the patient's page."""
        view = self._view()
        return (view, self.screen.painter.alarm_of(view)) if view is not None else None

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm."""
        return 0, False


def _belongs(row: ChartRow, hours: Hours) -> bool:
    """Whether an order stands on the chart: one that is over only where it was in force or something was recorded."""
    stopped = row.order.stopped
    if not row.order.over or (stopped is not None and stopped >= hours.begins):
        return True
    return any(cell.others or any(dose.status is not Status.CANCELLED for dose in cell.doses) for cell in row.cells)
