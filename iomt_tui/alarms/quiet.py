"""How long alarms were kept from sounding: patient time under a pause, a shelf, a standby, an inhibition. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from iomt_tui.alarms.model import Key
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, Suppression

SORTS: Final = (PAUSE, SHELVE, STANDBY, INHIBIT)
"""What keeps an alarm from sounding, in the order in which it is told."""


class Spell(NamedTuple):
    """One suppression from ``start`` to ``end`` (ms; None: it has not ended)."""

    what: str
    patient: str
    start: int
    end: int | None


class QuietTimes:
    """The suppressions of a stretch of the log, told in its order."""

    def __init__(self) -> None:
        self._over: list[Spell] = []
        self._open: dict[tuple[str, Key], tuple[int, Suppression]] = {}

    def tell(self, suppression: Suppression, at: int) -> None:
        """One begins, is prolonged or is over, at log time ``at`` (ms)."""
        place = suppression.what, suppression.key
        self._end(place, at)
        if suppression.active(at):
            self._open[place] = at, suppression

    def leave(self, patient: str, at: int) -> None:
        """The patient left: nothing of theirs can sound any more."""
        for place in [place for place in self._open if place[1].patient == patient]:
            self._end(place, at)

    def _end(self, place: tuple[str, Key], at: int) -> None:
        if (began := self._open.pop(place, None)) is not None:
            start, one = began
            self._over.append(Spell(one.what, one.patient, start, at if one.until is None else min(at, one.until)))

    def patient_ms(self, start: int, end: int, patients: Collection[str]) -> dict[str, int]:
        """Patient time (ms) between two log times by sort; two shelves of one patient at once count once."""
        spells = [*self._over, *(Spell(s.what, s.patient, at, s.until) for at, s in self._open.values())]
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for spell in spells:
            begin, until = max(start, spell.start), end if spell.end is None else min(end, spell.end)
            if spell.patient in patients and begin < until:
                found.setdefault((spell.what, spell.patient), []).append((begin, until))
        out = dict.fromkeys(SORTS, 0)
        for (what, _), times in found.items():
            out[what] = out.get(what, 0) + _covered(times)
        return out


def _covered(times: Iterable[tuple[int, int]]) -> int:
    """The length of a union of times."""
    covered, reached = 0, 0
    for start, end in sorted(times):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered
