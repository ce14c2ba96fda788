"""What happened to one patient, in order: the events of a timeline, and the marks on a time axis. Pure.

:class:`iomt_tui.ward.story.chronicle.Chronicle` makes events of the log's entries; :func:`timeline_of` puts them in
order, tells what was corrected, and adds the observations hour by hour from the fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.medication.administration import EFFECT
from iomt_tui.security.text import SafeText
from iomt_tui.ward.exports import Export
from iomt_tui.ward.transitions import Transition
from iomt_tui.ward.view import NOTHING

if TYPE_CHECKING:
    from iomt_tui.ward.fold import Ward
    from iomt_tui.ward.state import PatientState

HOUR: Final = 3_600_000


class Category(StrEnum):
    """What an event is about."""

    VITALS = "vitals"  # observations, summarised hour by hour; scores of the server
    ALARM = "alarm"  # announced, again, risen, latched, over
    ACK = "acknowledgement"  # taken, taken back, seen
    QUIET = "suppression"  # sound paused, shelved, standby, held back, and the end of it
    ESCALATION = "escalation"  # to the next people, and whether they could be told
    LIMITS = "limits"
    DOSE = "medication"  # orders, administrations, doses taken at home, fills
    NOTE = "note"
    DEVICE = "device"
    EXPORT = "export"  # to a file, allowed or not
    RECORD = "record"  # admission, bed, identity, warnings, discharge
    SERVER = "server"  # what did not arrive there, what was charted, the line
    MONITORING = "monitoring"  # of the whole ward: the engine began, ended, nobody watched


class Span(NamedTuple):
    """One vital within an hour, in its catalogue unit: lowest, highest and last value, and when that was (ms)."""

    vital: str
    low: float
    high: float
    last: float
    at: int


class Hour(NamedTuple):
    """The observations of one hour. ``news2``: lowest and highest total known in it, None where none was."""

    start: int
    spans: tuple[Span, ...]
    news2: tuple[int, int] | None


class Fix(NamedTuple):
    """What corrected, or took back, a note or a record."""

    by: SafeText
    at: int
    record: str  # its own id


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Times are ms UTC; which fields mean something depends on ``category`` and ``what``."""

    id: str  # the place in the log, "seq.number"; "hour.start" of a summary: stays the same
    at: int  # when it happened
    logged: int  # log time at which the log heard of it; later than ``at`` where it was told afterwards
    category: Category
    what: str  # which of the category's, a word of :mod:`iomt_tui.ward.story.chronicle`
    about: SafeText = NOTHING  # drug, device, field of the record, what was written to the server
    words: SafeText = NOTHING  # note, reason, details
    before: SafeText = NOTHING  # what stood there before
    by: SafeText = NOTHING  # who did it
    origin: SafeText = NOTHING  # the backend that it came from, "" for this ward
    record: str = ""  # id of the note or the administration
    replaces: str = ""  # id of the record that it corrects or takes back
    fixed: Fix | None = None  # it was corrected, or taken back, by the end of the timeline
    also: tuple[Fix, ...] = ()  # of a note: further corrections of it, which did not know of that one
    crosses: Fix | None = None  # of such a further correction: the one that came before, and stands
    lasted: int | None = None  # ms
    step: Transition | None = None  # of an alarm, its acknowledgement, a suppression, an escalation
    setting: Setting | None = None  # of limits
    hour: Hour | None = None  # of observations
    export: Export | None = None  # of what left the screens


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened to ``patient`` from ``start`` to ``end`` (ms UTC), oldest first."""

    patient: str
    start: int
    end: int
    events: tuple[Event, ...]
    begins: int | None  # where the log begins, when that is later than ``start``
    dropped: int  # older events that had no room
    unreadable: int  # entries that could not be understood


def event(at: int, category: Category, what: str, **more: Any) -> Event:
    """An event before it has a place in the log; ``more``: its other fields."""
    return Event("", at, at, category, what, **more)


class Told(NamedTuple):
    """What the log has told of ``patient`` so far, in its order; ``begins``: where the log begins (ms)."""

    patient: str
    events: tuple[Event, ...]
    begins: int
    dropped: int = 0
    unreadable: int = 0


def timeline_of(told: Told, ward: Ward, now: int, span: int) -> Timeline:
    """What happened in the last ``span`` ms up to ``now``, as it was known at ``now``."""
    start = now - span
    known = [one for one in told.events if one.logged <= now]
    fixes = [one for one in known if one.replaces and one.what != EFFECT]
    stand = {one.replaces: one.crosses for one in fixes if one.crosses is not None}
    stand |= {one.replaces: _fix(one) for one in fixes if one.crosses is None}
    crossed: dict[str, dict[str, Fix]] = {}
    for one in fixes:
        if one.crosses is not None:
            crossed.setdefault(one.replaces, {}).setdefault(one.record, _fix(one))
    events = [_fixed(one, stand, crossed) for one in known if start <= one.at]
    state = ward.patients.get(told.patient)
    if state is not None:
        events += hours(state, start, now)
    events.sort(key=lambda one: (one.at, one.logged))
    begins = told.begins if told.begins > start else None
    return Timeline(told.patient, start, now, tuple(events), begins, told.dropped, told.unreadable)


def _fix(event: Event) -> Fix:
    return Fix(event.by, event.at, event.record)


def _fixed(event: Event, stand: dict[str, Fix], crossed: dict[str, dict[str, Fix]]) -> Event:
    """``event`` with what has corrected it."""
    fix = stand.get(event.record) if event.record else None
    return event if fix is None else replace(event, fixed=fix, also=tuple(crossed.get(event.record, {}).values()))


def hours(state: PatientState, start: int, now: int) -> Iterator[Event]:
    """The observations of a patient hour by hour, from the hour of ``start`` to the one of ``now``: each stands where
    its hour begins, and was told when that was over."""
    first = start // HOUR * HOUR
    count = (now - first) // HOUR + 1
    cells = {key: one.cells(first, HOUR, count, now) for key, one in state.series.items()}
    for number in range(count):
        at = first + number * HOUR
        spans = tuple(
            Span(key, cell.low, cell.high, cell.last, cell.at)
            for key, own in cells.items()
            if (cell := own[number]) is not None
        )
        if spans:
            hour = Hour(at, spans, _totals(state, at, at + HOUR))
            yield Event(f"hour.{at}", at, min(at + HOUR, now), Category.VITALS, "hour", hour=hour)


def _totals(state: PatientState, start: int, end: int) -> tuple[int, int] | None:
    """The lowest and highest NEWS2 from ``start`` to before ``end`` (ms), where any was known."""
    first, last = start // 60_000, end // 60_000
    before = [total for minute, total in state.news_history if minute <= first][-1:]
    found = [*before, *(total for minute, total in state.news_history if first < minute < last)]
    known = [total for total in found if total >= 0]
    return (min(known), max(known)) if known else None
