"""A figure that can be checked: its numbers beside it, and the formula in words."""

from __future__ import annotations

from typing import Final, NamedTuple

ADHERENT: Final = 0.8
"""The PDC from which a patient counts as adherent (Pharmacy Quality Alliance)."""


class Figure(NamedTuple):
    """``name = part part_is / whole whole_is``. ``part`` and ``whole`` are counts."""

    name: str
    part: int
    whole: int
    part_is: str
    whole_is: str

    @property
    def share(self) -> float | None:
        """0 to 1, above 1 where the figure allows it; None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> int | None:
        """Rounded half up, but never up to 80 or 100 nor down to 0: 79.6 % is not adherent, 99.7 % not complete."""
        if not self.whole:
            return None
        rounded = (200 * self.part + self.whole) // (2 * self.whole)
        if rounded in (80, 100) and 100 * self.part < rounded * self.whole:
            return rounded - 1
        return max(rounded, 1) if self.part > 0 else 0

    @property
    def formula(self) -> str:
        """``PDC = 78 covered days / 90 days = 87 %``; without a denominator it says what is missing."""
        if not self.whole:
            return f"{self.name}: no {self.whole_is}"
        return f"{self.name} = {self.part} {self.part_is} / {self.whole} {self.whole_is} = {self.percent} %"

    @property
    def adherent(self) -> bool | None:
        """Whether the share reaches :data:`ADHERENT`."""
        return None if self.share is None else 5 * self.part >= 4 * self.whole


def total(figures: list[Figure], name: str) -> Figure | None:
    """Several figures of one kind added up; None of none."""
    if not figures:
        return None
    first = figures[0]
    return Figure(name, sum(f.part for f in figures), sum(f.whole for f in figures), first.part_is, first.whole_is)
