"""The alarm limits of a vital as they stood over a stretch of time. Pure.

The fold keeps the settings of each vital as they came (:func:`noted`), the patient's own and the ward's; from these
:func:`stretches` tells which limits held when, so that a value of yesterday is judged by the limits of yesterday.

What it cannot tell: which default limits fitted then. Those of today are taken, by the patient's SpO2 scale, by whether
the patient is at home and breathes oxygen now; also for the time before the oldest setting that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, NamedTuple

from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.limit_rules import in_force
from iomt_tui.clinical.limits import Limit
from iomt_tui.ward.series import LEVELS

REACH: Final = max(width * cap for width, cap in LEVELS)
"""How far back (ms) settings are kept: as far as the values that are judged by them, 60 days."""

MOST: Final = 64
"""Settings kept of one vital of a patient or of the ward. Nobody changes limits once a day for as long as they reach
back; a program that does so all the time must not fill the memory."""

Changes = Mapping[str, tuple[Setting, ...]]
"""Vital -> its settings as they came, oldest first, the newest with them; ``since`` is the log time (ms) of each."""


class Stretch(NamedTuple):
    """The limits from ``since`` (ms) on, up to the next stretch."""

    since: int
    limits: tuple[Limit, ...]


Stretches = tuple[Stretch, ...]
"""Oldest first, at least one; the first one's limits are taken for all that lies before it, too."""


def noted(before: tuple[Setting, ...], setting: Setting, at: int) -> tuple[Setting, ...]:
    """The settings of a vital with one more, which came at log time ``at`` (ms, not before the last one)."""
    told = (s for s in before if s.since < at)  # one of the same moment never held
    kept = *told, replace(setting, since=at, reason="", warning="")
    gone = sum(s.since <= at - REACH for s in kept[1:])  # as many have been followed by another one for that long
    return kept[gone:][-MOST:]


def stretches(
    usual: Sequence[Limit], own: Sequence[Setting], ward: Sequence[Setting], start: int, end: int
) -> Stretches:  # fmt: skip
    """The limits in force from ``start`` to ``end`` (ms, both with it) of a vital whose default ones are ``usual``, by
    the patient's ``own`` settings and the ``ward``'s. No two stretches beside each other say the same."""
    if not own and not ward:
        return (Stretch(start, tuple(usual)),)
    found: list[Stretch] = []
    for at in sorted({start, *_turns(own, start, end), *_turns(ward, start, end)}):
        limits = in_force(usual, _set_at(own, at), _set_at(ward, at))
        if not found or found[-1].limits != limits:
            found.append(Stretch(at, limits))
    return tuple(found)


def _turns(settings: Sequence[Setting], start: int, end: int) -> Iterator[int]:
    for setting in settings:
        for at in (setting.since, setting.until):
            if at is not None and start < at <= end:
                yield at


def _set_at(settings: Sequence[Setting], at: int) -> tuple[Limit, ...] | None:
    """What is set at ``at``; None where nothing is, or not any more."""
    newest = next((s for s in reversed(settings) if s.since <= at), None)
    return newest.limits if newest is not None and newest.active(at) else None


def limits_at(held: Stretches, at: int) -> tuple[Limit, ...]:
    """The limits at a time (ms)."""
    return next((s.limits for s in reversed(held) if s.since <= at), held[0].limits)


def limits_within(held: Stretches, start: int, end: int) -> tuple[Limit, ...]:
    """All limits that held at any time from ``start`` to before ``end`` (ms): by these a bucket is judged of which
    nobody knows when in it its extremes were measured, and none that passed a limit is missed."""
    if len(held) == 1:
        return held[0].limits
    later = [s.limits for s in held[1:] if start < s.since < end]
    return tuple(dict.fromkeys(chain(limits_at(held, start), *later)))


def bodies(changes: Changes) -> list[dict[str, Any]]:
    """The settings for a checkpoint."""
    return [setting.body() for settings in changes.values() for setting in settings]


def restored(
    kept: Iterable[dict[str, Any]] | None, held: Mapping[str, Setting], now: int
) -> dict[str, tuple[Setting, ...]]:  # fmt: skip
    """The settings of a checkpoint of log time ``now`` (ms). One of an older program (``kept`` None) knows those that
    are ``held``, and since when, not what was before. Raises KeyError, TypeError or ValueError on another shape."""
    if kept is None:
        return {vital: noted((), setting, min(setting.since, now)) for vital, setting in held.items()}
    found: dict[str, tuple[Setting, ...]] = {}
    for setting in map(Setting.from_body, kept):
        found[setting.vital] = (*found.get(setting.vital, ()), setting)
    return found
