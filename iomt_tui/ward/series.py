"""One vital of one patient over time: the newest value, and rollups that keep every lowest and highest.

Three levels of buckets: 10 s for 2 hours, 1 min for 24 hours, 1 h for 60 days. Order of arrival does not matter:
a late observation goes to its bucket, a duplicate changes nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

NAN = float("nan")
#: Bucket width (ms) and how many buckets are kept.
LEVELS = ((10_000, 720), (60_000, 1_440), (3_600_000, 1_440))

#: How far back (ms) the finest rollup reaches.
FINE = LEVELS[0][0] * LEVELS[0][1]

Bucket = tuple[float, float, float]  # lowest, highest, middle


class Rollup:
    """Lowest and highest per bucket, oldest first; ``base`` is the index of the first bucket since 1970."""

    __slots__ = ("base", "cap", "high", "low")

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.base = 0
        self.low = array("f")
        self.high = array("f")

    def put(self, index: int, low: float, high: float) -> None:
        """Widens the bucket ``index`` to hold ``low`` … ``high``."""
        if not self.low:
            self.base = index
        at = index - self.base
        if at == len(self.low) < self.cap:  # the next bucket, as nearly always
            self.low.append(low)
            self.high.append(high)
            return
        if at < 0:
            if len(self.low) - at > self.cap:
                return  # older than what is kept
            self._prepend(-at)
            at = 0
        elif at >= len(self.low):
            self._extend(at + 1 - len(self.low))
            at = index - self.base
        if not self.low[at] <= low:
            self.low[at] = low
        if not self.high[at] >= high:
            self.high[at] = high

    def _prepend(self, count: int) -> None:
        gap = array("f", [NAN]) * count
        self.low, self.high, self.base = gap + self.low, gap + self.high, self.base - count

    def _extend(self, count: int) -> None:
        drop = len(self.low) + count - self.cap
        if drop >= len(self.low):  # all that is kept lies before the gap
            self.base += len(self.low) + count - 1
            self.low, self.high = array("f", [NAN]), array("f", [NAN])
            return
        gap = array("f", [NAN]) * count
        self.low.extend(gap)
        self.high.extend(gap)
        if drop > 0:
            del self.low[:drop], self.high[:drop]
            self.base += drop

    def spans(self, index: int, value: float) -> bool:
        """Whether ``value`` lies between what is known of the bucket ``index``."""
        at = index - self.base
        return 0 <= at < len(self.low) and self.low[at] <= value <= self.high[at]

    def range(self, first: int, last: int) -> tuple[float, float] | None:
        """Lowest and highest of the buckets ``first`` … ``last``, None where nothing was measured."""
        start, stop = max(first - self.base, 0), last + 1 - self.base
        if stop <= start:
            return None
        lows = [x for x in self.low[start:stop] if x == x]
        if not lows:
            return None
        return min(lows), max(x for x in self.high[start:stop] if x == x)


class Series:
    """The newest value of a vital, and what it was. Times are ms, corrected for the device's clock."""

    __slots__ = (
        "absent", "absent_at", "at", "band_high", "band_low", "bucket", "closed", "device",
        "device_at", "flag", "high", "limit",
        "low", "rollups", "value",
    )  # fmt: skip

    def __init__(self, limit: int) -> None:
        self.value = NAN
        self.at = -1
        self.limit = limit  # freshness limit, ms
        self.device = ""
        self.device_at = 0  # since when this device measures it
        self.flag = ""
        self.absent = ""
        self.absent_at = -1
        self.bucket = -1  # the open 10 s bucket
        self.low = self.high = NAN
        # The values between which the NEWS2 points of this vital stay what they are.
        self.band_low, self.band_high = -1e308, 1e308
        self.rollups = tuple(Rollup(cap) for _, cap in LEVELS)
        # Buckets as they were last asked for, without the open one; they change only when one is closed.
        self.closed: dict[tuple[int, int, int], list[Bucket | None]] = {}

    def put(self, at: int, value: float) -> bool:
        """Takes a value in; True when it is the newest. The fold does the same inline for values in order."""
        if at > self.at:
            if at // 10_000 != self.bucket:
                self.roll(at // 10_000, value)
            self.low, self.high = min(self.low, value), max(self.high, value)
            self.at, self.value = at, value
            return True
        if at != self.at:
            self._put(at // 10_000, value, value)
        else:  # a duplicate changes nothing; what a second device measured at the same instant is an extreme, too
            self.low, self.high = min(self.low, value), max(self.high, value)
        return False

    def recall(self, at: int, value: float) -> None:
        """Takes in a value of the past, which is not the newest whatever its time."""
        self._put(at // 10_000, value, value)

    def recall_long(self, at: int, value: float) -> None:
        """The same of one from before the finest rollup begins, which would soon lose it again."""
        self.closed.clear()
        _, minutes, hours = self.rollups
        minutes.put(at // 60_000, value, value)
        hours.put(at // 3_600_000, value, value)

    def holds(self, at: int, value: float) -> bool:
        """Whether the minute of ``at``, or its hour where minutes are kept no more, is known and has such a value."""
        _, minutes, hours = self.rollups
        number = array("f", [value])[0]
        if len(minutes.low) + minutes.base - at // 60_000 > minutes.cap:
            return hours.spans(at // 3_600_000, number)
        return minutes.spans(at // 60_000, number)

    def roll(self, bucket: int, value: float) -> None:
        """Closes the open bucket and opens the next with ``value``."""
        if self.bucket >= 0:
            self._put(self.bucket, self.low, self.high)
        self.bucket, self.low, self.high = bucket, value, value

    def _put(self, bucket: int, low: float, high: float) -> None:
        self.closed.clear()
        fine, minutes, hours = self.rollups
        fine.put(bucket, low, high)
        minutes.put(bucket // 6, low, high)
        hours.put(bucket // 360, low, high)

    def buckets(self, start: int, width: int, count: int) -> tuple[Bucket | None, ...]:
        """``count`` buckets of ``width`` ms from ``start`` (a multiple of ``width``), oldest first."""
        closed = self.closed.get((start, width, count))
        if closed is None:
            if len(self.closed) >= 8:
                self.closed.clear()
            closed = self.closed[start, width, count] = self._closed(start, width, count)
        newest = (self.bucket * 10_000 - start) // width if self.bucket >= 0 else -1
        if not 0 <= newest < count:
            return tuple(closed)
        return (*closed[:newest], _merge(closed[newest], self.low, self.high), *closed[newest + 1 :])

    def _closed(self, start: int, width: int, count: int) -> list[Bucket | None]:
        level = max(i for i, (ms, _) in enumerate(LEVELS) if ms <= width or i == 0)
        rollup, ms = self.rollups[level], LEVELS[level][0]
        per = max(1, width // ms)
        first = start // ms
        spans = (rollup.range(first + i * per, first + (i + 1) * per - 1) for i in range(count))
        return [None if s is None else (s[0], s[1], (s[0] + s[1]) / 2) for s in spans]


def _merge(bucket: Bucket | None, low: float, high: float) -> Bucket:
    if bucket is not None:
        low, high = min(low, bucket[0]), max(high, bucket[1])
    return low, high, (low + high) / 2


def bucket_width(window: int, cells: int) -> int:
    """The width (ms) of one of ``cells`` buckets over ``window`` ms: a multiple of what is kept."""
    want = max(1, -(-window // cells))
    level = max(i for i, (ms, _) in enumerate(LEVELS) if ms <= want or i == 0)
    ms = LEVELS[level][0]
    return -(-want // ms) * ms


def worst(buckets: Iterable[Bucket | None]) -> tuple[float, float] | None:
    """The lowest and the highest value of all buckets."""
    known = [b for b in buckets if b is not None]
    return (min(b[0] for b in known), max(b[1] for b in known)) if known else None
