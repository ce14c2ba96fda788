"""Which patient stands on which row, and when rows may move (SAFETY H5). Pure: the caller brings the time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from iomt_tui.tui.cycle import Cycle

AFTER_KEY: Final = 0.5
"""Seconds for which rows rest after any key."""

CHOOSING: Final = 10.0
"""Seconds for which rows rest after a row was chosen by key."""

BETWEEN_MOVES: Final = 10.0
"""Seconds between two moves of rows for which no alarm is the reason: scores tremble, rows should not."""

Row = TypeVar("Row", bound=Hashable)
"""What stands for a row: a patient's id, an alarm's key."""

_DIGITS: Final = re.compile(r"(\d+)")


class Sort(Cycle):
    """What the rows are ordered by."""

    WORST = "worst first"
    BED = "by bed"
    NAME = "by name"


class Place(NamedTuple):
    """What a patient's place follows from."""

    rank: tuple[int, ...]  # Ward.rank: smaller is more urgent
    bed: str
    name: str


@lru_cache(maxsize=8_192)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which bed 2 stands before bed 10 and letters are equal to their capitals."""
    parts = (part for part in _DIGITS.split(text.casefold()) if part)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def arrange(places: Mapping[str, Place], sort: Sort, pinned: Collection[str] = ()) -> tuple[str, ...]:
    """Patient ids in order; the pinned ones first. Equal patients stand by bed, then by id, so never at random."""

    def key(patient: str) -> tuple[object, ...]:
        place = places[patient]
        bed = (natural(place.bed), patient)
        first = patient not in pinned
        if sort is Sort.WORST:
            return (first, place.rank, bed)
        return (first, bed) if sort is Sort.BED else (first, place.name.casefold(), bed)

    return tuple(sorted(places, key=key))


def moves(shown: Sequence[Row], wanted: Sequence[Row]) -> int:
    """How many rows would have to move to turn ``shown`` into ``wanted`` (the same ids in both)."""
    goal = {patient: index for index, patient in enumerate(wanted)}
    kept: list[int] = []
    for place in (goal[patient] for patient in shown if patient in goal):
        at = bisect_left(kept, place)
        kept[at : at + 1] = [place]
    return len(shown) - len(kept)


@dataclass
class RestingOrder(Generic[Row]):
    """The order on the screen. It rests while the user is choosing; then the wanted order takes over.

    Times are seconds of any clock that only runs forward.
    """

    shown: tuple[Row, ...] = ()
    waiting: int = 0  # rows that would move if the order did not rest
    choosing: float = CHOOSING
    _until: float = field(default=float("-inf"))
    _moved: float = field(default=float("-inf"))
    _taken: tuple[Row, ...] | None = None  # whose patients ``shown`` holds, in whatever order

    def key_pressed(self, now: float) -> None:
        """Any key: rows rest for a moment."""
        self._until = max(self._until, now + AFTER_KEY)

    def chosen(self, now: float) -> None:
        """A row was chosen by key: rows rest while the user looks."""
        self._until = max(self._until, now + max(self.choosing, AFTER_KEY))

    def released(self, now: float) -> None:
        """The choice was given up: rows rest only for the moment after the key."""
        self._until = now + AFTER_KEY

    def resting(self, now: float) -> bool:
        """Whether rows may not move at ``now``."""
        return now < self._until

    def may_move(self, now: float, *, urgent: bool) -> bool:
        """Whether rows may move at ``now``; without ``urgent`` no alarm is the reason."""
        return not self.resting(now) and (urgent or now - self._moved >= BETWEEN_MOVES)

    def settle(self, wanted: Sequence[Row], now: float, *, force: bool = False, urgent: bool = True) -> bool:
        """Takes ``wanted`` when it may, else only adds new rows at the end and drops those gone.

        ``force`` is for what the user asked for (another sort, a filter); without ``urgent`` no alarm is the reason.
        Returns whether rows changed.
        """
        before, wanted = self.shown, tuple(wanted)
        if force or self.may_move(now, urgent=urgent):
            self.shown, self.waiting = wanted, 0
            if self.shown != before:
                self._moved = now
        else:
            if wanted is not self._taken:
                self.shown = _kept(before, wanted)
            self.waiting = moves(self.shown, wanted) if self.resting(now) else 0
        self._taken = wanted
        return self.shown != before


def _kept(shown: Iterable[Row], wanted: Sequence[Row]) -> tuple[Row, ...]:
    there = set(wanted)
    stay = [patient for patient in shown if patient in there]
    known = set(stay)
    return (*stay, *(patient for patient in wanted if patient not in known))
