"""What happened beside the curves: alarms as stretches of time, and what was done, given and noted as marks. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from iomt_tui.alarms.model import Alarm, Key
from iomt_tui.alarms.suppression import PAUSE, SHELVE, STANDBY
from iomt_tui.clinical.medication.administration import EFFECT, GIVEN, Administration, standing
from iomt_tui.clinical.medication.administration import NOT_GIVEN as MISSED
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.chronicle import CORRECTION, WRITTEN
from iomt_tui.ward.story.medication import RATE, RATE_STOPPED
from iomt_tui.ward.story.medication import TAKEN as TAKEN_AT_HOME
from iomt_tui.ward.story.timeline import Category, Event, Told
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
    about = _condition(alarm.ref.param, alarm.ref.kind)
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


def told_of(told: Told, state: PatientState, now: int) -> tuple[tuple[Episode, ...], tuple[Mark, ...]]:
    """Alarms and marks as the log tells them up to log time ``now`` (ms), with what the fold still knows from before.

    What was corrected or taken back is left out: it stands in the timeline.
    """
    events = [one for one in told.events if one.logged <= now]
    void = {one.replaces for one in events if one.replaces and one.what != EFFECT}
    alarms = [one.step.alarm for one in events if one.step is not None and one.step.alarm is not None]
    marks = [mark for one in events if one.record not in void and (mark := _mark(one)) is not None]
    before = [mark for mark in known_marks(state) if mark.at < told.begins and mark.what != TAKEN]
    return (
        episodes_of([*alarms, *state.alarms.values()]),
        tuple(sorted([*before, *marks], key=lambda mark: (mark.at, mark.what))),
    )


_DOSES: Final = {
    GIVEN: DOSE, RATE: DOSE, RATE_STOPPED: DOSE, TAKEN_AT_HOME: DOSE, **dict.fromkeys(sorted(MISSED), NOT_GIVEN),
}  # fmt: skip


def known_since(told: Told | None, start: int) -> int | None:
    """From when on (ms) everything that happened is known; None where that is before ``start``."""
    if told is None:
        return None
    since = told.events[0].at if told.dropped and told.events else told.begins
    return since if since > start else None


_QUIET: Final = {PAUSE: "sound paused", SHELVE: "shelved", STANDBY: "standby"}


def _mark(one: Event) -> Mark | None:
    """An event as a mark; None for one that has no place on a time axis."""
    what = ""
    if one.category is Category.DOSE:
        what = _DOSES.get(one.what, "")
    elif one.category is Category.NOTE:
        what = NOTE if one.what in (WRITTEN, CORRECTION) else ""
    elif one.category is Category.LIMITS:
        what = LIMITS
    else:
        what = {steps.TAKEN: TAKEN, steps.QUIET: QUIET, steps.ESCALATED: ESCALATED}.get(one.what, "")
    if not what:
        return None
    if one.step is not None:
        if what == QUIET and one.step.detail not in _QUIET:
            return None  # the alarm system's own, not a deed
        param, kind = one.step.key.param, one.step.key.kind
        detail = _QUIET[one.step.detail] if what == QUIET else ""
        said = safe_text(", ".join(part for part in (detail, one.words) if part), 200)
        return Mark(one.at, what, _condition(param, kind), said, one.by)
    about = one.about
    if one.setting is not None:
        about = _label(one.setting.vital)
    words = safe_text(f"{one.what.replace('-', ' ')} {one.words}", 200) if what == NOT_GIVEN else one.words
    return Mark(one.at, what, about, words, one.by)


def _condition(param: str, kind: str) -> SafeText:
    """A condition by name: "SpO2 low"."""
    return safe_text(f"{_label(param)} {kind.replace('-', ' ')}".strip(), 60)


def _label(param: str) -> SafeText:
    return safe_text(VITALS[param].label if param in VITALS else param.upper(), 40)
