"""What happened to one patient, in order: the twin of the page behind the digit 7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

from iomt_tui.alarms.model import Alarm
from iomt_tui.cli.headless.documents import PriorityWord
from iomt_tui.cli.headless.story.spoken import SpokenVoice
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso, time_of_day
from iomt_tui.ward.exports import Export
from iomt_tui.ward.story.event_words import Said, said
from iomt_tui.ward.story.timeline import Event, Span, Timeline

CategoryWord = Literal[
    "vitals", "alarm", "acknowledgement", "suppression", "escalation", "limits", "medication", "note", "device",
    "export", "record", "server", "monitoring",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventAlarmDocument:
    """The alarm that an event is about, as it was announced."""

    param: str
    """What it is about: a vital's key, news2, or a device's id."""
    kind: str
    """low, high, no-data, sensor-off, …"""
    episode: int
    """Counts how often the condition began."""
    priority: PriorityWord
    """Its priority then."""
    technical: bool
    """Whether it is about the equipment rather than the patient."""
    value: float | None
    """The value that raised it, in the vital's unit."""
    limit: float | None
    """The limit it passed."""


@dataclass(frozen=True, slots=True)
class SpanDocument:
    """One vital sign within an hour, in its catalogue unit."""

    vital: str
    """The vital sign: hr, spo2, …"""
    low: float
    """The lowest value."""
    high: float
    """The highest value."""
    last: float
    """The last one."""
    at: str
    """When that was: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class EventExportDocument:
    """What left the screens for a file, or was not allowed to."""

    page: str
    """The page: board, trends, …"""
    format: Literal["csv", "json", "text", "fhir", "svg"]
    """What it was written as."""
    start: str
    """The time that it is about: ISO 8601, UTC."""
    end: str
    """Its end; the same as start of a moment."""
    patients: int
    """How many patients are in it."""
    station: str
    """From where it was asked for; "" where that is not known."""
    file: str
    """The file's name."""
    bytes: int
    """Its size."""
    sha256: str
    """By which a file found somewhere can be told to be this one."""


@dataclass(frozen=True, slots=True)
class EventDocument:
    """One thing that happened."""

    id: str
    """Its place in the log; "hour." and a time of the observations of an hour."""
    at: str
    """When it happened: ISO 8601, UTC."""
    logged: str
    """When the ward heard of it."""
    category: CategoryWord
    """What it is about."""
    what: str
    """What happened, a word of the category: announced, taken, given, written, …"""
    about: str
    """A condition, a drug, a device, a part of the record."""
    text: str
    """What happened, in words; times are UTC."""
    by: str
    """Who did it."""
    origin: str
    """Of a note: the server it came from; "" for this ward."""
    record: str | None
    """The id of the note, the order or the administration."""
    replaces: str | None
    """The id of the record that it corrects or takes back."""
    corrected_by: str | None
    """The id of the record that corrects this one, or takes it back: then this is not to be read as what holds."""
    also_corrected_by: list[str]
    """Of a note: the ids of corrections that came after that one and did not know of it."""
    conflicts_with: str | None
    """Of a correction that came second: the id of the one that stands."""
    lasted_s: float | None
    """Seconds until somebody took an alarm or it was over; how late a dose was; how long nobody watched."""
    alarm: EventAlarmDocument | None
    """Of an alarm and what was done about it."""
    vitals: list[SpanDocument]
    """Of the observations of an hour."""
    export: EventExportDocument | None
    """Of an export."""


@dataclass(frozen=True, slots=True)
class TimelineDocument:
    """What happened to a patient, oldest first."""

    start: str
    """Where it begins: ISO 8601, UTC."""
    end: str
    """Where it ends."""
    log_begins: str | None
    """Where the log begins, when that is later than the start."""
    dropped: int
    """Older events that had no room."""
    unreadable: int
    """Entries of the log that could not be understood."""
    events: list[EventDocument]
    """By the time they happened."""


def document(view: Timeline) -> TimelineDocument:
    """The timeline; what was corrected is in it, and named as that."""
    voice = SpokenVoice(UTC, {})
    return TimelineDocument(
        start=iso(view.start), end=iso(view.end), log_begins=None if view.begins is None else iso(view.begins),
        dropped=view.dropped, unreadable=view.unreadable,
        events=[_event(one, said(one, voice, view.begins or 0)) for one in view.events],
    )  # fmt: skip


def _event(one: Event, words: Said) -> EventDocument:
    alarm = one.step.alarm if one.step is not None else None
    return EventDocument(
        id=one.id, at=iso(one.at), logged=iso(one.logged), category=one.category.value, what=one.what,
        about=words.about, text=" ".join(part for part in (words.words, words.after) if part), by=one.by,
        origin=one.origin, record=safe_text(one.record) or None, replaces=safe_text(one.replaces) or None,
        corrected_by=None if one.fixed is None else safe_text(one.fixed.record),
        also_corrected_by=[safe_text(other.record) for other in one.also],
        conflicts_with=None if one.crosses is None else safe_text(one.crosses.record),
        lasted_s=None if one.lasted is None else one.lasted / 1000, alarm=None if alarm is None else _alarm(alarm),
        vitals=[_span(span) for span in one.hour.spans] if one.hour is not None else [],
        export=None if one.export is None else _export(one.export),
    )  # fmt: skip


def _export(one: Export) -> EventExportDocument:
    return EventExportDocument(
        safe_text(one.what), one.form, iso(one.start), iso(one.end), len(one.patients), one.station,  # type: ignore[arg-type]
        safe_text(one.name), one.size, one.sha256,
    )  # fmt: skip


def _alarm(alarm: Alarm) -> EventAlarmDocument:
    return EventAlarmDocument(
        safe_text(alarm.ref.param), safe_text(alarm.ref.kind), alarm.ref.episode, _word(alarm), alarm.technical,
        alarm.value, alarm.limit,
    )  # fmt: skip


def _word(alarm: Alarm) -> PriorityWord:
    return alarm.priority.name.lower()  # type: ignore[return-value]


def _span(span: Span) -> SpanDocument:
    return SpanDocument(span.vital, span.low, span.high, span.last, iso(span.at))


def plain(view: Timeline, zone: tzinfo, units: Units) -> Iterator[str]:
    """One line an event, oldest first, a heading a day."""
    voice, day = SpokenVoice(zone, units), ""
    if view.begins is not None:
        yield f"The log begins at {time_of_day(view.begins, zone)}."
    if view.dropped:
        yield f"{view.dropped} older events are not kept."
    if view.unreadable:
        yield f"NOTICE: {view.unreadable} entries of the log could not be understood."
    if not view.events:
        yield "Nothing happened that is known."
    for one in view.events:
        if (its := f"{datetime.fromtimestamp(one.at // 1000, zone):%A %Y-%m-%d}") != day:
            day = its
            yield f"{day}:"
        yield f"  {time_of_day(one.at, zone)}  {one.category}: {said(one, voice, view.begins or 0).whole}"


def rows(view: Timeline) -> Iterator[Row]:
    """One row an event, oldest first; times are UTC."""
    yield [
        "time", "told", "category", "what", "about", "details", "by", "from", "record", "replaces", "corrected by",
        "also corrected by", "conflicts with", "lasted (s)",
    ]  # fmt: skip
    for one in document(view).events:
        yield [
            one.at, one.logged, one.category, one.what, one.about, one.text, one.by, one.origin, one.record,
            one.replaces, one.corrected_by, " ".join(one.also_corrected_by) or None, one.conflicts_with, one.lasted_s,
        ]  # fmt: skip
