"""Devices as lines: one block each on the patient's page, one row each in the ward's list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content

from iomt_tui.tui.board.words import age, label, long_age
from iomt_tui.tui.text import fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.rows import MUTED, pair, wrapped
from iomt_tui.ward.story.device_words import (
    clock_words,
    left_words,
    measure_groups,
    period_words,
    swap_words,
    trouble_words,
)
from iomt_tui.ward.story.devices import DeviceStanding, Trouble
from iomt_tui.ward.swaps import Swap

_DAY: Final = 86_400_000
_LOWER: Final = frozenset({"nibp_dia", "nibp_mean", "ibp_dia", "ibp_mean"})  # told with their systolic pressure
_STYLES: Final = {
    Trouble.SILENT: "bold $error", Trouble.CLOCK: "bold $warning", Trouble.BATTERY: "bold $warning",
    Trouble.SIGNAL: "bold $warning",
}  # fmt: skip
NAMED: Final = 100
"""From this width (cells) the ward's list has room for names, from that one for firmware and what is measured."""
WIDE: Final = 130
_FAILS: Final = 42  # cells of what fails next, where there is room for everything


def called(one: DeviceStanding) -> str:
    """What people call it: kind and model, else its id."""
    return " ".join(part for part in (one.kind, one.model) if part) or one.id


def names(keys: Sequence[str]) -> str:
    """The vitals a device measures, as the board calls them."""
    return " ".join(label(key) for key in keys if key not in _LOWER or len(keys) == 1)


def block(one: DeviceStanding, now: int, tz: str, width: int) -> Iterator[Content]:
    """Everything known of one device."""
    heard = "never heard of" if one.heard is None else _heard(now - one.heard)
    state = "" if one.state == "on" else f"  {one.state.upper()}"
    yield spread(joined(plain(called(one), "bold"), plain(state, "bold")), plain(f" {heard}", MUTED), width)
    for trouble in one.troubles:
        yield fitted(plain(f"  ! {trouble_words(one, trouble, now)}", _STYLES[trouble]), width)
    for period, keys, at in measure_groups(one):
        when = "not yet" if at is None else "now" if now - at < 10_000 else f"{long_age(now - at)} ago"
        yield pair(f"  {period_words(period) or 'measures'}", names(keys), when, width, "")
    yield from _facts(one, now, tz, width)


def _heard(ms: int) -> str:
    return "heard now" if ms < 10_000 else f"heard {long_age(ms)} ago"


def _facts(one: DeviceStanding, now: int, tz: str, width: int) -> Iterator[Content]:
    rate = f" ({one.forecast.per_hour:.2g} % an hour)" if one.forecast is not None else ""
    battery = (
        f"battery {one.battery} %, {left_words(one, now)}{rate}" if one.battery is not None else left_words(one, now)
    )
    signal = f"signal {one.signal} %" if one.signal is not None else "no signal told of"
    firmware = f"firmware {one.firmware}" if one.firmware else "firmware unknown"
    since = f"here since {day_clock(one.since, now, tz)}" if one.since is not None else ""
    facts = [battery, signal, firmware, clock_words(one.offset), since, one.id]
    yield from (joined(plain("  "), line) for line in wrapped(" · ".join(f for f in facts if f), width - 2, MUTED))


def day_clock(at: int, now: int, tz: str) -> str:
    """A time of day with how many days ago it was, where it was not within the last one."""
    days = (now - at) // _DAY
    return clock(at, tz, seconds=False) + (f" {days} d ago" if days > 0 else "")


def swap_line(swap: Swap, now: int, tz: str, width: int) -> Content:
    """A device that was taken off, and what took its place."""
    left = joined(plain(f"{swap.kind or 'device'}: ", MUTED), plain(swap_words(swap)))
    return spread(left, plain(f" {day_clock(swap.at, now, tz)}", MUTED), width)


def columns(width: int) -> Content:
    """The head of the ward's list."""
    return _row(
        ("Bed", MUTED), ("Patient", MUTED), ("Device", MUTED), ("What fails next", MUTED), ("Batt.", MUTED),
        ("Signal", MUTED), ("Heard", MUTED), ("Firmware", MUTED), ("Measures", MUTED), width,
    )  # fmt: skip


def row(one: DeviceStanding, now: int, width: int) -> Content:
    """A device in one line: what fails first of it, in words and not in colour alone."""
    first = one.troubles[0] if one.troubles else None
    if first is None:
        next_words, style = left_words(one, now), MUTED
    else:
        next_words, style = f"! {trouble_words(one, first, now)}", _STYLES[first]
        if len(one.troubles) > 1:
            next_words += f" +{len(one.troubles) - 1}"
    firm = "" if first is None else "bold"
    keys = [measured.vital for measured in one.measures]
    return _row(
        (one.bed or "–", "bold"), (one.name, ""), (called(one), firm), (next_words, style),
        (_percent(one.battery), ""), (_percent(one.signal), ""),
        ("never" if one.heard is None else age(now - one.heard), MUTED), (one.firmware, MUTED), (names(keys), MUTED),
        width,
    )  # fmt: skip


def _percent(number: int | None) -> str:
    return "" if number is None else f"{number:>3} %"


Cell = tuple[str, str]


def _row(
    bed: Cell, name: Cell, device: Cell, fails: Cell, battery: Cell, signal: Cell, heard: Cell, firmware: Cell,
    measures: Cell, width: int,
) -> Content:  # fmt: skip
    end = [(battery, 6), (signal, 7), (heard, 6)]
    if width >= WIDE:
        end += [(firmware, 9), (measures, max(20, width - _FAILS - 73))]
    begin = [(bed, 5), *([(name, 15)] if width >= NAMED else []), (device, 23)]
    room = width - sum(cells for _, cells in (*begin, *end))
    parts = [
        joined(fitted(plain(words, style), cells - 1), plain(" "))
        for (words, style), cells in (*begin, (fails, room), *end)
    ]
    return fitted(joined(*parts), width)


def nothing(words: str) -> Content:
    """What a page says that has nothing to list."""
    return plain(f" {words}", MUTED)


def summary(devices: Sequence[DeviceStanding]) -> str:
    """How many there are, and how many of them have what kind of trouble."""
    words = {
        Trouble.SILENT: "no contact", Trouble.CLOCK: "clock off", Trouble.BATTERY: "low battery",
        Trouble.SIGNAL: "weak signal",
    }  # fmt: skip
    counts = [(sum(trouble in one.troubles for one in devices), said) for trouble, said in words.items()]
    told = [f"{len(devices)} device{'' if len(devices) == 1 else 's'}", *(f"{n} {said}" for n, said in counts if n)]
    return " · ".join(told)
