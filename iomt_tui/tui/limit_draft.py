"""Alarm limits of one vital while somebody changes them: a draft, field by field, and what may be said of it. Pure.

All numbers are in the catalogue's unit. A field is one limit: a priority (3 high … 1 low) and a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple

from iomt_tui.alarms.settings import rows_body
from iomt_tui.clinical.limit_rules import LOOSENED_CAP, auto_limits, faults, loosened, refusal, warning
from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, Limit
from iomt_tui.clinical.vitals import VITALS

Side = Literal["low", "high"]


class Field(NamedTuple):
    """One limit of a vital."""

    priority: int
    side: Side


FIELDS: Final = (
    Field(HIGH, "high"), Field(MEDIUM, "high"), Field(LOW, "high"),
    Field(LOW, "low"), Field(MEDIUM, "low"), Field(HIGH, "low"),
)  # fmt: skip
"""From the highest value down to the lowest, as on a ladder."""

#: What a limit that somebody adds is delayed by (s), as the defaults of its priority are.
_DELAYS: Final = {HIGH: 0.0, MEDIUM: 5.0, LOW: 10.0}
AROUND: Final = 3
"""Steps to either side that a limit is tried at."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The limits of ``vital`` as they are being changed; ``before`` are those in force, ``usual`` the default ones."""

    vital: str
    rows: tuple[Limit, ...]
    before: tuple[Limit, ...]
    usual: tuple[Limit, ...]

    def value(self, field: Field) -> float | None:
        """One limit; None where it is off."""
        return _value(self.rows, field)

    @property
    def step(self) -> float:
        """The least change that shows."""
        return float(10 ** -VITALS[self.vital].decimals)

    def put(self, field: Field, value: float | None) -> Draft:
        """The draft with another value of one limit, inside of what a body can have; None switches it off."""
        if value is not None:
            low, high = VITALS[self.vital].plausible
            value = round(min(max(value, low), high), VITALS[self.vital].decimals)
        rows = {row.priority: row for row in self.rows}
        row = rows.get(field.priority) or self._fresh(field.priority)
        row = row._replace(low=value) if field.side == "low" else row._replace(high=value)
        rows[field.priority] = next((own for own in (*self.before, *self.usual) if own[:4] == row[:4]), row)
        kept = (row for row in rows.values() if row.low is not None or row.high is not None)
        return replace(self, rows=tuple(sorted(kept, key=lambda row: -row.priority)))

    def _fresh(self, priority: int) -> Limit:
        known = next((row for row in (*self.before, *self.usual) if row.priority == priority), None)
        delays = (known.delay_s, known.off_delay_s) if known else (_DELAYS[priority],) * 2
        return Limit(self.vital, None, None, priority, *delays, "")

    def turned(self, field: Field, steps: int) -> Draft:
        """The draft with one limit moved by ``steps``; one that is off begins at its default, else mid-range."""
        value = self.value(field)
        if value is None:
            return self.toggled(field)
        return self.put(field, value + steps * self.step)

    def toggled(self, field: Field) -> Draft:
        """Switches one limit off, or on again at what it was, its default, or its neighbour."""
        if self.value(field) is not None:
            return self.put(field, None)
        known = (_value(rows, field) for rows in (self.before, self.usual))
        return self.put(field, next((value for value in known if value is not None), self._neighbour(field)))

    def _neighbour(self, field: Field) -> float:
        own = [value for other in FIELDS if other.side == field.side and (value := self.value(other)) is not None]
        least, most = VITALS[self.vital].spark
        return (max(own) if field.side == "low" else min(own)) if own else (least if field.side == "low" else most)

    def around(self, value: float) -> Draft | None:
        """Medium limits around a present ``value`` by the auto limits; None where there is no such rule."""
        found = auto_limits(self.vital, value)
        if found is None:
            return None
        return self.put(Field(MEDIUM, "low"), found[0]).put(Field(MEDIUM, "high"), found[1])

    def default(self) -> Draft:
        """Back to the default limits."""
        return replace(self, rows=self.usual)

    @property
    def changed(self) -> tuple[Field, ...]:
        """The fields that differ from what is in force."""
        return tuple(field for field in FIELDS if self.value(field) != _value(self.before, field))

    @property
    def is_default(self) -> bool:
        """Whether it is what holds when nobody sets anything."""
        return all(self.value(field) == _value(self.usual, field) for field in FIELDS)

    def fault(self, *, whole_ward: bool) -> str:
        """Why it cannot be set at all; "" when it can, for a time at least."""
        if self.is_default:
            return ""
        return refusal(self.vital, self.rows, self.usual, LOOSENED_CAP, whole_ward=whole_ward)

    @property
    def loosened(self) -> bool:
        """Whether a HIGH limit is further out than the default, so that it must have an end."""
        return bool(loosened(self.rows, self.usual))

    @property
    def warning(self) -> str:
        """What is to be said of it before it is set."""
        return "" if self.is_default else warning(self.vital, self.rows, self.usual)

    def neighbours(self, field: Field) -> dict[float, Draft]:
        """The draft with one limit at values around where it is, those that can be: value -> draft."""
        value = self.value(field)
        if value is None:
            return {}
        tried = (self.put(field, value + steps * self.step) for steps in range(-AROUND, AROUND + 1))
        return {float(one.value(field) or 0.0): one for one in tried if not faults(self.vital, one.rows)}

    def body(self) -> list[dict[str, Any]] | None:
        """The ``limits`` of an ``act``; None for the default ones."""
        return None if self.is_default else rows_body(self.rows)


def _value(rows: Sequence[Limit], field: Field) -> float | None:
    row = next((row for row in rows if row.priority == field.priority), None)
    return None if row is None else row.low if field.side == "low" else row.high
