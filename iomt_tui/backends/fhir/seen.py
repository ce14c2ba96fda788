"""What a server has shown already: the newest versions, and what each of them became."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, NamedTuple, TypeVar

from iomt_tui.backends.fhir.intake import Found, Stamp
from iomt_tui.backends.refusals import Refusals

KEPT: Final = 50_000
"""Versions remembered. Polls overlap by seconds; a ward of 32 patients takes hours to have so many observations."""

Said = TypeVar("Said")


class Shown(NamedTuple, Generic[Said]):
    """One resource: whose it is, its newest version, and what was made of it."""

    patient: str
    stamp: Stamp
    said: Said


class Seen(Generic[Said]):
    """The newest version of each resource by key; beyond ``most`` those shown longest ago are forgotten."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._shown: OrderedDict[str, Shown[Said]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._shown)

    def before(self, one: Found) -> Said | None:
        """What the resource became when it was seen last."""
        shown = self._shown.get(one.key)
        return shown.said if shown is not None else None

    def owner(self, one: Found) -> str | None:
        """Whose the resource was when it was seen last."""
        shown = self._shown.get(one.key)
        return shown.patient if shown is not None else None

    def news(self, one: Found, refusals: Refusals) -> bool:
        """Whether this version says anything; the same one again does not, an older one is counted."""
        shown = self._shown.get(one.key)
        if shown is None:
            return True
        stamp = one.stamp
        if stamp.same(shown.stamp):
            return False
        if stamp.rank < shown.stamp.rank:
            refusals.add("superseded", one.kind)
            return False
        return True

    def keep(self, one: Found, patient: str, said: Said) -> None:
        """Remembers what this version became."""
        if not one.key:
            return
        self._shown[one.key] = Shown(patient, one.stamp, said)
        self._shown.move_to_end(one.key)
        if len(self._shown) > self._most:
            self._shown.popitem(last=False)

    def forget(self, patients: frozenset[str]) -> None:
        """Forgets everything of these patients."""
        for key in [key for key, shown in self._shown.items() if shown.patient in patients]:
            del self._shown[key]
