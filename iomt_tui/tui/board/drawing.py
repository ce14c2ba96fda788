"""How a board of a given size draws a patient: as a row or as a tile."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from iomt_tui.tui.board import looks
from iomt_tui.tui.board.columns import Layout, layout
from iomt_tui.tui.board.geometry import Grid
from iomt_tui.tui.board.heading import heading_runs
from iomt_tui.tui.board.looks import Runs
from iomt_tui.tui.board.row import row_runs
from iomt_tui.tui.board.state import Manner, RowState
from iomt_tui.tui.board.tiles import TileSize, spark_cells, tile_grid, tile_runs, tile_size


class Drawing(Protocol):
    """Draws patients in the places of ``grid``."""

    @property
    def grid(self) -> Grid:
        """Where patients stand."""
        ...

    @property
    def sparks(self) -> tuple[tuple[str, int], ...]:
        """The columns with a course of time, and their cells."""
        ...

    def heading(self, manner: Manner) -> Runs:
        """The fixed first line, where ``grid.top`` leaves room for one."""
        ...

    def draw(self, row: RowState) -> tuple[Runs, ...]:
        """One patient: ``grid.height`` lines of ``grid.width`` cells."""
        ...


class ListDrawing(NamedTuple):
    """One line a patient under a line of headings."""

    columns: Layout

    @property
    def grid(self) -> Grid:
        return Grid(1, 1, self.columns.width, 1)

    @property
    def sparks(self) -> tuple[tuple[str, int], ...]:
        return tuple((column.key, column.width) for column in self.columns.columns)

    def heading(self, manner: Manner) -> Runs:
        return heading_runs(self.columns, manner)

    def draw(self, row: RowState) -> tuple[Runs, ...]:
        return (row_runs(row, self.columns),)


class TileDrawing(NamedTuple):
    """Tiles side by side."""

    size: TileSize
    places: Grid

    @property
    def grid(self) -> Grid:
        return self.places

    @property
    def sparks(self) -> tuple[tuple[str, int], ...]:
        return spark_cells(self.size, self.places.width)

    def heading(self, manner: Manner) -> Runs:
        return ((" " * self.places.width, looks.BLANK),)

    def draw(self, row: RowState) -> tuple[Runs, ...]:
        return tile_runs(row, self.size, self.places.width)


def drawing(mode: str, width: int, lines: int, patients: int, manner: Manner) -> Drawing:
    """What draws a board of ``width`` cells by ``lines`` lines."""
    if mode == "tiles":
        size = tile_size(width, lines, patients, manner.glyphs)
        return TileDrawing(size, tile_grid(width, size))
    return ListDrawing(layout(width))
