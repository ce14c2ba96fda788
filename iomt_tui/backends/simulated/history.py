"""The time before the ward's start, coarsely: full trends in the first frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iomt_tui.backends.simulated.course import DAY
from iomt_tui.backends.simulated.kit import Kit
from iomt_tui.backends.simulated.stream import Arrival
from iomt_tui.backends.simulated.subject import Subject
from iomt_tui.ward.events import Reading

_STORED = 7 * DAY  # what a scale or cuff at home keeps until its hub comes for it


def history(kits: Sequence[tuple[Subject, Kit]], start: int, span: int, step: int) -> Iterator[Arrival]:
    """Arrivals of the ``span`` ms before ``start``; each continuous device once every ``step`` ms."""
    since = start - span
    spots = _spots(kits, since, start)
    i = 0
    for at in range(start - span // step * step, start, step):
        window = _streams(kits, at, step)
        while i < len(spots) and spots[i][0] < at + step:
            window.append(spots[i])
            i += 1
        window.sort(key=_received)
        yield from window


def earlier(subject: Subject, kit: Kit, until: int, span: int, step: int) -> list[Reading]:
    """What one patient's devices measured in the ``span`` ms before ``until``, continuous ones every ``step`` ms, in
    order of measuring."""
    arrived = (body for _, _, body in history([(subject, kit)], until, span, step))
    return sorted((body for body in arrived if isinstance(body, Reading)), key=_measured)


def _measured(reading: Reading) -> int:
    return reading.observed_at


def _received(arrival: Arrival) -> int:
    return arrival[0]


def _streams(kits: Sequence[tuple[Subject, Kit]], at: int, step: int) -> list[Arrival]:
    """One reading of every continuous device whose own period brings one in the step that begins at ``at``."""
    window: list[Arrival] = []
    for subject, kit in kits:
        vitals = subject.vitals(at)
        for stream in kit.streams:
            if stream.period > step and at // stream.period == (at - step) // stream.period:
                continue
            if stream.kind in subject.outages:
                outage = subject.outage(stream.kind, at)
                if outage is not None and outage.begins <= at:
                    continue
            if stream.worn:
                window.append((at + min(stream.lag, step - 1), "obs", stream.read(at, vitals)))
    return window


def _spots(kits: Sequence[tuple[Subject, Kit]], since: int, start: int) -> list[Arrival]:
    found: list[Arrival] = []
    for subject, kit in kits:
        for name, spot in kit.spots:
            stored = subject.person.role.home and name in ("scale", "pressure")
            times = list(spot.past(since - _STORED if stored else since, start))
            if name == "round" and not times:  # nobody lies in a bed unobserved
                times = [since + spot.origin % max(1, min(60_000, start - since))]
            for at in times:
                received = max(at, since) + spot.lag
                if received < start:
                    found.append((received, "obs", spot.read(at)))
    found.sort(key=_received)
    return found
