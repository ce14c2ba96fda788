"""A stretch of the log as a document: the JSON of ``alarms``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iomt_tui.alarms.burden import TARGET, Burden
from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.model import Key, Priority
from iomt_tui.alarms.whatif import Comparison, Missed, Tally
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.alarm_documents import (
    ALARMS,
    AlarmsDocument,
    BurdenDocument,
    ChatterDocument,
    ComparisonDocument,
    CountDocument,
    EpisodeDocument,
    FloodDocument,
    MissedDocument,
    TallyDocument,
)
from iomt_tui.cli.headless.documents import PriorityWord
from iomt_tui.cli.headless.json_out import when
from iomt_tui.cli.headless.server_words import server_document, written_document
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward.burdens import burden_between
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History
from iomt_tui.ward.judge import device_view
from iomt_tui.ward.view import DeviceView, WardView
from iomt_tui.ward.writes import Written


def report(
    ward: WardView, history: History, patients: Iterable[str], compared: Iterable[Comparison] | None,
    ended: Ward | None = None,
) -> AlarmsDocument:  # fmt: skip
    """Everything about the alarms of ``patients`` in a closed ``history``. ``ended``: the ward at its end, to tell of
    its server."""
    chosen = set(patients)
    written = _written(ended, chosen) if ended is not None else {}
    announced = [alarm for alarm in history.announced if alarm.ref.patient in chosen]
    beds = {patient: str(history.patients[patient].bed) for patient in chosen}
    devices = [device_view(device) for device in history.devices.values()]
    figures = burden_between(history, 0, history.end, chosen)
    return AlarmsDocument(
        schema=ALARMS, watermark=ward.watermark, ward=ward.name, tz=ward.tz,  # type: ignore[arg-type]
        start=iso(history.start), end=iso(history.end), unreadable=history.unreadable,
        episodes=[_episode(one, beds, devices, written) for one in episodes(announced)], burden=_burden(figures),
        whatif=None if compared is None else [_comparison(one) for one in compared],
        server=server_document(ended.link) if ended is not None else None,
    )  # fmt: skip


def _word(priority: Priority) -> PriorityWord:
    return priority.name.lower()  # type: ignore[return-value]


def _mix(counts: Mapping[Priority, int]) -> dict[PriorityWord, int]:
    return {_word(priority): count for priority, count in counts.items()}


def _written(ward: Ward, patients: Iterable[str]) -> dict[tuple[Key, int], Written]:
    """Condition and episode -> how the newest acknowledgement of it stands on the server."""
    views = (ward.view(patient, ward.now) for patient in patients if patient in ward.patients)
    return {(ref.key, ref.episode): one for view in views for ref, one in view.written.items()}


def _episode(
    one: Episode, beds: Mapping[str, str], devices: list[DeviceView], written: Mapping[tuple[Key, int], Written]
) -> EpisodeDocument:
    first, key, answer = one.first, one.key, one.answer
    return EpisodeDocument(
        patient=safe_text(key.patient), bed=beds[key.patient], param=safe_text(key.param), kind=safe_text(key.kind),
        episode=first.ref.episode, text=words.condition(first, devices, {}), priority=_word(one.priority),
        technical=first.technical, value=first.value, limit=first.limit, onset=iso(one.onset), raised=iso(one.raised),
        ended=when(one.ended), announced=one.revisions, by=safe_text(one.by), acked_at=when(one.acked_at),
        intent=answer.intent if answer else "", note=safe_text(answer.note if answer else ""),  # type: ignore[arg-type]
        until=when(answer.until) if answer else None,
        written=written_document(written.get((key, first.ref.episode))),
    )  # fmt: skip


def _burden(found: Burden) -> BurdenDocument:
    return BurdenDocument(
        alarms=found.alarms, technical=found.technical, patient_hours=round(found.patient_hours, 4),
        per_patient_hour=found.per_patient_hour, acknowledged=found.acknowledged,
        ack_median_s=None if found.ack_median_ms is None else found.ack_median_ms / 1000, over=found.over,
        self_resolved=found.self_resolved, again=found.again,
        chattering=[
            ChatterDocument(safe_text(key.patient), safe_text(key.param), safe_text(key.kind), most)
            for key, most in found.chattering
        ],
        standing=found.standing, mix=_mix(found.mix), target={_word(p): share for p, share in TARGET.items()},
        beds=[CountDocument(safe_text(name), count) for name, count in found.beds], top_beds=found.top_beds,
        sensors=[CountDocument(safe_text(name), count) for name, count in found.sensors],
        floods=[FloodDocument(iso(one.start), when(one.end), one.alarms, one.peak) for one in found.floods],
        ack_p90_s=None if found.ack_p90_ms is None else found.ack_p90_ms / 1000,
        suppressed_patient_min={what: round(ms / 60_000, 2) for what, ms in found.suppressed.items()},
    )  # fmt: skip


def _comparison(found: Comparison) -> ComparisonDocument:
    return ComparisonDocument(
        vital=found.vital, watched_s=found.watched_ms / 1000, coverage=found.coverage, conclusive=found.conclusive,
        today=_tally(found.today), candidate=_tally(found.candidate), missed=[_missed(one) for one in found.missed],
        later=found.later, latest_s=found.latest_ms / 1000, quieter=found.quieter, added=found.added,
        unsure=found.unsure,
    )  # fmt: skip


def _tally(found: Tally) -> TallyDocument:
    return TallyDocument(found.alarms, found.minutes, _mix(found.mix))


def _missed(found: Missed) -> MissedDocument:
    one = found.episode
    return MissedDocument(
        patient=safe_text(one.key.patient), kind=one.key.kind, priority=_word(one.priority), onset=iso(one.onset),  # type: ignore[arg-type]
        worst=found.worst, depth=found.depth, length_s=found.length_ms / 1000,
    )  # fmt: skip
