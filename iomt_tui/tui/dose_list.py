"""The rows of the medication round: which doses, in which section, in what order, and what a filter leaves. Pure.

Every number that the page tells is the length of one of these lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, NamedTuple

from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.checks import Finding, Intent, Known, clock, findings
from iomt_tui.clinical.medication.expansion import local_day, zone_of
from iomt_tui.clinical.medication.lists import MISSED_FOR
from iomt_tui.clinical.medication.needed import AsNeeded, Drip
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.relevant import Measured
from iomt_tui.clinical.medication.status import OPEN, Dose, Status
from iomt_tui.security.text import SafeText
from iomt_tui.tui.cycle import Cycle
from iomt_tui.tui.filtering import Facts, fits
from iomt_tui.tui.ordering import natural
from iomt_tui.tui.widgets.written_words import worst
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.medication import measured
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.view import Severity
from iomt_tui.ward.writes import CONFLICT, Written

AHEAD: Final = 4 * HOUR
"""How far ahead (ms) the round looks."""

ALERT: Final = frozenset({"alert", "high-alert"})
"""What finds the drugs that take a second person."""

_WARNS: Final = frozenset({"hold", "old", "unknown", "allergy", "on-hold", "maximum", "interval", "again"})
"""Findings that a row tells before anybody asks; the others follow from its time, or from what is typed."""


class Section(Cycle):
    """What part of the doses is shown."""

    TODO = "to do"  # what is due now, overdue or contradictory
    DUE = "due now"
    OVERDUE = "overdue"
    NEXT = "next 4 h"
    GIVEN = "given"
    NOT_GIVEN = "not given"
    NEEDED = "as needed"  # PRN, and infusions that run


class RoundOrder(Cycle):
    """What the rows are ordered by."""

    TIME = "by time"
    BED = "by bed"


class DoseId(NamedTuple):
    """What a row stands for: one dose of one order of one patient; ``due`` (ms) is None where it has no time."""

    patient: str
    order: str
    due: int | None


@dataclass(frozen=True, slots=True)
class DoseItem:
    """One row: a dose that has a time, or an order as needed, or an infusion that runs; exactly one of the three."""

    id: DoseId
    bed: SafeText
    name: SafeText
    home: bool
    order: Order
    warnings: tuple[Finding, ...]  # against giving it now
    dose: Dose | None = None
    needed: AsNeeded | None = None
    drip: Drip | None = None
    written: Written | None = None  # how the record of it stands on the ward's server

    @property
    def called(self) -> str:
        """Bed and name of the patient."""
        return f"{self.bed} {self.name}".strip() or self.id.patient

    @property
    def status(self) -> Status | None:
        """Of a dose with a time; an infusion runs; as needed has none."""
        if self.dose is not None:
            return self.dose.status
        return Status.RUNNING if self.drip is not None else None

    @property
    def amount(self) -> str:
        """How much is to be given, as a chart writes it."""
        if self.drip is not None and self.drip.rate is not None:
            return str(self.drip.rate)
        return str(self.dose.slot.dose if self.dose is not None else self.order.dose)


def read(ward: Ward, now: int, user: str) -> dict[Section, list[DoseItem]]:
    """Every section's rows at log time ``now``, in no order. ``user``: who would give them."""
    out: dict[Section, list[DoseItem]] = {section: [] for section in Section}
    for patient, state in ward.patients.items():
        if not state.medication.orders:
            continue
        view, zone = ward.medication(patient, now), zone_of(ward.tz)
        vitals = measured(state.series, now)
        writes = state.writes.by_op()
        for dose in view.doses:
            written = _written(state, dose, writes)
            for section in _sections(dose, now, written):
                warnings = () if section in (Section.GIVEN, Section.NOT_GIVEN) else _warnings(
                    state, dose.order, known(state, dose.order, dose, vitals, now, zone), user
                )  # fmt: skip
                out[section].append(_item(state, dose.order, warnings, dose=dose, written=written))
        for one in view.needed:
            warnings = _warnings(state, one.order, known(state, one.order, None, vitals, now, zone), user)
            last = writes.get(one.last.id) if one.last is not None else None
            out[Section.NEEDED].append(_item(state, one.order, warnings, needed=one, written=last))
        for drip in view.drips:
            if drip.running:
                records = state.medication.of(drip.order.id) if writes else ()
                last = writes.get(records[-1].id) if records else None
                out[Section.NEEDED].append(_item(state, drip.order, (), drip=drip, written=last))
    return out


def known(
    state: PatientState, order: Order, dose: Dose | None, vitals: Mapping[str, Measured], now: int, zone: tzinfo
) -> Known:  # fmt: skip
    """What the checks of a dose look at."""
    slot = dose.slot if dose is not None and dose.scheduled else None
    return Known(now, zone, slot, state.medication.of(order.id), vitals, state.allergies)


def _warnings(state: PatientState, order: Order, about: Known, user: str) -> tuple[Finding, ...]:
    due = about.slot.due if about.slot is not None else None
    found = findings(order, Intent(adm.GIVEN, user, about.now, due), about)
    return tuple(one for one in found if one.code in _WARNS)


def _item(
    state: PatientState, order: Order, warnings: tuple[Finding, ...], *, dose: Dose | None = None,
    needed: AsNeeded | None = None, drip: Drip | None = None, written: Written | None = None,
) -> DoseItem:  # fmt: skip
    one = DoseId(state.id, order.id, dose.due if dose is not None else None)
    return DoseItem(one, state.bed, state.name, state.home, order, warnings, dose, needed, drip, written)


def _written(state: PatientState, dose: Dose, writes: Mapping[str, Written]) -> Written | None:
    """How the records of a dose stand on the server: those that stand here, and the newest of all."""
    if not writes:
        return None
    records = [record for record in state.medication.of(dose.order.id) if record.due == dose.due]
    ids = {record.id for record in (*dose.records, *records[-1:])}
    return worst(writes[one] for one in ids if one in writes)


def _sections(dose: Dose, now: int, written: Written | None = None) -> Iterator[Section]:
    """Where a dose stands. One that is not due yet is never among those that are overdue or not given; one whose
    record the server contradicts is to be looked at."""
    status = dose.status
    listed = status in OPEN or status in (Status.MISSED, Status.CONFLICT)
    if written is not None and written.state == CONFLICT and dose.due >= now - MISSED_FOR and not listed:
        yield Section.TODO
    if status in OPEN:
        yield Section.TODO
        yield Section.OVERDUE if status is Status.LATE else Section.DUE
    elif status in (Status.MISSED, Status.CONFLICT):
        if dose.due >= now - MISSED_FOR:
            yield Section.TODO
            yield Section.OVERDUE
    elif status is Status.FUTURE:
        if dose.due - now <= AHEAD:
            yield Section.NEXT
    elif status in (Status.REFUSED, Status.NOT_AVAILABLE) or (status is Status.HELD and dose.window.opens <= now):
        yield Section.NOT_GIVEN
    elif status is Status.HELD and dose.due - now <= AHEAD:
        yield Section.NEXT
    elif status in (Status.GIVEN, Status.GIVEN_EARLY, Status.GIVEN_LATE, Status.RUNNING, Status.STOPPED):
        yield Section.GIVEN


def due_clock(at: int, now: int, zone: tzinfo) -> str:
    """When a dose is due: "10:00", and with its day, "Sat 12:00", where that is not the day of ``now``: one order has
    doses at the same time of every day."""
    day = local_day(at, zone)
    return clock(at, zone) if day == local_day(now, zone) else f"{day:%a} {clock(at, zone)}"


def chosen(items: Iterable[DoseItem], query: str, mine: Collection[str]) -> list[DoseItem]:
    """The rows that every word of ``query`` fits: name, bed, drug, route, status, class of drug, home, mine."""
    tokens = query.casefold().split()
    return [item for item in items if all(_fits(token, item, mine) for token in tokens)]


def _fits(token: str, item: DoseItem, mine: Collection[str]) -> bool:
    if fits(token, Facts(item.name, item.bed, item.home, Severity.NONE, False), item.id.patient in mine):
        return True
    words = (
        item.order.drug.name,
        item.order.route,
        *item.order.drug.classes,
        item.status.value if item.status else "prn",
    )
    return any(token in word.casefold() for word in words) or (item.order.drug.high_alert and token in ALERT)


_URGENT: Final = (Status.CONFLICT, Status.LATE, Status.MISSED)


def arranged(items: Iterable[DoseItem], order: RoundOrder, section: Section) -> tuple[DoseId, ...]:
    """The rows' ids: contradictions and overdue ones first, then as they are due (the newest first once settled), or
    bed after bed. Equal ones by bed, then by id, so never at random."""

    def place(item: DoseItem) -> tuple[object, ...]:
        status, due = item.status, item.id.due or 0
        urgent = _URGENT.index(status) if status in _URGENT else len(_URGENT)
        time = (urgent, -due if section in (Section.GIVEN, Section.NOT_GIVEN) else due)
        bed = natural(item.bed)
        rest = (item.id.patient, item.order.drug.name.casefold(), item.id.order)
        return (bed, item.id.patient, *time, *rest) if order is RoundOrder.BED else (*time, bed, *rest)

    return tuple(item.id for item in sorted(items, key=place))
