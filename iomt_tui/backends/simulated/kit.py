"""Which devices a patient has, and what each sends: bodies for the log and sources for the ward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Final

from iomt_tui.backends.simulated import samplers, spot
from iomt_tui.backends.simulated.alarming import Alarming
from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.faults import ABSENT
from iomt_tui.backends.simulated.household import Household
from iomt_tui.backends.simulated.noise import Noise, mix, unit
from iomt_tui.backends.simulated.people import HEART_FAILURE, HYPERTENSION
from iomt_tui.backends.simulated.pharmacy import orders
from iomt_tui.backends.simulated.reports import Notices, Reports, RunDown, battery, drained, levels
from iomt_tui.backends.simulated.samplers import Sampler
from iomt_tui.backends.simulated.scenario import Trouble
from iomt_tui.backends.simulated.spot import Rota, Spot, jitter
from iomt_tui.backends.simulated.stream import Clock, Source, Stream
from iomt_tui.backends.simulated.subject import NEVER, Outage, Subject

_MODELS: Final = {  # kind: models, firmware, hours that a battery lasts (0: mains)
    "monitor": (("Aurelis M8", "Nordvik B40", "Kestrel C3"), "4.2.1", 0),
    "spot-check": (("Ronda SC",), "2.0.7", 0),
    "patch": (("Limpet P2",), "1.9.0", 96),
    "oximeter": (("Halo R1", "Halo R2"), "3.1.4", 40),
    "cuff": (("Brachia 20",), "1.4.2", 900),
    "scale": (("Terra 5",), "1.1.0", 2000),
    "cgm": (("Dulcis G4",), "6.0.3", 300),
    "tracker": (("Pace 3",), "2.8.8", 110),
    "dispenser": (("Dosetta 7",), "3.0.2", 700),
    "smart-cap": (("Opercula S",), "1.3.0", 2600),
}
_FAULTS: Final = {
    "monitor": frozenset({"probe-off", "leads-off", "motion", "zeros", "line-off"}),
    "oximeter": frozenset({"probe-off", "motion"}),
    "cgm": frozenset({"calibrating"}),
}
_PRESSURES: Final = ("nibp_sys", "nibp_dia", "nibp_mean")


@dataclass(frozen=True)
class Circumstances:
    """What the ward tells a patient's devices. Times in ms."""

    noise: Noise
    period: int  # between readings of a bedside monitor
    start: int  # of the ward
    since: int  # when the patient is first seen
    gap: Callable[[Stream, Outage], None]
    zone: tzinfo = UTC  # in which the patient takes medicines


@dataclass
class Kit:
    """A patient's devices. ``routine`` names what a spot measurement is: "pressure", "round", "scale" or "steps";
    ``medicines`` are bodies of what is taken at home and was until now."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    spots: list[tuple[str, Spot]] = field(default_factory=list)
    medicines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


class Equipper:
    """Gives one patient their devices."""

    def __init__(self, subject: Subject, number: int, what: Circumstances, troubles: tuple[Trouble, ...]) -> None:
        self._subject, self._number, self._what = subject, number, what
        self._key = subject.person.key
        self._troubles = {(t.device, t.kind): t for t in troubles}
        self.kit = Kit()

    def equip(self) -> Kit:
        """Devices for a bed or for a home."""
        if self._subject.person.role.home:
            self._home()
        else:
            self._bed()
        return self.kit

    def _bed(self) -> None:
        person, what = self._subject.person, self._what
        second = what.period / 1000
        vitals = ["hr", "pulse", "spo2", "rr", "pi"]
        vitals += ["ibp_sys", "ibp_dia", "ibp_mean"] if "arterial" in person.role.lines else []
        vitals += ["etco2"] if "capnography" in person.role.lines else []
        monitor = self._device("monitor", dict.fromkeys(vitals, second) | dict.fromkeys(_PRESSURES, 900.0))
        self._stream("monitor", monitor, samplers.monitor(person, what.noise, second), what.period)
        turn = (self._number * 5 + 13) % 16 * 56_250 + 13_000 + jitter(self._key, 1, 4_000)
        self._spot("pressure", monitor, spot.pressure(self._subject, self._absent("monitor")), 15 * MINUTE, turn,
                   soon=spot.repeat(self._subject), moments=True, clock=self._clock("monitor"))  # fmt: skip
        self.kit.sources.append(
            Alarming(self._subject, monitor, what.since, self._lag("monitor"), self._clock("monitor"))
        )
        if self._number % 16 in _WARM_PATCH:
            patch = self._device("patch", {"temp": 60.0})
            self._stream("patch", patch, samplers.patch(person, what.noise), MINUTE)
        else:
            patch = self._device("patch", {"steps": 900.0})
            self._spot("steps", patch, spot.steps(self._subject), 15 * MINUTE, jitter(self._key, 5, 15 * MINUTE))
        if person.diabetic:
            sensor = self._device("cgm", {"glucose": 300.0})
            self._stream("cgm", sensor, samplers.glucose_sensor(person, what.noise), 5 * MINUTE)
        rounds = self._device("spot-check", dict.fromkeys(("acvpu", "o2_flow", "temp"), 14400.0))
        # A thermometer in °F, a model that some wards have.
        fahrenheit = self._number % 5 == 2
        self._spot("round", rounds, spot.observations(self._subject, fahrenheit), 4 * HOUR,
                   jitter(self._key, 2, 4 * HOUR), moments=True)  # fmt: skip

    def _home(self) -> None:
        subject, noise = self._subject, self._what.noise
        person = subject.person
        oximeter = self._device("oximeter", dict.fromkeys(("pulse", "spo2", "pi"), 60.0))
        self._stream("oximeter", oximeter, samplers.oximeter(person, noise), MINUTE)
        cuff = self._device("cuff", dict.fromkeys(_PRESSURES, 43200.0))
        self._spot("pressure", cuff, spot.pressure(subject, self._absent("cuff")), DAY // 2,
                   self._at_hour(7.6, 12.0), moments=True, clock=self._clock("cuff"))  # fmt: skip
        tracker = self._device("tracker", {"steps": 900.0})
        self._spot("steps", tracker, spot.steps(subject), 15 * MINUTE, jitter(self._key, 3, 15 * MINUTE),
                   clock=self._clock("tracker"))  # fmt: skip
        if {HEART_FAILURE, HYPERTENSION} & set(person.role.conditions) or unit(self._key, 84) < 0.4:
            scale = self._device("scale", {"weight": 86400.0})
            self._spot("scale", scale, spot.scale(subject, self._number % 3 == 1), DAY, self._at_hour(7.1, 24.0))
        if person.diabetic:
            sensor = self._device("cgm", {"glucose": 300.0})
            self._stream("cgm", sensor, samplers.glucose_sensor(person, noise), 5 * MINUTE)
        self._medicines()

    def _medicines(self) -> None:
        """A dispenser for several drugs, a smart cap for one or two."""
        person, what = self._subject.person, self._what
        ordered = [order for order in orders(person, what.start) if order["schedule"]["kind"] != "prn"]
        if not ordered:
            return
        kind = "dispenser" if len(ordered) > 2 else "smart-cap"
        home = Household(person, what.start, what.zone, self._device(kind, {}), kind)
        self.kit.medicines = list(home.begin())
        self.kit.sources += home.live()

    def _device(self, kind: str, periods: dict[str, float], suffix: str = "") -> str:
        """Adds a device body and what the device reports of itself; returns its id."""
        models, firmware, hours = _MODELS[kind]
        what, key = self._what, mix(self._key, 85, *map(ord, kind))
        device = f"{kind}-{self._number:04d}{suffix}"
        down = self._troubles.get((kind, "run-down"))
        left = battery(key, hours * HOUR, what.start, what.since) if hours else None
        stored = levels(key, hours * HOUR, what.start, what.since) if hours and not suffix else []
        if down is not None:
            left = int(down.amount)
            stored = drained(left, what.start)
            drain = RunDown(device, left, what.start + int(down.begins * 1000), what.start + int(down.ends * 1000))
            self._subject.outages[kind] = (Outage(drain.empty, what.start + int(down.ends * 1000), False),)
            self.kit.sources.append(drain)
        elif hours and not suffix:
            reports = Reports(device, key, hours * HOUR, what.start, what.since, self._subject.leaves)
            self.kit.sources.append(reports)
        body: dict[str, Any] = {
            "id": device, "patient": self._subject.person.id, "kind": kind, "model": models[key % len(models)],
            "periods": periods, "battery": left, "signal": int(62 + 36 * unit(key, 86)) if hours else None,
            "state": "on", "firmware": firmware,
        }  # fmt: skip
        if stored:
            body["levels"] = stored
        self.kit.bodies.append(body)
        return device

    def _stream(self, kind: str, device: str, sampler: Sampler, period: int) -> None:
        what, subject = self._what, self._subject
        gap = self._troubles.get((kind, "gap"))
        if gap is not None:
            begins, ends = (what.start + int(second * 1000) for second in (gap.begins, gap.ends))
            subject.outages[kind] = (Outage(begins, ends, True),)
        origin = what.since + mix(self._key, 87, *map(ord, kind)) % period
        swap = self._troubles.get((kind, "swap"))
        until = NEVER if swap is None else what.start + int(swap.begins * 1000)
        self._add(Stream(
            subject, kind, device, sampler, period, origin, self._lag(kind), faults=_FAULTS.get(kind, frozenset()),
            absent=self._absent(kind), clock=self._clock(kind), until=until, gap=what.gap,
        ))  # fmt: skip
        if swap is not None:
            self._swap(kind, device, sampler, period, swap)

    def _swap(self, kind: str, old: str, sampler: Sampler, period: int, swap: Trouble) -> None:
        """The device is taken off; another of its kind is put on."""
        what, subject = self._what, self._subject
        off, on = (what.start + int(second * 1000) for second in (swap.begins, swap.ends))
        periods = self.kit.bodies[-1]["periods"]
        new = self._device(kind, periods, "b")
        body = self.kit.bodies.pop() | {"battery": 100}
        taken_off = {"id": old, "patient": None, "state": "off"}
        notices = Notices([(off + 400, "device", taken_off), (on - 900, "device", body)])
        self.kit.sources.append(notices)
        self._add(Stream(subject, kind, new, sampler, period, on, self._lag(kind), gap=what.gap))

    def _spot(
        self, name: str, device: str, measure: Callable[[int], spot.Raw], period: int, after: int, *,
        soon: Callable[[int], int] | None = None, moments: bool = False, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        since = self._what.since
        rota = Rota(since, since + after, period)
        source = Spot(self._subject, device, measure, rota, self._lag(device), soon=soon, moments=moments, clock=clock)
        self.kit.spots.append((name, source))
        self.kit.sources.append(source)

    def _add(self, stream: Stream) -> None:
        self.kit.streams.append(stream)
        self.kit.sources.append(stream)

    def _at_hour(self, hour: float, every: float) -> int:
        """From ``since`` to the next local ``hour``, give or take ten minutes, ms."""
        wait = (hour - self._subject.hour(self._what.since)) % every
        return int(wait * HOUR) + jitter(self._key, 4, 20 * MINUTE)

    def _clock(self, kind: str) -> Clock | None:
        ahead, drift = self._troubles.get((kind, "clock")), self._troubles.get((kind, "drift"))
        if ahead is None and drift is None:
            return None
        return Clock(self._what.start, int(ahead.amount) if ahead else 0, drift.amount if drift else 0.0)

    def _absent(self, kind: str) -> float:
        return ABSENT[mix(self._key, 88, *map(ord, kind)) % len(ABSENT)]

    def _lag(self, kind: str) -> int:
        """How long a reading travels: a wire is quick, a home hub takes seconds."""
        key = mix(self._key, 89, *map(ord, kind))
        return 700 + key % 2600 if self._subject.person.role.home else 60 + key % 320


_WARM_PATCH: Final = frozenset({1, 3, 5, 7, 8, 10, 12, 13, 14})  # of sixteen beds; the others' patches count steps
