"""Judging a patient's state at one moment: freshness, breaches, scores. Pure functions of state and time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.freshness import fresh_limit_ms, stage
from iomt_tui.clinical.limit_rules import in_force, reach
from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.clinical.news2 import News2, on_oxygen, score
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.scores import mean_arterial_pressure, qsofa, shock_index
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.limit_stretches import Changes, Stretches, stretches
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.view import DeviceView, Freshness, Severity, VitalView

#: A device that measures at least this often (freshness limit, ms) is monitoring; after a gap nobody watched,
#: its last value says nothing about now. A spot check keeps its own time and is shown with its age.
MONITORING = 180_000

#: What one sensor measures together: when its first vital has no value either, that one speaks for both.
PRIMARY = {
    "pulse": "spo2", "pi": "spo2", "nibp_dia": "nibp_sys", "nibp_mean": "nibp_sys", "ibp_dia": "ibp_sys",
    "ibp_mean": "ibp_sys",
}  # fmt: skip


_STAGES = (Freshness.FRESH, Freshness.FADING, Freshness.STRUCK, Freshness.EXPIRED)


def freshness(series: Series, now: int, stale_before: int) -> Freshness:
    """How old the newest value is at ``now``. ``stale_before``: log time of the last stretch nobody watched."""
    if series.at < 0:
        return Freshness.NEVER
    age, limit = now - series.at, series.limit
    if age > limit or (series.at < stale_before and limit <= MONITORING):
        return Freshness.EXPIRED
    return _STAGES[stage(age, limit)]


def present(patient: PatientState, now: int, stale_before: int, keys: Iterable[str] | None = None) -> dict[str, float]:
    """The vitals (all, or ``keys``) that are known at ``now``: not expired, not taken back by their device."""
    return {
        key: series.value
        for key in (patient.series if keys is None else keys)
        if (series := patient.series.get(key)) is not None
        and not series.absent
        # Not expired, as freshness() has it; this runs for every vital of every score.
        and series.at >= 0
        and now - series.at <= series.limit
        and (series.at >= stale_before or series.limit > MONITORING)
    }


OXYGEN = ("o2_flow", "fio2")


def systolic(known: Mapping[str, float]) -> float | None:
    """Systolic pressure: invasive where it is known."""
    return known.get("ibp_sys", known.get("nibp_sys"))


def breathes_oxygen(known: Mapping[str, float]) -> bool | None:
    """Whether the patient breathes more than room air; None when not recorded."""
    return on_oxygen(*map(known.get, OXYGEN))


def news2(known: Mapping[str, float], spo2_scale: int) -> News2:
    """NEWS2 from the vitals of :func:`present`."""
    return score(
        rr=known.get("rr"),
        spo2=known.get("spo2"),
        scale=spo2_scale,
        on_o2=breathes_oxygen(known),
        sbp=systolic(known),
        pulse=known.get("hr", known.get("pulse")),
        acvpu=known.get("acvpu"),
        temp=known.get("temp"),
    )


def other_scores(known: Mapping[str, float]) -> tuple[tuple[int, int], float | None, float | None]:
    """qSOFA (points, known inputs), shock index and mean arterial pressure (mmHg)."""
    sbp, dbp = systolic(known), known.get("ibp_dia", known.get("nibp_dia"))
    measured = known.get("ibp_mean", known.get("nibp_mean"))
    sofa = qsofa(rr=known.get("rr"), sbp=sbp, acvpu=known.get("acvpu"))
    index = shock_index(known.get("hr", known.get("pulse")), sbp)
    return sofa, index, mean_arterial_pressure(sbp, dbp, measured)


def vital_view(
    key: str, series: Series, fresh: Freshness, limits: tuple[float | None, float | None], now: int, offset: int
) -> VitalView:
    """One vital as screens show it. ``limits``: of its alarms; ``offset``: what was added to its times (ms)."""
    if series.at < 0:
        return VitalView(key, None, None, None, fresh, series.flag, series.absent, "", *limits, offset, series.device)
    low, high = limits
    value, breach = series.value, ""
    if fresh < Freshness.EXPIRED and not series.absent and (low is not None or high is not None):
        shown = rounded(value, VITALS[key].decimals)
        if low is not None and shown < low:
            breach = "low"
        elif high is not None and shown > high:
            breach = "high"
    age = now - series.at
    return VitalView(
        key, value, series.at, age if age > 0 else 0, fresh, series.flag, series.absent, breach, low, high, offset,
        series.device,
    )  # fmt: skip


class InForce(NamedTuple):
    """The alarm limits of one vital of a patient: those in force, the default ones, and what was set, if anything."""

    limits: tuple[Limit, ...]
    usual: tuple[Limit, ...]
    setting: Setting | None


def limits_in_force(
    patient: PatientState, ward: Mapping[str, Setting], now: int, stale_before: int
) -> dict[str, InForce]:  # fmt: skip
    """Every vital that has alarm limits at ``now``, by default or because somebody set them."""
    on_o2 = bool(breathes_oxygen(present(patient, now, stale_before, OXYGEN)))
    usual = limits_for(patient.spo2_scale, patient.home, on_o2)
    changed = {setting.vital: setting for setting in settings_of(patient, ward, now)}
    return {
        key: InForce(rows_of(patient, key, on_o2, ward, now), usual.get(key, ()), changed.get(key))
        for key in VITALS
        if key in usual or key in changed
    }


def rows_of(
    patient: PatientState, key: str, on_o2: bool, ward: Mapping[str, Setting], now: int
) -> tuple[Limit, ...]:  # fmt: skip
    """The limits of a patient's vital in force at ``now``. ``ward``: what is set for everybody, by vital."""
    usual = limits_for(patient.spo2_scale, patient.home, on_o2).get(key, ())
    own, everybody = (
        setting.limits if (setting := settings.get(key)) is not None and setting.active(now) else None
        for settings in (patient.limits, ward)
    )
    return in_force(usual, own, everybody)


def stretches_of(
    patient: PatientState, key: str, ward: Changes, start: int, end: int, *, on_o2: bool
) -> Stretches:  # fmt: skip
    """The limits of a patient's vital as they stood from ``start`` to ``end`` (ms, both with it). ``ward``: what was
    set for everybody. SpO2 scale, home and oxygen (``on_o2``) are those of now: what they were then is not kept."""
    usual = limits_for(patient.spo2_scale, patient.home, on_o2).get(key, ())
    return stretches(usual, patient.limit_changes.get(key, ()), ward.get(key, ()), start, end)


@cache
def usual_limits(spo2_scale: int, home: bool, on_o2: bool, key: str) -> tuple[float | None, float | None]:
    """The values between which no limit alarm of the vital holds, where nobody set other limits."""
    return reach(limits_for(spo2_scale, home, on_o2).get(key, ()))


def settings_of(patient: PatientState, ward: Mapping[str, Setting], now: int) -> tuple[Setting, ...]:
    """What is set of a patient's limits at ``now``, the patient's own before the ward's; a setting that another one
    or the patient's own default overrules is left out."""
    own = [s for s in patient.limits.values() if s.active(now)]
    kept = {s.vital for s in own}
    known = (limits_for(patient.spo2_scale, patient.home, oxygen) for oxygen in (False, True))
    usual = {key: rows for limits in known for key, rows in limits.items()}
    everybody = [
        s for s in ward.values()
        if s.active(now) and s.vital not in kept and in_force(usual.get(s.vital, ()), None, s.limits) == s.limits
    ]  # fmt: skip
    return (*own, *everybody)


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
    return _age_on(born, now // 86_400_000)


@lru_cache(8_192)
def _age_on(born: str | None, day: int) -> int | None:
    try:
        parts = [int(x) for x in (born or "").split("-")] + [1, 1]
        birthday = date(*parts[:3])
        today = datetime.fromtimestamp(day * 86_400, UTC).date()
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return years if 0 <= years <= 130 else None
