"""What happened beside the curves: alarms as stretches of time, and what was done, given and noted as marks. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from iomt_tui.alarms.model import Alarm, Key
from iomt_tui.clinical.medication.administration import EFFECT, GIVEN, Administration, standing
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.view import NOTHING

TAKEN, DOSE, NOT_GIVEN, NOTE, LIMITS, QUIET, ESCALATED = (
    "taken", "dose", "not-given", "note", "limits", "quiet", "escalated",
)  # fmt: skip
WHATS: Final = (TAKEN, DOSE, NOT_GIVEN, NOTE, LIMITS, QUIET, ESCALATED)
"""What a mark may tell of, the most telling last where two share a place."""


class Episode(NamedTuple):
    """An alarm from when it was announced until it was over (ms). ``alarm``: as it was announced last."""

    start: int
    end: int | None  # None: in force
    priority: int  # 1 low, 2 medium, 3 high: the highest that it had
    alarm: Alarm


class Mark(NamedTuple):
    """One thing that was done or noted. ``at``: ms UTC; which fields mean something depends on ``what``."""

    at: int
    what: str  # one of WHATS
    about: SafeText = NOTHING  # alarm condition, drug with dose, vital
    words: SafeText = NOTHING  # note, reason
    by: SafeText = NOTHING


def episodes_of(alarms: Iterable[Alarm]) -> tuple[Episode, ...]:
    """The episodes of ``alarms`` as they were announced one after the other, oldest first."""
    found: dict[tuple[Key, int], Episode] = {}
    for alarm in alarms:
        place = alarm.ref.key, alarm.ref.episode
        before = found.get(place)
        over = alarm.ended if alarm.state in ("normal", "latched") else None
        start, priority = (before.start, before.priority) if before is not None else (alarm.raised, 0)
        found[place] = Episode(start, over, max(int(alarm.priority), priority), alarm)
    return tuple(sorted(found.values(), key=lambda one: (one.start, -one.priority)))


def known_episodes(state: PatientState) -> tuple[Episode, ...]:
    """Of each condition the newest alarm, as far as the fold knows it."""
    return episodes_of(state.alarms.values())


def known_marks(state: PatientState) -> tuple[Mark, ...]:
    """Acknowledgements of the alarms that are known, doses and notes, oldest first."""
    marks = [taken(alarm) for alarm in state.alarms.values() if alarm.acked_at is not None]
    marks += doses(state)
    marks += [Mark(note.at, NOTE, words=note.text, by=note.by) for note in state.notes]
    return tuple(sorted(marks, key=lambda mark: (mark.at, mark.what)))


def taken(alarm: Alarm) -> Mark:
    """The acknowledgement of an alarm."""
    param, kind = alarm.ref.param, alarm.ref.kind.replace("-", " ")
    about = safe_text(f"{VITALS[param].label if param in VITALS else param.upper()} {kind}", 60)
    return Mark(alarm.acked_at or alarm.raised, TAKEN, about, safe_text(alarm.note, 120), safe_text(alarm.by, 40))


def doses(state: PatientState) -> list[Mark]:
    """What was given, and what was not, by the records that nothing has corrected."""
    known = state.medication
    return [
        _dose(record, known.orders[order].drug.name)
        for order, own in known.records.items()
        if order in known.orders
        for record in standing(own.values())
        if record.what != EFFECT
    ]


def _dose(record: Administration, drug: SafeText) -> Mark:
    about = safe_text(f"{drug} {record.dose or ''}".rstrip(), 80)
    if record.what == GIVEN:
        return Mark(record.at, DOSE, about, record.reason, record.by)
    words = record.what.replace("-", " ")
    return Mark(record.at, NOT_GIVEN, about, safe_text(f"{words} {record.reason}".rstrip(), 120), record.by)
