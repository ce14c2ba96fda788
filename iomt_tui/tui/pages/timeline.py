"""The page of everything that happened to a patient, the newest first: sections, a search, notes and corrections."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.tui.chronicling import Chronicling
from iomt_tui.tui.notes import writing
from iomt_tui.tui.pages.page import ListPage
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.timeline_list import HOUR, SHORT, SPANS, Section, Texts, chosen, counted, days_begin
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.sections import sections_line
from iomt_tui.tui.widgets.timeline_rows import READING, day_line, event_lines, unread
from iomt_tui.tui.widgets.voice import ScreenVoice
from iomt_tui.ward.notes import holding
from iomt_tui.ward.story.timeline import Category, Event, Timeline

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

HINT: Final = "a name, drug, vital, alarm, ack, limit … · enter keeps · esc clears"
"""What may be searched for."""

AT_ONCE: Final = 300
"""Events that are drawn at first, and so many more whenever their end comes near."""

_ORDER: Final = "newest first"
_NEAR: Final = 20  # rows before the end
_LONGEST: Final = 60


@dataclass
class Listed:
    """What the section and the search leave, the newest first, by id."""

    key: object = None
    events: Mapping[Hashable, Event] = field(default_factory=dict)
    numbers: Mapping[Section, int] = field(default_factory=lambda: dict.fromkeys(Section, 0))
    days: frozenset[str] = frozenset()  # the events that have the heading of their day above them


class TimelinePage(StoryPage, ListPage):
    """Every event of the patient. The choice is an event by its place in the log, so it stays while others come."""

    name = "timeline"
    tab = "story_timeline"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.section, self.query, self.span = Section.ALL, "", SPANS[2]
        self._chronicling = Chronicling(screen, patient, screen.painter.paint)
        self._listed, self._texts = Listed(), Texts()
        self._drawn: dict[Hashable, tuple[object, list[Content]]] = {}
        self._room = AT_ONCE
        self._reached = (0, 0)  # for how many events there was room when they were last drawn, and their lines
        self._newest: Hashable | None = None

    # What is listed.

    def _timeline(self) -> Timeline | None:
        """Everything of the stretch, once the log has been read."""
        return self._chronicling.timeline(self.span)

    def _list(self) -> Listed:
        timeline, voice = self._timeline(), self._voice()
        key = (id(timeline), self.section, self.query, voice)
        if self._listed.key != key:
            events = timeline.events if timeline is not None else ()
            found = chosen(reversed(events), self.section, self.query, voice, self._texts)
            by_id: Mapping[Hashable, Event] = {event.id: event for event in found}
            self._listed = Listed(key, by_id, counted(events), days_begin(found, voice.tz))
            self._drawn = {one: drawn for one, drawn in self._drawn.items() if one in by_id}
        return self._listed

    def _voice(self) -> ScreenVoice:
        return ScreenVoice(self.screen.measures, self.screen.session.ward.tz)

    def ids(self) -> Sequence[Hashable]:
        """The newest events; more of them once the end of those comes near."""
        events = self._list().events
        if len(events) > self._room and self._near_end(events):
            self._room += AT_ONCE
        return list(events)[: self._room]

    def _near_end(self, events: Mapping[Hashable, Event]) -> bool:
        room, lines = self._reached
        seen = self.screen.page.scroll_offset.y + self.screen.page.size.height
        return self.selected in list(events)[self._room - _NEAR : self._room] or (
            room == self._room and seen + _NEAR > lines
        )

    # What is shown.

    def own_head(self, width: int) -> list[Content]:
        """The sections with their counts, and what is shown of how much time."""
        keys = self.screen.keys.labels("select_left")[:1] + self.screen.keys.labels("select_right")[:1]
        first = sections_line("Timeline", self._list().numbers, self.section, SHORT, keys, width)
        about = self._about()
        if sum(map(len, about)) + 3 * len(about) > width:  # what is seen anyway goes first
            about.remove(_ORDER)
        return [first, fitted(plain(f" {' · '.join(about)}", MUTED), width)]

    def _about(self) -> list[str]:
        timeline, screen = self._timeline(), self.screen
        hours = self.span // HOUR
        parts = [f"last {hours} h" if hours <= 72 else f"last {hours // 24} days", _ORDER]
        if self.query.strip():
            whole = self._list().numbers[self.section]
            parts.append(f"search “{self.query}”: {len(self._list().events)} of {whole}")
        if timeline is not None and timeline.begins is not None:
            parts.append(f"the log begins at {self._voice().time(timeline.begins)}")
        if timeline is not None and timeline.dropped:
            parts.append(f"{timeline.dropped} older ones are not kept")
        shorter, longer = screen.keys.labels("window_shorter")[0], screen.keys.labels("window_longer")[0]
        one = self._list().events.get(self.selected)
        corrects = one is not None and one.category is Category.NOTE
        return [
            *parts, f"{shorter} {longer} time", f"{screen.keys.labels('filter')[0]} search",
            *([f"{screen.keys.labels('correct_note')[0]} correct it"] if corrects else []),
        ]  # fmt: skip

    def lines(self, width: int) -> list[Content] | None:
        """The events; a failure says so above what is known."""
        if self.view() is None:
            return None
        self._chronicling.follow(self.screen.painter.now - self.span)
        remarks, ids = self._remarks(width), self.ids()
        if self.selected not in ids:
            self.selected = None
        if self._newest != (newest := ids[0] if ids else None):
            self._newest = newest
            if self.selected in ids:
                self.screen.call_after_refresh(self.reveal)
        out = [*remarks, *(line for rows in self._rows(ids, width).values() for line in rows)]
        if not ids:
            out.append(plain(f" {self._nothing()}", MUTED))
        self._reached = (self._room if len(ids) == self._room else 0, len(out))
        if (older := len(self._list().events) - len(ids)) > 0:
            out.append(plain(f" {older} older events: ↓ goes on", MUTED))
        return out

    def _nothing(self) -> str:
        if self._chronicling.told is None:
            return "" if self._chronicling.fault else READING
        return "Nothing fits the search." if self.query.strip() else "Nothing of this kind in this time."

    def _remarks(self, width: int) -> list[Content]:
        timeline, fault = self._timeline(), self._chronicling.fault
        words = []
        if fault:
            words.append(unread(fault))
        if timeline is not None and timeline.unreadable:
            words.append(f"{timeline.unreadable} entries of the log could not be understood.")
        return [fitted(plain(f" {one}", "bold $warning"), width) for one in words]

    def row(self, one: Hashable, width: int) -> list[Content]:
        """The lines of an event, the heading of its day above the first of each; the chosen one in full."""
        return self._rows((one,), width + 1)[one]

    def _rows(self, ids: Iterable[Hashable], width: int) -> dict[Hashable, list[Content]]:
        """Each event's lines, drawn anew where they differ; those of the chosen one are marked in their first cell."""
        listed, voice, server = self._list(), self._voice(), server_name(self.screen.painter.link)
        begins = self._chronicling.told.begins if self._chronicling.told is not None else 0
        out = {}
        for one in ids:
            event, written = listed.events[one], self._chronicling.written(listed.events[one])
            heads, chosen = one in listed.days, one == self.selected
            look = (event, width, voice, written, server, heads, chosen)
            known = self._drawn.get(one)
            if known is None or known[0] != look:
                rows = event_lines(event, voice, begins, width - 1, written, server, whole=chosen)
                mark = plain("▌" if chosen else " ", "bold $accent")
                rows = [fitted(joined(mark, row), width) for row in rows]
                if heads:
                    rows.insert(0, fitted(joined(plain(" "), day_line(event.at, voice.tz, width - 1)), width))
                known = self._drawn[one] = (look, rows)
            out[one] = known[1]
        return out

    # What others ask.

    def moment(self) -> int | None:
        """When the chosen event was."""
        event = self._list().events.get(self.selected)
        return event.at if event is not None else None

    def exported(self) -> object | None:
        """The timeline as the section and the search leave it."""
        timeline = self._timeline()
        if timeline is None:
            return None
        return replace(timeline, events=tuple(reversed(list(self._list().events.values()))))

    # Keys.

    def act(self, action: str) -> bool:
        """Sections, how much time, the search, and the correction of a note."""
        if self.asked:
            return False
        if action in ("select_left", "select_right"):
            self.section = self.section.step(-1 if action == "select_left" else 1)
            self._restart()
        elif action in ("window_shorter", "window_longer"):
            at = SPANS.index(self.span) + (1 if action == "window_longer" else -1)
            self.span = SPANS[min(max(at, 0), len(SPANS) - 1)]
            self._restart()
        elif action == "filter":
            self._type()
        elif action == "correct_note":
            self._correct()
        else:
            return False
        return True

    def _restart(self) -> None:
        """Other events are listed: from the top."""
        self._room = AT_ONCE
        self.screen.page.scroll_home(animate=False)

    def _type(self) -> None:
        def changed(text: str) -> None:
            self.query = text
            self._restart()

        self.screen.keyboard.typing = TypedLine(
            "Search", HINT, _LONGEST, changed, given_up=lambda: changed(""), text=self.query
        )

    def _correct(self) -> None:
        """Begins to correct the chosen note, or its newest correction: what holds is what is corrected."""
        view, event = self.view(), self._list().events.get(self.selected)
        if view is None or event is None or event.category is not Category.NOTE:
            self.screen.desk.say("Choose a note first: ↓ or j.")
            return
        note = holding(view.notes, event.record)
        if note is None:
            self.screen.desk.say("This note is too old to be corrected here.")
        else:
            writing.correct(self.screen, view, note)

    def back(self) -> bool:
        """Lets go of the event, then of the search, then of the section; then the page closes."""
        if super().back():
            return True
        there = bool(self.query) or self.section is not Section.ALL
        self.query, self.section = ("", self.section) if self.query else ("", Section.ALL)
        if there:
            self._restart()
        return there

    def closed(self) -> None:
        """What is still being read is of no use any more."""
        self._chronicling.close()
