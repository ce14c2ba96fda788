"""What a board asks of a ward, and the sparklines that a row needs of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from iomt_tui.tui.board.columns import SLOPE_CELLS, SLOPE_WINDOW_MS
from iomt_tui.tui.board.spark import Points
from iomt_tui.tui.board.state import Manner, heart, pressure
from iomt_tui.ward.view import PatientView, VitalView


class Source(Protocol):
    """A ward, live or replayed. :class:`iomt_tui.ward.fold.Ward` is one."""

    def view(self, patient: str, now: int) -> PatientView:
        """The patient at log time ``now`` (ms)."""
        ...

    def spark(self, patient: str, key: str, cells: int, window_ms: int, now: int) -> Points:
        """Lowest, highest and last value of ``cells`` stretches of the last ``window_ms``, oldest first."""
        ...


SPARKS: Final[Mapping[str, Callable[[PatientView], VitalView | None]]] = {
    "hr_spark": heart,
    "spo2_spark": lambda view: view.vitals.get("spo2"),
    "rr_spark": lambda view: view.vitals.get("rr"),
    "bp_spark": lambda view: pressure(view)[0],
}
"""Columns that draw a sparkline, and the vital that each draws."""


def spark_vital(view: PatientView, column: str) -> VitalView | None:
    """The vital whose course ``column`` draws; None when the patient has none."""
    return SPARKS[column](view)


def sparks(
    source: Source, view: PatientView, columns: Iterable[tuple[str, int]], manner: Manner, now: int
) -> dict[str, Points]:
    """What the sparklines of ``columns`` (key, cells) show, and the last readings of glucose for its direction."""
    found: dict[str, Points] = {}
    for column, cells in columns:
        if column == "glucose":
            if "glucose" in view.vitals:
                found[column] = source.spark(view.id, "glucose", SLOPE_CELLS, SLOPE_WINDOW_MS, now)
            continue
        if column not in SPARKS:
            continue
        vital = SPARKS[column](view)
        if vital is not None and vital.value is not None:
            points = cells * manner.glyphs.points
            found[column] = source.spark(view.id, vital.key, points, manner.window_ms, now)
    return found
