"""What the alarm page and the medication round share: rows in sections that rest, with an order and a filter."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from iomt_tui.tui.cycle import Cycle
from iomt_tui.tui.ordering import RestingOrder
from iomt_tui.tui.pages.page import ListPage
from iomt_tui.tui.typed_line import TypedLine

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

Row = TypeVar("Row", bound=Hashable)

_LONGEST: Final = 60  # characters of a filter


class SectionsPage(ListPage, Generic[Row]):
    """Rows of one section. A row keeps its place while the user chooses (SAFETY H5)."""

    section: Cycle
    order: Cycle
    filters: ClassVar[tuple[str, str]]  # what is filtered, and what may be typed
    choose_first: ClassVar[str]  # said where a key needs a choice and there is none

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.query = ""
        self._resting: RestingOrder[Row] = RestingOrder()
        self._forced = True  # the next rows stand in their order whatever rests

    @abstractmethod
    def chosen_patient(self) -> str:
        """Id of the patient of the chosen row; "" where none is chosen."""

    @abstractmethod
    def open_chosen(self) -> None:
        """What enter does with the chosen row."""

    def settled(self, wanted: Sequence[Row], *, rest: bool) -> Sequence[Row]:
        """The rows in the order in which they may stand now: with ``rest`` they stay as if a key had been pressed."""
        at = self.screen.clock()
        if rest:
            self._resting.key_pressed(at)
        moved = self._resting.settle(wanted, at, force=self._forced)
        self._forced = False
        if moved and self.selected in self._resting.shown:
            self.screen.call_after_refresh(self.reveal)
        return self._resting.shown

    def in_view(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of the rows, which are all that stand there, that are on the screen as a whole."""
        page, width = self.screen.page, max(1, self.screen.size.width - 3)
        first, end = page.scroll_offset.y, page.scroll_offset.y + page.size.height
        at = 0
        for one in rows:
            height = len(self.row(one, width - 1))
            if first <= at and at + height <= end:
                yield one
            at += height

    # Keys.

    def move(self, lines: int) -> None:
        """Chooses another row: rows rest while the user looks."""
        super().move(lines)
        self._resting.chosen(self.screen.clock())

    def offers(self) -> set[str]:
        """A chosen row can be opened, and its patient pinned."""
        return {"enter", "pin"} if self.selected is not None else set()

    def act(self, action: str) -> bool:
        """Sections, order, filter, and what can be done with the chosen row."""
        if self.asked:
            return False
        if action in ("select_left", "select_right"):
            self._turn(-1 if action == "select_left" else 1)
        elif action == "sort":
            self.order, self._forced = self.order.next, True
        elif action == "filter":
            self._type()
        elif action == "enter":
            self.open_chosen()
        elif action == "pin":
            self._pin()
        else:
            return False
        return True

    def _turn(self, by: int) -> None:
        self.section, self.selected, self._forced = self.section.step(by), None, True
        self.screen.page.scroll_home(animate=False)

    def _type(self) -> None:
        def changed(text: str) -> None:
            self.query, self._forced = text, True

        title, hint = self.filters
        self.screen.keyboard.typing = TypedLine(
            f"Filter {title}", hint, _LONGEST, changed, given_up=lambda: changed(""), text=self.query
        )

    def _pin(self) -> None:
        """Makes the patient of the chosen row one of mine, or no longer."""
        patient = self.chosen_patient()
        if not patient:
            self.screen.desk.say(self.choose_first)
            return
        self.screen.roster.mine ^= {patient}
        self.screen.remember_mine()
        self.screen.reorder(force=False)

    def back(self) -> bool:
        """Lets go of the row, then of the filter, then closes."""
        if super().back():
            self._resting.released(self.screen.clock())
            return True
        return self.unfiltered()

    def unfiltered(self) -> bool:
        """Takes the filter back; whether there was one."""
        there, self.query = bool(self.query), ""
        self._forced |= there
        return there
