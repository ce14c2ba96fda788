"""Words that a key turns through: sections of a page, orders of its rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Cycle(StrEnum):
    """Members follow one another round and round."""

    def step(self, by: int) -> Self:
        """The one ``by`` places on."""
        every = list(type(self))
        return every[(every.index(self) + by) % len(every)]

    @property
    def next(self) -> Self:
        """The one that the key turns to."""
        return self.step(1)
