"""Doses at home as screens and the command line read them: a frozen view at one log time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from iomt_tui.clinical.medication.assessment import Assessment, DrugRecord, assess
from iomt_tui.clinical.medication.due import day_of, ended
from iomt_tui.clinical.medication.supply import Period, refill_due
from iomt_tui.security.text import SafeText
from iomt_tui.ward.adherence import HomeOrder
from iomt_tui.ward.state import DeviceState, PatientState


@dataclass(frozen=True, slots=True)
class AdherenceView:
    """One patient's doses at home. ``today`` is the ordinal of the local date, the last day of the period."""

    patient: str
    bed: SafeText
    name: SafeText
    now: int
    today: int
    assessment: Assessment
    overdue: tuple[str, ...] = ()  # orders still in force whose supply has run out

    @property
    def known(self) -> bool:
        """Whether the patient takes anything at home that somebody told of."""
        return bool(self.assessment.drugs)


def adherence_view(
    patient: PatientState, devices: Mapping[str, DeviceState], now: int, days: int, zone: tzinfo
) -> AdherenceView:
    """The last ``days`` days of ``patient``, today among them."""
    own, today = patient.home_doses, day_of(now, zone)
    period = Period(today - days + 1, today)
    records, overdue = [], []
    for order in own.orders.values():
        if order.order is not None:
            drug, fills = order.order.drug, own.filled(order.key)
            doses = order.doses(period.first, period.last, now, left(order, devices), zone)
            records.append(
                DrugRecord(order.id, drug.name, drug.classes, drug.critical, order.source, tuple(doses), tuple(fills))
            )
            if (due := refill_due(fills)) is not None and due <= today and in_force(order, now):
                overdue.append(order.id)
    return AdherenceView(patient.id, patient.bed, patient.name, now, today, assess(records, period), tuple(overdue))


def left(order: HomeOrder, devices: Mapping[str, DeviceState]) -> int:
    """Since when (ms) the device that sees the doses of ``order`` is not there; -1 while it is, or there is none."""
    device = devices.get(order.device)
    return device.left if device is not None else -1


def in_force(order: HomeOrder, now: int) -> bool:
    """Whether doses of the order are to be taken now."""
    return order.order is not None and not ended(order.order, now)
