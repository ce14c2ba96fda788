"""What happened to one patient, in order: the events of a timeline, and the marks on a time axis. Pure.

:class:`iomt_tui.ward.story.chronicle.Chronicle` makes the events of the log's entries; :func:`timeline_of` puts them in
order, tells what was corrected, and adds the observations hour by hour from the fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from iomt_tui.alarms.settings import Setting
from iomt_tui.security.text import SafeText
from iomt_tui.ward.transitions import Transition
from iomt_tui.ward.view import NOTHING

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
    lasted: int | None = None  # ms
    step: Transition | None = None  # of an alarm, its acknowledgement, a suppression, an escalation
    setting: Setting | None = None  # of limits
    hour: Hour | None = None  # of observations


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
