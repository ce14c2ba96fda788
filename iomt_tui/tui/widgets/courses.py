"""The recent past of a vital sign beside its number: the board's sparkline over the board's window. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board import looks
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.spark import Points, Scale, sparkline
from iomt_tui.tui.board.words import long_age
from iomt_tui.tui.text import joined, plain
from iomt_tui.ward.series import LEVELS
from iomt_tui.ward.view import VitalView

_COARSEST: Final = LEVELS[-1][0]


def stretches(window: int, most: int) -> tuple[int, int]:
    """The width (ms) and the number, ``most`` at most, of stretches that make up ``window`` ms: no more than one of
    them is not wholly within it, so that a course shows what its heading says."""
    base = next((ms for ms, kept in LEVELS if ms * kept >= window), _COARSEST)
    width = -(-window // (max(most, 1) * base)) * base
    return width, -(-window // width)


def ink(variables: Mapping[str, str]) -> dict[str, str]:
    """The styles of a sparkline's looks in a line of words, by the ``variables`` of a theme."""

    def style(name: str) -> str:
        return "".join(f"{word} " for word in variables.get(name, "").split() if word != "none")

    beyond = f"{style('spark-breach-style')}$spark-breach on $spark-lit"
    return {looks.SPARK: f"{style('spark-style')}$spark", looks.SPARK_LOW: beyond, looks.SPARK_HIGH: beyond}


@dataclass(frozen=True, slots=True)
class Courses:
    """The courses of one patient's vital signs, and how they are drawn."""

    points: Callable[[str, int, int], Points]
    """Vital, width of a stretch (ms), how many -> lowest, highest and middle value of each, the newest last."""
    window_ms: int
    glyphs: Glyphs
    ink: Mapping[str, str]

    @property
    def words(self) -> str:
        """How much time they show: "last 30 min"."""
        return f"last {long_age(self.window_ms)}"

    def of(self, vital: VitalView, cells: int, room: int) -> Content:
        """The course of ``vital`` up to now in ``cells`` cells at most, against its fixed range and the limits in
        force; the newest part of it where no more than ``room`` are left."""
        per = self.glyphs.points
        width, count = stretches(self.window_ms, cells * per)
        points = self.points(vital.key, width, -(-count // per) * per)[-max(room, 0) * per :]
        if room < 1 or not any(points):
            return plain("")
        floor, ceiling = VITALS[vital.key].spark
        scale = Scale(floor, ceiling, vital.low, vital.high, vital.key == "spo2")
        runs = sparkline(points, scale, self.glyphs)
        return joined(*(plain(text, self.ink.get(look, "")) for text, look in runs))
