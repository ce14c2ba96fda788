"""A ward with waveforms of its first patient: what a simulated monitor sent in the last seconds."""

from __future__ import annotations

from functools import cache
from typing import Any

from shown_ward import WrittenFeed, write_ward

from iomt_tui.backends.simulated.ward import SimulatedWard

SECONDS = 12


@cache
def _sent(seconds: int) -> list[dict[str, Any]]:
    """Whole seconds of a simulated heart."""
    ward = SimulatedWard(beds=24, scenario="quiet")
    begin = ward.start // 1000 * 1000 + 60_000
    return ward.waves("sim-0007", begin, begin + (seconds + 1) * 1000)[:seconds]


def pieces(end: int, seconds: int = SECONDS, patient: str = "p0", device: str = "d0") -> list[dict[str, Any]]:
    """Bodies whose last sample ends at ``end`` (ms)."""
    begin = end - seconds * 1000
    return [
        body | {"patient": patient, "device": device, "at": begin + number * 1000}
        for number, body in enumerate(_sent(seconds))
    ]


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The same second with some sensors off."""
    channels = {
        key: own if key not in keys else own | {"samples": [None] * len(own["samples"]), "absent": "sensor-off"}
        for key, own in body["channels"].items()
    }
    return body | {"channels": channels}


def ask(feed: WrittenFeed, at: int, *, outcome: str = "applied", why: str = "", op: str = "waves-0") -> None:
    """Somebody asked, and the engine answered."""
    feed.write("act", {"op": op, "user": "Kim", "do": "waves", "patient": "p0", "ms": 60_000}, at)
    feed.write("outcome", {"op": op, "outcome": outcome, "by": "Kim", "at": at, "why": why}, at)


def write_waves(feed: WrittenFeed, seconds: int = SECONDS, off: tuple[str, ...] = (), off_for: int = 0) -> WrittenFeed:
    """:func:`write_ward` whose first patient's monitor is heard; the sensors ``off`` fell off ``off_for`` s ago."""
    write_ward(feed)
    ask(feed, feed.at - seconds * 1000)
    add(feed, seconds, off, off_for)
    feed.write("tick", {})
    return feed


def add(feed: WrittenFeed, seconds: int, off: tuple[str, ...] = (), off_for: int = 0) -> None:
    """The last ``seconds`` before now, as the monitor sent them."""
    for number, body in enumerate(pieces(feed.at, seconds)):
        told = without(body, *off) if number >= seconds - off_for else body
        feed.write("wave", told, body["at"] + 1000)
