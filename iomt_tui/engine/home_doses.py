"""Alarms about doses at home: critical drugs that were not taken, and refills that are overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.medication.adherence import Dose
from iomt_tui.clinical.medication.due import grace, local_day, midnight
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
        for order, away in zip(own.orders.values(), gone, strict=True):
            if order.known:
                out += self._missed(patient.id, order, away, now, zone)
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


def _until(own: HomeDoses, now: int, zone: tzinfo) -> int:
    """When the next dose's time is over, at the latest at midnight."""
    today = local_day(now, zone)
    over = (
        due + grace(order.body)
        for order in own.orders.values()
        if order.known
        for day in (today - 1, today)
        for due in order.due(day, zone)
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


def _words(order: HomeOrder, row: list[Dose], today: int, zone: tzinfo) -> str:
    """``apixaban 08:00 not taken``, ``apixaban missed 3 times, since 20:00 on 14 Mar``."""
    first = datetime.fromtimestamp(row[0].due / 1000, zone)
    when = f"{first:%H:%M}" if row[0].day == today else f"{first:%H:%M} on {first:%d %b}"
    return f"{order.drug} {when} not taken" if len(row) == 1 else f"{order.drug} missed {len(row)} times, since {when}"
