"""What other desks of the same backend do, and what it says of the time before anybody watched here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from iomt_tui.alarms.lifecycle import REARM
from iomt_tui.alarms.model import Key
from iomt_tui.engine.refusing import sound
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.written import SERVER

#: Readings in one entry of the log.
CHUNK: Final = 2_000
#: An acknowledgement this far (ms) ahead of log time has a clock that says nothing about what was seen.
AHEAD: Final = 60_000
ELSEWHERE: Final = "acknowledged at another desk"


def taken(ward: Ward, body: dict[str, Any], now: int) -> dict[str, Any] | None:
    """The ``act`` that a remote acknowledgement comes to; None for one that means nothing here (any more).

    ``body``: {"patient", "param", "kind", "onset": ms, "prio": 1-3, "by", "at": ms by our clock, "id"}. It counts
    for an alarm that was announced before it, at no higher priority than was seen there, and no longer than one from
    here of the same time would. The same ``id`` again means nothing.
    """
    op, at = body["id"], min(body["at"], now)
    key = Key(body["patient"], body["param"], body["kind"])
    alarm = ward.patients[key.patient].alarms.get(key)
    if alarm is None or alarm.state not in ("unack", "latched") or key.param == SERVER:
        return None
    if op in ward.outcomes or op in ward.acts or body["at"] > now + AHEAD:
        return None
    if alarm.raised > at or body["prio"] < alarm.priority:
        return None
    left = REARM[alarm.priority] - (now - at)
    if left <= 0 and alarm.state == "unack":
        return None
    lasts = {"ms": left} if left > 0 else {}
    return {
        "op": op, "user": safe_text(body["by"], 40), "do": "ack", "ref": list(alarm.ref), "note": ELSEWHERE,
        "from": SERVER,
    } | lasts  # fmt: skip


def news(ward: Ward, readings: Iterable[Any]) -> tuple[list[Reading], int]:
    """What of a history the ward's trends do not hold yet, in its order, and how much of it cannot be used. After a
    restart most of it is there already, and the log need not grow by a day each time."""
    found: list[Reading] = []
    refused = 0
    for reading in readings:
        if not sound(reading) or reading[0] not in ward.patients:
            refused += 1
            continue
        patient, device, observed, values, flags = reading
        series = ward.patients[patient].series
        offset = own.clock.offset if (own := ward.devices.get(device)) is not None else 0
        new = {
            key: value
            for key, value in values.items()
            if key not in series or not series[key].holds(observed + offset, value)
        }
        if new:
            found.append(Reading(patient, device, observed, new, flags))
    return found, refused


def chunks(readings: list[Reading]) -> Iterator[list[Reading]]:
    """At most :data:`CHUNK` at a time."""
    yield from (readings[i : i + CHUNK] for i in range(0, len(readings), CHUNK))
