"""The shortest way of the cursor from one cell to another.

Only sequences that every terminal of the last forty years knows: CUP, CHA, CUF, CUD, BS, CR and LF. LF is sent only
behind CR and never on the last row, so it neither depends on the tty's newline translation nor scrolls.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

NOWHERE: Final = -1
"""The cursor's column when it is not known."""


def _forward(cells: int) -> bytes:
    if cells == 0:
        return b""
    return b"\x1b[C" if cells == 1 else b"\x1b[%dC" % cells


def _across(old: int, new: int) -> bytes:
    """From column to column of one row; ``old`` is a real column, not the margin."""
    if new >= old:
        return _forward(new - old)
    ways = [b"\r" + _forward(new), b"\x1b[%dG" % (new + 1)]
    if old - new <= 4:
        ways.append(b"\b" * (old - new))
    return min(ways, key=len)


def _absolute(x: int, y: int) -> bytes:
    return b"\x1b[%dH" % (y + 1) if x == 0 else b"\x1b[%d;%dH" % (y + 1, x + 1)


@lru_cache(16384)
def move(old_x: int, old_y: int, x: int, y: int, width: int) -> bytes:
    """Bytes that bring the cursor from (old_x, old_y) to (x, y); columns and rows from 0, ``0 <= x < width``.

    ``old_x`` is :data:`NOWHERE` when nothing is known, and ``width`` behind the last column, where terminals differ
    about where the cursor is: from there only absolute ways and CR are sure.
    """
    if old_x == x and old_y == y:
        return b""
    ways = [_absolute(x, y)]
    if old_x != NOWHERE:
        down = y - old_y
        if 0 <= down <= 3:
            ways.append((b"\r\n" * down or b"\r") + _forward(x))
        if old_x < width and down == 0:
            ways.append(_across(old_x, x))
        if old_x < width and down > 0:
            ways.append((b"\x1b[B" if down == 1 else b"\x1b[%dB" % down) + _across(old_x, x))
    return min(ways, key=len)
