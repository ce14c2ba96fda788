"""A file's readings through the whole engine at once, into a recording: for replay and ``snapshot --at``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from iomt_tui.engine.loop import Engine
from iomt_tui.log.api import LogWriter
from iomt_tui.ward.events import Reading

#: After the last reading of a moment the ward is ticked at these ages (ms): often while delays and freshness
#: limits end, then rarely; a record of years must not cost a tick for each of its seconds.
_SOON = (*range(1_000, 16_000, 1_000), *range(20_000, 60_000, 10_000))
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


def import_readings(
    log: LogWriter,
    ward_body: dict[str, Any],
    patients: Iterable[dict[str, Any]],
    devices: Iterable[dict[str, Any]],
    readings: Iterable[Reading],
    refused: Iterable[dict[str, Any]] = (),
    empty_at: int = 0,
) -> Engine:
    """Writes a ward, its patients and devices, and readings in time order, with every alarm decision between them.

    ``refused``: bodies that tell what could not be read. Log time is the time of observation, ``empty_at`` (ms) where
    there is none. Returns the engine, its ward folded to the end. Raises LogError.
    """
    moments = groupby(readings, key=lambda r: r.observed_at)
    first = next(moments, None)
    start = first[0] if first else empty_at
    engine = Engine(log)
    engine.start(ward_body, start)
    told = (("refused", refused), ("patient", patients), ("device", devices))
    engine.take((start, kind, body) for kind, bodies in told for body in bodies)
    before = start
    while first is not None:
        at, group = first[0], list(first[1])
        for tick in _ticks(before, at):
            engine.tick(tick)
        engine.take(((at, "obs", reading) for reading in group), tick_every=0)
        before, first = at, next(moments, None)
    for tick in _ticks(before, before + 5 * _MINUTE):
        engine.tick(tick)
    return engine


def _ticks(start: int, stop: int) -> Iterator[int]:
    """Log times after ``start`` and before ``stop`` at which to tick."""
    yield from (start + age for age in _SOON if start + age < stop)
    for step, until in ((_MINUTE, 2 * _HOUR), (_HOUR, 2 * _DAY), (_DAY, 40 * _DAY)):
        first = start + (step if step == _MINUTE else max(step, 2 * _HOUR if step == _HOUR else 2 * _DAY))
        yield from range(first, min(stop, start + until), step)
