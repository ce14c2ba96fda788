"""What the observation chart and the flowsheet share: columns of time, one of them chosen, in windows that move."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar, Final, Generic, NamedTuple, TypeVar

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.story.columns import headings, interval_words
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.key_hints import with_keys
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.columns import DAY, INTERVALS, Span, kept_from, spans

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

FURTHEST: Final = 60 * DAY
"""How far back (ms) the ward keeps anything."""

_HINTS: Final = (("columns_back", "columns_on", "column"), ("window_shorter", "window_longer", "interval"))
_MORE_HINTS: Final = (("last", "", "now"), ("page_up", "page_down", "further"))


Model = TypeVar("Model")
"""What is shown of the columns: a chart, a flowsheet."""


class Grid(NamedTuple):
    """How the cells of a line are shared out."""

    columns: Callable[[int], int]  # how many columns have room in so many cells
    margin: Callable[[int], int]  # cells before the first one, of so many
    cell: int  # cells of one


class ColumnsPage(StoryPage, Generic[Model]):
    """A page of columns by the ward's clock. The chosen column is kept as a time, so it stays where it was when the
    interval differs or time goes on; with none chosen it is the newest."""

    title: ClassVar[str] = ""
    usual: ClassVar[int]  # interval when it is opened, ms
    so_far: ClassVar[tuple[str, str]]  # what stands above the column that is not over: live, and in the past
    grid: ClassVar[Grid]
    own_key: ClassVar[str]  # an action that means something on this page alone

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.interval = self.usual
        self.at: int | None = None  # a time in the chosen column (ms); None: the newest column
        self._until: int | None = None  # a time in the last column that is shown; None: now
        self._made: tuple[object, Model] | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of all pages of the story, of pages of columns, and its own."""
        return ("story", "columns", self.name)

    @property
    def zone(self) -> tzinfo:
        """The ward's."""
        return zone_of(self.screen.session.ward.tz)

    @property
    def ascii_only(self) -> bool:
        """Whether the terminal has no other glyphs."""
        return self.screen.settings.glyphs == "ascii"

    @abstractmethod
    def model_of(self, count: int, *, live: bool) -> Model:
        """The last ``count`` columns that are shown; ``live``: somebody monitors."""

    @abstractmethod
    def drawn(self, model: Model, chosen: int, width: int) -> list[Content]:
        """Its lines; ``chosen``: the number of the chosen column."""

    @abstractmethod
    def turn(self) -> None:
        """What the page's own key does."""

    # Where in time.

    def window(self, width: int) -> tuple[tuple[Span, ...], int]:
        """The columns that are shown in ``width`` cells, and the number of the chosen one."""
        now, count = self.screen.painter.now, self.grid.columns(width)
        if self.at is not None and self.at >= now:  # the past is shown, and the column lies ahead of it
            self.at = self._until = None
        if self.at is None:
            self._until = None
        shown = spans(self.interval, self.until, count, self.zone)
        if self.at is None:
            return shown, count - 1
        if not shown[0].begins <= self.at < shown[-1].ends:
            ahead = self.at < shown[0].begins
            self._until = min(now, self.at + (count - 1) * self.interval) if ahead else self.at
            shown = spans(self.interval, self._until, count, self.zone)
            if self.at < shown[0].begins:  # a day of 23 or 25 hours lies between
                self._until -= self.interval
                shown = spans(self.interval, self._until, count, self.zone)
        return shown, next(number for number, span in enumerate(shown) if span.holds(self.at))

    @property
    def until(self) -> int:
        """A time in the last column that is shown, ms."""
        now = self.screen.painter.now
        return now if self._until is None else min(self._until, now)

    def chosen_span(self) -> Span:
        """The chosen column."""
        shown, chosen = self.window(self._room())
        return shown[chosen]

    def moment(self) -> int | None:
        """The last instant of the chosen column: what it shows held then."""
        return min(self.chosen_span().ends - 1, self.screen.painter.now)

    def _room(self) -> int:
        return max(1, self.screen.size.width - 3)

    # Lines.

    def own_head(self, width: int) -> list[Content]:
        """What it shows, the keys, and the columns' days and times."""
        room = max(1, width - 3)
        shown, chosen = self.window(room)
        now = None if self.screen.painter.halted else self.screen.painter.now
        past = self.screen.session.player is not None
        margin, words = self.grid.margin(room) + 1, self.so_far[past]
        heads = headings(shown, chosen, self.zone, margin, self.grid.cell, now=now, words=words)
        return [self._title(width), *(fitted(line, width) for line in heads)]

    def _title(self, width: int) -> Content:
        title = joined(plain(f" {self.title} ", "bold"), plain(f" {self.said()}", MUTED))
        return with_keys(title, (*_HINTS, *self.hints(), *_MORE_HINTS), self.screen.keys, width)

    def said(self) -> str:
        """What is shown, behind the title."""
        return f"every {interval_words(self.interval)}"

    def lines(self, width: int) -> list[Content] | None:
        """The columns that have room; None where the patient is not on the ward."""
        if self.patient not in self.screen.session.ward.patients:
            return None
        _, chosen = self.window(width)
        return self.drawn(self.model(width), chosen, width)

    def model(self, width: int) -> Model:
        """The columns that are shown in ``width`` cells."""
        screen, ward = self.screen, self.screen.session.ward
        shown, _ = self.window(width)
        live = not screen.painter.halted
        moment = (id(ward), ward.seq, screen.painter.now // 1_000, self.interval, len(shown), shown[-1], live)
        if self._made is None or self._made[0] != moment:
            self._made = (moment, self.model_of(len(shown), live=live))
        return self._made[1]

    def exported(self) -> Model | None:
        """The columns as they are shown."""
        return self.model(self._room()) if self.patient in self.screen.session.ward.patients else None

    def hints(self) -> tuple[tuple[str, str, str], ...]:
        """Keys of this page: two actions, and what they do together."""
        return ()

    # Keys.

    def act(self, action: str) -> bool:
        """Another column, another interval; the keys of moving down a list move down the page."""
        if self.asked:
            return action in (self.own_key, "columns_back", "columns_on")
        steps = {"columns_back": -1, "columns_on": 1, "select_left": -1, "select_right": 1}
        pages = {"page_up": -1, "page_down": 1}
        if action in steps:
            self.step(steps[action])
        elif action in pages:
            self.step(pages[action] * self.grid.columns(self._room()))
        elif action in ("window_shorter", "window_longer"):
            self.change_interval(-1 if action == "window_shorter" else 1)
        elif action == "last":
            self.at = self._until = None
        elif action == self.own_key:
            self.turn()
        elif action == "first":
            self.at = kept_from(self.interval, self.screen.painter.now)
        else:
            return False
        return True

    def step(self, columns: int) -> None:
        """Chooses the column so many further on; past the newest one it stays there."""
        now = self.screen.painter.now
        span = self.chosen_span()
        if columns > 0:
            later = span.ends + (columns - 1) * self.interval
            self.at = None if later >= now else later
            if self.at is not None and spans(self.interval, now, 1, self.zone)[0].holds(self.at):
                self.at = None
        else:
            earlier = spans(self.interval, span.begins, 1 - columns, self.zone)[0].begins
            self.at = max(earlier, now - FURTHEST)
        if self.at is None:
            self._until = None

    def change_interval(self, step: int) -> None:
        """The next wider or narrower columns; the chosen time stays chosen."""
        if self.at is not None:
            self.at = min(self.chosen_span().ends - 1, self.screen.painter.now - 1)
        at = INTERVALS.index(self.interval) + step
        self.interval = INTERVALS[min(max(at, 0), len(INTERVALS) - 1)]
        self._until = self.at
