"""Judging a patient's state at one moment: freshness, breaches, scores. Pure functions of state and time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.clinical.freshness import fresh_limit_ms, stage
from iomt_tui.clinical.limits import limits_for
from iomt_tui.clinical.news2 import News2, on_oxygen, score
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.scores import mean_arterial_pressure, qsofa, shock_index
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.view import DeviceView, Freshness, Severity, VitalView

#: A device that measures at least this often (freshness limit, ms) is monitoring; after a gap nobody watched,
#: its last value says nothing about now. A spot check keeps its own time and is shown with its age.
MONITORING = 180_000


def freshness(series: Series, now: int, stale_before: int) -> Freshness:
    """How old the newest value is at ``now``. ``stale_before``: log time of the last stretch nobody watched."""
    if series.at < 0:
        return Freshness.NEVER
    age, limit = now - series.at, series.limit
    if age > limit or (series.at < stale_before and limit <= MONITORING):
        return Freshness.EXPIRED
    return Freshness(stage(age, limit))


def current(patient: PatientState, key: str, now: int, stale_before: int) -> float | None:
    """The patient's present value of a vital, or None when it is not known."""
    series = patient.series.get(key)
    if series is None or series.absent or freshness(series, now, stale_before) >= Freshness.EXPIRED:
        return None
    return series.value


def first_current(patient: PatientState, keys: tuple[str, ...], now: int, stale_before: int) -> float | None:
    """The first of several vitals that is known."""
    for key in keys:
        value = current(patient, key, now, stale_before)
        if value is not None:
            return value
    return None


def breathes_oxygen(patient: PatientState, now: int, stale_before: int) -> bool | None:
    """Whether the patient breathes more than room air; None when not recorded."""
    flow, fio2 = (current(patient, key, now, stale_before) for key in ("o2_flow", "fio2"))
    return on_oxygen(flow, fio2)


SYSTOLIC = ("ibp_sys", "nibp_sys")
DIASTOLIC = ("ibp_dia", "nibp_dia")
PULSE = ("hr", "pulse")


def news2(patient: PatientState, now: int, stale_before: int) -> News2:
    """The patient's NEWS2 from what is known at ``now``."""
    return score(
        rr=current(patient, "rr", now, stale_before),
        spo2=current(patient, "spo2", now, stale_before),
        scale=patient.spo2_scale,
        on_o2=breathes_oxygen(patient, now, stale_before),
        sbp=first_current(patient, SYSTOLIC, now, stale_before),
        pulse=first_current(patient, PULSE, now, stale_before),
        acvpu=current(patient, "acvpu", now, stale_before),
        temp=current(patient, "temp", now, stale_before),
    )


def other_scores(
    patient: PatientState, now: int, stale_before: int
) -> tuple[tuple[int, int], float | None, float | None]:
    """qSOFA (points, known inputs), shock index and mean arterial pressure (mmHg)."""
    sbp = first_current(patient, SYSTOLIC, now, stale_before)
    dbp = first_current(patient, DIASTOLIC, now, stale_before)
    pulse = first_current(patient, PULSE, now, stale_before)
    sofa = qsofa(
        rr=current(patient, "rr", now, stale_before),
        sbp=sbp,
        acvpu=current(patient, "acvpu", now, stale_before),
    )
    measured = first_current(patient, ("ibp_mean", "nibp_mean"), now, stale_before)
    return (
        sofa,
        shock_index(pulse, sbp),
        measured if measured is not None else mean_arterial_pressure(sbp, dbp),
    )


def vital_view(patient: PatientState, key: str, now: int, stale_before: int, on_o2: bool, offset: int) -> VitalView:
    """One vital as screens show it. ``offset``: what was added to the device's times (ms)."""
    series = patient.series[key]
    low, high = alarm_limits(patient.spo2_scale, patient.home, on_o2, key)
    fresh = freshness(series, now, stale_before)
    value = None if series.at < 0 else series.value
    breach = ""
    if value is not None and fresh < Freshness.EXPIRED and not series.absent:
        shown = rounded(value, VITALS[key].decimals)
        breach = "low" if low is not None and shown < low else ""
        breach = "high" if high is not None and shown > high else breach
    return VitalView(
        key=key, value=value, observed_at=None if value is None else series.at,
        age=None if value is None else max(0, now - series.at), freshness=fresh, flag=series.flag,
        absent=series.absent, breach=breach, low=low, high=high, clock_offset=offset, device=series.device,
    )  # fmt: skip


@cache
def alarm_limits(spo2_scale: int, home: bool, on_o2: bool, key: str) -> tuple[float | None, float | None]:
    """The values between which no limit alarm of the vital holds."""
    limits = limits_for(spo2_scale, home, on_o2).get(key, ())
    low = max((x.low for x in limits if x.low is not None), default=None)
    high = min((x.high for x in limits if x.high is not None), default=None)
    return low, high


def device_view(device: DeviceState) -> DeviceView:
    """A device as screens show it."""
    return DeviceView(
        id=device.id, kind=device.kind, model=device.model, state=device.state, battery=device.battery,
        signal=device.signal, last_contact=device.last_contact if device.last_contact >= 0 else None,
        clock_offset=device.clock.offset, vitals=tuple(device.periods),
    )  # fmt: skip


def limit_of(device: DeviceState, key: str) -> int:
    """The freshness limit (ms) of a vital measured by this device."""
    return fresh_limit_ms(key, device.periods.get(key))


def severity(alarms: tuple[Alarm, ...]) -> Severity:
    """What the row is marked by: its most urgent alarm (``alarms`` sorted by :func:`urgency`)."""
    if not alarms:
        return Severity.NONE
    if alarms[0].technical:
        return Severity.TECHNICAL
    return {Priority.LOW: Severity.LOW, Priority.MEDIUM: Severity.MEDIUM, Priority.HIGH: Severity.HIGH}[
        alarms[0].priority
    ]


def urgency(alarm: Alarm) -> tuple[int, int, int, int]:
    """Sorts alarms: highest priority, then unacknowledged, then what the patient does, then the newest."""
    waits = {"unack": 0, "latched": 1}.get(alarm.state, 2)
    return -alarm.priority, waits, alarm.technical, -alarm.raised


def age_years(born: str | None, now: int) -> int | None:
    """Completed years at ``now`` from a FHIR date (``1954``, ``1954-02`` or ``1954-02-01``)."""
    try:
        parts = [int(x) for x in (born or "").split("-")] + [1, 1]
        birthday = date(*parts[:3])
        today = datetime.fromtimestamp(now / 1000, UTC).date()
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return years if 0 <= years <= 130 else None
