"""Devices of a patient that were taken off, and what was put on in their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from iomt_tui.security.text import SafeText, safe_text

KEPT: Final = 50
"""The newest of a patient that are kept."""

TOGETHER: Final = 12 * 3_600_000
"""A device of the same kind that comes within this time (ms) of the one before takes its place."""

NOTHING: Final = SafeText("")


class Swap(NamedTuple):
    """A device was taken off. ``at``: log time (ms) of the last step; ``on``: the device in its place, "" for none."""

    at: int
    kind: SafeText
    off: SafeText
    on: SafeText


class Worn(Protocol):
    """As much of a device as counts here; ``since``: log time at which its patient got it."""

    id: str
    kind: SafeText
    since: int


def taken_off(swaps: tuple[Swap, ...], device: Worn, others: Iterable[Worn], at: int) -> tuple[Swap, ...]:
    """``device`` is gone; one of ``others`` may have been put on shortly before in its place."""
    taken = {swap.on for swap in swaps}
    new = [o for o in others if o.kind == device.kind and o.since > at - TOGETHER and safe_text(o.id) not in taken]
    # What came with the first devices of a patient is beside them, not in the place of one.
    new = [o for o in new if 0 <= device.since < o.since]
    on = safe_text(max(new, key=lambda o: o.since).id) if new else NOTHING
    return (*swaps, Swap(at, device.kind, safe_text(device.id), on))[-KEPT:]


def put_on(swaps: tuple[Swap, ...], device: Worn, at: int) -> tuple[Swap, ...]:
    """``device`` is there; it takes the place of the last one of its kind that went shortly before."""
    for i in range(len(swaps) - 1, -1, -1):
        swap = swaps[i]
        if swap.kind == device.kind and not swap.on and swap.at > at - TOGETHER:
            return (*swaps[:i], swap._replace(at=at, on=safe_text(device.id)), *swaps[i + 1 :])
    return swaps
