"""Delivers what was recorded of a dose, unless the server has it from somebody else already: then a person decides.

No server lets one desk lock a dose, so it is looked before writing and again after it. Of two desks that record the
same dose at the same moment, at least the later one is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing import administration as made
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.administration import ERROR, KIND, Dose, Given
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.pieces import ops_of
from iomt_tui.backends.fhir.writing.server import Later, Resource, Verdict, found, replace, shaped
from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.expansion import expand
from iomt_tui.clinical.medication.windows import GIVEN_UP, window
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

TRIES: Final = 8
_LOOK: Final = "look again"
_STORM: Final = "others change the same record on the server at the same moment"


async def record(write: Write, desk: Desk) -> Verdict:
    """What became of the record of a dose. Raises FhirError, Later, Unfit."""
    with shaped():
        dose = Dose.of(write.about, write.at)
        resource = made.administration(dose, write, desk.patient, desk.station, desk.zone)
    if dose.record.what in (adm.ERROR, adm.EFFECT):
        return await _change(write, desk, dose)
    where = f"{KIND}/{resource['id']}"
    there = await found(desk.server, where)
    if there is None:
        against = await _against(write, desk, dose)
        if against is not None:
            return against
        await desk.server.put(where, resource)
    return await _read_back(write, desk, dose, where)


async def _read_back(write: Write, desk: Desk, dose: Dose, where: str) -> Verdict:
    """Corrects what it replaces, and looks whether the record is there and alone."""
    if dose.record.replaces is not None:
        against = await _correct(write, desk, dose.record.replaces, where)
        if against is not None:
            return against
    there = await found(desk.server, where)
    if there is None or write.op not in ops_of(there[0]):
        raise Later("the server took the record, but does not have it")
    if there[0].get("status") == ERROR:
        return Verdict(writes.CONFLICT, f"the record was taken back on the server: {_LOOK}")
    other = await _other(desk, dose, ids.of_op(write.op))
    if other is not None:
        return _conflict(desk, dose, other, "too")
    return Verdict(writes.CONFIRMED)


async def _against(write: Write, desk: Desk, dose: Dose) -> Verdict | None:
    """What the server has that speaks against writing the record."""
    replaced = dose.record.replaces
    old = None if replaced is None else await _old(desk, replaced)
    if old is not None and old[0].get("status") == ERROR:
        return Verdict(writes.CONFLICT, f"the record was corrected or taken back on the server already: {_LOOK}")
    other = await _other(desk, dose, ids.of_op(write.op), str(old[0].get("id")) if old is not None else "")
    return None if other is None else _conflict(desk, dose, other)


def _conflict(desk: Desk, dose: Dose, other: Given, too: str = "") -> Verdict:
    at = "" if other.at is None else datetime.fromtimestamp(other.at / 1000, desk.zone).strftime(" at %H:%M")
    by = f" by {other.by}" if other.by else ""
    words = " ".join(filter(None, (f"the server has it {other.words}{at}{by}", too)))
    return Verdict(writes.CONFLICT, f"{words}: {_LOOK}", other.by, other.at)


async def _other(desk: Desk, dose: Dose, *own: str) -> Given | None:
    """Another standing record that settles the same dose of the timetable. One as needed has none."""
    if dose.record.due is None:
        return None
    records = [made.given(one) for one in await _records(desk, dose)]
    others = [one for one in records if one.settles and one.id not in own and _same(one, dose, desk)]
    return max(others, key=lambda one: one.at or 0, default=None)


async def _records(desk: Desk, dose: Dose) -> list[Resource]:
    """The order's records on the server, looked for by the patient where it cannot by the order."""
    order = dose.order.id
    if ids.legal(order):
        try:
            return await desk.server.search(f"{KIND}?request=MedicationRequest/{order}")
        except FhirError as error:
            if error.kind != errors.INVALID:
                raise
    return await desk.server.search(f"{KIND}?patient={desk.patient}")


def _same(one: Given, dose: Dose, desk: Desk) -> bool:
    """Whether a record is about the same dose. One of another program names no due time, but was made about then."""
    due = dose.record.due
    if one.order != dose.order.id or due is None:
        return False
    if one.due is not None:
        return one.due == due
    return one.at is not None and due == _nearest(one.at, dose, desk)


def _nearest(at: int, dose: Dose, desk: Desk) -> int | None:
    """The time at which a dose was due that was given at ``at`` (both ms)."""
    slots = expand(dose.order, desk.zone, at - GIVEN_UP, at + GIVEN_UP)
    open_then = [(slot, window(dose.order, slot)) for slot in slots]
    fitting = [slot.due for slot, times in open_then if times.opens <= at < times.missed]
    return min(fitting, key=lambda due: (abs(due - at), due), default=None)


async def _old(desk: Desk, id_: str) -> tuple[Resource, str] | None:
    """The record with a log's id: one of ours, or one that came from the server."""
    ours = await found(desk.server, f"{KIND}/{ids.of_op(id_)}")
    if ours is not None or not ids.legal(id_):
        return ours
    return await found(desk.server, f"{KIND}/{id_}")


async def _correct(write: Write, desk: Desk, replaced: str, where: str) -> Verdict | None:
    """Enters the old record in error, which one desk only can do; who cannot takes its own new one back."""
    for _ in range(TRIES):
        old = await _old(desk, replaced)
        if old is None or made.touched(old[0], write.op):
            return None  # never on the server, or done before
        if old[0].get("status") == ERROR:
            return await _withdraw(write, desk, where)
        voided = made.void(old[0], write, "corrected")
        await replace(desk.server, f"{KIND}/{old[0].get('id')}", voided, old[1])
    raise Later(_STORM)


async def _withdraw(write: Write, desk: Desk, where: str) -> Verdict:
    for _ in range(TRIES):
        new = await found(desk.server, where)
        if new is None or new[0].get("status") == ERROR:
            return Verdict(writes.CONFLICT, f"somebody else corrected the record first: {_LOOK}")
        await replace(desk.server, where, made.void(new[0], write, "somebody else corrected first"), new[1])
    raise Later(_STORM)


async def _change(write: Write, desk: Desk, dose: Dose) -> Verdict:
    """Takes a record back, or tells of its effect."""
    replaced = dose.record.replaces or ""
    for _ in range(TRIES):
        old = await _old(desk, replaced)
        if old is None:
            return _nothing(dose)
        if made.touched(old[0], write.op):
            return Verdict(writes.CONFIRMED)
        if old[0].get("status") == ERROR:
            if dose.record.what == adm.ERROR:
                return Verdict(writes.CONFIRMED, "it was taken back on the server already")
            return Verdict(writes.CONFLICT, f"the record was taken back on the server: {_LOOK}")
        changed = (
            made.void(old[0], write, dose.record.reason) if dose.record.what == adm.ERROR
            else made.with_effect(old[0], write, dose.record.effect)
        )  # fmt: skip
        await replace(desk.server, f"{KIND}/{old[0].get('id')}", changed, old[1])
    raise Later(_STORM)


def _nothing(dose: Dose) -> Verdict:
    if dose.record.what == adm.ERROR:
        return Verdict(writes.CONFIRMED, "the server did not have the record")
    return Verdict(writes.FAILED, "the server does not have the record that this is about")
