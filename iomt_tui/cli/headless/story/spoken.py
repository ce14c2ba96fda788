"""How what happened is said in whole words, for a screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from iomt_tui.alarms.model import Alarm
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.words import Units
from iomt_tui.clinical.units import display
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.times import time_of_day


@dataclass(frozen=True, slots=True)
class SpokenVoice:
    """A :class:`iomt_tui.ward.story.step_words.Voice`."""

    zone: tzinfo
    units: Units

    @property
    def over(self) -> str:
        """What stands between the two numbers of a blood pressure."""
        return " over "

    def condition(self, alarm: Alarm) -> str:
        """What is wrong: "SpO2 84 below 90"."""
        return f"{'was ' if alarm.over else ''}{words.condition(alarm, (), self.units)}"

    def vital(self, key: str) -> str:
        """What a vital, a score or a device is called."""
        return words.subject(key, ())

    def quantity(self, key: str, value: float) -> str:
        """A value with its unit."""
        return words.quantity(key, value, self.units) if key in VITALS else f"{value:.0f}"

    def between(self, key: str, low: float, high: float, *, unit: bool = True) -> str:
        """A range, with its ``unit``; one number where both are the same."""
        first, last = self.quantity(key, low), self.quantity(key, high)
        bare = [display(key, value, self.units)[0] if key in VITALS else f"{value:.0f}" for value in (low, high)]
        if first == last:
            return last if unit else bare[1]
        return f"{bare[0]} to {last if unit else bare[1]}"

    def pressure(self, key: str) -> str:
        """What a blood pressure is called, by the ``key`` of its systolic one."""
        return VITALS[key].name.replace("systolic ", "blood ")

    def stretch(self, start: int, end: int) -> str:
        """From when to when."""
        return f"{self.time(start)} to {self.time(end)}"

    def time(self, at: int) -> str:
        """A time of the ward's day."""
        return time_of_day(at, self.zone)

    def length(self, ms: int) -> str:
        """How long something lasted."""
        return words.duration(ms)

    def promise(self, intent: str) -> str:
        """What an acknowledgement promised."""
        return words.promise(intent, "").removeprefix(", ")
