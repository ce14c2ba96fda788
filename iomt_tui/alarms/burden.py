"""The burden of a ward's alarms: the figures of alarm fatigue, from what was announced. Pure.

Targets and thresholds: priority mix 80 % low, 15 % medium, 5 % high (IEC practice); flood, chattering (ISA-18.2).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from types import MappingProxyType
from typing import Final, NamedTuple

from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.model import Alarm, Key, Priority, Ref

TARGET: Final = {Priority.LOW: 0.80, Priority.MEDIUM: 0.15, Priority.HIGH: 0.05}
SELF_RESOLVED: Final = 15_000  # ms from announced to over, seen by nobody
AGAIN: Final = 300_000  # ms after its end in which the same alarm is the same trouble
CHATTER, CHATTER_WITHIN = 3, 60_000
STANDING: Final = 3_600_000
FLOOD_WITHIN, FLOOD_ABOVE, FLOOD_BELOW = 600_000, 10, 5
_TOP: Final = 5


@dataclass(frozen=True, slots=True)
class Flood:
    """A time of more alarms than anybody can attend to (ms). ``end`` None: it had not ended."""

    start: int
    end: int | None
    alarms: int
    """How many were announced from ten minutes before it began to its end."""
    peak: int
    """The most in any ten minutes."""


class Place(NamedTuple):
    """Where alarms come from."""

    bed: str
    sensor: str  # a vital's key, or what a device is called
    technical: bool


@dataclass(frozen=True, slots=True)
class Burden:
    """The figures. Shares are 0 to 1; None where there is nothing to count them from."""

    alarms: int
    technical: int
    patient_hours: float
    per_patient_hour: float | None
    acknowledged: int
    ack_median_ms: float | None
    ack_p90_ms: float | None
    """Nine in ten acknowledgements came within this."""
    over: int
    self_resolved: float | None
    again: float | None
    chattering: tuple[tuple[Key, int], ...]
    standing: int
    mix: Mapping[Priority, int]
    beds: tuple[tuple[str, int], ...]
    top_beds: float | None
    sensors: tuple[tuple[str, int], ...]
    floods: tuple[Flood, ...]
    worst: tuple[Place, int] | None
    """Where the most come from, and how many."""
    suppressed: Mapping[str, int]
    """What kept alarms from sounding -> patient time, ms."""


def burden(
    announced: Sequence[Alarm], beds: Mapping[str, str], patient_ms: int, end: int, sources: Mapping[str, str],
    *, since: int = 0, suppressed: Mapping[str, int] = MappingProxyType({}),
) -> Burden:  # fmt: skip
    """The burden of ``announced`` (in the log's order) up to ``end`` (ms), over ``patient_ms`` of patient time.

    ``beds``: patient -> bed; ``sources``: device -> what people call it. What was raised before ``since`` (ms) counts
    only as standing. ``suppressed``: see :meth:`iomt_tui.alarms.quiet.QuietTimes.patient_ms`.
    """
    every = episodes(announced)
    found = [episode for episode in every if episode.raised >= since]
    hours, count = patient_ms / 3_600_000, len(found)
    over = [e for e in found if e.ended is not None]
    waits = _waits(alarm for alarm in announced if alarm.raised >= since)
    places = Counter(
        Place(beds.get(e.key.patient) or e.key.patient, sources.get(e.key.param, e.key.param), e.first.technical)
        for e in found
    )
    by_bed = Counter(beds.get(e.key.patient) or e.key.patient for e in found).most_common(_TOP)
    return Burden(
        alarms=count,
        technical=sum(e.first.technical for e in found),
        patient_hours=hours,
        per_patient_hour=count / hours if hours > 0 else None,
        acknowledged=sum(e.acked_at is not None for e in found),
        ack_median_ms=median(waits) if waits else None,
        ack_p90_ms=_p90(waits),
        over=len(over),
        self_resolved=_share(sum(map(_self_resolved, over)), len(over)),
        again=_share(_again(found), count),
        chattering=_chattering(found),
        standing=sum(e.until(end) - e.raised > STANDING and e.until(end) > since for e in every),
        mix={p: sum(e.priority is p for e in found) for p in reversed(Priority)},
        beds=tuple(by_bed),
        top_beds=_share(sum(n for _, n in by_bed), count),
        sensors=tuple(Counter(sources.get(e.key.param, e.key.param) for e in found).most_common(_TOP)),
        floods=floods((e.raised for e in found), end),
        worst=places.most_common(1)[0] if places else None,
        suppressed=suppressed,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _waits(announced: Iterable[Alarm]) -> list[int]:
    """How long (ms) each acknowledged announcement had waited; what was taken back is no acknowledgement."""
    acked: dict[Ref, int] = {}
    for alarm in announced:
        if alarm.undone_by:
            acked.pop(alarm.ref._replace(rev=alarm.ref.rev - 1), None)
        if alarm.acked_at is not None:
            acked[alarm.ref] = max(0, alarm.acked_at - alarm.raised)
    return list(acked.values())


def _p90(waits: Iterable[int]) -> float | None:
    """The nearest-rank 90th percentile."""
    ordered = sorted(waits)
    return ordered[(9 * len(ordered) + 9) // 10 - 1] if ordered else None


def _self_resolved(episode: Episode) -> bool:
    ended = episode.ended
    if ended is None or ended - episode.raised >= SELF_RESOLVED:
        return False
    return episode.acked_at is None or episode.acked_at >= ended


def _by_key(found: Iterable[Episode]) -> dict[Key, list[Episode]]:
    out: dict[Key, list[Episode]] = {}
    for episode in found:
        out.setdefault(episode.key, []).append(episode)
    return out


def _again(found: Iterable[Episode]) -> int:
    """How many episodes came within five minutes of the end of the one before."""
    return sum(
        before.ended is not None and after.raised - before.ended <= AGAIN
        for own in _by_key(found).values()
        for before, after in pairwise(own)
    )


def _chattering(found: Iterable[Episode]) -> tuple[tuple[Key, int], ...]:
    """Conditions announced three times or more in a minute, with the most times in one, the worst first."""
    out = {key: _most([e.raised for e in own], CHATTER_WITHIN) for key, own in _by_key(found).items()}
    return tuple(sorted(((k, n) for k, n in out.items() if n >= CHATTER), key=lambda pair: (-pair[1], pair[0])))


def _most(times: Sequence[int], within: int) -> int:
    most, recent = 0, deque[int]()
    for at in times:
        recent.append(at)
        while recent[0] <= at - within:
            recent.popleft()
        most = max(most, len(recent))
    return most


def floods(times: Iterable[int], end: int) -> tuple[Flood, ...]:
    """From more than 10 alarms in ten minutes until fewer than 5. ``times`` (ms) in order, up to ``end``."""
    out: list[Flood] = []
    recent: deque[int] = deque()
    start: int | None = None
    alarms = peak = 0
    for at, is_alarm in (*((at, True) for at in times), (end, False)):
        while recent and recent[0] <= at - FLOOD_WITHIN:
            gone = recent.popleft() + FLOOD_WITHIN
            if start is not None and len(recent) < FLOOD_BELOW:
                out.append(Flood(start, gone, alarms, peak))
                start = None
        if not is_alarm:
            break
        recent.append(at)
        if start is not None:
            alarms, peak = alarms + 1, max(peak, len(recent))
        elif len(recent) > FLOOD_ABOVE:
            start, alarms, peak = at, len(recent), len(recent)
    if start is not None:
        out.append(Flood(start, None, alarms, peak))
    return tuple(out)
