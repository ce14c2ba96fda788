"""The simulated ward: seeded, deterministic, and the same however its time is cut into calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from heapq import heappush, heapreplace, merge
from operator import itemgetter
from typing import Any, Final

from iomt_tui.backends.simulated.admission import Register
from iomt_tui.backends.simulated.course import DAY, MINUTE
from iomt_tui.backends.simulated.history import earlier, history
from iomt_tui.backends.simulated.kit import Circumstances, Equipper, Kit
from iomt_tui.backends.simulated.noise import noise
from iomt_tui.backends.simulated.nursing import Nurse
from iomt_tui.backends.simulated.pharmacy import orders
from iomt_tui.backends.simulated.reports import Call, Notices, Upload
from iomt_tui.backends.simulated.scenario import SCENARIOS
from iomt_tui.backends.simulated.stream import Arrival, Source, Stream
from iomt_tui.backends.simulated.subject import NEVER, Outage, Subject
from iomt_tui.backends.simulated.sugar import sensed
from iomt_tui.backends.simulated.turnover import Change, plan
from iomt_tui.backends.simulated.waves.monitor import WaveMonitor
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.ward.events import Reading

DEFAULT_START: Final = 1_773_744_120_000  # Tuesday 17 March 2026, 10:42 UTC


class SimulatedWard:
    """Two thirds of ``beds`` patients in beds, one third at home, from log time ``start`` (ms since 1970, UTC), with
    the wall clock of zone ``tz``.

    ``rate`` is how many readings a second a bedside monitor sends (0.1-50). Raises ValueError for a number of beds
    below 1, a rate outside its range, or a scenario that is not in :data:`.scenario.SCENARIOS`.
    """

    def __init__(
        self, beds: int = 24, seed: int = 7, start: int = DEFAULT_START, scenario: str = "day", rate: float = 1.0,
        tz: str = "UTC",
    ) -> None:  # fmt: skip
        if scenario not in SCENARIOS:
            raise ValueError(f"There is no scenario {scenario!r}; choose one of: {', '.join(SCENARIOS)}.")
        if beds < 1 or not 0.1 <= rate <= 50:
            raise ValueError(f"A simulated ward needs beds >= 1 and a rate of 0.1-50, not {beds} beds at {rate}.")
        self.start, self.now = start, start
        self._seed, self._noise = seed, noise(seed)
        self._period = round(1000 / rate)
        self._rank = 0
        self._register = Register(SCENARIOS[scenario], beds, seed, start)
        self._kits: dict[int, tuple[Subject, Kit]] = {}
        self._zone = zone_of(tz)
        self._ordered: dict[int, list[dict[str, Any]]] = {}
        self._nurses: list[Nurse] = []
        self._monitors: dict[str, WaveMonitor] = {}  # by patient, of those who have one
        self._heap: list[tuple[int, int, Source]] = [(NEVER, -1, Notices([]))]
        changes = plan(self._register.calm(), beds + 1, seed, start) if SCENARIOS[scenario].turnover else []
        for change in changes:
            if change.what == "discharge":
                self._register.leaves[change.number] = change.at
            self._push(Call(change.at, partial(self._change, change)))
        for number, subject in self._register.present():
            self._equip(number, subject, start)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Who is there, with which devices, orders and medicines at home: the bodies to begin the log with."""
        found: list[tuple[str, dict[str, Any]]] = []
        for number, (subject, kit) in self._kits.items():
            found.append(("patient", subject.person.body()))
            found += [("device", body) for body in kit.bodies]
            found += [("order", body) for body in self._ordered[number]]
            found += kit.medicines
        return found

    def history(self, hours: float, step_s: float = 60.0) -> Iterator[Arrival]:
        """What arrived in the ``hours`` before ``start``, in order, continuous readings every ``step_s`` seconds only.

        Home devices upload at its beginning what they stored in the week before (weights, pressures), so those
        readings have older observation times.
        """
        span = round(hours * 3_600_000)
        arrivals = history(list(self._kits.values()), self.start, span, max(1, round(step_s * 1000)))
        return merge(self.charted(self.start - span), arrivals, key=itemgetter(0))

    def before(self, until: int) -> Iterator[list[Reading]]:
        """What was measured before anybody watched, up to ``until`` (ms): each patient's day, every minute, then two
        weeks of glucose of those at home."""
        for subject, kit in self._kits.values():
            yield earlier(subject, kit, until, DAY, MINUTE)
        yield from self.sensed(until)

    def sensed(self, until: int) -> Iterator[list[Reading]]:
        """What the glucose sensors of those at home measured in the two weeks before ``until`` (ms), one after the
        other: nobody watched it."""
        for subject, kit in self._kits.values():
            for stream in kit.streams if subject.person.role.home else ():
                if stream.kind == "cgm" and stream.worn:
                    yield list(sensed(stream, self._noise, until))

    def charted(self, since: int) -> list[Arrival]:
        """What was recorded of doses before the ward's start; what is older than ``since`` (ms) arrives then."""
        found = [(max(at, since), "administration", body) for n in self._nurses for at, body in n.before(self.start)]
        return sorted(found, key=itemgetter(0))

    def advance(self, to: int) -> list[Arrival]:
        """Everything that arrived after the last call and up to log time ``to`` (ms), in order of arrival."""
        out: list[Arrival] = []
        heap = self._heap
        while heap[0][0] <= to:
            due, rank, source = heap[0]
            # A source may call another one, but only for later: this one is still the first.
            heapreplace(heap, (source.emit(due, out), rank, source))
        self.now = max(self.now, to)
        return out

    def no_waves(self, patient: str) -> str:
        """Why there are no waveforms of ``patient``; "" where there are."""
        return "" if patient in self._monitors else "no device of this patient sends waveforms"

    def waves(self, patient: str, after: int, to: int) -> list[dict[str, Any]]:
        """``wave`` bodies of ``patient`` that arrived after log time ``after`` and up to ``to`` (ms), in order."""
        monitor = self._monitors.get(patient)
        return [] if monitor is None else monitor.pieces(after, to)

    def _push(self, source: Source) -> None:
        """Waits for ``source``; of two that are due together, the one pushed first sends first."""
        self._rank += 1
        heappush(self._heap, (source.due, self._rank, source))

    def _gap(self, stream: Stream, outage: Outage) -> None:
        self._push(Upload(stream, outage))

    def _equip(self, number: int, subject: Subject, since: int) -> Kit:
        what = Circumstances(self._noise, self._period, self.start, since, self._gap, self._zone)
        kit = Equipper(subject, number, what, self._register.troubles(number)).equip()
        self._kits[number] = subject, kit
        for source in kit.sources:
            self._push(source)
        for stream in kit.streams:
            if stream.kind == "monitor":
                self._monitors[subject.person.id] = WaveMonitor(subject, stream, self._noise)
        later = None if since == self.start else since
        self._ordered[number] = orders(subject.person, self.start, later)
        nurse = Nurse(subject, self._ordered[number], self._zone, since)
        self._nurses.append(nurse)
        self._push(nurse)
        return kit

    def _change(self, change: Change, out: list[Arrival]) -> None:
        """Admits, moves or discharges."""
        at = change.at
        if change.what == "admit":
            subject = self._register.admit(change.number, change.bed, at)
            out.append((at, "patient", subject.person.body()))
            out += [(at, "device", body) for body in self._equip(change.number, subject, at).bodies]
            out += [(at, "order", body) for body in self._ordered[change.number]]
            return
        subject, kit = self._kits[change.number]
        if change.what == "move":
            out.append((at, "patient", {"id": subject.person.id, "bed": change.bed}))
            return
        out += [(at, "device", {"id": body["id"], "patient": None, "state": "off"}) for body in kit.bodies]
        out.append((at, "discharge", {"id": subject.person.id}))
