"""What devices say of themselves: battery, signal, a late upload, a battery that runs down; and notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from iomt_tui.backends.simulated.course import MINUTE
from iomt_tui.backends.simulated.noise import unit
from iomt_tui.backends.simulated.stream import Arrival, Stream
from iomt_tui.backends.simulated.subject import NEVER, Outage

REPORT: Final = 15 * MINUTE
_EMPTYING: Final = 40_000  # ms a percent of a battery that runs down
_STORED: Final = 24  # levels that a device can tell of afterwards
_CHUNK: Final = 25  # stored readings in one packet of a late upload
_PACKET: Final = 120  # ms between packets


def battery(key: int, life: int, start: int, at: int) -> int:
    """Percent left at ``at``: emptied to 8 % over ``life`` ms, then charged."""
    used = 0.06 + 0.6 * unit(key, 81) + (at - start) / life
    return int(100 - 92 * (used % 1.0))


def levels(key: int, life: int, start: int, at: int) -> list[tuple[int, int]]:
    """(ms, percent) of the last levels that it went through before ``at``, since it was charged, the oldest first."""
    step = life // 200
    found: list[tuple[int, int]] = []
    below = battery(key, life, start, at)
    for i in range(_STORED * 3):
        left = battery(key, life, start, at - (i + 1) * step)
        if left < below or len(found) >= _STORED:
            break
        if left > below:  # the level of now had just begun
            found.append((at - i * step, below))
        below = left
    return found[::-1]


def drained(left: int, at: int) -> list[tuple[int, int]]:
    """The same of a battery that runs down and has ``left`` percent at ``at``."""
    return [(at - i * _EMPTYING, left + i) for i in range(min(_STORED, 100 - left), 0, -1)]


class Reports:
    """Battery and signal of a wireless device every quarter of an hour."""

    __slots__ = ("_device", "_key", "_last", "_life", "_start", "_until", "due")

    def __init__(self, device: str, key: int, life: int, start: int, since: int, until: int) -> None:
        self._device, self._key, self._life, self._start, self._until = device, key, life, start, until
        self._last = battery(key, life, start, since)
        self.due = since + int(REPORT * (0.05 + 0.9 * unit(key, 82)))

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        left = battery(self._key, self._life, self._start, due)
        signal = int(58 + 40 * unit(self._key, 83, due // REPORT))
        state = "charging" if left > self._last else "on"
        self._last = left
        out.append((due, "device", {"id": self._device, "battery": left, "signal": signal, "state": state}))
        return due + REPORT if due + REPORT < self._until else NEVER


class RunDown:
    """A battery that loses a percent every 40 s, the silence after, and the fresh battery at ``back``."""

    __slots__ = ("_back", "_device", "_left", "due")

    def __init__(self, device: str, left: int, begins: int, back: int) -> None:
        self._device, self._left, self._back = device, left, back
        self.due = begins

    @property
    def empty(self) -> int:
        """When it is empty."""
        return self.due + self._left * _EMPTYING

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        if due >= self._back:
            out.append((due, "device", {"id": self._device, "battery": 100, "signal": 88, "state": "on"}))
            return NEVER
        state = "on" if self._left > 0 else "gone"
        body = {"id": self._device, "battery": self._left, "signal": 70 if self._left else 0, "state": state}
        out.append((due, "device", body))
        self._left -= 1
        return self._back if state == "gone" else due + _EMPTYING


class Upload:
    """A radio gap of a stream: a weak signal, silence, the signal back, then what the device had stored, in packets.

    The stored readings keep their old observation times and come between the live ones.
    """

    __slots__ = ("_at", "_back", "_outage", "_stream", "_told", "due")

    def __init__(self, stream: Stream, outage: Outage) -> None:
        self._stream, self._outage = stream, outage
        self._told = outage.begins < stream.origin  # it began before the ward looked
        first = outage.begins if stream.worn else max(outage.begins, stream.origin)
        self._at = stream.origin + -(-(first - stream.origin) // stream.period) * stream.period
        # Behind the last reading sent before the gap, which may still be on its way when the gap begins.
        self._back = outage.ends + stream.lag
        self.due = self._back if self._told else outage.begins + stream.lag

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        outage, stream = self._outage, self._stream
        if not self._told:
            self._told = True
            out.append((due, "device", {"id": stream.device, "signal": 4}))
            return self._back
        if due == self._back:
            out.append((due, "device", {"id": stream.device, "signal": 76}))
            return due + 2_600
        for _ in range(_CHUNK):
            if self._at >= outage.ends:
                return NEVER
            out.append((due, "obs", stream.read(self._at, stream.subject.vitals(self._at))))
            self._at += stream.period
        return due + _PACKET


class Notices:
    """Bodies that are due at known times, the earliest first."""

    __slots__ = ("_i", "_notices", "due")

    def __init__(self, notices: Sequence[tuple[int, str, dict[str, Any]]]) -> None:
        self._notices = sorted(notices, key=lambda notice: notice[0])
        self._i = 0
        self.due = self._notices[0][0] if notices else NEVER

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        out.append(self._notices[self._i])
        self._i += 1
        return self._notices[self._i][0] if self._i < len(self._notices) else NEVER


class Call:
    """Something the ward itself does at one time, such as admitting a patient."""

    __slots__ = ("_do", "due")

    def __init__(self, due: int, do: Callable[[list[Arrival]], None]) -> None:
        self.due, self._do = due, do

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        self._do(out)
        return NEVER
