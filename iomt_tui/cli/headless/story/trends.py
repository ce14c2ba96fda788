"""Vital signs over time: the twin of the page behind the digit 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Final, Literal

from iomt_tui.alarms.model import Priority
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.documents import LimitDocument, PriorityWord
from iomt_tui.cli.headless.plain import limits_words
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.units import display
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.log.api import RecordedReader
from iomt_tui.log.chronicles import begun, read_on
from iomt_tui.times import iso
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.limit_stretches import Stretches
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.happened import Episode, Mark, known_since, told_of
from iomt_tui.ward.story.trends import Curve, Panel, TrendView, axis_of, trends_of

MarkWord = Literal["taken", "dose", "not-given", "note", "limits", "quiet", "escalated"]

_SAID: Final = {
    "taken": "acknowledged", "dose": "given", "not-given": "not given", "note": "note", "limits": "limits changed",
    "quiet": "silenced", "escalated": "escalated",
}  # fmt: skip
_BUCKETS: Final = 120  # of one trend at most about twice as many
_PARTS: Final = 8
"""In so many stretches of time the words tell how a vital went."""


@dataclass(frozen=True, slots=True)
class BucketDocument:
    """What was measured of a vital sign within one bucket of time."""

    at: str
    """Where the bucket begins: ISO 8601, UTC."""
    low: float
    """The lowest value, in the vital's unit."""
    high: float
    """The highest value."""
    last: float
    """The last value."""
    measured: str
    """When that was measured."""


@dataclass(frozen=True, slots=True)
class FormerLimitsDocument:
    """Alarm limits of a vital sign until they were changed, taken back, or their time was over."""

    until: str
    """Up to when they held: ISO 8601, UTC."""
    limits: list[LimitDocument]
    """The limits; empty where all were off."""


@dataclass(frozen=True, slots=True)
class CurveDocument:
    """One vital sign, or the NEWS2 total, over the time of the document."""

    key: str
    """hr, spo2, nibp_sys, …; news2."""
    unit: str
    """UCUM; "" for a score."""
    bucket_s: float
    """Seconds of one bucket."""
    in_range_percent: float | None
    """Of a glucose sensor: share of the time with readings that was within 70 to 180 mg/dL; null for others."""
    limits: list[LimitDocument]
    """Alarm limits in force at the end."""
    former_limits: list[FormerLimitsDocument]
    """Those that held before, within the time of the document, oldest first. Which default limits fitted then (oxygen,
    SpO2 scale) is not known: those that fit now are taken."""
    buckets: list[BucketDocument]
    """Those in which anything was measured, oldest first: where one is missing, nothing was."""


@dataclass(frozen=True, slots=True)
class EpisodeDocument:
    """One alarm, from when it was announced until it was over."""

    start: str
    """When it was announced: ISO 8601, UTC."""
    end: str | None
    """When it was over; null while it is in force."""
    priority: PriorityWord
    """The highest that it had."""
    technical: bool
    """Whether it is about the equipment rather than the patient."""
    param: str
    """What it is about: a vital's key, news2, or a device's id."""
    kind: str
    """low, high, no-data, sensor-off, …"""
    value: float | None
    """The value that raised it, in the vital's unit."""
    limit: float | None
    """The limit it passed."""
    acknowledged_by: str
    """Who took it last; "" for nobody."""


@dataclass(frozen=True, slots=True)
class MarkDocument:
    """One thing that was done or noted."""

    at: str
    """When: ISO 8601, UTC."""
    what: MarkWord
    """What was done."""
    about: str
    """An alarm condition, a drug, a vital sign."""
    text: str
    """The note, the reason, the dose."""
    by: str
    """Who did it."""


@dataclass(frozen=True, slots=True)
class TrendDocument:
    """The trends of one patient."""

    start: str
    """Where they begin: ISO 8601, UTC."""
    end: str
    """Where they end."""
    marks_from: str | None
    """From when on alarms and marks are known; null: all along."""
    curves: list[CurveDocument]
    """By vital sign, pressures as two."""
    alarms: list[EpisodeDocument]
    """Alarms in force at any time between, oldest first."""
    marks: list[MarkDocument]
    """What was done and noted, oldest first."""


def seen(ward: Ward, log: RecordedReader, patient: str, now: int, window: int) -> TrendView:
    """The trends of the last ``window`` ms up to ``now``, with what the log tells of that time. Raises KeyError for a
    patient who is not on the ward, and LogError."""
    axis = axis_of(now, window, _BUCKETS, now)
    chronicle = begun(log, patient, axis.start)
    read_on(log, chronicle, now)
    told = chronicle.so_far()
    happened = told_of(told, ward.patients[patient], now)
    return trends_of(ward, patient, now, axis, happened=happened, begins=known_since(told, axis.start))


def document(view: TrendView) -> TrendDocument:
    """The trends, bucket by bucket."""
    return TrendDocument(
        start=iso(view.start), end=iso(min(view.end, view.now)),
        marks_from=None if view.begins is None else iso(view.begins),
        curves=[_curve(curve, panel) for panel in view.panels for curve in panel.curves],
        alarms=[_episode(one) for one in view.episodes], marks=[_mark(one) for one in view.marks],
    )  # fmt: skip


def _curve(curve: Curve, panel: Panel) -> CurveDocument:
    held = panel.limits_of(curve)
    former = [FormerLimitsDocument(iso(after.since), _limits(one.limits)) for one, after in pairwise(held)]
    buckets = [
        BucketDocument(iso(start), cell.low, cell.high, cell.last, iso(cell.at)) for start, cell in curve.known()
    ]
    limits = _limits(panel.last_limits(curve))
    return CurveDocument(curve.key, _unit(curve.key), curve.axis.width / 1000, panel.in_range, limits, former, buckets)


def _limits(limits: Iterable[Limit]) -> list[LimitDocument]:
    return [
        LimitDocument(_word(limit.priority), limit.low, limit.high, limit.delay_s, limit.off_delay_s, limit.origin)
        for limit in limits
    ]


def _unit(key: str) -> str:
    return VITALS[key].unit if key in VITALS else ""


def _word(priority: int) -> PriorityWord:
    return Priority(priority).name.lower()  # type: ignore[return-value]


def _episode(one: Episode) -> EpisodeDocument:
    alarm = one.alarm
    return EpisodeDocument(
        iso(one.start), None if one.end is None else iso(one.end), _word(one.priority), alarm.technical,
        alarm.ref.param, alarm.ref.kind, alarm.value, alarm.limit, alarm.by,
    )  # fmt: skip


def _mark(one: Mark) -> MarkDocument:
    return MarkDocument(iso(one.at), one.what, one.about, one.words, one.by)  # type: ignore[arg-type]


# In words.


def plain(view: TrendView, zone: tzinfo, units: Units) -> Iterator[str]:
    """A paragraph a vital sign: range, how it went, gaps; then alarms and what was done, in order."""
    end = min(view.end, view.now)
    yield f"From {_when(view.start, zone)} to {_when(end, zone)}."
    if not view.panels:
        yield "Nothing was ever measured."
    for panel in view.panels:
        for curve in panel.curves:
            yield from _told(curve, panel, end, zone, units)
    yield "Alarms:" if view.episodes else "No alarm that is known."
    for one in view.episodes:
        until = "in force" if one.end is None else f"until {_when(one.end, zone)}"
        yield f"  {_when(one.start, zone)} {words.priority(one.alarm)}: {_condition(one, units)}, {until}"
    if view.marks:
        yield "Done and noted:"
    for mark in view.marks:
        said = " ".join(part for part in (_SAID[mark.what], mark.about, mark.words) if part)
        yield f"  {_when(mark.at, zone)} {said}{f' by {mark.by}' if mark.by else ''}"
    if view.begins is not None:
        yield f"What was done before {_when(view.begins, zone)} is not known."


def _condition(one: Episode, units: Units) -> str:
    return words.condition(one.alarm, (), units)


def _told(curve: Curve, panel: Panel, end: int, zone: tzinfo, units: Units) -> Iterator[str]:
    known = list(curve.known())
    name = words.subject(curve.key, ())
    if not known:
        yield f"{name}: nothing was measured in this time."
        return
    low = min((cell for _, cell in known), key=lambda cell: cell.low)
    high = max((cell for _, cell in known), key=lambda cell: cell.high)
    last = known[-1][1]
    yield (
        f"{name}: last {_quantity(curve.key, last.last, units)} at {_when(last.at, zone)}; "
        f"lowest {_text(curve.key, low.low, units)} about {_when(low.at, zone)}, "
        f"highest {_text(curve.key, high.high, units)} about {_when(high.at, zone)}{_beyond(curve, panel, known)}."
    )
    if panel.in_range is not None:
        yield f"  within 70 to 180 mg/dL for {panel.in_range:.0f} % of the time with readings."
    yield from _held(panel.limits_of(curve), zone, units)
    yield f"  {'; '.join(_course(curve, end, zone, units))}."
    gaps = [(one.at, begin) for (_, one), (begin, two) in pairwise(known) if two.at - one.at > _gap(curve)]
    if end - last.at > _gap(curve):
        gaps.append((last.at, end))
    for begin, until in gaps:
        yield f"  no value from {_when(begin, zone)} to {_when(until, zone)}, {words.duration(until - begin)}."


def _gap(curve: Curve) -> int:
    return max(curve.joins, 2 * curve.axis.width)


def _beyond(curve: Curve, panel: Panel, known: Sequence[tuple[int, Cell]]) -> str:
    """In how many of the buckets the limits of their time were passed, judged as values are shown."""
    decimals = VITALS[curve.key].decimals if curve.key in VITALS else 0
    passed = sum(
        any(
            (x.low is not None and rounded(cell.low, decimals) < x.low)
            or (x.high is not None and rounded(cell.high, decimals) > x.high)
            for x in panel.limits_in(curve, start, cell)
        )
        for start, cell in known
    )
    if not passed:
        return ""
    return f"; beyond a limit in {passed} of {len(known)} stretches of {words.duration(curve.axis.width)}"


def _held(held: Stretches, zone: tzinfo, units: Units) -> Iterator[str]:
    """The limits one after the other, where they were changed."""
    if len(held) > 1:
        first, *later = (limits_words(one.limits, units) for one in held)
        said = "; ".join(f"from {_when(one.since, zone)} {words}" for one, words in zip(held[1:], later, strict=True))
        yield f"  limits at first {first}; {said}."


def _course(curve: Curve, end: int, zone: tzinfo, units: Units) -> Iterator[str]:
    """How it went: the range of each part of the time."""
    start, length = curve.axis.start, max(1, (end - curve.axis.start) // _PARTS)
    for begin in range(start, start + length * _PARTS, length):
        own = [cell for at, cell in curve.known() if begin <= at < begin + length]
        if own:
            low, high = min(cell.low for cell in own), max(cell.high for cell in own)
            first, last = _text(curve.key, low, units), _text(curve.key, high, units)
            yield f"from {_when(begin, zone)} {first if first == last else f'{first} to {last}'}"
        else:
            yield f"from {_when(begin, zone)} nothing"


def _text(key: str, value: float, units: Units) -> str:
    return display(key, value, units)[0] if key in VITALS else f"{value:.0f}"


def _quantity(key: str, value: float, units: Units) -> str:
    return words.quantity(key, value, units) if key in VITALS else f"{value:.0f}"


def _when(at: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at // 1000, zone):%a %H:%M}"


def rows(view: TrendView) -> Iterator[Row]:
    """One row a bucket of the axis: lowest, highest and last of every vital in its unit, and what happened in it."""
    curves = [curve for panel in view.panels for curve in panel.curves]
    units = {curve.key: f" ({_unit(curve.key)})" if _unit(curve.key) else "" for curve in curves}
    yield [
        "time", *(f"{curve.key} {what}{units[curve.key]}" for curve in curves for what in ("low", "high", "last")),
        "alarms", "done",
    ]  # fmt: skip
    axis = view.axis
    for number in range(axis.buckets):
        begin, end = axis.start + number * axis.width, axis.start + (number + 1) * axis.width
        if begin > view.now:
            return
        values: Row = []
        for curve in curves:
            cell = curve.within(begin, end)
            values += [None, None, None] if cell is None else [cell.low, cell.high, cell.last]
        yield [iso(begin), *values, _alarms(view, begin, end), _done(view, begin, end)]


def _alarms(view: TrendView, begin: int, end: int) -> str:
    found = (one for one in view.episodes if one.start < end and (one.end is None or one.end >= begin))
    return "; ".join(f"{one.alarm.ref.param} {one.alarm.ref.kind} ({_word(one.priority)})" for one in found)


def _done(view: TrendView, begin: int, end: int) -> str:
    own = (mark for mark in view.marks if begin <= mark.at < end)
    return "; ".join(" ".join(part for part in (_SAID[mark.what], mark.about, mark.words) if part) for mark in own)
