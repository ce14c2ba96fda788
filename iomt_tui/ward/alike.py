"""What two states of the same columns have in common: of what grows at its end and is cut at its front, nearly all."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any


def alike(new: Sequence[array[Any]], old: Sequence[array[Any]], shift: int) -> int:
    """How many of the first items of the ``new`` columns, all of one length, are those of the ``old`` ones from number
    ``shift`` on, bit by bit."""
    most = min(len(new[0]), len(old[0]) - shift)
    if shift < 0 or most <= 0:
        return 0
    pairs = [
        (one[:most].tobytes(), other[shift : shift + most].tobytes(), one.itemsize)
        for one, other in zip(new, old, strict=True)
    ]

    def differs(count: int) -> bool:
        return any(one[: count * size] != other[: count * size] for one, other, size in pairs)

    for count in (most, most - 1):  # as nearly always: what was open then has grown
        if not differs(count):
            return count
    return bisect_left(range(1, most + 1), True, key=differs)


def spliced(old: array[Any], shift: int, count: int, new: array[Any]) -> array[Any]:
    """``count`` items of ``old`` from number ``shift`` on, then ``new``. Raises ValueError where there are fewer."""
    if shift < 0 or count < 0 or shift + count > len(old):
        raise ValueError("cut short")
    return old[shift : shift + count] + new if count else new
