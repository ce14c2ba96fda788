"""The rows of the timeline: which events a section shows, and what a search leaves of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from iomt_tui.tui.cycle import Cycle
from iomt_tui.tui.widgets.header import zone
from iomt_tui.ward.story.event_words import TAG, said
from iomt_tui.ward.story.step_words import Voice
from iomt_tui.ward.story.timeline import Category, Event

HOUR: Final = 3_600_000
SPANS: Final = tuple(HOUR * hours for hours in (4, 12, 24, 72, 168))
"""How far back (ms) the timeline can reach."""


class Section(Cycle):
    """What part of the events is shown."""

    ALL = "all"
    ALARMS = "alarms"
    DOSES = "doses"
    NOTES = "notes"
    DEVICES = "devices"
    VITALS = "vitals"
    OTHER = "other"


SHORT: Final = {
    Section.ALL: "all", Section.ALARMS: "alarm", Section.DOSES: "dose", Section.NOTES: "note", Section.DEVICES: "dev",
    Section.VITALS: "obs", Section.OTHER: "else",
}  # fmt: skip

_OF: Final[Mapping[Category, Section]] = {
    **dict.fromkeys(
        (Category.ALARM, Category.ACK, Category.QUIET, Category.ESCALATION, Category.LIMITS), Section.ALARMS
    ),
    **dict.fromkeys((Category.EXPORT, Category.RECORD, Category.SERVER, Category.MONITORING), Section.OTHER),
    Category.DOSE: Section.DOSES, Category.NOTE: Section.NOTES, Category.DEVICE: Section.DEVICES,
    Category.VITALS: Section.VITALS,
}  # fmt: skip


def counted(events: Iterable[Event]) -> dict[Section, int]:
    """How many events each section has."""
    numbers = dict.fromkeys(Section, 0)
    for event in events:
        numbers[_OF[event.category]] += 1
        numbers[Section.ALL] += 1
    return numbers


class Texts:
    """What is searched of each event, remembered: a search asks for all of them at each key."""

    def __init__(self) -> None:
        self._voice: Voice | None = None
        self._known: dict[str, tuple[Event, str]] = {}

    def of(self, event: Event, voice: Voice) -> str:
        """Everything that is said of an event, and of what kind it is, without capitals."""
        if voice != self._voice:
            self._voice, self._known = voice, {}
        known = self._known.get(event.id)
        if known is None or known[0] != event:
            whole = f"{said(event, voice).whole} {TAG[event.category]} {event.category}"
            known = self._known[event.id] = (event, whole.casefold())
        return known[1]


def chosen(events: Iterable[Event], section: Section, query: str, voice: Voice, texts: Texts) -> list[Event]:
    """The events of a section in which every word of ``query`` stands, in the order given."""
    words = query.casefold().split()
    own = (event for event in events if section in (Section.ALL, _OF[event.category]))
    return [event for event in own if not words or all(word in texts.of(event, voice) for word in words)]


def days_begin(events: Iterable[Event], tz: str) -> frozenset[str]:
    """The ids of those events, in the order given, that are the first of their day of the ward's clock."""
    where, day, found = zone(tz), None, set()
    for event in events:
        its = datetime.fromtimestamp(event.at // 1000, where).date()
        if its != day:
            found.add(event.id)
            day = its
    return frozenset(found)
