"""Views as documents: the JSON of ``snapshot`` and ``watch``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.settings import Setting
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.documents import (
    SNAPSHOT,
    AlarmDocument,
    CountsDocument,
    DeviceDocument,
    FloodNowDocument,
    LimitDocument,
    LimitsDocument,
    News2Document,
    NotificationDocument,
    PatientDocument,
    QsofaDocument,
    SnapshotDocument,
    VitalDocument,
)
from iomt_tui.cli.headless.server_words import note_documents, score_document, server_document, written_document
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward.view import DeviceView, PatientView, VitalView, WardView
from iomt_tui.ward.writes import Written

SILENT_AFTER: Final = 3.0
"""Seconds without a word from the engine after which nothing is being monitored (SAFETY H1)."""

_DIRECTION: Final = {-1: "falling", 0: "steady", 1: "rising"}


def when(ms: int | None) -> str | None:
    """A time as ISO 8601, or None."""
    return None if ms is None else iso(ms)


def monitored(ward: WardView, silent_s: float | None) -> bool:
    """Whether an engine stands behind the numbers at this moment. ``silent_s`` is None for a recording: none does."""
    return silent_s is not None and ward.engine == "started" and silent_s < SILENT_AFTER


def vital_document(view: VitalView) -> VitalDocument:
    """One vital sign. ``value`` is null as soon as it may not be shown as the present one."""
    known = VITALS[view.key]
    return VitalDocument(
        key=view.key, name=known.name, loinc=known.loinc[0] if known.loinc else None, unit=known.unit,
        value=view.value if view.live else None, last_value=view.value, observed_at=when(view.observed_at),
        age_s=None if view.age is None else view.age / 1000, freshness=view.freshness.name.lower(),  # type: ignore[arg-type]
        flag=view.flag, absent=view.absent, breach=view.breach,  # type: ignore[arg-type]
        low_limit=view.low, high_limit=view.high, clock_offset_s=view.clock_offset / 1000,
        device=safe_text(view.device),
    )  # fmt: skip


def limit_document(limit: Limit) -> LimitDocument:
    """The limits of one priority."""
    return LimitDocument(
        priority=Priority(limit.priority).name.lower(), low=limit.low, high=limit.high, delay_s=limit.delay_s,  # type: ignore[arg-type]
        off_delay_s=limit.off_delay_s, origin=safe_text(limit.origin, 80),
    )  # fmt: skip


def limits_document(setting: Setting) -> LimitsDocument:
    """Limits that somebody set."""
    return LimitsDocument(
        vital=setting.vital, scope="patient" if setting.patient else "ward", by=setting.by, reason=setting.reason,
        since=iso(setting.since), until=when(setting.until), warning=setting.warning,
        limits=[limit_document(limit) for limit in setting.limits or ()],
    )  # fmt: skip


def alarm_document(alarm: Alarm, devices: Sequence[DeviceView], written: Written | None = None) -> AlarmDocument:
    """One alarm, with the exact reference that an acknowledgement would name."""
    ref = alarm.ref
    return AlarmDocument(
        patient=safe_text(ref.patient), param=safe_text(ref.param), kind=safe_text(ref.kind), episode=ref.episode,
        rev=ref.rev, priority=alarm.priority.name.lower(), technical=alarm.technical,  # type: ignore[arg-type]
        state=alarm.state, text=words.condition(alarm, devices, {}), value=alarm.value, limit=alarm.limit,  # type: ignore[arg-type]
        onset=iso(alarm.onset), raised=iso(alarm.raised), ended=when(alarm.ended), by=safe_text(alarm.by),
        acked_at=when(alarm.acked_at), intent=alarm.intent, note=safe_text(alarm.note), until=when(alarm.until),  # type: ignore[arg-type]
        undone_by=safe_text(alarm.undone_by), written=written_document(written),
    )  # fmt: skip


def notification_document(told: Notification) -> NotificationDocument:
    """What became of one step."""
    ref, level, step = told.errand
    return NotificationDocument(
        param=safe_text(ref.param), kind=safe_text(ref.kind), episode=ref.episode, rev=ref.rev, level=level, step=step,
        state=told.state, attempt=told.attempt, at=iso(told.at), why=told.why,  # type: ignore[arg-type]
    )  # fmt: skip


def device_document(view: DeviceView) -> DeviceDocument:
    """One device."""
    return DeviceDocument(
        id=safe_text(view.id), kind=view.kind, model=view.model, state=view.state, battery_percent=view.battery,
        signal_percent=view.signal, last_contact=when(view.last_contact), clock_offset_s=view.clock_offset / 1000,
        vitals=list(view.vitals),
    )  # fmt: skip


def patient_document(view: PatientView) -> PatientDocument:
    """One patient with everything that the board and its preview show."""
    score = view.news2
    return PatientDocument(
        id=safe_text(view.id), bed=view.bed, name=view.name, full_name=view.full_name, age_years=view.age_years,
        sex=view.sex, home=view.home, mrn=view.mrn, problem=view.problem, spo2_scale=view.spo2_scale,
        allergies=list(view.allergies), conditions=list(view.conditions), severity=view.severity.name.lower(),  # type: ignore[arg-type]
        vitals=[vital_document(view.vitals[key]) for key in VITALS if key in view.vitals],
        news2=News2Document(
            total=score.total, known=score.known, complete=score.known == 7, points=dict(score.points),
            direction=_DIRECTION[view.news2_direction],  # type: ignore[arg-type]
        ),
        qsofa=QsofaDocument(*view.qsofa), shock_index=view.shock_index, mean_pressure=view.map,
        alarms=[alarm_document(alarm, view.devices, view.written.get(alarm.ref)) for alarm in view.alarms],
        devices=[device_document(device) for device in view.devices], refused=dict(view.refused),
        last_contact=when(view.last_contact), similar=list(view.similar),
        doses_due=view.doses.due, doses_overdue=view.doses.overdue, doses_missed=view.doses.missed,
        notifications=[notification_document(told) for told in view.notifications],
        limits=[limits_document(setting) for setting in view.limits], limits_off=list(view.limits_off),
        flags=list(view.flags), team=list(view.team),
        notes=note_documents(view.notes), server_news2=score_document(view.server_news2),
        writes=[told for one in view.writes.values() if (told := written_document(one)) is not None],
        code_status=view.code_status,
    )  # fmt: skip


def snapshot_document(ward: WardView, patients: Iterable[PatientView], silent_s: float | None) -> SnapshotDocument:
    """The whole ward. ``silent_s``: real seconds since the engine last wrote; None for a recording."""
    return SnapshotDocument(
        schema=SNAPSHOT, watermark=ward.watermark, monitoring=monitored(ward, silent_s),  # type: ignore[arg-type]
        silent_s=None if silent_s is None else round(silent_s, 3), engine=ward.engine, ward=ward.name,
        source=ward.source, tz=ward.tz, at=iso(ward.now), seq=ward.seq, counts=counts_document(ward),
        patients=[patient_document(view) for view in patients], notice=ward.notice, beds=list(ward.beds),
        empty_beds=list(ward.empty), flood=flood_document(ward), server=server_document(ward.link),
    )  # fmt: skip


def flood_document(ward: WardView) -> FloodNowDocument | None:
    """The flood of alarms, while one lasts."""
    return None if ward.flood is None else FloodNowDocument(iso(ward.flood.since), ward.flood.alarms)


def counts_document(ward: WardView) -> CountsDocument:
    """The ward in numbers."""
    return CountsDocument(
        patients=ward.patients, home=ward.home, high=ward.counts.get(Priority.HIGH, 0),
        medium=ward.counts.get(Priority.MEDIUM, 0), low=ward.counts.get(Priority.LOW, 0), technical=ward.technical,
        unacknowledged=ward.unacknowledged, refused=ward.refused, undelivered=ward.undelivered,
        doses_due=ward.doses.due, doses_overdue=ward.doses.overdue, doses_missed=ward.doses.missed,
        unconfirmed=ward.unconfirmed, unwritten=ward.unwritten,
    )  # fmt: skip
