"""What a vital did in buckets of one width: lowest, highest, and the last value with its time."""

from __future__ import annotations

from array import array
from functools import lru_cache
from itertools import repeat
from operator import add
from typing import Any, Final, NamedTuple

NAN = float("nan")
SLACK: Final = 60
"""So many buckets beyond the cap may be there for a while: they are dropped together, which is quicker."""

_INF = float("inf")
_DECIMALS = 4  # rollups hold single precision; what was measured has no more decimals than these
_VALUES = 8_192  # of which it is remembered what they were before: readings are whole numbers and tenths


@lru_cache(_VALUES)
def _measured(single: float) -> float:
    """What was measured, by what is kept of it in single precision."""
    return round(single, _DECIMALS)


class Cell(NamedTuple):
    """What was measured in one bucket. ``at``: ms at which ``last`` was measured."""

    low: float
    high: float
    last: float
    at: int

    def joined(self, other: Cell | None) -> Cell:
        """Both in one; of two last values at the same time, this one's."""
        if other is None:
            return self
        later = other if other.at > self.at else self
        return Cell(min(self.low, other.low), max(self.high, other.high), later.last, later.at)


class Rollup:
    """Lowest, highest and last value per bucket of ``width`` ms, the newest ``cap`` buckets, oldest first.

    ``base`` is the index of the first bucket since 1970; ``offset`` the time (ms) of ``last`` in its bucket, -1 where
    nothing was measured.
    """

    __slots__ = ("base", "cap", "high", "last", "low", "offset", "width")

    def __init__(self, width: int, cap: int) -> None:
        self.width, self.cap = width, cap
        self.base = 0
        self.low, self.high, self.last = array("f"), array("f"), array("f")
        self.offset = array("i")

    def columns(self) -> tuple[array[Any], ...]:
        """All that is kept, one array each; they are the rollup's own."""
        return self.low, self.high, self.last, self.offset

    def put(self, at: int, low: float, high: float, last: float) -> None:
        """Widens the bucket of ``at`` (ms) to hold ``low`` … ``high``; ``last`` was measured at ``at``."""
        index = at // self.width
        offset = at - index * self.width
        lows = self.low
        size = len(lows)
        i = index - self.base
        if i == size and size:  # the next bucket, as nearly always
            lows.append(low)
            self.high.append(high)
            self.last.append(last)
            self.offset.append(offset)
            if size == self.cap + SLACK:
                self._drop(SLACK + 1)
            return
        if not 0 <= i < size:
            if not self._make_room(index):
                return
            lows, i = self.low, index - self.base
        if not lows[i] <= low:
            lows[i] = low
        if not self.high[i] >= high:
            self.high[i] = high
        if offset > self.offset[i]:
            self.offset[i], self.last[i] = offset, last

    def _make_room(self, index: int) -> bool:
        """Has the buckets reach to ``index``; False when that is older than what is kept."""
        size = len(self.low)
        if not size:
            self.base = index
        i = index - self.base
        if i < 0:
            if size - i > self.cap:
                return False
            self._prepend(-i)
        elif i >= size:
            self._extend(i + 1 - size)
        return True

    def _prepend(self, count: int) -> None:
        gap = array("f", [NAN]) * count
        self.low, self.high, self.last = gap + self.low, gap + self.high, gap + self.last
        self.offset = array("i", [-1]) * count + self.offset
        self.base -= count

    def _extend(self, count: int) -> None:
        drop = len(self.low) + count - self.cap
        if drop >= len(self.low):  # all that is kept lies before the gap
            self.base += len(self.low) + count - 1
            self.low, self.high, self.last = array("f", [NAN]), array("f", [NAN]), array("f", [NAN])
            self.offset = array("i", [-1])
            return
        gap = array("f", [NAN]) * count
        self.low.extend(gap)
        self.high.extend(gap)
        self.last.extend(gap)
        self.offset.extend(repeat(-1, count))
        if drop > 0:
            self._drop(drop)

    def _drop(self, count: int) -> None:
        del self.low[:count], self.high[:count], self.last[:count], self.offset[:count]
        self.base += count

    def reaches(self, at: int) -> bool:
        """Whether the bucket of ``at`` is kept beside the newest one."""
        return len(self.low) + self.base - at // self.width <= self.cap

    def spans(self, at: int, value: float) -> bool:
        """Whether ``value`` lies between what is known of the bucket of ``at``."""
        i, number = at // self.width - self.base, array("f", [value])[0]
        return 0 <= i < len(self.low) and self.low[i] <= number <= self.high[i]

    def range(self, first: int, last: int) -> tuple[float, float] | None:
        """Lowest and highest of the buckets ``first`` … ``last``, None where nothing was measured."""
        start, stop = max(first - self.base, 0), last + 1 - self.base
        if stop <= start:
            return None
        lows = [x for x in self.low[start:stop] if x == x]
        if not lows:
            return None
        return min(lows), max(x for x in self.high[start:stop] if x == x)

    def cells(self, first: int, per: int, count: int) -> list[Cell | None]:
        """``count`` times ``per`` buckets joined, from the bucket ``first`` on."""
        begin, stop = max(first - self.base, 0), min(first + per * count - self.base, len(self.low))
        if begin >= stop:
            return [None] * count
        ahead = max(0, self.base - first)  # buckets before the first that is kept
        behind = per * count - ahead - (stop - begin)
        starts = range((self.base + begin) * self.width, (self.base + stop) * self.width, self.width)
        lows, highs, offsets = self.low[begin:stop].tolist(), self.high[begin:stop].tolist(), self.offset[begin:stop]
        times = list(map(add, starts, offsets))
        if -1 in offsets:
            times = [at if offset >= 0 else -1 for at, offset in zip(times, offsets, strict=True)]
            lows, highs = [x if x == x else _INF for x in lows], [x if x == x else -_INF for x in highs]
        last_at = dict(zip(times, self.last[begin:stop], strict=True))
        lows = [_INF] * ahead + lows + [_INF] * behind
        highs = [-_INF] * ahead + highs + [-_INF] * behind
        times = [-1] * ahead + times + [-1] * behind
        if per > 1:
            lows = list(map(min, *(lows[n::per] for n in range(per))))
            highs = list(map(max, *(highs[n::per] for n in range(per))))
            times = list(map(max, *(times[n::per] for n in range(per))))
        return [
            Cell(_measured(low), _measured(high), _measured(last_at[at]), at) if at >= 0 else None
            for low, high, at in zip(lows, highs, times, strict=True)
        ]
