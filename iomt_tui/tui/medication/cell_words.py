"""A cell of the medication chart in words: what was to be done, what was, by whom, why; nothing is left out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.administration import DELAYED, EFFECT, ERROR, RUNNING, STOPPED, Administration
from iomt_tui.clinical.medication.checks import clock, length
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.lists import Cell
from iomt_tui.clinical.medication.needed import AsNeeded, Drip
from iomt_tui.clinical.medication.order import TIME_CRITICAL, Order
from iomt_tui.clinical.medication.status import LOOKS, OPEN, Dose, Status, told
from iomt_tui.tui.medication.grid import Hours
from iomt_tui.tui.medication.marks import INK, moment
from iomt_tui.tui.widgets.rows import MUTED

_NOT_YET: Final = OPEN | {Status.FUTURE, Status.MISSED}


class Said(NamedTuple):
    """A sentence and its style."""

    words: str
    style: str = ""


Stands = Callable[[str], Said | None]
"""Record id -> how it stands on the ward's server; None where nothing is written to one."""


def _silent(_record: str) -> None:
    """No server."""


def called(order: Order) -> str:
    """Drug, dose, route; of an infusion its rate as ordered."""
    amount = order.schedule.rate if isinstance(order.schedule, Infusion) else order.dose
    return " ".join(part for part in (order.drug.name, str(amount), order.route) if part)


def about(order: Order) -> list[Said]:
    """What is special about the order."""
    what = [
        "high-alert drug: a second person checks it" if order.drug.high_alert else "",
        "time-critical" if order.timing == TIME_CRITICAL else "",
        f"order {order.status}" if order.status != "active" else "",
        f"note: {order.note}" if order.note else "",
    ]
    return [Said("; ".join(part for part in what if part), "bold")] if any(what) else []


def cell_words(
    cell: Cell, records: Sequence[Administration], hours: Hours, at: int, stands: Stands = _silent
) -> list[Said]:
    """Everything about the hour that begins at ``at``. ``records``: all of the order, in the order of the log."""
    out: list[Said] = []
    for dose in cell.doses:
        out += dose_words(dose, [r for r in records if r.due == dose.due], hours, stands)
    for record in cell.others:
        if record.what not in (EFFECT, ERROR):
            out += _history(record, records, hours, None, stands)
    if not out:
        ends = clock(at + 3_600_000, hours.zone)
        out.append(Said(f"Nothing due or recorded from {moment(at, hours.now, hours.zone)} to {ends}.", MUTED))
    return out


def around(cells: Sequence[Cell], number: int, hours: Hours) -> list[Said]:
    """The doses next to an empty hour, as far as they are shown."""
    said = []
    before = [dose for cell in cells[:number] for dose in cell.doses]
    after = [dose for cell in cells[number + 1 :] for dose in cell.doses]
    for name, doses in (("before", before[-1:]), ("next", after[:1])):
        said += [f"{name}: {moment(d.due, hours.now, hours.zone)} {LOOKS[d.status].word}" for d in doses]
    return [Said("; ".join(said))] if said else []


def dose_words(dose: Dose, records: Sequence[Administration], hours: Hours, stands: Stands = _silent) -> Iterator[Said]:
    """One dose with a time: its status, its window, then each record that was ever made of it."""
    at, zone = moment(dose.due, hours.now, hours.zone), hours.zone
    word = LOOKS[dose.status].word
    kept = any(r.what not in (EFFECT, ERROR) and r.id in _void(records) for r in records)
    corrected = ", corrected: the original is kept" if kept else ""
    yield Said(f"{at} {dose.slot.dose}: {word.upper()}{_rest(dose, hours)}{corrected}", INK[dose.status] or "bold")
    if dose.status in _NOT_YET and dose.window.covered:
        opens, late = clock(dose.window.opens, zone), clock(dose.window.late, zone)
        yield Said(f"on time from {opens} to {late}", MUTED)
    if not dose.scheduled:
        yield Said("recorded for a time that the order does not have (any more)", "bold $warning")
    for record in records:
        if record.what not in (EFFECT, ERROR):
            yield from _history(record, records, hours, dose, stands)


def _rest(dose: Dose, hours: Hours) -> str:
    if dose.status is Status.LATE:
        return f", {length(hours.now - dose.due)} after its time"
    if dose.status is Status.MISSED:
        return ": nothing that stands was recorded of it"
    if dose.status is Status.HELD and not dose.records:
        pause = dose.order.hold(dose.due)
        return f" by the order: {pause.reason or 'no reason given'}" if pause is not None else ""
    if dose.status is Status.CONFLICT:
        return ": records that contradict each other, both are shown"
    if dose.delayed is not None:
        return f", delayed by {dose.delayed.by or 'somebody'}: {dose.delayed.reason or 'no reason given'}"
    return ""


def _history(
    record: Administration, records: Sequence[Administration], hours: Hours, dose: Dose | None, stands: Stands
) -> Iterator[Said]:
    """One record, how it stands on the server, what took it back, and the effect that was seen."""
    void = record.id in _void(records)
    status = Status.ENTERED_IN_ERROR if void else told(record, dose.window if dose is not None else None)
    yield Said(f"{'TAKEN BACK, it said: ' if void else ''}{_told(record, dose, hours)}", INK[status] or "bold")
    if (said := stands(record.id)) is not None:
        yield said
    for other in records:
        if other.replaces != record.id:
            continue
        who, when = other.by or "somebody", moment(other.at, hours.now, hours.zone)
        if other.what == EFFECT:
            yield Said(f"effect at {when}, {who}: {other.effect or other.reason or 'nothing said'}", MUTED)
        elif other.what == ERROR:
            yield Said(f"entered in error, says {who} at {when}{_why(other)}", MUTED)
        else:
            yield Said(f"replaced by {who} at {when}{_why(other)}", MUTED)
        if (said := stands(other.id)) is not None:
            yield said


def _told(record: Administration, dose: Dose | None, hours: Hours) -> str:
    verb = {RUNNING: "running", STOPPED: "stopped"}.get(record.status, record.what.replace("-", " "))
    words = f"{verb} {moment(record.at, hours.now, hours.zone)} by {record.by or 'somebody'}"
    if record.witness:
        words += f", checked by {record.witness}"
    if record.dose is not None and (dose is None or record.dose != dose.slot.dose):
        words += f", {record.dose}"
    if dose is not None and record.what not in (DELAYED,) and dose.window.covered and record.what == "given":
        if record.at > dose.window.late:
            words += f", {length(record.at - dose.due)} after its time"
        elif record.at < dose.window.opens:
            words += f", {length(dose.due - record.at)} before its time"
    if record.batch:
        words += f", batch {record.batch}"
    return words + _why(record)


def _why(record: Administration) -> str:
    return f": {record.reason}" if record.reason else ""


def _void(records: Sequence[Administration]) -> set[str]:
    return {r.replaces for r in records if r.what != EFFECT and r.replaces is not None}


def needed_words(one: AsNeeded, hours: Hours) -> Said:
    """How often it was given, when it may be given again, whether its effect is to be looked at."""
    zone, now = hours.zone, hours.now
    parts = [
        str(one.plan.indication),
        f"today {one.today}, {one.within_24h} of {one.plan.most} in 24 h",
        f"next from {moment(one.next_possible, now, zone)}" if one.next_possible is not None else "may be given now",
    ]
    late = one.recheck_due is not None and one.recheck_due <= now
    if one.recheck_due is not None:
        state = f"EFFECT CHECK DUE since {moment(one.recheck_due, now, zone)}" if late else "effect check at "
        parts.append(state if late else state + moment(one.recheck_due, now, zone))
    return Said("; ".join(part for part in parts if part), "bold $warning" if late else MUTED)


def drip_words(one: Drip, hours: Hours) -> Said:
    """What flows now, since when, by whom, until when."""
    if one.rate is None or one.since is None:
        return Said("not started", MUTED)
    since = moment(one.since, hours.now, hours.zone)
    if not one.running:
        return Said(f"stopped since {since}, by {one.by or 'somebody'}", "bold")
    until = f", planned until {moment(one.ends, hours.now, hours.zone)}" if one.ends is not None else ""
    over = one.ends is not None and one.ends < hours.now
    until += ": no stop was recorded" if over else ""
    return Said(f"{one.rate} since {since}, by {one.by or 'somebody'}{until}", "bold $warning" if over else "")
