"""How the screen says what happened: short, in the units that were chosen, on the ward's clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from iomt_tui.alarms.model import Alarm
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition, label
from iomt_tui.tui.questions import INTENT_WORDS
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.phrases import lasting

_OBVIOUS: Final = frozenset({"", "/min", "mmHg"})
"""Units of which a range has no need on a screen."""


@dataclass(frozen=True, slots=True)
class ScreenVoice:
    """A :class:`iomt_tui.ward.story.step_words.Voice`; two with the same units and zone say the same."""

    measures: Measures
    tz: str

    @property
    def over(self) -> str:
        """What stands between the two numbers of a blood pressure."""
        return "/"

    def condition(self, alarm: Alarm) -> str:
        """What is wrong: "SpO2 84 < 90"."""
        return condition(alarm, self.measures)

    def vital(self, key: str) -> str:
        """What a vital, a score or a device is called."""
        return label(key)

    def quantity(self, key: str, value: float) -> str:
        """A value with its unit."""
        return f"{self.measures.text(key, value)} {self.measures.unit(key)}".rstrip()

    def between(self, key: str, low: float, high: float, *, unit: bool = True) -> str:
        """A range, with its ``unit`` where that is not plain; one number where both are the same."""
        first, last = self.measures.text(key, low), self.measures.text(key, high)
        text = last if first == last else f"{first}–{last}"
        shown = self.measures.unit(key) if unit else ""
        return text if shown in _OBVIOUS else f"{text} {shown}"

    def pressure(self, key: str) -> str:
        """What a blood pressure is called, by the ``key`` of its systolic one."""
        return label(key)

    def stretch(self, start: int, end: int) -> str:
        """From when to when."""
        return f"{self.time(start)}–{self.time(end)}"

    def time(self, at: int) -> str:
        """A time of the ward's day."""
        return clock(at, self.tz, seconds=False)

    def length(self, ms: int) -> str:
        """How long something lasted."""
        return lasting(ms)

    def promise(self, intent: str) -> str:
        """What an acknowledgement promised, as others read it afterwards."""
        return INTENT_WORDS.get(intent, "")
