"""What was measured in a column of time, judged by the limits of that time, also where they were changed within it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from iomt_tui.clinical.limit_rules import reach
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.limit_stretches import Stretches
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.series import Series
from iomt_tui.ward.story.columns import MINUTE, Span, measured


class Reach(NamedTuple):
    """Between which values of a vital no limit alarm holds from ``since`` (ms) on; None where there is no limit.
    Catalogue unit."""

    since: int
    low: float | None
    high: float | None

    def breach(self, key: str, value: float) -> str:
        """Which limit a value is outside of ("low", "high", "" for none), judged as it is shown."""
        number = rounded(value, VITALS[key].decimals)
        if self.low is not None and number < self.low:
            return "low"
        return "high" if self.high is not None and number > self.high else ""

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.low is not None or self.high is not None

    def beyond(self, value: float) -> float:
        """How far a value is outside of the nearer limit; below 0 within both."""
        under = float("-inf") if self.low is None else self.low - value
        over = float("-inf") if self.high is None else value - self.high
        return max(under, over)

    def passed(self, breach: str) -> float | None:
        """The limit of a side."""
        return {"low": self.low, "high": self.high}.get(breach)


class Piece(NamedTuple):
    """What was measured in a column while the same limits held."""

    cell: Cell
    reach: Reach


def reaches(held: Stretches) -> tuple[Reach, ...]:
    """Limits as they stood, oldest first; what changes no value's judgement is no change."""
    found: list[Reach] = []
    for since, limits in held:
        low, high = reach(limits)
        if not found or found[-1][1:] != (low, high):
            found.append(Reach(since, low, high))
    return tuple(found)


def reach_at(held: Sequence[Reach], at: int) -> Reach:
    """What held at a time (ms); the first one also before it."""
    return next((one for one in reversed(held) if one.since <= at), held[0])


def pieces(
    series: Series, column: Span, cell: Cell | None, held: Sequence[Reach], now: int
) -> tuple[Piece, ...]:  # fmt: skip
    """A column (``cell``: all that was measured in it) cut where limits were changed; () where nothing was measured.

    It can be cut between the buckets that are kept of its time only, and is at the place next to the change: of values
    in the bucket of a change nobody knows when in it they were measured. Of a single value it is known.
    """
    if cell is None:
        return ()
    begins = _begins(series, column, held, now)
    if len(begins) == 1:
        return (_judged(cell, begins[column.begins], held),)
    spans = [Span(*both) for both in pairwise([*begins, column.ends])]
    parts = zip(measured(series, spans, now), begins.values(), strict=True)
    return tuple(_judged(own, reach, held) for own, reach in parts if own is not None)


def _begins(series: Series, column: Span, held: Sequence[Reach], now: int) -> dict[int, Reach]:
    """From when on (ms) in a column which limits are taken, oldest first."""
    found = {column.begins: reach_at(held, column.begins)}
    changes = [one for one in held if column.begins < one.since < column.ends]
    if changes:
        width = max(series.finest(column.begins, now), MINUTE)
        if column.begins % width or column.ends % width:  # whole hours are kept, and the zone has half ones
            width = column.ends - column.begins
        for one in changes:
            at = column.begins + (one.since - column.begins + width // 2) // width * width
            if at < column.ends:
                found[at] = one
    return found


def _judged(cell: Cell, reach: Reach, held: Sequence[Reach]) -> Piece:
    return Piece(cell, reach_at(held, cell.at) if cell.low == cell.high else reach)
