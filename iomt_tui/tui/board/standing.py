"""Which patient stands where, and which of them are seen. Pure: a patient is named by id, never by a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from iomt_tui.tui.board.geometry import Grid


class Hidden(NamedTuple):
    """Patients outside the visible part, and whether one of them has an alarm of high priority (SAFETY H18)."""

    patients: int
    high: bool


class Window(NamedTuple):
    """What is seen of the board: the first line below the fixed ones, and how many lines."""

    scroll: int
    lines: int


@dataclass(frozen=True)
class Standing:
    """Patients in the places of a grid."""

    order: tuple[str, ...]
    grid: Grid
    index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {patient: index for index, patient in enumerate(self.order)})

    @property
    def lines(self) -> int:
        """Lines of the whole board, fixed ones included."""
        return self.grid.top + self.grid.lines(len(self.order))

    def in_view(self, window: Window) -> tuple[str, ...]:
        """Patients of whom at least one line is seen."""
        seen = self.grid.visible(window.scroll, window.lines)
        return self.order[seen.start : seen.stop]

    def recognisable(self, window: Window) -> range:
        """Places whose first line is seen, where the severity and the name stand."""
        seen, count = self.grid.complete(window.scroll, window.lines), len(self.order)
        first = min(seen.start, count)
        return range(first, min(max(seen.stop, first), count))

    def above(self, window: Window, high: Collection[str]) -> Hidden:
        """Patients above those who are seen."""
        return _hidden(self.order[: self.recognisable(window).start], high)

    def below(self, window: Window, high: Collection[str]) -> Hidden:
        """Patients below those who are seen."""
        return _hidden(self.order[self.recognisable(window).stop :], high)

    def at(self, x: int, line: int) -> str | None:
        """The patient at a cell of the board; ``line`` counts from the first one below the fixed ones."""
        index = self.grid.index_at(x, line)
        return self.order[index] if index is not None and index < len(self.order) else None

    def step(self, selected: str | None, by: int, window: Window) -> str | None:
        """The patient ``by`` places on from ``selected``; with none selected, the first one in view."""
        if not self.order:
            return None
        if selected is None:
            return self.order[min(self.recognisable(window).start, len(self.order) - 1)]
        return self.order[min(max(self.index[selected] + by, 0), len(self.order) - 1)]

    def page(self, window: Window) -> int:
        """Places in a page."""
        return max(window.lines // self.grid.height - 1, 1) * self.grid.columns

    def reveal(self, patient: str, window: Window) -> int:
        """The scroll nearest to the present one at which the whole of ``patient`` is seen."""
        _, first = self.grid.place(self.index[patient])
        last = first + min(self.grid.height, window.lines)
        return min(max(window.scroll, last - window.lines), first)


def _hidden(patients: Sequence[str], high: Collection[str]) -> Hidden:
    return Hidden(len(patients), any(patient in high for patient in patients))
