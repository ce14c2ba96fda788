"""Which columns stand where at which width. Data; nothing is drawn here.

Every column has a fixed offset at a given width, whatever the row holds, so a number is always under its heading
(SAFETY H29). Texts of any length stand at the right end.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final, NamedTuple

SLOPE_CELLS: Final = 4
SLOPE_WINDOW_MS: Final = 20 * 60_000
"""The stretch from which the direction of glucose is taken: four readings of a sensor that measures each 5 min."""


class Column(NamedTuple):
    """One column: its key, its first cell and its width."""

    key: str
    start: int
    width: int

    @property
    def end(self) -> int:
        """The first cell behind the column."""
        return self.start + self.width


class Layout(NamedTuple):
    """The columns of one width, left to right, without overlap; cells between them stay blank."""

    width: int
    columns: tuple[Column, ...]
    tail: tuple[int, int]  # first cell and end of the numbers that one remark replaces when none of them is live

    def column(self, key: str) -> Column | None:
        """The column called ``key``, when this width has it."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns' keys, left to right."""
        return tuple(column.key for column in self.columns)


class _Tier(NamedTuple):
    """A design for every width from ``least`` on: ``"key:width"`` words, ``_`` for a blank cell.

    ``grow`` says what becomes wider with the terminal, most wanted first, and up to which width.
    """

    least: int
    design: str
    grow: tuple[tuple[str, int], ...]
    tail: tuple[str, str] = ("rr", "glucose")


_HEAD: Final = "gutter:1 severity:3 _ bed:5"
_WIDE_HEAD: Final = "gutter:1 severity:3 _ word:4 __ bed:6"

_TIERS: Final = (
    _Tier(0, "severity:3 _ bed:4", ()),
    _Tier(20, "gutter:1 severity:3 _ bed:4 _ worst:10", (("worst", 12),)),
    _Tier(30, f"{_HEAD} patient:9 _ worst:10", (("patient", 16), ("worst", 12))),
    _Tier(40, f"{_HEAD} patient:10 _ news2:4 _ hr:4 _ spo2:4 rr:4", (("patient", 18), ("news2", 6))),
    _Tier(
        54,
        f"{_HEAD} patient:12 _ news2:6 _ hr:4 _ spo2:4 rr:4 bp:8 bp_age:3",
        (("patient", 15), ("news2", 7)),
    ),
    _Tier(
        66,
        f"{_HEAD} patient:12 _ news2:6 _ hr:4 _ spo2:4 spo2_spark:6 _ rr:3 bp:8 bp_age:3 temp:6",
        (("patient", 15), ("spo2_spark", 12)),
        tail=("rr", "temp"),
    ),
    _Tier(
        80,
        f"{_HEAD} patient:15 _ news2:6 _ hr:4 hr_spark:6 _ spo2:4 spo2_spark:6 _ rr:3 bp:8 bp_age:3 temp:6 glucose:5",
        (("spo2_spark", 12), ("hr_spark", 12), ("patient", 19), ("news2", 7), ("patient", 36)),
    ),
    _Tier(
        116,
        f"{_HEAD} patient:15 _ news2:7 _ hr:4 hr_spark:8 _ spo2:4 spo2_spark:10 _ rr:4 bp:8 bp_age:3 temp:6 glucose:6"
        " _ data:3 _ battery:4 __ concern:15",
        (("spo2_spark", 12), ("concern", 20), ("hr_spark", 12), ("patient", 20), ("concern", 30), ("patient", 24)),
    ),
    _Tier(
        132,
        f"{_HEAD} patient:15 _ news2:7 _ hr:4 hr_spark:12 _ spo2:4 spo2_spark:12 _ rr:4 bp:8 bp_age:3 temp:6 glucose:6"
        " _ data:3 _ battery:4 _ doses:6 __ concern:15",
        (("concern", 24), ("patient", 20), ("doses", 14), ("concern", 30), ("patient", 24)),
    ),
    _Tier(
        160,
        f"{_WIDE_HEAD} patient:20 _ news2:7 __ hr:5 hr_spark:12 __ spo2:5 spo2_spark:12 _ rr:5 rr_spark:8 _ bp:8"
        " bp_age:3 map:5 temp:6 glucose:6 _ data:4 battery:5 _ doses:6 __ concern:15",
        (("concern", 26), ("doses", 14), ("spo2_spark", 16), ("hr_spark", 16), ("concern", 60)),
    ),
    _Tier(
        200,
        f"{_WIDE_HEAD} patient:18 id:6 _ news2:7 __ hr:5 hr_spark:12 __ spo2:5 spo2_spark:12 _ rr:5 rr_spark:8"
        " _ bp:8 bp_age:3 map:5 bp_spark:7 temp:7 glucose:6 weight:6 _ data:4 _ doses:6 _ devices:11 __"
        " alarm:20 _ problem:9",
        (
            ("doses", 14), ("problem", 15), ("alarm", 26), ("devices", 18), ("problem", 20), ("spo2_spark", 20),
            ("hr_spark", 20), ("patient", 26), ("devices", 30), ("alarm", 40), ("problem", 60), ("alarm", 60),
        ),
        tail=("rr", "weight"),
    ),
)  # fmt: skip


@lru_cache(maxsize=512)
def layout(width: int) -> Layout:
    """The columns for a board of ``width`` cells."""
    tier = _TIERS[bisect_right([tier.least for tier in _TIERS], width) - 1]
    words = [_word(word) for word in tier.design.split()]
    spare = width - sum(size for _, size in words)
    wanted = dict(words)
    for key, most in tier.grow:
        more = min(max(most - wanted[key], 0), max(spare, 0))
        wanted[key] += more
        spare -= more
    columns, start = [], 0
    for key, size in words:
        size = wanted[key] if key else size
        if key and start + size <= width:
            columns.append(Column(key, start, size))
        start += size
    placed = {column.key: column for column in columns}
    first, last = (placed.get(key) for key in tier.tail)
    tail = (first.start, last.end) if first and last else (width, width)
    return Layout(width, tuple(columns), tail)


def _word(word: str) -> tuple[str, int]:
    if word.startswith("_"):
        return "", len(word)
    key, _, size = word.partition(":")
    return key, int(size)
