"""How long to wait after failures: longer each time, at random, so that a hundred desks do not come back together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

LONGEST: Final = 60.0  # s
_FIRST: Final = 1.0
_LEAST: Final = 0.25  # s; nobody asks a failing server without a pause


def pause(failures: int, random: Callable[[], float], asked: float | None = None) -> float:
    """Seconds until the next attempt after ``failures`` in a row: exponential with full jitter.

    ``random`` gives 0 to 1. ``asked`` is what the server asked for (Retry-After), and is never undercut.
    """
    longest: float = min(LONGEST, _FIRST * 2.0 ** min(failures, 10))
    own = max(_LEAST, longest * random())
    return own if asked is None else max(asked, _LEAST) + min(own, 1.0)
