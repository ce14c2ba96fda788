"""The live filter of the board. Pure. A filter never hides an alarm of high priority (SAFETY H4, H18)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from iomt_tui.ward.view import Severity

_SEVERITY_WORDS: Final[Mapping[str, frozenset[Severity]]] = {
    "high": frozenset({Severity.HIGH}),
    "medium": frozenset({Severity.MEDIUM}),
    "low": frozenset({Severity.LOW}),
    "technical": frozenset({Severity.TECHNICAL}),
    "alarm": frozenset({Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.TECHNICAL}),
    "calm": frozenset({Severity.NONE}),
}

MINE: Final = frozenset({"mine", "my", "pinned"})
PLACES: Final = {"home": True, "ward": False}

HINT: Final = "name, bed, high, medium, low, technical, alarm, calm, home, ward, mine"
"""What may be typed."""


class Facts(NamedTuple):
    """What a filter may ask of a patient."""

    name: str
    bed: str
    home: bool
    severity: Severity
    high: bool  # an alarm of high priority is in force


class Filtered(NamedTuple):
    """The rows that stay, in the order given, and which of them only because of a high alarm."""

    shown: tuple[str, ...]
    kept: frozenset[str]


def apply(query: str, order: Iterable[str], facts: Mapping[str, Facts], pinned: Collection[str] = ()) -> Filtered:
    """The patients of ``order`` that every word of ``query`` fits, and all with an active high alarm."""
    tokens = query.casefold().split()
    shown, kept = [], set()
    for patient in order:
        known = facts[patient]
        if all(fits(token, known, patient in pinned) for token in tokens):
            shown.append(patient)
        elif known.high:
            shown.append(patient)
            kept.add(patient)
    return Filtered(tuple(shown), frozenset(kept))


def fits(token: str, known: Facts, is_pinned: bool) -> bool:
    """Whether one word (casefolded) of a filter fits what is ``known``."""
    if token in known.name.casefold() or token in known.bed.casefold():
        return True
    if token in MINE:
        return is_pinned
    if token in PLACES:
        return known.home is PLACES[token]
    return known.severity in _SEVERITY_WORDS.get(token, frozenset())
