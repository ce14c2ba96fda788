"""The JSON that a webhook or a command gets, one alarm that nobody answers: ``iomt-tui schema escalation``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.notification import Errand
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.engine.sending.chain import Step
from iomt_tui.security.text import safe_text
from iomt_tui.ward.fold import Ward

ESCALATION: Final = "iomt-tui/escalation/1"
_KNOWN: Final = frozenset({"", "DEMO", "REPLAY", "TEST"})


@dataclass(frozen=True, slots=True)
class EscalatedAlarm:
    """The alarm."""

    ref: list[str | int]
    """What an acknowledgement would name: patient, parameter, kind, episode, revision. The patient is "" unless
    the step identifies by name."""
    text: str
    """In words."""
    priority: Literal["low", "medium", "high"]
    """How urgent."""
    technical: bool
    """Whether it is about the equipment rather than the patient."""
    value: float | None
    """The value that raised it, in unit."""
    limit: float | None
    """The limit it passed, in unit."""
    unit: str
    """UCUM unit of both; "" where there is none."""
    over: bool
    """Whether the condition has ended; nobody has acknowledged it all the same."""
    onset: str
    """When the condition began, ISO 8601 UTC."""
    raised: str
    """When it was announced."""


@dataclass(frozen=True, slots=True)
class EscalatedPatient:
    """Whose alarm it is, no more than the step's ``identify`` allows."""

    bed: str
    """The bed, or place at home."""
    name: str | None
    """Family name, given name; null unless identify = "name"."""


@dataclass(frozen=True, slots=True)
class EscalationDocument:
    """One alarm on its way to people who do not look at a screen."""

    schema: Literal["iomt-tui/escalation/1"]
    """Name and version of this shape."""
    key: str
    """The same for every attempt to deliver this: drop what you have had."""
    watermark: Literal["", "DEMO", "REPLAY", "TEST"]
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    ward: str
    """The ward's name."""
    level: int
    """1 to 3: how often the alarm has been passed on."""
    step: str
    """The step of the chain that sends this."""
    age_s: float
    """Seconds since the alarm was raised."""
    at: str
    """When this was made, ISO 8601 UTC."""
    alarm: EscalatedAlarm
    """The alarm."""
    patient: EscalatedPatient
    """Whose it is."""


def document(ward: Ward, step: Step, errand: Errand, now: int) -> EscalationDocument:
    """The document of an errand at log time ``now``. Raises KeyError when the patient or the alarm is not known."""
    patient = ward.patients[errand.ref.patient]
    alarm = patient.alarms[errand.ref.key]
    named = step.identify == "name"
    name = patient.full_name if named else None
    whose = EscalatedPatient(patient.bed, name)
    return EscalationDocument(
        schema=ESCALATION, key=errand.key(alarm.onset), watermark=_mark(ward.watermark), ward=ward.name,
        level=errand.level, step=step.name,
        age_s=max(0, now - alarm.raised) / 1000, at=iso(now), alarm=_alarm(alarm, named), patient=whose,
    )  # fmt: skip


def trial_document(ward: str, step: Step, now: int) -> EscalationDocument:
    """A document about nobody, marked TEST, with which a chain is tried."""
    ref = Ref("", "hr", "high", 1, 1)
    alarm = Alarm(ref, "unack", Priority(max(step.priorities, default=3)), False, 140.0, 130.0, now, now)
    return EscalationDocument(
        schema=ESCALATION, key=Errand(ref, step.level, safe_text(step.name)).key(now), watermark="TEST", ward=ward,
        level=step.level, step=step.name, age_s=0.0, at=iso(now), alarm=_alarm(alarm, named=False),
        patient=EscalatedPatient("TEST", None),
    )  # fmt: skip


def _alarm(alarm: Alarm, named: bool) -> EscalatedAlarm:
    patient, param, kind, episode, rev = alarm.ref
    vital = VITALS.get(alarm.ref.param)
    return EscalatedAlarm(
        ref=[patient if named else "", param, kind, episode, rev], text=words(alarm),
        priority=alarm.priority.name.lower(),  # type: ignore[arg-type]
        technical=alarm.technical, value=alarm.value, limit=alarm.limit, unit=vital.unit if vital else "",
        over=alarm.over, onset=iso(alarm.onset), raised=iso(alarm.raised),
    )  # fmt: skip


def words(alarm: Alarm) -> str:
    """What is wrong, in catalogue units: "SpO2 84 % below 90 %", "NEWS2 9, limit 7", "chest patch: no data"."""
    param, kind = alarm.ref.param, alarm.ref.kind
    vital = VITALS.get(param)
    was = "was: " if alarm.over else ""
    if alarm.value is None or alarm.limit is None or kind not in ("low", "high"):
        about = vital.name if vital else "NEWS2" if param == "news2" else ""
        told = safe_text(alarm.detail or kind, 80)
        return f"{was}{told}" if not about or about.casefold() in told.casefold() else f"{was}{about}: {told}"
    if vital is None:
        return f"{was}NEWS2 {alarm.value:.0f}, limit {alarm.limit:.0f}"
    side = "below" if kind == "low" else "above"
    return f"{was}{vital.name} {alarm.value:g} {side} {alarm.limit:g} {vital.unit}".rstrip()


def _mark(mark: str) -> Literal["", "DEMO", "REPLAY", "TEST"]:
    return mark if mark in _KNOWN else "TEST"  # type: ignore[return-value]


def iso(at: int) -> str:
    """Log time ``at`` (ms) as ISO 8601, UTC, to the millisecond."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
