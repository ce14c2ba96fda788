"""A patient's state as a frozen view at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from iomt_tui.alarms.model import Alarm
from iomt_tui.security.text import SafeText, confusable, safe_text
from iomt_tui.ward import judge
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.view import PatientView

HOUR = 60  # minutes back that the direction of NEWS2 compares with


def patient_view(
    patient: PatientState,
    devices: Mapping[str, DeviceState],
    now: int,
    stale_before: int,
    similar: tuple[SafeText, ...] = (),
) -> PatientView:
    """Everything that the board's row and the preview show of a patient at log time ``now``."""
    own = [devices[d] for d in patient.devices if d in devices]
    offsets = {d.id: d.clock.offset for d in own}
    on_o2 = bool(judge.breathes_oxygen(patient, now, stale_before))
    score = judge.news2(patient, now, stale_before)
    sofa, shock, mean = judge.other_scores(patient, now, stale_before)
    active = sorted((a for a in patient.alarms.values() if a.state != "normal"), key=judge.urgency)
    alarms = tuple(_as_now(a, patient, score.total, now, stale_before) for a in active)
    return PatientView(
        id=patient.id, bed=patient.bed, name=short_name(patient),
        full_name=safe_text(f"{patient.family}, {patient.given}" if patient.given else patient.family),
        age_years=judge.age_years(patient.born, now), sex=patient.sex, home=patient.home, mrn=patient.mrn,
        problem=patient.problem, spo2_scale=patient.spo2_scale, allergies=patient.allergies,
        conditions=patient.conditions,
        vitals=MappingProxyType({
            key: judge.vital_view(patient, key, now, stale_before, on_o2, offsets.get(series.device, 0))
            for key, series in patient.series.items()
        }),
        news2=score, news2_direction=_direction(patient, score.total if score.known else -1, now),
        qsofa=sofa, shock_index=shock, map=mean, alarms=alarms, severity=judge.severity(alarms),
        devices=tuple(judge.device_view(d) for d in own), refused=MappingProxyType(dict(patient.refused)),
        last_contact=patient.last_contact if patient.last_contact >= 0 else None, similar=similar,
    )  # fmt: skip


def _as_now(alarm: Alarm, patient: PatientState, total: int, now: int, stale_before: int) -> Alarm:
    """The alarm with what is measured now, where that still breaks its limit: beside the row's number the
    value of its announcement would read as a second, different measurement."""
    if alarm.state == "latched" or alarm.limit is None or alarm.technical:
        return alarm
    param, kind = alarm.ref.param, alarm.ref.kind
    if param == "news2":
        return replace(alarm, value=float(total)) if kind == "high" and total >= alarm.limit else alarm
    value = judge.current(patient, param, now, stale_before)
    if value is None or not (value < alarm.limit if kind == "low" else value > alarm.limit):
        return alarm
    return replace(alarm, value=value)


def short_name(patient: PatientState) -> SafeText:
    """ "OKAFOR N": what the row calls the patient."""
    return safe_text(f"{patient.family} {patient.given[:1]}".strip())


def look_alikes(patients: Iterable[PatientState]) -> dict[str, tuple[SafeText, ...]]:
    """Patient id -> bed and name of those whose name cannot be told from theirs at a glance."""
    own = list(patients)
    out: dict[str, tuple[SafeText, ...]] = {}
    for i, j in confusable([short_name(p) for p in own]):
        for one, other in ((own[i], own[j]), (own[j], own[i])):
            out[one.id] = (*out.get(one.id, ()), safe_text(f"{other.bed} {short_name(other)}".strip()))
    return out


def _direction(patient: PatientState, total: int, now: int) -> int:
    """Against the score of an hour ago, or the oldest known one of the last hour."""
    if total < 0:
        return 0
    since = now // 60_000 - HOUR
    known = [(minute, score) for minute, score in patient.news_history if score >= 0]
    before = [score for minute, score in known if minute <= since]
    then = before[-1] if before else known[0][1] if known else total
    return (total > then) - (total < then)
