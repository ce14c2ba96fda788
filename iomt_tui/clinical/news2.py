"""NEWS2 (Royal College of Physicians, 2017)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class News2:
    """A NEWS2 score, honest about what is missing."""

    total: int  # of the known inputs
    known: int  # how many of the 7 inputs are known
    points: tuple[tuple[str, int | None], ...]  # input -> points, None where unknown
