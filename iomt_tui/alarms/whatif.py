"""What if: the alarms that other limits and delays would have made of the same values. Pure.

Values are judged by the same :class:`~iomt_tui.alarms.detection.VitalWatch` as on the ward, so that the limits as they
held, patient by patient and hour by hour, give the episodes that were announced. Acknowledgements change no episode.
Where nothing was measured nothing is concluded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from iomt_tui.alarms.course import Change, Course, Fitting, Stay, Turn, unchanged
from iomt_tui.alarms.detection import VitalWatch
from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.lifecycle import Condition
from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.clinical.limit_rules import in_force
from iomt_tui.clinical.limits import Limit, limits_for, margin
from iomt_tui.clinical.rounding import TOLERANCE, rounded
from iomt_tui.clinical.vitals import VITALS

#: A vital known for less than this share of the time it was watched is too little to conclude from.
ENOUGH: Final = 0.8


@dataclass(frozen=True, slots=True)
class Tally:
    """What one setting makes of a stretch: alarms, minutes of them in which a value was known, and the mix."""

    alarms: int
    minutes: float
    mix: Mapping[Priority, int]


@dataclass(frozen=True, slots=True)
class Missed:
    """An episode of today's that the other setting would not have announced. ``worst`` in the catalogue unit."""

    episode: Episode
    worst: float
    depth: float
    """How far ``worst`` is beyond the limit that was announced."""
    length_ms: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One vital under today's and under other limits."""

    vital: str
    watched_ms: int
    covered_ms: int
    today: Tally
    candidate: Tally
    missed: tuple[Missed, ...]
    later: int
    """Announced under both, under the other limits later."""
    latest_ms: int
    """The longest such delay."""
    quieter: int
    """Announced under both, under the other limits at a lower priority only."""
    added: int
    """Announced under the other limits alone."""
    unsure: int
    """Episodes of today's that reach into a gap: whether they would be missed cannot be told."""

    @property
    def coverage(self) -> float:
        """Share of the watched time in which a present value was known."""
        return self.covered_ms / self.watched_ms if self.watched_ms > 0 else 0.0

    @property
    def conclusive(self) -> bool:
        """Whether enough was measured to conclude anything."""
        return self.coverage >= ENOUGH


class _Mark(NamedTuple):
    """From a value on, by its place in a course, something else holds."""

    first: int
    at: int
    turn: Turn | None  # None: it is the patient's stay that changes
    fitting: Fitting | None = None


def _marks(course: Course, stay: Stay, end: int) -> list[_Mark]:
    stays = [_Mark(bisect_left(course.times, at), at, None, fitting) for at, fitting in stay]
    turns = [_Mark(bisect_right(course.times, turn.after), turn.at, turn) for turn in course.turns]
    return [*sorted(stays + turns, key=lambda mark: mark[:2]), _Mark(len(course.times), end + 1, None)]


def rerun(course: Course, stay: Stay, change: Change, end: int) -> list[Episode]:
    """The limit alarms of a course under what ``change`` makes of its limits, up to ``end`` (ms). A course's band must
    fit these limits."""
    conditions: dict[Key, Condition] = {}
    out: list[Alarm] = []
    fitting, turn = None, None
    for mark, following in pairwise(_marks(course, stay, end)):
        if mark.turn is None:
            fitting = mark.fitting
        else:
            turn = mark.turn
        if fitting is None:
            out += [alarm for c in conditions.values() for alarm in _catch_up(c, mark.at) + c.close(mark.at)]
            continue
        usual = limits_for(*fitting).get(course.vital, ())
        own = change(course.vital, in_force(usual, turn.own, turn.ward) if turn else usual)
        watch = VitalWatch(course.patient, course.vital, own, conditions)
        if mark.turn is not None and mark.turn.value is not None:
            out += [alarm for c in conditions.values() for alarm in _catch_up(c, mark.at)]
            out += watch.again(mark.turn.value, mark.turn.after, mark.at)
        out += _judged(watch, own, course, mark, following)
    out += [alarm for c in conditions.values() for alarm in _catch_up(c, end + 1)]
    return episodes(out)


def _judged(
    watch: VitalWatch, limits: Sequence[Limit], course: Course, mark: _Mark, following: _Mark
) -> Iterator[Alarm]:  # fmt: skip
    """What a watch makes of the values between two marks. Those that pass the same limits as the one before, with no
    delay running, change nothing."""
    back = margin(course.vital)
    lows = sorted(x.low + b for x in limits if x.low is not None for b in (0.0, back))
    highs = sorted(x.high - b for x in limits if x.high is not None for b in (0.0, back))
    decimals, conditions = VITALS[course.vital].decimals, watch.conditions
    before, settled = (-1, -1), False
    times, offs = course.times, course.offs
    off = bisect_left(offs, mark.at)
    for at, value in zip(times[mark.first : following.first], course.values[mark.first : following.first], strict=True):
        while off < len(offs) and offs[off] < at:
            yield from _interrupted(watch, offs[off])
            off, settled = off + 1, False
        if not watch.busy and watch.normal_low <= value <= watch.normal_high:
            continue
        shown = rounded(value, decimals)
        passed = bisect_right(lows, shown + TOLERANCE), bisect_left(highs, shown - TOLERANCE)
        if settled and passed == before:
            continue
        for condition in conditions.values():
            yield from _catch_up(condition, at)
        yield from watch.value(value, at)
        before, settled = passed, not any(_due(c, at) for c in conditions.values())
    for late in offs[off:]:
        if late >= following.at:
            break
        yield from _interrupted(watch, late)


def _interrupted(watch: VitalWatch, at: int) -> Iterator[Alarm]:
    for condition in watch.conditions.values():
        yield from _catch_up(condition, at)
    yield from watch.interrupt(at)


def _due(condition: Condition, after: int) -> list[int]:
    """When delays that still run at ``after`` end."""
    due = {condition.since[p] + level.delay for p, level in condition.levels.items() if p in condition.since}
    if condition.clear_at is not None:
        due.add(condition.clear_at)
    return sorted(moment for moment in due if moment > after)


def _catch_up(condition: Condition, at: int) -> list[Alarm]:
    """What ends before ``at``, each delay at its own time, as the ward's ticks do it."""
    return [alarm for moment in _due(condition, -1) if moment < at for alarm in condition.advance(moment)]


def compare(courses: Iterable[tuple[Course, Stay]], candidate: Change, end: int) -> tuple[Comparison, ...]:
    """Every vital of ``courses`` (with the stays of their patients): the limits as they held, and under ``candidate``.

    Times are ms, to ``end``.
    """
    by_vital: dict[str, list[_Both]] = {}
    for course, stay in courses:
        both = _Both(course, rerun(course, stay, unchanged, end), rerun(course, stay, candidate, end), end)
        by_vital.setdefault(course.vital, []).append(both)
    return tuple(_comparison(vital, found) for vital, found in by_vital.items())


@dataclass(frozen=True, slots=True)
class _Both:
    """A course with its episodes under two settings."""

    course: Course
    today: list[Episode]
    candidate: list[Episode]
    end: int

    def unsure(self, episode: Episode) -> bool:
        return self.course.unknown(episode.onset, episode.until(self.end)) > 0

    def minutes(self, found: Iterable[Episode]) -> float:
        spans = ((one.raised, one.until(self.end)) for one in found)
        return sum(max(0, stop - start - self.course.unknown(start, stop)) for start, stop in spans) / 60_000

    def matches(self, one: Episode, others: Sequence[Episode]) -> list[Episode]:
        """The episodes of ``others`` that announce the same condition while it lasts."""
        stop = one.until(self.end)
        return [o for o in others if o.key == one.key and o.onset <= stop and o.until(self.end) >= one.onset]

    def missed(self) -> Iterator[Missed]:
        """Today's episodes that no candidate limit announces, with how deep and how long they were."""
        for one in self.today:
            if self.unsure(one) or self.matches(one, self.candidate):
                continue
            stop = one.until(self.end)
            worst = self.course.worst(one.key.kind, one.onset, stop)
            limit = one.first.limit
            if worst is not None and limit is not None:
                yield Missed(one, worst, abs(worst - limit), stop - one.onset)

    def caught(self) -> Iterator[tuple[Episode, list[Episode]]]:
        for one in self.today:
            if not self.unsure(one) and (others := self.matches(one, self.candidate)):
                yield one, others


def _comparison(vital: str, found: list[_Both]) -> Comparison:
    caught = [pair for both in found for pair in both.caught()]
    delays = [min(o.raised for o in others) - one.raised for one, others in caught]
    return Comparison(
        vital=vital,
        watched_ms=sum(both.course.watched for both in found),
        covered_ms=sum(both.course.covered for both in found),
        today=_tally((both, both.today) for both in found),
        candidate=_tally((both, both.candidate) for both in found),
        missed=tuple(missed for both in found for missed in both.missed()),
        later=sum(delay > 0 for delay in delays),
        latest_ms=max((0, *delays)),
        quieter=sum(max(o.priority for o in others) < one.priority for one, others in caught),
        added=sum(not both.matches(one, both.today) for both in found for one in both.candidate),
        unsure=sum(both.unsure(one) for both in found for one in both.today),
    )


def _tally(found: Iterable[tuple[_Both, list[Episode]]]) -> Tally:
    alarms, minutes, mix = 0, 0.0, dict.fromkeys(reversed(Priority), 0)
    for both, own in found:
        alarms += len(own)
        minutes += both.minutes(own)
        for one in own:
            mix[one.priority] += 1
    return Tally(alarms, minutes, mix)
