"""What a page is: lines in place of the board, keys of its own, and which alarm it aims at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.alarms.model import Alarm
from iomt_tui.clinical.medication.barcode import Code
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

Aim = tuple[PatientView | None, Alarm | None]


class Page(ABC):
    """One page. It reads ``screen`` and changes nothing but itself; data never opens or closes it."""

    name = ""
    patient = ""  # id of the one whose page it is; "" where it is about several
    takes_scans = False  # a scan is expected while it is open: keys wait for a moment, to be told from a scanner's

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen

    @property
    def places(self) -> tuple[str, ...]:
        """Where its keys stand in the table of keys."""
        return (self.name,)

    def head(self, width: int) -> list[Content]:
        """Lines that stay above while the page scrolls."""
        return []

    @abstractmethod
    def lines(self, width: int) -> list[Content] | None:
        """The page at this moment, ``width`` cells a line; None: there is nothing to show any more, it closes."""

    def move(self, lines: int) -> None:
        """Moves by so many lines; thousands of them are the way to an end."""
        self.screen.page.scroll_relative(y=lines, animate=False)

    def aimed(self) -> Aim | None:
        """Whose alarm the keys mean; None: the page has no say in it."""
        return None

    def hidden(self) -> tuple[int, bool] | None:
        """How many rows of the page are out of sight, and whether a high alarm is among them; None: the board's."""
        return None

    def offers(self) -> set[str]:
        """Of the keys that need a choice, those that have one here: "enter", "pin"."""
        return set()

    def act(self, action: str) -> bool:
        """Does what a key action means on this page; False when it means here what it means everywhere."""
        return False

    @property
    def printed_as(self) -> str:
        """What the page is called on the command line and in a file."""
        return self.name

    def exported(self) -> object | None:
        """What it shows now, as a model of :mod:`iomt_tui.ward.story`; None: its lines stand for it in an export."""
        return None

    def of_whom(self) -> tuple[str, ...] | None:
        """Ids of the patients of whom it tells; None: nothing of it may leave the screen."""
        return (self.patient,) if self.patient else self.screen.session.ward.ids()

    def scanned(self, code: Code) -> bool:
        """Takes what was scanned, also what could not be read; False when it means here what it means anywhere."""
        return False

    @property
    def asked(self) -> bool:
        """Whether keys answer a question, or are about to leave the program: then they mean nothing else here."""
        return self.screen.leaving or self.screen.desk.hand.armed is not None

    def back(self) -> bool:
        """Takes back one thing of the page's own; False when there is none and the page is to close."""
        return False

    def closed(self) -> None:  # noqa: B027 (most pages have nothing to do)
        """It is on the screen no more."""


class ListPage(Page):
    """A page of rows of which one is chosen. The choice is an id, so it stays with its row wherever that goes."""

    nothing = "Nothing here."

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.selected: Hashable | None = None
        self._ids: Sequence[Hashable] = ()

    @abstractmethod
    def ids(self) -> Sequence[Hashable]:
        """What the rows stand for, top to bottom."""

    @abstractmethod
    def row(self, one: Hashable, width: int) -> list[Content]:
        """The lines of one row."""

    def lines(self, width: int) -> list[Content] | None:
        """The rows; the chosen one is marked in the first cell."""
        self._ids = self.ids()
        if self.selected not in self._ids:
            self.selected = None
        out: list[Content] = []
        for one in self._ids:
            chosen = one == self.selected
            mark = plain("▌" if chosen else " ", "bold $accent")
            out += [fitted(joined(mark, line), width) for line in self.row(one, width - 1)]
        return out or [plain(f" {self.nothing}", "$label")]

    def move(self, lines: int) -> None:
        """Chooses another row and brings it into view."""
        ids = self.ids()
        if not ids:
            return
        at = lines - 1 if lines > 0 else len(ids) + lines
        if self.selected in ids:
            at = ids.index(self.selected) + lines
        self.selected = ids[min(max(at, 0), len(ids) - 1)]
        self._reveal(ids)

    def reveal(self) -> None:
        """Brings the chosen row into view, where the page is still open."""
        if self.screen.cover is self and self.selected in (ids := self.ids()):
            self._reveal(ids)

    def _reveal(self, ids: Sequence[Hashable]) -> None:
        page, width = self.screen.page, max(1, self.screen.size.width - 3)
        before = sum(len(self.row(one, width - 1)) for one in ids[: ids.index(self.selected)])
        height = len(self.row(self.selected, width - 1))
        top, room = page.scroll_offset.y, page.size.height
        if before < top:
            page.scroll_to(y=before, animate=False, force=True)
        elif before + height > top + room:
            page.scroll_to(y=before + height - room, animate=False, force=True)

    def back(self) -> bool:
        """Lets go of the chosen row first."""
        there, self.selected = self.selected is not None, None
        return there
