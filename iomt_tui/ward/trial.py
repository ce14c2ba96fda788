"""Trying limits on what one patient's vital did lately: read once, then judged as often as somebody turns a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from iomt_tui.alarms.course import ALL, Change, Course
from iomt_tui.alarms.whatif import Comparison, compare
from iomt_tui.clinical.limits import Limit
from iomt_tui.ward.checkpoint import CheckpointError, load
from iomt_tui.ward.extract import Part
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

DAY: Final = 24 * 3_600_000
"""How far back (ms) limits are tried."""


class Saved(Protocol):
    """A checkpoint of the log: the bytes of a ward."""

    @property
    def blob(self) -> bytes:
        """See :func:`iomt_tui.ward.checkpoint.dump`."""


class Past(Protocol):
    """What a log, live or recorded, is read by; :class:`iomt_tui.log.sqlite.SqliteReader` is one."""

    def span(self) -> tuple[int, int]:
        """Log time (ms) of the first and the newest entry."""

    def seq_at(self, at: int) -> int:
        """The last entry up to log time ``at``."""

    def checkpoint(self, at: int | None = None) -> Saved | None:
        """The newest checkpoint up to ``at``."""

    def read_patient(self, patient: str, after: int, last: int) -> Iterator[Part]:
        """What the entries after one, up to another, say of a patient."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a vital did, in the catalogue unit; each value counts as long as it stood for the present."""

    lowest: float
    highest: float
    median: float
    last: float
    last_at: int  # ms


@dataclass(frozen=True, slots=True)
class Trial:
    """One vital of one patient from ``start`` to ``end`` (ms). ``compared``: candidate by candidate, each beside the
    limits as they held; empty where nothing was measured."""

    vital: str
    start: int
    end: int
    range: Range | None
    compared: Mapping[str, Comparison]


def read_past(reader: Past, patient: str, vital: str, end: int, length: int = DAY) -> History:
    """One vital of one patient over the last ``length`` ms up to log time ``end``: slow, for a thread of its own.

    It begins with the checkpoint before that, a little earlier. Raises LogError.
    """
    start = max(reader.span()[0], end - length)
    saved = reader.checkpoint(start)
    try:
        ward = load(saved.blob) if saved else Ward()
    except CheckpointError:
        ward = Ward()
    history = History(ward, min(start, ward.now) if ward.seq else start, {vital: ALL}, patient)
    for part in reader.read_patient(patient, ward.seq, reader.seq_at(end)):
        history.read_part(part)
    history.close(end)
    return history


def trial(history: History, patient: str, vital: str, candidates: Mapping[str, Sequence[Limit]]) -> Trial:
    """What each of ``candidates`` (by a name of the caller's) would have made of a :func:`read_past`."""
    course = history.courses.get(patient, {}).get(vital)
    if course is None:
        return Trial(vital, history.start, history.end, None, {})
    stay = history.stays[patient]
    compared = {}
    for name, limits in candidates.items():
        (compared[name],) = compare([(course, stay)], _instead(tuple(limits)), history.end)
    return Trial(vital, history.start, history.end, range_of(course, history.end), compared)


def _instead(limits: tuple[Limit, ...]) -> Change:
    return lambda _vital, _today: limits


def range_of(course: Course, end: int) -> Range | None:
    """What a closed course did up to ``end`` (ms); None when nothing was measured."""
    if not course.values:
        return None
    times = [*course.times, end]
    held = [
        (value, max(0, stop - start - course.unknown(start, stop)))
        for value, start, stop in zip(course.values, times, times[1:], strict=False)
    ]
    return Range(min(course.values), max(course.values), _median(held), course.values[-1], course.last)


def _median(held: list[tuple[float, int]]) -> float:
    half, total = sum(length for _, length in held) / 2, 0
    for value, length in sorted(held):
        total += length
        if total >= half:
            return value
    return held[-1][0]
