"""Doses at home as screens and the command line read them: a frozen view at one log time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from iomt_tui.clinical.medication.assessment import Assessment, DrugRecord, assess
from iomt_tui.clinical.medication.due import ended_at, local_day
from iomt_tui.clinical.medication.supply import Period, refill_due
from iomt_tui.security.text import SafeText, safe_text
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
    own, today = patient.home_doses, local_day(now, zone)
    period = Period(today - days + 1, today)
    records, overdue = [], []
    for order in own.orders.values():
        if order.known:
            fills = own.filled(order.drug_key)
            doses = order.doses(period.first, period.last, now, left(order, devices), zone)
            drug = order.body.get("drug") or {}
            records.append(DrugRecord(
                order.id, order.drug, tuple(safe_text(name, 40) for name in drug.get("classes") or ()),
                bool(drug.get("critical")), order.source, tuple(doses), tuple(fills),
            ))  # fmt: skip
            if (due := refill_due(fills)) is not None and due <= today and in_force(order, now):
                overdue.append(order.id)
    return AdherenceView(patient.id, patient.bed, patient.name, now, today, assess(records, period), tuple(overdue))


def left(order: HomeOrder, devices: Mapping[str, DeviceState]) -> int:
    """Since when (ms) the device that sees the doses of ``order`` is not there; -1 while it is, or there is none."""
    device = devices.get(order.device)
    return device.left if device is not None else -1


def in_force(order: HomeOrder, now: int) -> bool:
    """Whether doses of the order are to be taken now."""
    return order.known and order.body.get("status", "active") == "active" and not ended_at(order.body, now)
