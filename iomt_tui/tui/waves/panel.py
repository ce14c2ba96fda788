"""One waveform on its page: its name and state, the curve, its scale and the numbers beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from iomt_tui.clinical.waveforms import Waveform
from iomt_tui.security.text import SafeText
from iomt_tui.tui.board.words import ABSENT, long_age
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread, word_rows
from iomt_tui.tui.waves.sweep import Sweep
from iomt_tui.tui.widgets.header import clock
from iomt_tui.ward.story.waves import Signal

SCALE: Final = 6
"""Cells left of a curve, for its scale."""

_COLORS: Final = {"ecg-ii": "$success", "pleth": "$accent", "resp": "$foreground"}
_LOST: Final = "bold $warning reverse"
_OVER: Final = {"lost": "NO SIGNAL", "unasked": "NOT RECORDED"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be said of one curve at log time ``now`` (ms)."""

    signal: Signal
    absent: SafeText
    says: tuple[SafeText, ...]
    now: int
    tz: str
    over: str = ""  # why nothing at all is live: "NOT LIVE: nobody monitors"; "" while there may be

    @property
    def frozen(self) -> bool:
        """Whether the curve is not of this moment."""
        return bool(self.over) or self.signal.state in _OVER

    def words(self) -> str:
        """Why it is not, and since when; "" while it is."""
        if self.over:
            return self.over
        if not self.frozen:
            return ""
        since = f" since {clock(self.signal.since, self.tz)}" if self.signal.since is not None else ""
        lost = self.signal.state == "lost" and self.absent
        why = f", {ABSENT.get(self.absent, (self.absent,))[0]}" if lost else ""
        return f"{_OVER[self.signal.state]}{since}{why}"


def head_line(waveform: Waveform, hz: int, standing: Standing, width: int) -> Content:
    """Name and rate, what the device itself says, and the state."""
    left = joined(
        plain(f" {waveform.name}", f"bold {_COLORS[waveform.key]}"), plain(f"  {hz} Hz", "$label"),
        plain(f"  Monitor says: {', '.join(standing.says)}" if standing.says else "", "bold $warning"),
    )  # fmt: skip
    if standing.frozen:
        since = standing.signal.since
        age = f" {long_age(standing.now - since)}" if since is not None and not standing.over else ""
        right = plain(f" {standing.over or _OVER[standing.signal.state]}{age} ", _LOST)
    else:
        right = plain("live " if standing.signal.state == "live" else "coming… ", "$label")
    return spread(left, right, width)


def curve_row(sweep: Sweep, number: int, waveform: Waveform, standing: Standing, beside: Content) -> Content:
    """Row ``number`` of the curve between its scale and ``beside``."""
    scale = plain(_scale(sweep, number, waveform), "$label")
    if not standing.frozen:
        return joined(scale, plain(sweep.row(number), _COLORS[waveform.key]), beside)
    row, words = sweep.faded(number), f" {standing.words()} "
    if number != sweep.rows // 2:
        return joined(scale, plain(row, "dim"), beside)
    at = max(0, (sweep.cells - len(words)) // 2)
    after = row[at + len(words) :]
    return joined(scale, plain(row[:at], "dim"), plain(words[: sweep.cells], _LOST), plain(after, "dim"), beside)


def _scale(sweep: Sweep, number: int, waveform: Waveform) -> str:
    """The calibration mark: as high as so many units are in the picture."""
    if not waveform.mark:
        return " " * SCALE
    top, bottom = int(sweep.level_rows(waveform.mark)), int(sweep.level_rows(0))
    if not top <= number <= bottom:
        return " " * SCALE
    return f"{waveform.mark_words if number == (top + bottom) // 2 else '':>{SCALE - 1}}{_bar(sweep)}"


def _bar(sweep: Sweep) -> str:
    return "|" if sweep.dots.name == "ascii" else "│"


def message(words: Sequence[str], width: int) -> list[Content]:
    """A page without curves: why, in words, the first of them loudest."""
    out: list[Content] = [EMPTY]
    for number, text in enumerate(words):
        style = "bold" if number == 0 else ""
        out += [fitted(plain(f" {row}", style), width) for row in word_rows(text, max(1, width - 2))]
        out.append(EMPTY)
    return out
