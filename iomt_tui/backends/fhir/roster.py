"""Who came and who went, from one look at the membership to the next."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Change(NamedTuple):
    """Patients who are there now and were not, and who were and are not."""

    joined: frozenset[str]
    left: frozenset[str]


class Roster:
    """The ward's patients. One who is missing once may be a slip of the server's; missing twice is gone."""

    def __init__(self) -> None:
        self.patients: frozenset[str] = frozenset()
        self.doubtful: frozenset[str] = frozenset()  # missing at the last look: look again soon

    def look(self, found: Collection[str]) -> Change:
        """Takes one whole answer of the membership."""
        missing = self.patients - frozenset(found)
        left = missing & self.doubtful
        joined = frozenset(found) - self.patients
        self.doubtful = missing - left
        self.patients = (self.patients | joined) - left
        return Change(joined, left)
