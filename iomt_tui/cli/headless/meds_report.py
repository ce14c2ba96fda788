"""Views of medication as the document of ``meds --json``, and its words for ``--plain``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import Final

from iomt_tui.cli.headless.meds_documents import (
    MEDS,
    AmountDocument,
    DoseDocument,
    InfusionDocument,
    MedsDocument,
    NeededDocument,
    RecordDocument,
)
from iomt_tui.cli.headless.plain import WATERMARK
from iomt_tui.cli.headless.server_words import stands, written_document
from iomt_tui.cli.headless.words import dose_counts
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.checks import length
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.lists import NO_DOSES, DoseCounts, RoundRow, by_bed, by_time, waiting
from iomt_tui.clinical.medication.needed import AsNeeded, Drip
from iomt_tui.clinical.medication.status import LOOKS, Dose, Status
from iomt_tui.security.text import safe_text
from iomt_tui.times import clock_time, iso
from iomt_tui.ward.medication import MedicationView
from iomt_tui.ward.view import WardView
from iomt_tui.ward.writes import Written

NO_WRITES: Final[Mapping[str, Written]] = {}


def total(views: Sequence[MedicationView]) -> DoseCounts:
    """The counts of all of them."""
    found = NO_DOSES
    for view in views:
        found = found.plus(view.counts)
    return found


def rows(views: Sequence[MedicationView], *, due: bool, by: str) -> list[RoundRow]:
    """The doses of a list; ``due``: only those of the ward that somebody has to do something about."""
    found = [RoundRow(view.bed, dose) for view in views for dose in (waiting(view.doses) if due else view.doses)]
    beds = sorted({str(view.bed) for view in views}, key=lambda bed: (not bed[:1].isdigit(), len(bed), bed))
    if by == "bed":
        return by_bed(found, beds)
    return by_time(found, beds) if due else sorted(found, key=lambda row: (row.dose.due, row.bed, row.dose.order.id))


def report(
    ward: WardView, views: Sequence[MedicationView], *, due: bool, by: str, writes: Mapping[str, Written] = NO_WRITES
) -> MedsDocument:
    """The document; ``views`` are of the patients that were asked for, ``writes`` how their records (by id) stand on
    the ward's server."""
    sums = total(views)
    shown = [] if due else views
    return MedsDocument(
        schema=MEDS, watermark=ward.watermark, ward=ward.name, tz=ward.tz, at=iso(ward.now),  # type: ignore[arg-type]
        due=sums.due, overdue=sums.overdue, missed=sums.missed, conflicts=sums.conflicts,
        doses=[_dose(row, writes) for row in rows(views, due=due, by=by)],
        as_needed=[_needed(view, one, writes) for view in shown for one in view.needed],
        infusions=[_drip(view, one) for view in shown for one in view.drips],
    )  # fmt: skip


def _amount(quantity: Quantity | None) -> AmountDocument | None:
    return None if quantity is None else AmountDocument(quantity.value, quantity.unit)


def _when(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _record(record: Administration | None, writes: Mapping[str, Written]) -> RecordDocument | None:
    if record is None:
        return None
    return RecordDocument(
        id=safe_text(record.id), what=record.what, status=record.status, at=iso(record.at), by=record.by,  # type: ignore[arg-type]
        witness=record.witness, reason=record.reason, dose=_amount(record.dose),
        written=written_document(writes.get(record.id)),
    )  # fmt: skip


def _dose(row: RoundRow, writes: Mapping[str, Written]) -> DoseDocument:
    dose, order = row.dose, row.dose.order
    return DoseDocument(
        patient=safe_text(order.patient), bed=row.bed, order=safe_text(order.id), due=iso(dose.due),
        drug=order.drug.name, dose=AmountDocument(*dose.slot.dose), route=order.route, high_alert=order.drug.high_alert,
        status=dose.status.value, opens=iso(dose.window.opens),
        late_from=iso(dose.window.late), missed_from=iso(dose.window.missed),
        records=[told for record in dose.records if (told := _record(record, writes)) is not None],
        delayed=_record(dose.delayed, writes), corrected=dose.corrected, scheduled=dose.scheduled,
    )  # fmt: skip


def _needed(view: MedicationView, one: AsNeeded, writes: Mapping[str, Written]) -> NeededDocument:
    order = one.order
    return NeededDocument(
        patient=safe_text(order.patient), bed=view.bed, order=safe_text(order.id), drug=order.drug.name,
        dose=AmountDocument(*order.dose), indication=one.plan.indication, today=one.today, within_24h=one.within_24h,
        max_per_day=one.plan.most, next_possible=_when(one.next_possible), recheck_due=_when(one.recheck_due),
        last=_record(one.last, writes),
    )  # fmt: skip


def _drip(view: MedicationView, one: Drip) -> InfusionDocument:
    return InfusionDocument(
        patient=safe_text(one.order.patient), bed=view.bed, order=safe_text(one.order.id), drug=one.order.drug.name,
        running=one.running, rate=_amount(one.rate), since=_when(one.since), ends=_when(one.ends),
    )  # fmt: skip


def report_lines(
    ward: WardView, views: Sequence[MedicationView], zone: tzinfo, *, due: bool, by: str,
    writes: Mapping[str, Written] = NO_WRITES,
) -> Iterator[str]:  # fmt: skip
    """The same in words: one line for each dose, by bed under a heading of its own."""
    yield f"{WATERMARK[ward.watermark]}{ward.name}, medication at {clock_time(ward.now, zone)}."
    yield f"Doses: {dose_counts(total(views)) or 'nothing due'}."
    found = rows(views, due=due, by=by)
    if by == "bed":
        for bed, own in groupby(found, key=lambda row: row.bed):
            yield ""
            yield _place(bed)
            for row in own:
                yield f"  {_said(row.dose, zone, ward.now)}{_there(row.dose, ward, writes)}"
    else:
        for row in found:
            yield f"{_place(row.bed)}: {_said(row.dose, zone, ward.now)}{_there(row.dose, ward, writes)}"
    if not due:
        yield from _untimed(views, zone, ward.now)


def _there(dose: Dose, ward: WardView, writes: Mapping[str, Written]) -> str:
    """How the records of a dose stand on the server."""
    server = str(ward.link.name) if ward.link is not None else ""
    return "".join(f"; {stands(writes[record.id], server)}" for record in dose.records if record.id in writes)


def _place(bed: str) -> str:
    return f"bed {bed}" if bed else "no bed"


def _untimed(views: Sequence[MedicationView], zone: tzinfo, now: int) -> Iterator[str]:
    for view in views:
        for one in view.needed:
            last = f", last {_clock(one.last.at, zone, now)} by {one.last.by}" if one.last is not None else ""
            wait = f", not before {_clock(one.next_possible, zone, now)}" if one.next_possible is not None else ""
            check = f", look at its effect {_clock(one.recheck_due, zone, now)}" if one.recheck_due is not None else ""
            what = f"{_what(one.order.drug.name, one.order.dose)} when needed"
            count = f"{one.within_24h} of {one.plan.most} in 24 hours"
            yield f"{_place(view.bed)}: {what}, {count}{last}{wait}{check}"
        for drip in view.drips:
            rate = f"at {drip.rate}" if drip.running else "stopped" if drip.rate is not None else "not started"
            since = f" since {_clock(drip.since, zone, now)}" if drip.since is not None else ""
            yield f"{_place(view.bed)}: {drip.order.drug.name} infusion {rate}{since}"


def _what(drug: str, dose: Quantity) -> str:
    return f"{drug} {dose}"


def _said(dose: Dose, zone: tzinfo, now: int) -> str:
    order = dose.order
    alert = ", HIGH ALERT" if order.drug.high_alert else ""
    since = f" by {length(now - dose.due)}" if dose.status is Status.LATE else ""
    said = "; ".join(_told(record, zone, now) for record in dose.records)
    records = f": {said}" if said else f": delayed, {dose.delayed.reason}" if dose.delayed is not None else ""
    taken_back = ", a record was taken back" if dose.corrected else ""
    what = f"{_what(order.drug.name, dose.slot.dose)} {order.route}".rstrip()
    when = _clock(dose.due, zone, now)
    return f"{when} {what}{alert}, {LOOKS[dose.status].word}{since}{records}{taken_back}"


def _told(record: Administration, zone: tzinfo, now: int) -> str:
    by = f" by {record.by}" if record.by else ""
    why = f", {record.reason}" if record.reason else ""
    return f"{record.what.replace('-', ' ')}{by} at {_clock(record.at, zone, now)}{why}"


def _clock(at: int, zone: tzinfo, now: int) -> str:
    """The time of day; with the date when it is another one than that of ``now``."""
    local, today = (datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone) for ms in (at, now))
    return local.strftime("%H:%M" if local.date() == today.date() else "%Y-%m-%d %H:%M")
