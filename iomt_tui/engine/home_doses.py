"""Alarms about doses at home: critical drugs that were not taken, and refills that are overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.medication.adherence import Dose
from iomt_tui.clinical.medication.due import day_of, ended, grace, midnight
from iomt_tui.clinical.medication.order import Order
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


class _Asked(NamedTuple):
    """What was known when a patient was asked about, and until when (ms) time alone changes nothing."""

    told: int
    gone: tuple[int, ...]
    until: int


class MissedDoses:
    """Asks about a patient when something was told of their doses, a device came or went, or a dose's time is over.
    What was asked already is only remembered to save time: asked again, it says the same."""

    def __init__(self, system: AlarmSystem) -> None:
        self._system = system
        self._asked: dict[str, _Asked] = {}

    def found(
        self, patient: PatientState, devices: Mapping[str, DeviceState], now: int, zone: tzinfo
    ) -> list[Alarm]:  # fmt: skip
        """What is missed or overdue of a patient's doses at log time ``now``, and what is not any more."""
        own, asked = patient.home_doses, self._asked.get(patient.id)
        gone = tuple(left(order, devices) for order in own.orders.values())
        if asked is not None and (asked.told, asked.gone) == (own.told, gone) and now < asked.until:
            return []
        self._asked[patient.id] = _Asked(own.told, gone, _until(own, now, zone))
        out: list[Alarm] = []
        for one, away in zip(own.orders.values(), gone, strict=True):
            if one.order is not None:
                out += self._missed(patient.id, one, one.order, away, now, zone)
                out += self._refill(patient, one, one.order, now, zone)
        return out

    def _missed(self, patient: str, own: HomeOrder, order: Order, gone: int, now: int, zone: tzinfo) -> list[Alarm]:
        if not order.drug.critical or ended(order, now):
            return self._system.reported(patient, own.id, MISSED, {}, now)
        today = day_of(now, zone)
        row = _last_missed(own.doses(today - BACK, today, now, gone, zone))
        if row is None:  # nobody was there to see the newest dose: what was said before stands
            return []
        if not row:
            return self._system.reported(patient, own.id, MISSED, {}, now)
        over = (slot.due + grace(order, slot) for slot in own.due(row[-1].day, zone) if slot.due == row[-1].due)
        levels = _BOTH if len(row) >= SEVERAL else _LOW
        words = _words(order.drug.name, row, today, zone)
        return self._system.reported(patient, own.id, MISSED, levels, min(now, *over), words)

    def _refill(self, patient: PatientState, own: HomeOrder, order: Order, now: int, zone: tzinfo) -> list[Alarm]:
        due = refill_due(patient.home_doses.filled(own.key))
        same = (o for o in patient.home_doses.orders.values() if o.key == own.key and in_force(o, now))
        if due is None or due > day_of(now, zone) or next(same, None) is not own:
            return self._system.reported(patient.id, own.id, REFILL, {}, now)
        words = f"{order.drug.name}: no refill since {date.fromordinal(due):%d %b}"
        return self._system.reported(patient.id, own.id, REFILL, _LOW, midnight(due, zone), words)


def _until(own: HomeDoses, now: int, zone: tzinfo) -> int:
    """When the next dose's time is over, at the latest at midnight."""
    today = day_of(now, zone)
    over = (
        slot.due + grace(one.order, slot)
        for one in own.orders.values()
        if one.order is not None
        for day in (today - 1, today)
        for slot in one.due(day, zone)
    )
    return min([midnight(today + 1, zone), *(at for at in over if at > now)])


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


def _words(drug: str, row: list[Dose], today: int, zone: tzinfo) -> str:
    """``Apixaban 08:00 not taken``, ``Apixaban missed 3 times, since 20:00 on 14 Mar``."""
    first = datetime.fromtimestamp(row[0].due / 1000, zone)
    when = f"{first:%H:%M}" if row[0].day == today else f"{first:%H:%M} on {first:%d %b}"
    return f"{drug} {when} not taken" if len(row) == 1 else f"{drug} missed {len(row)} times, since {when}"
