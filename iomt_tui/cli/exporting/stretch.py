"""From the log to what a Bundle is made of: whoever is asked about, as of the end, and what was measured meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from iomt_tui.backends.fhir.publishing.published import Arrival
from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.events import Entry, Reading
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import Note
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import PatientState

Told = tuple[str, int, dict[str, float], dict[str, str] | None]
"""Device, time by its own clock (ms), values, flags."""

EARLY: Final = 15 * 60_000
"""How far ahead (ms) a device's clock may be for what it measured to be found."""

_BAD: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


def arrivals(ward: Ward, log: RecordedReader, patients: Sequence[str], start: int, end: int) -> Iterator[Arrival]:
    """``ward``: folded up to ``end`` (ms). For a moment (``start`` is ``end``): the newest value of each vital sign."""
    for state in (ward.patients[one] for one in patients if one in ward.patients):
        yield end, "patient", _who(state)
        found = _present(state) if start == end else _between(ward, log, state.id, start, end)
        readings = sorted(found, key=lambda reading: reading.observed_at)
        for device in sorted({reading.device for reading in readings} | state.devices.keys()):
            yield end, "device", _device(ward, device, state.id)
        for order in state.medication.orders.values():
            yield end, "order", order.body()
        for name in state.medication.orders:
            records = state.medication.of(name)
            yield from ((r.recorded, "administration", r.body()) for r in records if start <= r.at <= end)
        yield from ((note.at, "note", note.body()) for note in _noted(state.notes, start, end))
        yield from ((reading.observed_at, "obs", reading) for reading in readings)


def _noted(notes: Sequence[Note], start: int, end: int) -> list[Note]:
    """The notes of that time, oldest first, each after the one that it corrects: that is never left out, however old
    it is."""
    by_id = {note.id: note for note in notes}
    found: dict[str, Note] = {}
    for note in sorted(notes, key=lambda one: (one.at, one.id)):
        chain: dict[str, Note] = {}
        one = note if start <= note.at <= end else None
        while one is not None and one.id not in found and one.id not in chain:
            chain[one.id] = one
            one = by_id.get(one.replaces)
        found |= dict(reversed(chain.items()))
    return list(found.values())


def _who(state: PatientState) -> dict[str, object]:
    return {
        "id": state.id, "bed": state.bed, "family": state.family, "given": state.given, "sex": state.sex,
        "born": state.born, "home": state.home, "mrn": state.mrn, "problem": state.problem,
        "allergies": list(state.allergies), "conditions": list(state.conditions), "team": list(state.team),
        "code_status": state.code_status,
    }  # fmt: skip


def _device(ward: Ward, device: str, patient: str) -> dict[str, object]:
    known = ward.devices.get(device)
    return {
        "id": device, "patient": patient, "kind": known.kind if known else "", "model": known.model if known else "",
        "periods": {}, "battery": known.battery if known else None, "state": known.state if known else "on",
        "firmware": known.firmware if known else "",
    }  # fmt: skip


def _present(state: PatientState) -> Iterator[Reading]:
    """The newest value of each vital sign, with its own time, however old. What was measured together stays together:
    two pressures of one cuff are one observation."""
    together: dict[tuple[str, int], dict[str, Series]] = {}
    for key, series in state.series.items():
        if series.at >= 0 and series.value == series.value:
            together.setdefault((series.device, series.at), {})[key] = series
    for (device, at), found in together.items():
        flags = {key: series.flag for key, series in found.items() if series.flag}
        yield Reading(state.id, device, at, {key: series.value for key, series in found.items()}, flags or None)


def _between(ward: Ward, log: RecordedReader, patient: str, start: int, end: int) -> Iterator[Reading]:
    """What was measured from ``start`` to ``end``, by the device's clock as it is corrected at the end; each once."""
    offsets = {device.id: device.clock.offset or device.clock.skew for device in ward.devices.values()}
    seen: set[tuple[str, int, tuple[str, ...]]] = set()
    for device, observed, values, flags in _told(log, patient, start, end):
        at = observed + offsets.get(device, 0)
        key = (device, observed, tuple(sorted({*values, *(flags or {})})))
        if start <= at <= end and key not in seen:
            seen.add(key)
            yield Reading(patient, device, at, values, flags)


def _told(log: RecordedReader, patient: str, start: int, end: int) -> Iterator[Told]:
    for part in log.read_patient(patient, log.seq_at(start - EARLY), log.seq_at(end)):
        yield from (_reading(row.group) for row in part.rows)
        yield from _groups(part.entries, "obs", patient)
    yield from _groups(_past(log, end), "past", patient)


def _past(log: RecordedReader, end: int) -> Iterator[Entry]:
    """What was loaded of the time before anybody watched, whenever that was."""
    at = log.span()[0] - 1
    while (found := log.moment(at, later=True, kind="past")) is not None and found <= end:
        at = found
        after, last = log.seq_at(at - 1), log.seq_at(at)
        while after < last and (page := log.read(after, last - after)):
            yield from (entry for entry in page if entry.kind == "past")
            after = page[-1].seq


def _groups(entries: Iterable[Entry], kind: str, patient: str) -> Iterator[Told]:
    own = patient.encode()
    for entry in entries:
        if entry.kind != kind or own not in entry.body:
            continue
        try:
            yield from (_reading(group) for group in entry.data() if group[0] == patient)
        except _BAD:  # the fold counts what cannot be read
            continue


def _reading(group: list[Any]) -> Told:
    _, device, observed, values, flags = group
    return device, observed, values, flags
