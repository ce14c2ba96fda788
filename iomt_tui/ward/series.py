"""One vital of one patient over time: the newest value, and rollups that keep every lowest and highest.

Four levels of buckets: 10 s for 2 hours, 1 min for 24 hours, 15 min for 7 days, 1 h for 60 days. Order of arrival does
not matter: a late observation goes to its bucket, a duplicate changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from iomt_tui.ward.readings import Readings
from iomt_tui.ward.rollup import NAN, Cell, Rollup

#: Bucket width (ms) and how many buckets are kept.
LEVELS = ((10_000, 720), (60_000, 1_440), (900_000, 672), (3_600_000, 1_440))

#: How far back (ms) the finest rollup reaches.
FINE = LEVELS[0][0] * LEVELS[0][1]

#: Vitals of which every reading of the last 15 days is kept beside the rollups: a profile counts them one by one.
EXACT = frozenset({"glucose"})

Bucket = tuple[float, float, float]  # lowest, highest, middle


class Series:
    """The newest value of a vital, and what it was. Times are ms, corrected for the device's clock."""

    __slots__ = (
        "absent", "absent_at", "at", "band_high", "band_low", "bucket", "closed", "device",
        "device_at", "flag", "high", "limit",
        "low", "minute_high", "minute_low", "raw", "rollups", "value",
    )  # fmt: skip

    def __init__(self, limit: int, *, exact: bool = False) -> None:
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
        # Of the closed buckets of the open minute: the coarser rollups get them with it.
        self.minute_low = self.minute_high = NAN
        # The values between which the NEWS2 points of this vital stay what they are.
        self.band_low, self.band_high = -1e308, 1e308
        self.rollups = tuple(Rollup(width, cap) for width, cap in LEVELS)
        self.raw = Readings() if exact else None
        # Buckets as they were last asked for, without the open one; they change only when one is closed.
        self.closed: dict[tuple[int, int, int], list[Bucket | None]] = {}

    @classmethod
    def of(cls, key: str, limit: int) -> Series:
        """An empty series of the vital ``key``, which stays fresh for ``limit`` ms."""
        return cls(limit, exact=key in EXACT)

    def put(self, at: int, value: float) -> bool:
        """Takes a value in; True when it is the newest. The fold does the same inline for values in order."""
        if at > self.at:
            if at // 10_000 != self.bucket:
                self.roll(at, value)
            self.low, self.high = min(self.low, value), max(self.high, value)
            self.at, self.value = at, value
            return True
        if at != self.at:
            self.recall(at, value)
        else:  # a duplicate changes nothing; what a second device measured at the same instant is an extreme, too
            self.low, self.high = min(self.low, value), max(self.high, value)
        return False

    def recall(self, at: int, value: float) -> None:
        """Takes in a value of the past, which is not the newest whatever its time."""
        self.rollups[0].put(at, value, value, value)
        self.recall_long(at, value)

    def recall_long(self, at: int, value: float) -> None:
        """The same of one from before the finest rollup begins, which would soon lose it again."""
        self.closed.clear()
        for rollup in self.rollups[1:]:
            rollup.put(at, value, value, value)
        if self.raw is not None:
            self.raw.put(at, value)

    def holds(self, at: int, value: float) -> bool:
        """Whether the minute of ``at``, or its hour where minutes are kept no more, is known and has such a value."""
        _, minutes, _, hours = self.rollups
        if not minutes.reaches(at):
            return hours.spans(at, value)
        return minutes.spans(at, value) or (
            self.bucket >= 0 and at // 60_000 == self.bucket // 6 and self._open(1).low <= value <= self._open(1).high
        )

    def roll(self, at: int, value: float) -> None:
        """Closes the open bucket and opens that of ``at`` with ``value``; so with the open minute."""
        bucket, low, high = self.bucket, self.low, self.high
        if bucket >= 0:
            if self.closed:
                self.closed.clear()
            self.rollups[0].put(self.at, low, high, self.value)
            if self.minute_low < low:
                low = self.minute_low
            if self.minute_high > high:
                high = self.minute_high
            if at // 60_000 == bucket // 6:
                self.minute_low, self.minute_high = low, high
            else:
                self.minute_low = self.minute_high = NAN
                for rollup in self.rollups[1:]:
                    rollup.put(self.at, low, high, self.value)
        self.bucket = at // 10_000
        self.low = self.high = value
        if self.raw is not None:
            self.raw.put(at, value)

    def _open(self, level: int) -> Cell:
        """What a rollup has not got yet."""
        low, high = self.low, self.high
        if level:
            low = self.minute_low if self.minute_low < low else low
            high = self.minute_high if self.minute_high > high else high
        return Cell(low, high, self.value, self.at)

    def finest(self, at: int, now: int) -> int:
        """The width (ms) of the finest level that still holds time ``at`` at ``now``; the coarsest when none does."""
        return next((width for width, cap in LEVELS if at // width > now // width - cap), LEVELS[-1][0])

    def cells(self, start: int, width: int, count: int, now: int) -> tuple[Cell | None, ...]:
        """``count`` buckets of ``width`` ms from ``start``, oldest first, the open one with them; None where nothing
        was measured. Nothing later than ``now``.

        They come from the finest level that divides ``start`` and ``width`` and reaches back to ``start``; when none
        reaches so far, from the coarsest that divides them. Raises ValueError when none divides them.
        """
        levels = [i for i, (ms, _) in enumerate(LEVELS) if width > 0 and not (start % ms or width % ms)]
        if not levels:
            raise ValueError(f"buckets of {width} ms from {start} are no multiples of {LEVELS[0][0]} ms")
        reach = LEVELS.index(next(level for level in LEVELS if level[0] == self.finest(start, now)))
        level = next((i for i in levels if i >= reach), levels[-1])
        rollup = self.rollups[level]
        known = max(0, min(count, (now - start) // width + 1))
        cells = rollup.cells(start // rollup.width, width // rollup.width, known)
        open_at = (self.bucket * 10_000 - start) // width
        if self.bucket >= 0 and 0 <= open_at < known:
            cells[open_at] = self._open(level).joined(cells[open_at])
        return (*cells, *[None] * (count - known))

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
        low, high, _, _ = self._open(_coarsest(width))
        return (*closed[:newest], _merge(closed[newest], low, high), *closed[newest + 1 :])

    def _closed(self, start: int, width: int, count: int) -> list[Bucket | None]:
        level = _coarsest(width)
        rollup, ms = self.rollups[level], LEVELS[level][0]
        per = max(1, width // ms)
        first = start // ms
        spans = (rollup.range(first + i * per, first + (i + 1) * per - 1) for i in range(count))
        return [None if s is None else (s[0], s[1], (s[0] + s[1]) / 2) for s in spans]


def _coarsest(width: int) -> int:
    """The level that divides ``width`` and reaches farthest back."""
    return max(i for i, (ms, _) in enumerate(LEVELS) if not width % ms or i == 0)


def _merge(bucket: Bucket | None, low: float, high: float) -> Bucket:
    if bucket is not None:
        low, high = min(low, bucket[0]), max(high, bucket[1])
    return low, high, (low + high) / 2


def bucket_width(window: int, cells: int) -> int:
    """The width (ms) of one of ``cells`` buckets over ``window`` ms: a multiple of what is kept."""
    want = max(1, -(-window // cells))
    minutes, quarters = LEVELS[1], LEVELS[2]
    coarse = quarters if window <= minutes[0] * minutes[1] else None  # quarters of an hour where minutes do not reach
    ms = max((ms for ms, cap in LEVELS if ms <= want and (ms, cap) != coarse), default=LEVELS[0][0])
    return -(-want // ms) * ms


def worst(buckets: Iterable[Bucket | None]) -> tuple[float, float] | None:
    """The lowest and the highest value of all buckets."""
    known = [b for b in buckets if b is not None]
    return (min(b[0] for b in known), max(b[1] for b in known)) if known else None
