"""How a comparison shares out its rows: vital signs, each of all patients or of none, and below them what happened.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from iomt_tui.tui.charts.stack import AIRY, LEAST


class Shares(NamedTuple):
    """What has room: so many ``vitals`` in ``rows`` rows, ``lanes`` of each patient, and ``words`` below the axis."""

    vitals: int
    rows: int
    lanes: int
    words: int


_BELOW: Final = ((2, 2), (2, 1), (1, 2), (1, 1))
"""Lanes of a patient and rows of words, the roomiest first."""


def shares(stripes: Sequence[int], people: int, room: int) -> Shares:
    """Of ``room`` rows. ``stripes``: how many patients each of the vitals has been measured of, in their order.

    Lanes and words are as many as cost no vital its place.
    """
    ways = []
    for lanes, words in _BELOW:
        left = max(room - lanes * people - words, LEAST)
        ways.append(Shares(that_fit(stripes, left), left, lanes, words))
    most = ways[-1].vitals
    enough = (way for way in ways if way.vitals >= most and way.rows >= LEAST * sum(stripes[: way.vitals]))
    return next(enough, ways[-1])


def that_fit(stripes: Sequence[int], room: int) -> int:
    """How many vitals have room, one at least: higher panels before more, but two before one."""
    shown = 1
    for least in (LEAST + 1, LEAST):
        needed = (
            count * least + (vitals + 1 if room >= AIRY else 0)
            for vitals, count in enumerate(accumulate(stripes[1:], initial=stripes[0]))
        )
        shown = max(sum(1 for rows in needed if rows <= room), 1)
        if shown > 1:
            break
    return shown
