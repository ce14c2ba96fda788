"""The vital-sign catalogue: what each number is, in the field's codes and units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vital:
    """One vital sign. ``unit`` is the UCUM unit every value in the log has."""

    key: str
    label: str  # column heading, at most 6 cells
    name: str
    loinc: tuple[str, ...]
    mdc: tuple[int, ...]
    unit: str
    decimals: int
    plausible: tuple[float, float]
    period: float  # s between readings where a device does not say; the freshness limit follows from it
    spark: tuple[float, float]  # the fixed clinical range of its sparkline and trend
    sentinels: frozenset[float] = frozenset()
    zero_is_off: bool = False


VITALS: dict[str, Vital] = {}
