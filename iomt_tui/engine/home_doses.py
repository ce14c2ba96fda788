"""Alarms about doses at home: critical drugs that were not taken, and refills that are overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.medication.adherence import Dose
from iomt_tui.clinical.medication.due import MINUTE, grace, local_day, midnight
from iomt_tui.clinical.medication.supply import refill_due
from iomt_tui.ward.adherence import HomeDoses, HomeOrder
from iomt_tui.ward.adherence_view import in_force, left
from iomt_tui.ward.state import DeviceState, PatientState

MISSED: Final = "missed-dose"
REFILL: Final = "refill"
BACK: Final = 14
"""Days looked back for the doses that were missed one after the other."""
SEVERAL: Final = 2
"""Doses missed in a row from which it is MEDIUM rather than LOW."""
_LOW: Final = {Priority.LOW: Level(None)}
_BOTH: Final = {Priority.LOW: Level(None), Priority.MEDIUM: Level(None)}


class MissedDoses:
    """Asks about every patient once a minute. What was asked already is only remembered to save time."""

    def __init__(self, system: AlarmSystem) -> None:
        self._system = system
        self._asked: dict[str, int] = {}

    def found(
        self, patient: PatientState, devices: Mapping[str, DeviceState], now: int, zone: tzinfo
    ) -> list[Alarm]:  # fmt: skip
        """What is missed or overdue of a patient's doses at log time ``now``, and what is not any more."""
        if self._asked.get(patient.id) == now // MINUTE:
            return []
        self._asked[patient.id] = now // MINUTE
        out: list[Alarm] = []
        for order in patient.home_doses.orders.values():
            if order.known:
                out += self._missed(patient.id, order, left(order, devices), now, zone)
                out += self._refill(patient, order, now, zone)
        return out

    def _missed(self, patient: str, order: HomeOrder, gone: int, now: int, zone: tzinfo) -> list[Alarm]:
        if not (order.body.get("drug") or {}).get("critical") or not in_force(order, now):
            return self._system.reported(patient, order.id, MISSED, {}, now)
        today = local_day(now, zone)
        row = _last_missed(order.doses(today - BACK, today, now, gone, zone))
        if row is None:  # nobody was there to see the newest dose: what was said before stands
            return []
        if not row:
            return self._system.reported(patient, order.id, MISSED, {}, now)
        at = min(row[-1].due + grace(order.body), now)
        levels = _BOTH if len(row) >= SEVERAL else _LOW
        return self._system.reported(patient, order.id, MISSED, levels, at, _words(order, row, today, zone))

    def _refill(self, patient: PatientState, order: HomeOrder, now: int, zone: tzinfo) -> list[Alarm]:
        own: HomeDoses = patient.home_doses
        due = refill_due(own.filled(order.drug_key))
        first = next((o for o in own.orders.values() if o.drug_key == order.drug_key and in_force(o, now)), order)
        if due is None or due > local_day(now, zone) or first is not order or not in_force(order, now):
            return self._system.reported(patient.id, order.id, REFILL, {}, now)
        words = f"{order.drug}: no refill since {date.fromordinal(due):%d %b}"
        return self._system.reported(patient.id, order.id, REFILL, _LOW, midnight(due, zone), words)


def _last_missed(doses: list[Dose]) -> list[Dose] | None:
    """The doses missed one after the other up to the newest; None where nothing is known of the newest."""
    if doses and doses[-1].unknown:
        return None
    row: list[Dose] = []
    for dose in reversed(doses):
        if not dose.missed:
            break
        row.insert(0, dose)
    return row


def _words(order: HomeOrder, row: list[Dose], today: int, zone: tzinfo) -> str:
    """``apixaban 08:00 not taken``, ``apixaban missed 3 times, since 20:00 on 14 Mar``."""
    first = datetime.fromtimestamp(row[0].due / 1000, zone)
    when = f"{first:%H:%M}" if row[0].day == today else f"{first:%H:%M} on {first:%d %b}"
    return f"{order.drug} {when} not taken" if len(row) == 1 else f"{order.drug} missed {len(row)} times, since {when}"
