"""Figures beside their limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``limit`` None: told, not judged. ``least``: the limit is a minimum."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the limit is kept. A figure that could not be measured (NaN) keeps nothing."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def line(self) -> str:
        """One row of the table."""
        sign = "≥" if self.least else "≤"
        limit = "" if self.limit is None else f"{sign} {self.limit:,.0f}"
        return f"{self.name:<58} {self.value:>12,.1f} {self.unit:<10} {limit:>12} {'' if self.kept else ' MISSED'}"
