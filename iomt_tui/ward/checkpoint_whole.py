"""A whole checkpoint, as one that follows upon it needs it: what it holds of the patients' pasts, still packed."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from typing import Any, Final

import orjson

from iomt_tui.ward.alike import alike, spliced
from iomt_tui.ward.checkpoint_series import ITEM, Arrays, Held, held, packed, unpacked

VERSION: Final = 3
"""Of the format in which a checkpoint holds everything."""


class Whole:
    """A checkpoint that holds everything. Raises zlib.error, ValueError, KeyError or TypeError for other bytes."""

    def __init__(self, blob: bytes | memoryview) -> None:
        self.series: dict[tuple[str, str], Held] = {}
        self._news: dict[str, tuple[int, memoryview]] = {}
        stream = zlib.decompressobj()
        head: dict[str, Any] = orjson.loads(stream.decompress(blob))
        if head["version"] != VERSION:
            raise ValueError("nothing follows upon a checkpoint of this version")
        pieces = Arrays(stream.unused_data)
        for data in head["patients"]:
            count, size = data["news"]
            self._news[data["id"]] = count, pieces.cut(size)
            for key, fields in data["series"].items():
                self.series[data["id"], key] = held(key, fields, pieces)
        if not pieces.over:
            raise ValueError("followed by something else")

    def news(self, patient: str) -> tuple[array[int], array[int]]:
        """The minutes and totals at which a patient's score changed; nothing of one who was not there.

        Raises ValueError and zlib.error.
        """
        count, piece = self._news.get(patient, (0, None))
        if piece is None:
            return array("i"), array("i")
        arrays = unpacked(piece, 2 * ITEM * count)
        return arrays.take("i", count), arrays.take("i", count)


def dump_news(history: list[tuple[int, int]], patient: str, pieces: list[bytes], upon: Whole | None) -> list[int]:
    """How many changes of a score there are, and the size of the piece with their minutes and totals; ``upon`` another
    checkpoint also from which on, and how many of them, the first ones are in that."""
    minutes, totals = array("i", [minute for minute, _ in history]), array("i", [total for _, total in history])
    shift, same = _in_common(minutes, totals, upon.news(patient)) if upon is not None and history else (0, 0)
    pieces.append(packed([minutes[same:], totals[same:]]))
    return [len(history), len(pieces[-1]), *([] if upon is None else [shift, same])]


def _in_common(minutes: array[int], totals: array[int], old: tuple[array[int], array[int]]) -> tuple[int, int]:
    """A score may change twice in the minute that is now the first: what has most in common is taken."""
    shifts = range(bisect_left(old[0], minutes[0]), bisect_right(old[0], minutes[0]))
    found = [(alike((minutes, totals), old, shift), shift) for shift in shifts]
    same, shift = max(found, default=(0, 0))
    return shift, same


def load_news(told: list[int], patient: str, pieces: Arrays, upon: Whole | None) -> list[tuple[int, int]]:
    """What :func:`dump_news` was given. Raises ValueError and zlib.error."""
    count, size, shift, same = told if upon is not None else (*told, 0, 0)
    fresh = unpacked(pieces.cut(size), 2 * ITEM * (count - same))
    columns = [fresh.take("i", count - same) for _ in range(2)]
    if upon is not None:
        columns = [spliced(old, shift, same, new) for old, new in zip(upon.news(patient), columns, strict=True)]
    return list(zip(*columns, strict=True))
