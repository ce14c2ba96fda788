"""What the fold knows of a patient's medication, and frozen views of it at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.lists import MISSED_FOR, NO_DOSES, ChartRow, DoseCounts, chart, counts
from iomt_tui.clinical.medication.needed import AsNeeded, Drip, as_needed, drip
from iomt_tui.clinical.medication.order import Order, revised
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.relevant import Measured
from iomt_tui.clinical.medication.status import Dose, doses
from iomt_tui.security.text import SafeText
from iomt_tui.ward.series import Series

#: Orders and records of one patient: more is a fault of whoever sends them.
MOST_ORDERS: Final = 200
MOST_RECORDS: Final = 20_000
#: Records older than this (ms) are in the log and no more in the ward's state: a chart goes back no further.
KEPT: Final = 14 * 24 * HOUR
#: How far (ms) a view of the doses near now reaches, each way.
BACK: Final = MISSED_FOR
AHEAD: Final = 12 * HOUR
_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class MedicationView:
    """One patient's medication at ``now``: doses near now in order of time, and what has no timetable.

    All ``orders`` are there, but only what the ward gives: of a dose at home nobody here records anything.
    """

    patient: str
    bed: SafeText
    now: int
    orders: tuple[Order, ...]
    doses: tuple[Dose, ...]
    needed: tuple[AsNeeded, ...]
    drips: tuple[Drip, ...]
    counts: DoseCounts


class MedicationState:
    """Orders by id, and records by order and id, in the order of the log."""

    __slots__ = ("_counted", "orders", "records")

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.records: dict[str, dict[str, Administration]] = {}
        self._counted: tuple[tuple[str, int], DoseCounts] | None = None  # zone and minute, what was found then

    def order(self, data: dict[str, Any], at: int) -> None:
        """Takes up an ``order`` entry. Raises ValueError with the reason where it cannot be one."""
        order = self.revised(data, at)
        self.orders[order.id] = order
        self._counted = None

    def revised(self, data: dict[str, Any], at: int) -> Order:
        """The order as the entry would leave it. Raises ValueError."""
        old = self.orders.get(str(data.get("id")))
        if old is None and len(self.orders) >= MOST_ORDERS:
            raise ValueError(f"the patient has {MOST_ORDERS} orders already")
        return revised(old, data, at)

    def record(self, record: Administration) -> None:
        """Takes up an ``administration`` entry; the same id again is the same record."""
        own = self.records.setdefault(record.order, {})
        own[record.id] = record
        oldest = next(iter(own.values()))
        if oldest.recorded < record.recorded - KEPT or len(own) > MOST_RECORDS:
            keep = [r for r in own.values() if r.recorded >= record.recorded - KEPT][-MOST_RECORDS:]
            self.records[record.order] = {r.id: r for r in keep}
        self._counted = None

    def of(self, order: str) -> list[Administration]:
        """The records of one order, in the order of the log."""
        return list(self.records.get(order, {}).values())

    def doses(self, zone: tzinfo, begins: int, ends: int, now: int) -> list[Dose]:
        """Every dose that the ward gives due from ``begins`` to before ``ends``, in order of time."""
        found = [
            dose
            for order in self.orders.values()
            if not order.home
            for dose in doses(order, self.of(order.id), zone, begins, ends, now)
        ]
        return sorted(found, key=lambda d: (d.due, d.order.id))

    def counts(self, tz: str, now: int) -> DoseCounts:
        """The ward's doses near ``now``, to the minute; what is taken at home is not the ward's to give."""
        if not self.orders:
            return NO_DOSES
        minute = now // _MINUTE
        if self._counted is None or self._counted[0] != (tz, minute):
            at = minute * _MINUTE
            near = self.doses(zone_of(tz), at - BACK, at + AHEAD, at)
            self._counted = (tz, minute), counts(near)
        return self._counted[1]

    def view(
        self, patient: str, bed: SafeText, tz: str, now: int, back: int = BACK, ahead: int = AHEAD
    ) -> MedicationView:
        """Everything at ``now``, doses from ``back`` ms before it to ``ahead`` ms after."""
        zone = zone_of(tz)
        active = [o for o in self.orders.values() if not o.over and not o.home]
        near = self.doses(zone, now - back, now + ahead, now)
        return MedicationView(
            patient, bed, now, tuple(self.orders.values()), tuple(near),
            tuple(as_needed(o, self.of(o.id), zone, now) for o in active if isinstance(o.schedule, Prn)),
            tuple(drip(o, self.of(o.id)) for o in active if isinstance(o.schedule, Infusion)),
            counts(d for d in near if d.due >= now - MISSED_FOR),
        )  # fmt: skip

    def chart(self, tz: str, begins: int, hours: int, now: int) -> list[ChartRow]:
        """The medication chart of ``hours`` hours from ``begins`` on; see :func:`.lists.chart`."""
        ends = begins + hours * HOUR
        own = [order for order in self.orders.values() if not order.home]
        loose = [r for o in own for r in self.of(o.id) if r.due is None and begins <= r.at < ends]
        return chart(own, self.doses(zone_of(tz), begins, ends, now), loose, begins, hours)

    def dump(self) -> dict[str, Any]:
        """As JSON, for a checkpoint."""
        return {
            "orders": [order.body() for order in self.orders.values()],
            "records": [record.body() for own in self.records.values() for record in own.values()],
        }

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> MedicationState:
        """From :meth:`dump`. Raises ValueError."""
        state = cls()
        for body in data.get("orders", ()):
            order = Order.from_body(body)
            state.orders[order.id] = order
        for body in data.get("records", ()):
            record = Administration.from_body(body, body["recorded"])
            state.records.setdefault(record.order, {})[record.id] = record
        return state


def measured(series: Mapping[str, Series], now: int) -> dict[str, Measured]:
    """Vital -> its newest valid value and how old it is."""
    return {key: Measured(key, s.value, max(0, now - s.at)) for key, s in series.items() if s.at >= 0}


def total(states: Iterable[MedicationState], tz: str, now: int) -> DoseCounts:
    """The counts of a ward."""
    found = NO_DOSES
    for state in states:
        found = found.plus(state.counts(tz, now))
    return found
