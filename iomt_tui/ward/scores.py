"""The NEWS2 that the backend computed itself, beside ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from iomt_tui.clinical.medication.reading import identity, moment, number
from iomt_tui.clinical.news2 import INPUTS, News2
from iomt_tui.security.text import SafeText, safe_text

NEWS2: Final = "news2"
_MOST: Final = 20
#: A score of the backend that is older than this (ms) says nothing about ours.
COMPARED: Final = 3_600_000
_MINUTE: Final = 60_000


class ServerScore(NamedTuple):
    """A NEWS2 of the backend: as of ``at`` (ms), computed by ``by``."""

    total: int
    at: int
    by: SafeText

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> tuple[str, ServerScore]:
        """Patient id and score of a ``score`` entry. Raises KeyError, TypeError or ValueError on another shape."""
        if data["score"] != NEWS2:
            raise ValueError("a score that is not known")
        total = number(data["total"], 0, _MOST, "total")
        if total != int(total):
            raise ValueError("total is not a whole number")
        own = cls(int(total), moment(data["at"], "time"), safe_text(data.get("by") or "", 40))
        return identity(data["patient"], "patient id"), own


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The backend's NEWS2 and ours at one moment."""

    total: int
    at: int  # ms
    by: SafeText
    age: int  # ms
    ours: int | None  # our total as of ``at``; where we had none, of now; None where nothing is known
    known: int  # how many of the seven inputs ours has now
    disagrees: bool  # both are known, the backend's is not too old, and they cannot both be right


def score_view(
    server: ServerScore, ours: News2, totals: list[tuple[int, int]], inputs: list[tuple[int, int]], now: int
) -> ScoreView:
    """``totals`` and ``inputs``: (minute, our total) and (minute, inputs known of it) at each change, -1 for none."""
    minute = server.at // _MINUTE
    then = [total for total in _held(totals, minute) if total >= 0]
    if then:
        complete = min(_held(inputs, minute), default=0) == len(INPUTS)
        agrees = server.total in then or (not complete and server.total > min(then))
        mine: int | None = then[-1]
    else:
        mine = ours.total if ours.known else None
        agrees = mine is None or server.total == mine or (not ours.complete and server.total > mine)
    age = max(0, now - server.at)
    return ScoreView(server.total, server.at, server.by, age, mine, ours.known, not agrees and age <= COMPARED)


def _held(changes: Iterable[tuple[int, int]], minute: int) -> list[int]:
    """What held within a minute of ``minute``: the two did not read their values at the same instant."""
    held: list[int] = []
    for at, value in changes:
        if at > minute + 1:
            break
        if at < minute:
            held.clear()
        held.append(value)
    return held
