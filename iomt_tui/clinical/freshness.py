"""How long a value stays fresh: from how often it is measured (DESIGN, Time)."""

from __future__ import annotations

from math import isfinite
from typing import Final

from iomt_tui.clinical.vitals import VITALS

#: Stages of age: up to 1/2 of the limit, up to 3/4, up to the limit, past it. The numbers are those of
#: :class:`iomt_tui.ward.view.Freshness`.
FRESH, FADING, STRUCK, EXPIRED = range(4)

#: No device may claim that its values stay fresh for longer than a weekly reading does (s).
LONGEST_PERIOD: Final = 7 * 86400.0
_CONTINUOUS: Final = 3.0
_CONTINUOUS_LIMIT: Final = 10_000


def fresh_limit_ms(key: str, period_s: float | None = None) -> int:
    """The age (ms) at which a value of vital ``key`` expires.

    ``period_s``: seconds between readings as the device states them. None and what is no period (0, negative,
    not finite) mean the catalogue's. 10 s for continuous measurement (a period of up to 3 s), else 2 x period
    + 30 s. Raises KeyError for an unknown vital.
    """
    period = VITALS[key].period
    if period_s is not None and isfinite(period_s) and period_s > 0:
        period = min(float(period_s), LONGEST_PERIOD)
    return _CONTINUOUS_LIMIT if period <= _CONTINUOUS else round((2 * period + 30) * 1000)


def stage(age_ms: int, limit_ms: int) -> int:
    """FRESH, FADING, STRUCK or EXPIRED. An age below 0 (observed ahead of log time) is fresh."""
    if 2 * age_ms <= limit_ms:
        return FRESH
    if 4 * age_ms <= 3 * limit_ms:
        return FADING
    return STRUCK if age_ms <= limit_ms else EXPIRED
