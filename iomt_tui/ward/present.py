"""A patient's state as a frozen view at one moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from iomt_tui.alarms.audible import SOUNDING, sounds
from iomt_tui.alarms.model import Alarm, Key, Priority, Ref
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.limit_rules import reach, switched_off
from iomt_tui.clinical.limits import limits_for
from iomt_tui.clinical.news2 import News2
from iomt_tui.security.text import SafeText, confusable, safe_text
from iomt_tui.ward import judge
from iomt_tui.ward.scores import ScoreView, score_view
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.view import PatientView, VitalView
from iomt_tui.ward.written import SERVER, UNCONFIRMED, UNDELIVERED, Writes, missed_words, overdue_words

HOUR = 60  # minutes back that the direction of NEWS2 compares with


def patient_view(
    patient: PatientState,
    devices: Mapping[str, DeviceState],
    now: int,
    stale_before: int,
    similar: tuple[SafeText, ...] = (),
    limits: Mapping[str, Setting] = MappingProxyType({}),
    tz: str = "UTC",
) -> PatientView:
    """Everything that the board's row and the preview show of a patient at log time ``now``.

    ``limits``: those that are set for the whole ward, by vital.
    """
    own = [devices[d] for d in patient.devices if d in devices]
    known = judge.present(patient, now, stale_before)
    score = judge.news2(known, patient.spo2_scale)
    sofa, shock, mean = judge.other_scores(known)
    active = [a for a in patient.alarms.values() if a.state != "normal"]
    active.sort(key=judge.urgency)
    alarms = tuple([_as_now(a, known, score.total, devices) for a in active])
    if patient.writes:
        alarms = tuple([_about_server(a, patient.writes, now) for a in alarms])
    changed = judge.settings_of(patient, limits, now) if limits or patient.limits else ()
    return PatientView(
        id=patient.id, bed=patient.bed, name=patient.name, full_name=patient.full_name,
        age_years=judge.age_years(patient.born, now), sex=patient.sex, home=patient.home, mrn=patient.mrn,
        problem=patient.problem, spo2_scale=patient.spo2_scale, allergies=patient.allergies,
        conditions=patient.conditions, vitals=_vitals(patient, own, known, now, stale_before, limits),
        news2=score, news2_direction=_direction(patient, score.total if score.known else -1, now),
        qsofa=sofa, shock_index=shock, map=mean, alarms=alarms, severity=judge.severity(alarms),
        devices=tuple([judge.device_view(d) for d in own]), refused=MappingProxyType(dict(patient.refused)),
        last_contact=patient.last_contact if patient.last_contact >= 0 else None, similar=similar,
        suppressions=in_force(patient, now), notifications=_told(patient), limits=changed,
        limits_off=_switched_off(patient, changed, known), doses=patient.medication.counts(tz, now),
        flags=patient.flags, team=patient.team, code_status=patient.code_status,
        written=patient.writes.by_ref(), writes=patient.writes.by_op(), notes=patient.notes,
        server_news2=_server_news2(patient, score, now),
    )  # fmt: skip


def _server_news2(patient: PatientState, ours: News2, now: int) -> ScoreView | None:
    if patient.server_news2 is None:
        return None
    return score_view(patient.server_news2, ours, patient.news_history, patient.news_known, now)


def _about_server(alarm: Alarm, writes: Writes, now: int) -> Alarm:
    """An alarm about what the server does not know, with as much as that is now."""
    if alarm.ref.param != SERVER:
        return alarm
    if alarm.ref.kind == UNCONFIRMED and (overdue := writes.overdue(now)):
        return replace(alarm, detail=overdue_words(overdue))
    if alarm.ref.kind == UNDELIVERED and (missed := writes.missed()):
        return replace(alarm, detail=missed_words(missed))
    return alarm


def _told(patient: PatientState) -> tuple[Notification, ...]:
    active = {a.ref.key: a.ref.episode for a in patient.alarms.values() if a.state != "normal"}
    own = patient.notifications.values()
    return tuple([n for n in own if active.get(n.errand.ref.key) == n.errand.ref.episode])


def in_force(patient: PatientState, now: int) -> tuple[Suppression, ...]:
    """The patient's suppressions at ``now``; those without an end of their own last."""
    own = [s for s in patient.suppressions.values() if s.active(now)]
    return tuple(sorted(own, key=lambda s: (s.until is None, s.until or 0, s.what, s.key)))


def audible(patients: Iterable[PatientState], now: int) -> dict[Ref, Priority]:
    """The alarms that sound at log time ``now``."""
    found: dict[Ref, Priority] = {}
    for patient in patients:
        waiting = [a for a in patient.alarms.values() if a.state in SOUNDING]
        if not waiting:
            continue
        over = {place: s for place, s in patient.suppressions.items() if s.active(now)}

        def lies(what: str, key: Key, over: dict[tuple[str, Key], Suppression] = over) -> Suppression | None:
            return over.get((what, key))

        found |= {alarm.ref: alarm.priority for alarm in waiting if sounds(alarm, lies)}
    return found


def _switched_off(
    patient: PatientState, settings: Iterable[Setting], known: Mapping[str, float]
) -> tuple[str, ...]:  # fmt: skip
    usual = limits_for(patient.spo2_scale, patient.home, bool(judge.breathes_oxygen(known)))
    return tuple(f"{s.vital} {side}" for s in settings for side in switched_off(s.limits or (), usual.get(s.vital, ())))


def _vitals(
    patient: PatientState, devices: list[DeviceState], known: Mapping[str, float], now: int, stale_before: int,
    ward: Mapping[str, Setting],
) -> Mapping[str, VitalView]:  # fmt: skip
    offsets = {d.id: d.clock.offset for d in devices}
    on_o2 = bool(judge.breathes_oxygen(known))
    changed, views = bool(ward or patient.limits), {}
    for key, series in patient.series.items():
        fresh = judge.freshness(series, now, stale_before)
        if changed:
            limits = reach(judge.rows_of(patient, key, on_o2, ward, now))
        else:
            limits = judge.usual_limits(patient.spo2_scale, patient.home, on_o2, key)
        views[key] = judge.vital_view(key, series, fresh, limits, now, offsets.get(series.device, 0))
    return MappingProxyType(views)


def _as_now(alarm: Alarm, known: Mapping[str, float], total: int, devices: Mapping[str, DeviceState]) -> Alarm:
    """The alarm with what is measured now, or marked as past where that no longer breaks its limit: beside the
    row's number the value of its announcement would read as a second, different measurement."""
    param, kind = alarm.ref.param, alarm.ref.kind
    if kind == "battery" and param in devices:
        device = devices[param]
        return replace(alarm, detail=f"{device.kind or 'device'} battery {device.battery} %")
    if alarm.state == "latched" or alarm.limit is None or alarm.technical:
        return alarm
    value = float(total) if param == "news2" else known.get(param)
    if value is None or kind not in ("low", "high"):
        return alarm
    holds = value >= alarm.limit if param == "news2" else value < alarm.limit if kind == "low" else value > alarm.limit
    return replace(alarm, value=value) if holds else replace(alarm, past=True)


def look_alikes(patients: Iterable[PatientState]) -> dict[str, tuple[SafeText, ...]]:
    """Patient id -> bed and name of those whose name cannot be told from theirs at a glance."""
    own = list(patients)
    out: dict[str, tuple[SafeText, ...]] = {}
    for i, j in confusable([p.name for p in own]):
        for one, other in ((own[i], own[j]), (own[j], own[i])):
            out[one.id] = (*out.get(one.id, ()), safe_text(f"{other.bed} {other.name}".strip()))
    return out


def natural(bed: str) -> tuple[int, int]:
    """Beds in the order people count them: 2 before 10, wards before homes (``H3``)."""
    digits = re.search(r"\d{1,9}", bed)
    return ord(bed[0]) if bed[:1].isalpha() else 0, int(digits[0]) if digits else 0


def _direction(patient: PatientState, total: int, now: int) -> int:
    """Against the score of an hour ago, or the oldest known one of the last hour."""
    if total < 0:
        return 0
    since = now // 60_000 - HOUR
    then = total
    for minute, score in reversed(patient.news_history):
        if score >= 0:
            then = score
            if minute <= since:
                break
    return (total > then) - (total < then)
