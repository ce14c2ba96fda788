"""The rows of the alarm page: which alarms, in which section, in what order, and what a filter leaves. Pure.

Every number that the page tells is the length of one of these lists (invariant I18).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from iomt_tui.alarms.grouping import AlarmGroup, grouped
from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.alarms.suppression import SHELVE, Suppression, lying_over
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import SafeText
from iomt_tui.tui.board.state import severity_of
from iomt_tui.tui.board.words import label
from iomt_tui.tui.cycle import Cycle
from iomt_tui.tui.filtering import Facts, fits
from iomt_tui.tui.ordering import natural
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import urgency
from iomt_tui.ward.missed import Missed
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.view import NOTHING
from iomt_tui.ward.writes import Written

RECENT: Final = 4 * 3_600_000
"""How long (ms) an alarm that is over stays on the page."""


class Section(Cycle):
    """What part of the alarms is shown."""

    FORCE = "in force"  # everything below but what is over: what the header counts
    WAITING = "nobody yet"
    TAKEN = "taken"
    SHELVED = "shelved"  # every shelf, also of a condition that is not in force just now
    LATCHED = "latched"
    RECENT = "recent"
    MISSED = "missed"


class Order(Cycle):
    """What the rows are ordered by."""

    URGENCY = "most urgent first"
    TIME = "newest first"
    BED = "by bed"


class RowId(NamedTuple):
    """What a row stands for. It stays when the alarm is announced anew; ``episode`` only where old ones are listed."""

    key: Key
    episode: int = 0


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """One row: the alarm as it is now, whose it is, what lies over it."""

    id: RowId
    alarm: Alarm
    bed: SafeText
    name: SafeText
    home: bool = False
    over: tuple[Suppression, ...] = ()  # its own, and those of its patient
    level: int = 0  # of escalation, of this announcement
    gone: bool = False  # the patient left the ward
    missed: bool = False  # announced while nobody looked
    written: Written | None = None  # how its acknowledgement stands on the ward's server

    @property
    def standing(self) -> bool:
        """Whether it is in force or latched."""
        return self.alarm.state != "normal"

    @property
    def shelved(self) -> bool:
        """Whether somebody has put it aside."""
        return any(one.what == SHELVE for one in self.over)

    @property
    def high(self) -> bool:
        """Whether no filter may hide it."""
        return self.standing and self.alarm.priority is Priority.HIGH


def read(ward: Ward, now: int, missed: Missed | None) -> dict[Section, list[AlarmItem]]:
    """Every section's rows at log time ``now``, in no order."""
    out: dict[Section, list[AlarmItem]] = {section: [] for section in Section}
    for patient, state in ward.patients.items():
        quiet = tuple(one for one in state.suppressions.values() if one.active(now))
        view = ward.view(patient, now) if any(a.state != "normal" for a in state.alarms.values()) else None
        for alarm in view.alarms if view is not None else ():
            written = view.written.get(alarm.ref) if view is not None else None
            item = replace(_item(state, alarm, quiet), written=written)
            out[Section.FORCE].append(item)
            out[_part(item)].append(item)
        for alarm in state.alarms.values():
            if alarm.state == "normal":
                _over(out, _item(state, alarm, quiet), now)
    out[Section.MISSED] = list(_missed(ward, missed)) if missed is not None else []
    return out


def _item(state: PatientState, alarm: Alarm, quiet: tuple[Suppression, ...]) -> AlarmItem:
    step = state.escalated.get(alarm.ref.key)
    level = step.level if step is not None and step.ref == alarm.ref else 0
    over = lying_over(alarm.ref.key, quiet)
    return AlarmItem(RowId(alarm.ref.key), alarm, state.bed, state.name, state.home, over, level)


def _part(item: AlarmItem) -> Section:
    if item.shelved:
        return Section.SHELVED
    return {"acked": Section.TAKEN, "latched": Section.LATCHED}.get(item.alarm.state, Section.WAITING)


def _over(out: dict[Section, list[AlarmItem]], item: AlarmItem, now: int) -> None:
    """An alarm that is over: on the shelf still, recent, or of no interest any more."""
    if item.shelved:
        out[Section.SHELVED].append(item)
    ended = item.alarm.ended
    if ended is not None and now - ended < RECENT:
        out[Section.RECENT].append(item)


def _missed(ward: Ward, missed: Missed) -> Iterator[AlarmItem]:
    for one in missed.episodes:
        state = ward.patients.get(one.key.patient)
        episode = one.first.ref.episode
        now = state.alarms.get(one.key) if state is not None else None
        same = now is not None and now.ref.episode == episode
        alarm = now if now is not None and same else replace(one.first, state="normal", ended=one.ended, by=one.by)
        bed, name = missed.people.get(one.key.patient, (NOTHING, SafeText(one.key.patient)))
        item = AlarmItem(RowId(one.key, episode), alarm, bed, name, gone=state is None, missed=True)
        if state is not None:
            item = replace(item, bed=state.bed, name=state.name, home=state.home)
        yield replace(item, level=1 if (one.key, episode) in missed.escalated else 0)


class Filtered(NamedTuple):
    """The rows that stay, and how many of them only because they are high."""

    shown: list[AlarmItem]
    kept: int


def chosen(items: Iterable[AlarmItem], query: str, mine: Collection[str]) -> Filtered:
    """The rows that every word of ``query`` fits, and every high alarm in force."""
    tokens = query.casefold().split()
    shown, kept = [], 0
    for item in items:
        found = all(_fits(token, item, mine) for token in tokens)
        if found or item.high:
            shown.append(item)
            kept += not found
    return Filtered(shown, kept)


def _fits(token: str, item: AlarmItem, mine: Collection[str]) -> bool:
    severity = severity_of(item.alarm)
    if fits(token, Facts(item.name, item.bed, item.home, severity, item.high), item.id.key.patient in mine):
        return True
    param, kind = item.id.key.param, item.id.key.kind
    named = VITALS[param].name if param in VITALS else ""
    return any(token in word.casefold() for word in (label(param), named, kind, item.alarm.detail))


def arranged(items: Iterable[AlarmItem], order: Order) -> tuple[RowId, ...]:
    """The rows' ids in ``order``; equal ones by bed, then by id, so never at random."""

    def place(item: AlarmItem) -> tuple[object, ...]:
        bed = (natural(item.bed), item.id)
        newest = -(item.alarm.ended or item.alarm.raised if not item.standing else item.alarm.raised)
        if order is Order.BED:
            return (*bed[:1], urgency(item.alarm), item.id)
        if order is Order.TIME:
            return (newest, *bed)
        return (not item.standing, *urgency(item.alarm)[:3], newest, *bed)

    return tuple(item.id for item in sorted(items, key=place))


def gathered(
    ids: Sequence[RowId], items: Mapping[RowId, AlarmItem], unfolded: Collection[str]
) -> tuple[tuple[RowId, ...], dict[RowId, AlarmGroup]]:
    """The rows while alarms flood in (SAFETY T32): HIGH ones by themselves and first, each patient's others in one.

    A row of several stands for its patient, see :func:`group_id`. ``unfolded``: patients whose alarms stay apart.
    """
    rows, groups = [], {}
    known = {items[one].alarm.ref: one for one in ids}
    for group in grouped([items[one].alarm for one in ids]):
        if group.single or group.patient in unfolded:
            rows += [known[alarm.ref] for alarm in group.alarms]
        else:
            rows.append(group_id(group.patient))
            groups[rows[-1]] = group
    return tuple(rows), groups


def group_id(patient: str) -> RowId:
    """What the row stands for that several alarms of one patient share."""
    return RowId(Key(patient, "", ""))


def counts(items: Iterable[AlarmItem]) -> Mapping[Priority | None, int]:
    """How many of each priority, and under None how many technical ones."""
    out: dict[Priority | None, int] = {}
    for item in items:
        word = None if item.alarm.technical else item.alarm.priority
        out[word] = out.get(word, 0) + 1
    return out
