"""Small things that happen to anybody: a cough, a walk, a finger clip that slips off.

Every patient's time is cut into slots; whether a slot holds an episode, which, and when, is a hash of the patient and
the slot. So episodes go on for as long as anybody asks, and asking in another order changes nothing.
"""

from __future__ import annotations

from math import pi, sin
from typing import Final, NamedTuple

from iomt_tui.backends.simulated.course import INDEX
from iomt_tui.backends.simulated.noise import mix, unit


class Episode(NamedTuple):
    """One such thing, from ``begins`` to ``ends`` (log time, ms)."""

    kind: str
    begins: int
    ends: int


class Habit(NamedTuple):
    """A kind of episode: how often beside the others, how long (s), and what it does to the body, if anything."""

    kind: str
    share: int
    shortest: int
    longest: int
    causes: tuple[tuple[int, float], ...] = ()


def _causes(**levels: float) -> tuple[tuple[int, float], ...]:
    return tuple((INDEX[name], level) for name, level in levels.items())


HABITS: Final = (
    Habit("cough", 5, 28, 55, _causes(lung=5.5, stress=0.3)),
    Habit("walk", 6, 150, 330, _causes(stress=0.8)),
    Habit("pain", 3, 200, 360, _causes(stress=0.75)),
    Habit("turned", 4, 40, 80, _causes(lung=3.5, stress=0.4)),
    Habit("probe-off", 4, 25, 170),
    Habit("motion", 7, 12, 60),
    Habit("leads-off", 2, 15, 70),
)
ASLEEP: Final = (
    Habit("apnoea", 6, 30, 45, _causes(lung=6.0)),
    Habit("turned", 5, 40, 80, _causes(lung=2.5, stress=0.4)),
    Habit("probe-off", 3, 25, 120),
    Habit("motion", 3, 12, 40),
)
_EFFECT: Final = {habit.kind: habit.causes for habit in (*HABITS, *ASLEEP) if habit.causes}


def add_effect(episode: Episode, at: int, levels: list[float]) -> None:
    """Adds what ``episode`` does to the body at ``at`` to the causes ``levels``: it swells and ebbs away."""
    if episode.begins < at < episode.ends:
        swell = sin(pi * (at - episode.begins) / (episode.ends - episode.begins)) ** 2
        for index, level in _EFFECT.get(episode.kind, ()):
            levels[index] += level * swell


class Diary:
    """The episodes of one patient. ``slot`` is in ms; ``chance`` (0-1) is that a slot holds an episode."""

    __slots__ = ("_chance", "_fixed", "_habits", "_key", "_shares", "_slot", "_slots", "_start")

    def __init__(
        self, key: int, start: int, slot: int, chance: float, habits: tuple[Habit, ...], fixed: tuple[Episode, ...]
    ) -> None:
        self._key, self._start, self._slot, self._chance = key, start, slot, chance
        self._habits, self._fixed = habits, fixed
        self._shares = sum(habit.share for habit in habits)
        self._slots: dict[int, tuple[Episode, ...]] = {}

    def between(self, begins: int, ends: int) -> tuple[Episode, ...]:
        """The episodes that may touch the time from ``begins`` to ``ends``, which is at most one slot long."""
        first, last = (begins - self._start) // self._slot, (ends - self._start) // self._slot
        slots = self._slots
        found = slots[first] if first in slots else self._fill(first)
        if last != first:
            found += slots[last] if last in slots else self._fill(last)
        return found

    def _fill(self, slot: int) -> tuple[Episode, ...]:
        opens = self._start + slot * self._slot
        closes = opens + self._slot
        found = [e for e in self._fixed if e.begins < closes and e.ends > opens]
        if unit(self._key, 21, slot) < self._chance:
            episode = self._draw(slot, opens)
            if not any(e.begins < episode.ends and episode.begins < e.ends for e in found):
                found.append(episode)
        if len(self._slots) > 4:
            self._slots.clear()
        self._slots[slot] = tuple(found)
        return self._slots[slot]

    def _draw(self, slot: int, opens: int) -> Episode:
        share = mix(self._key, 22, slot) % self._shares
        for habit in self._habits:
            if share < habit.share:
                break
            share -= habit.share
        seconds = habit.shortest + (habit.longest - habit.shortest) * unit(self._key, 23, slot)
        lasts = min(int(seconds * 1000), self._slot * 9 // 10)
        begins = opens + int((self._slot - lasts) * unit(self._key, 24, slot))
        return Episode(habit.kind, begins, begins + lasts)
