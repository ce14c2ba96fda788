"""Who leaves, who moves and who is admitted, and when: settled before the ward starts, not as it is polled."""

from __future__ import annotations

from typing import Final, NamedTuple

from iomt_tui.backends.simulated.course import MINUTE
from iomt_tui.backends.simulated.noise import mix

_FIRST: Final = 25 * MINUTE
_EVERY: Final = 115 * MINUTE
_EMPTY: Final = 21 * MINUTE  # the bed is cleaned
_TIMES: Final = 38  # three days of it


class Change(NamedTuple):
    """``what`` is "discharge", "move" (to ``bed``) or "admit" (to ``bed``); ``number`` is the patient's."""

    at: int
    what: str
    number: int
    bed: str


def plan(calm: dict[str, int], first_new: int, seed: int, start: int) -> list[Change]:
    """Changes in order of time. ``calm``: bed -> number of a patient fit to leave; new numbers begin at ``first_new``.

    Of every three beds that fall free, the first is given to a patient of another bed.
    """
    beds = dict(calm)
    changes: list[Change] = []
    new = first_new
    for i in range(_TIMES if len(beds) > 1 else 0):
        order = sorted(beds)
        bed = order[-1] if i == 0 else order[mix(seed, 91, i) % len(order)]
        at = start + _FIRST + i * _EVERY
        changes.append(Change(at, "discharge", beds[bed], bed))
        if i % 3 == 0:
            other = order[(order.index(bed) + len(order) // 2) % len(order)]
            if other != bed:
                changes.append(Change(at + 8 * MINUTE, "move", beds[other], bed))
                beds[bed], bed = beds[other], other
        changes.append(Change(at + _EMPTY, "admit", new, bed))
        beds[bed] = new
        new += 1
    return changes
