"""Delivers an acknowledgement, or its taking back, so that one desk has it whatever happens at the others.

Only ``If-Match`` gives one winner, and it needs a version to match. Some servers make a Task by ``If-Match`` of a
version that never was (HAPI: 201, and 409 to everybody else). At the others (Medplum: 404) the first desk makes it by
a plain PUT, and so may a second one that looked at the same moment, over an acknowledgement that was accepted in
between. So what was there counts, not only what is there: before a Task is accepted, its history up to that version
is read, and an acknowledgement that was written over is put back.
"""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing import provenance, task
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.pieces import dicts, same_person, unversioned
from iomt_tui.backends.fhir.writing.server import Later, Resource, Verdict, found, replace, shaped
from iomt_tui.backends.fhir.writing.task import Announcement, Seen
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

#: How often a Task that others change all the time is looked at anew in one attempt.
TRIES: Final = 12
_VERSIONS: Final = 100  # of a history, the newest; each announcement makes two or three
#: Without it HAPI counts a history once a minute, and tells no more versions than it had then.
_EVER: Final = "1970-01-01T00:00:00Z"
_NEVER: Final = 'W/"0"'  # where versions are counted they begin at 1; others have no such name
_STORM: Final = "others change the same alarm on the server at the same moment"
_STALE: Final = "the alarm was announced anew on the server: look again"
_NONE: Final = "the server had no acknowledgement"


async def acknowledge(write: Write, desk: Desk) -> Verdict:
    """What became of the acknowledgement. Raises FhirError, Later, Unfit."""
    with shaped():
        announced = Announcement.of(write.about)
        where = task.path(announced, desk.patient)
        fresh = task.requested(announced, desk.patient, desk.station)
        ours = task.accepted(announced, write, desk.patient, desk.station)
    making: list[str | None] = [_NEVER]
    for _ in range(TRIES):
        there = await found(desk.server, where)
        if there is None:
            await _announce(desk, where, fresh, making.pop(0) if making else None)
            continue
        present, etag = task.seen(there[0]), there[1]
        versions = [present] if _own(present, write) else [present, *await _past(desk, where)]
        mine = next((one for one in versions if _own(one, write)), None)
        if mine is not None and (present.accepted or _over(mine, versions)):
            return await _confirmed(write, desk, mine, "alarm acknowledged")
        verdict, holder = (None, mine) if mine is not None else _judged(write, announced, versions)
        if holder is None and verdict is None:
            next_one = ours
        elif holder is None or present.accepted:
            assert verdict is not None
            return verdict
        else:
            next_one = unversioned(holder.resource)
        if await replace(desk.server, where, next_one, etag) and verdict is not None:
            return verdict
    raise Later(_STORM)


def _own(one: Seen, write: Write) -> bool:
    """Whether a version is ``write``'s acceptance."""
    return one.accepted and write.op in one.ops and same_person(one.resource.get("owner"), write.user, write.user_ref)


def _over(mine: Seen, versions: list[Seen]) -> bool:
    """Whether more has happened since an acceptance that does not stand any more: it was not just written over."""
    return bool(mine.ops & _revoked(versions)) or _newest(versions) > mine.raised


def _revoked(versions: list[Seen]) -> set[str]:
    return {one.revoked for one in versions if one.revoked}


def _newest(versions: list[Seen]) -> int:
    return max(one.raised for one in versions)


async def _announce(desk: Desk, where: str, resource: Resource, etag: str | None) -> None:
    """Makes the Task, if the server does it with that ETag; what there is then, is seen when it is read."""
    try:
        await desk.server.put(where, resource, if_match=etag)
    except FhirError as error:
        if error.kind != errors.CONFLICT and (etag is None or error.kind not in (errors.GONE, errors.INVALID)):
            raise


async def _past(desk: Desk, where: str) -> list[Seen]:
    """The versions there were; none where the server keeps no history."""
    try:
        bundle, _ = await desk.server.get(f"{where}/_history?_count={_VERSIONS}&_since={_EVER}")
    except FhirError as error:
        if error.kind in (errors.GONE, errors.INVALID) or error.status == 501:
            return []
        raise
    resources = (entry.get("resource") for entry in dicts(bundle.get("entry")))
    return [task.seen(one) for one in resources if isinstance(one, dict) and one.get("resourceType") == "Task"]


def _judged(write: Write, announced: Announcement, versions: list[Seen]) -> tuple[Verdict | None, Seen | None]:
    """What stands against accepting, and the acceptance of somebody else's that it is. None, None: nothing does."""
    revoked = _revoked(versions)
    holds = [one for one in versions if one.raised >= announced.raised and _counts(one, write, revoked)]
    holder = max(holds, key=lambda one: one.raised, default=None)
    if _newest(versions) > (announced.raised if holder is None else holder.raised):
        return Verdict(writes.STALE, _STALE), None
    if holder is None:
        return None, None
    return Verdict(writes.TAKEN, by=holder.by, when=holder.since), holder


def _counts(one: Seen, write: Write, revoked: set[str]) -> bool:
    """Whether it is an acceptance that was in force when ours was given: not taken back, not over."""
    return one.accepted and not one.ops & revoked and (one.until is None or one.until > write.at)


async def _confirmed(write: Write, desk: Desk, present: Seen, words: str) -> Verdict:
    """Read back. The record of who did it follows; without it the acknowledgement counts all the same."""
    why = ""
    try:
        if await found(desk.server, provenance.path(write)) is None:
            record = provenance.provenance(write, present.resource, words, desk.station)
            await desk.server.put(provenance.path(write), record)
    except FhirError as error:
        why = f"the record of who did it is not there: {error.words}"
    return Verdict(writes.CONFIRMED, why)


async def take_back(write: Write, desk: Desk) -> Verdict:
    """What became of taking an acknowledgement back; only one's own is. Raises as :func:`acknowledge`."""
    with shaped():
        announced = Announcement.of(write.about)
        where = task.path(announced, desk.patient)
    for _ in range(TRIES):
        there = await found(desk.server, where)
        if there is None:
            return Verdict(writes.CONFIRMED, _NONE)
        versions = [task.seen(there[0]), *await _past(desk, where)]
        mine = next((one for one in versions if not one.accepted and write.op in one.ops), None)
        if mine is not None:
            return await _confirmed(write, desk, mine, "acknowledgement taken back")
        held = _held(versions)
        if held is None:
            return Verdict(writes.CONFIRMED, _NONE)
        if held.raised > announced.raised:
            return Verdict(writes.STALE, _STALE)
        if not same_person(held.resource.get("owner"), write.user, write.user_ref):
            return Verdict(writes.TAKEN, "it is not this person's to take back there", held.by, held.since)
        await replace(desk.server, where, task.taken_back(held.resource, write, desk.station), there[1])
    raise Later(_STORM)


def _held(versions: list[Seen]) -> Seen | None:
    """The acknowledgement that stands, or would if it had not been written over. The present version comes first."""
    revoked = _revoked(versions)
    holds = [one for one in versions if one.accepted and not one.ops & revoked]
    held = max(holds, key=lambda one: one.raised, default=None)
    return held if held is not None and held.raised == _newest(versions) else None
