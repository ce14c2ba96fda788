"""The ward's time zone."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(64)
def zone_of(name: str) -> tzinfo:
    """The zone of that IANA name; UTC where it is not known."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        return UTC
