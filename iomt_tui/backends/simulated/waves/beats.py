"""When a simulated heart beats and a chest breathes.

Time is cut into blocks; each holds a whole number of beats, as many as the rate in it asks for. So the beats of any
moment follow from the seed, the patient and the time alone, however a waveform is cut into calls.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import pi, sin
from typing import Final, NamedTuple, TypeVar

from iomt_tui.backends.simulated.noise import unit
from iomt_tui.backends.simulated.people import HEART_FAILURE, Person
from iomt_tui.backends.simulated.subject import Subject

HEART: Final = 30_000  # ms of a block of beats: its rate is off by one a minute at most
CHEST: Final = 60_000  # ms of a block of breaths
_KEPT: Final = 4  # blocks remembered
_EARLY: Final = 0.62  # of the usual interval: when an ectopic beat comes; the pause after it makes up for it
_SCATTER: Final = 0.75  # of the mean interval, from the shortest to the longest in full fibrillation


T = TypeVar("T")


class Beat(NamedTuple):
    """One heartbeat: its R wave at ``at`` (ms, log time), after an interval of ``interval`` ms."""

    at: float
    interval: float
    ectopic: bool
    irregular: float  # 0-1, as in :class:`..body.Vitals`
    filling: float  # about 1: how much blood it throws out, which a short interval makes less


class Breath(NamedTuple):
    """One breath from ``at`` on, ``length`` ms long; ``depth`` is about 1."""

    at: float
    length: float
    depth: float


class Beats:
    """The beats and breaths of one patient."""

    def __init__(self, subject: Subject) -> None:
        self._subject, self._key = subject, subject.person.key
        self._ectopy = ectopy(subject.person)
        self._hearts: dict[int, list[Beat]] = {}
        self._chests: dict[int, list[Breath]] = {}

    def hearts(self, start: int, stop: int) -> list[Beat]:
        """The beats whose R wave lies from ``start`` to ``stop`` (ms), both included."""
        blocks = range((start - 1) // HEART, stop // HEART + 1)
        found = [beat for block in blocks for beat in _kept(self._hearts, block, self._heart)]
        return [beat for beat in found if start <= beat.at <= stop]

    def breaths(self, start: int, stop: int) -> list[Breath]:
        """The breaths that are under way at some time from ``start`` to ``stop`` (ms)."""
        blocks = range(start // CHEST, stop // CHEST + 1)
        found = [breath for block in blocks for breath in _kept(self._chests, block, self._chest)]
        return [breath for breath in found if breath.at <= stop and breath.at + breath.length >= start]

    def _heart(self, block: int) -> list[Beat]:
        begins, vitals = block * HEART, self._subject.vitals
        truths = [vitals(begins + HEART * i // 4) for i in range(5)]
        count = max(1, round(sum(t.hr for t in truths) / len(truths) * HEART / 60_000))
        sway = 0.03 * (1 - self._subject.person.role.age / 105)  # respiratory sinus arrhythmia, less with age
        lengths, ectopic, irregular = list[float](), list[bool](), list[float]()
        for i in range(count):
            truth = truths[i * 4 // count]
            scatter = _SCATTER * truth.irregular * (unit(self._key, 71, block, i) - 0.5)
            breathing = sway * sin(2 * pi * truth.rr * i * HEART / count / 60_000)
            lengths.append((1 + scatter + breathing + 0.01 * (unit(self._key, 72, block, i) - 0.5)) / truth.hr)
            irregular.append(truth.irregular)
            calm = truth.irregular < 0.3 and 0 < i < count - 1 and not (ectopic and ectopic[-1])
            ectopic.append(calm and unit(self._key, 73, block, i) < self._ectopy)
        for i, early in enumerate(ectopic):
            if early:
                lengths[i + 1] += (1 - _EARLY) * lengths[i]
                lengths[i] *= _EARLY
        return _beats(begins, lengths, ectopic, irregular)

    def _chest(self, block: int) -> list[Breath]:
        begins = block * CHEST
        rates = [self._subject.vitals(begins + CHEST * i // 4).rr for i in range(5)]
        count = max(1, round(sum(rates) / len(rates)))
        lengths = [1 + 0.2 * (unit(self._key, 74, block, i) - 0.5) for i in range(count)]
        scale = CHEST / sum(lengths)
        at, breaths = float(begins), []
        for i, length in enumerate(lengths):
            breaths.append(Breath(at, length * scale, 1 + 0.3 * (unit(self._key, 75, block, i) - 0.5)))
            at += length * scale
        return breaths


def _beats(begins: int, lengths: list[float], ectopic: list[bool], irregular: list[float]) -> list[Beat]:
    """Beats whose intervals have these proportions and fill one block."""
    scale, mean = HEART / sum(lengths), HEART / len(lengths)
    ends = accumulate(lengths)
    return [
        Beat(begins + end * scale, length * scale, early, af, min(1.25, (length * scale / mean) ** 0.5))
        for end, length, early, af in zip(ends, lengths, ectopic, irregular, strict=True)
    ]


def ectopy(person: Person) -> float:
    """The chance (0-1) that a beat comes early: our choice, more in failing, scarred and old hearts."""
    conditions = person.role.conditions
    if HEART_FAILURE in conditions or "Myocardial infarction" in conditions:
        return 0.06
    return 0.015 if person.role.age >= 65 else 0.003


def _kept(known: dict[int, list[T]], block: int, make: Callable[[int], list[T]]) -> list[T]:
    found = known.get(block)
    if found is None:
        if len(known) >= _KEPT:
            del known[min(known)]
        found = known[block] = make(block)
    return found
