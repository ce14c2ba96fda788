"""Whether doses are missed at certain times more than at others. Pure.

The rule: over at least :data:`SPAN` days, at least :data:`FEWEST` known doses inside the suspected times and as many
outside; at least :data:`MISSES` misses inside; the share missed inside at least :data:`APART` higher than outside; and
the one-sided exact test of Fisher below :data:`CHANCE`, so that chance alone shows such a difference in fewer than one
of a hundred regular patients. With less there is no verdict, neither that there is a pattern nor that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import comb
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.adherence import Dose

SPAN: Final = 21
FEWEST: Final = 8
MISSES: Final = 4
APART: Final = 0.10
CHANCE: Final = 0.01
EVENING: Final = 17
"""The local hour from which a dose is one of the evening."""


class Pattern(NamedTuple):
    """Doses missed at certain times: how many of how many, there and elsewhere; ``chance``: Fisher's p."""

    kind: str  # "weekends" or "evenings"
    missed: int
    due: int
    missed_else: int
    due_else: int
    chance: float

    @property
    def words(self) -> str:
        """``misses more at weekends: 9 of 26 doses, 3 of 64 at other times``."""
        when = "at weekends" if self.kind == "weekends" else "in the evening"
        return (
            f"misses more {when}: {self.missed} of {self.due} doses, "
            f"{self.missed_else} of {self.due_else} at other times"
        )


def weekend(dose: Dose) -> bool:
    """Due on a Saturday or Sunday."""
    return (dose.day + 6) % 7 >= 5  # day 1, 0001-01-01, was a Monday


def evening(dose: Dose) -> bool:
    """Due from :data:`EVENING` on."""
    return dose.hour >= EVENING


KINDS: Final[dict[str, Callable[[Dose], bool]]] = {"weekends": weekend, "evenings": evening}


def patterns(doses: Iterable[Dose]) -> list[Pattern]:
    """The patterns that the doses show beyond chance; nothing where there are too few to tell."""
    known = [dose for dose in doses if not dose.unknown]
    if not known or max(d.day for d in known) - min(d.day for d in known) + 1 < SPAN:
        return []
    found = (_tested(kind, inside, known) for kind, inside in KINDS.items())
    return [pattern for pattern in found if pattern is not None]


def _tested(kind: str, inside: Callable[[Dose], bool], doses: list[Dose]) -> Pattern | None:
    there = [dose for dose in doses if inside(dose)]
    due, due_else = len(there), len(doses) - len(there)
    missed = sum(dose.missed for dose in there)
    missed_else = sum(dose.missed for dose in doses) - missed
    if min(due, due_else) < FEWEST or missed < MISSES:
        return None
    if missed / due - missed_else / due_else < APART:
        return None
    chance = fisher(missed, due, missed_else, due_else)
    return Pattern(kind, missed, due, missed_else, due_else, chance) if chance < CHANCE else None


def fisher(hits: int, of: int, hits_else: int, of_else: int) -> float:
    """The chance that at least ``hits`` of all hits fall among ``of``, were they spread at random (Fisher, 1935)."""
    both = hits + hits_else
    ways = sum(comb(of, k) * comb(of_else, both - k) for k in range(hits, min(of, both) + 1))
    return ways / comb(of + of_else, both)
