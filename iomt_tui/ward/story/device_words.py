"""What is said of a device, in words that a page, a report and a screen reader share. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from iomt_tui.ward.story.devices import DeviceStanding, Trouble
from iomt_tui.ward.swaps import Swap

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_ROUNDS = 5 * _SECOND  # an offset is told to the nearest


def span(ms: int) -> str:
    """How long: 40 s, 12 min, 6 h, 3 days."""
    if ms < _MINUTE:
        return f"{max(ms, 0) // _SECOND} s"
    if ms < 2 * _HOUR:
        return f"{ms // _MINUTE} min"
    return f"{ms // _HOUR} h" if ms < 2 * _DAY else f"{ms // _DAY} days"


def trouble_words(one: DeviceStanding, trouble: Trouble, now: int) -> str:
    """What is wrong: "no contact for 12 min", "clock 60 min ahead", "battery 8 %, 5 min left", "weak signal 4 %"."""
    match trouble:
        case Trouble.SILENT:
            since = f" for {span(now - one.heard)}" if one.heard is not None else ""
            return {"off": "switched off", "gone": "gone"}.get(one.state, "no contact") + since
        case Trouble.CLOCK:
            return clock_words(one.offset)
        case Trouble.BATTERY:
            return f"battery {one.battery} %, {left_words(one, now) if one.forecast is not None else 'no forecast'}"
        case Trouble.SIGNAL:
            return f"weak signal {one.signal} %"


def left_words(one: DeviceStanding, now: int) -> str:
    """How long the battery lasts: "21 h left", "empty by now", or that it cannot be told, and why."""
    if one.state == "charging" or one.battery is None:
        return "charging" if one.state == "charging" else one.untold
    if one.forecast is None:
        return f"no forecast: {one.untold}"
    left = one.forecast.left(now)
    return f"{span(left)} left" if left >= _MINUTE else "empty by now"


def clock_words(offset: int) -> str:
    """How a device's clock goes. ``offset``: ms that are added to its times; below 0 it is ahead."""
    if not offset:
        return "clock right"
    return f"clock {span((abs(offset) + _ROUNDS // 2) // _ROUNDS * _ROUNDS)} {'behind' if offset > 0 else 'ahead'}"


def period_words(seconds: float | None) -> str:
    """How often: "every second", "every 15 min", "every 4 h", "once a day"; "" where it was not told."""
    if seconds is None or seconds <= 0:
        return ""
    if seconds <= 1:
        return "every second"
    if seconds < 120:
        return f"every {seconds:g} s" if seconds != 60 else "every minute"
    if seconds < 7_200:
        return f"every {seconds / 60:.0f} min"
    return f"every {seconds / 3600:.0f} h" if seconds < 86_400 else f"every {_days(seconds / 86_400)}"


def _days(days: float) -> str:
    return "day" if round(days) == 1 else f"{days:.0f} days"


def swap_words(swap: Swap) -> str:
    """ "patch-0005 replaced by patch-0005b", "patch-0005 taken off"."""
    return f"{swap.off} replaced by {swap.on}" if swap.on else f"{swap.off} taken off"


def measure_groups(one: DeviceStanding) -> Iterator[tuple[float | None, list[str], int | None]]:
    """(period in s, keys of vitals, when the newest of them was measured), the most frequent first."""
    groups: dict[float | None, list[str]] = {}
    for measured in one.measures:
        groups.setdefault(measured.period, []).append(measured.vital)
    newest = {measured.vital: measured.at for measured in one.measures}
    for period in sorted(groups, key=lambda seconds: (seconds is None, seconds or 0.0)):
        times = [at for key in groups[period] if (at := newest[key]) is not None]
        yield period, groups[period], max(times, default=None)
