"""Where an engine's events come from: one small interface over every backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from iomt_tui.backends.fhir.spec import DEVICE
from iomt_tui.engine.spec import WardSpec
from iomt_tui.ward.events import Reading
from iomt_tui.ward.writes import Write

#: (log time received, kind, body): a Reading for "obs", a list of them in time order for "history" (from before anybody
#: watched), a remote acknowledgement for "taken" (:mod:`iomt_tui.engine.remote`), else a JSON body as in
#: :mod:`iomt_tui.ward.events`.
Arrival = tuple[int, str, Any]


FHIR: Final = "fhir"
HISTORY_STEP: Final = 60.0
"""Seconds between two readings of the simulated history."""
_REAL_TIME: Final = 2.0  # times faster than which a waveform is none any more


class Source(Protocol):
    """A backend as the engine drives it."""

    def begin(self) -> Iterable[Arrival]:
        """Who and what is there, and the history, in order of arrival."""
        ...

    def poll(self, now: int) -> list[Arrival]:
        """What arrived since the last call, up to log time ``now``, in order. Never waits."""
        ...

    def submit(self, write: Write) -> None:
        """Takes something that is to be written to the backend; what becomes of it arrives as "write". Never waits."""
        ...

    def sign_in(self, *, cancel: bool) -> None:
        """Begins, or gives up, signing a person in; how it goes arrives as "link". Never waits."""
        ...

    def close(self) -> None:
        """The last call: gives connections and threads back."""
        ...


@runtime_checkable
class WaveSource(Protocol):
    """A source that has waveforms, too."""

    def no_waves(self, patient: str) -> str:
        """Why it has none of this patient; "" where it has."""
        ...

    def waves(self, patient: str, after: int, to: int) -> list[dict[str, Any]]:
        """``wave`` bodies that arrived after log time ``after`` and up to ``to`` (ms), in order. Never waits."""
        ...


class Backend(NamedTuple):
    """A source that is more than listened to."""

    source: Source
    writes: frozenset[str] = frozenset()  # what is written to it: of :data:`iomt_tui.ward.writes.WHATS`
    signs_in: bool = False  # whether a person signs in there


class SimulatedSource:
    """The simulated ward as a source."""

    def __init__(self, spec: WardSpec, start: int) -> None:
        from iomt_tui.backends.simulated.ward import SimulatedWard

        self._spec, self._start = spec, start
        self._before: Iterator[list[Reading]] = iter(())  # from before the history: for trends once the ward is there
        self._periods: dict[str, dict[str, float]] = {}  # how often a device measures, told with its next reading
        self._ward = SimulatedWard(beds=spec.beds, seed=spec.seed, start=start, scenario=spec.scenario, tz=spec.tz)

    def begin(self) -> Iterable[Arrival]:
        """Patients and devices as of the start of the history, then the history at one reading a minute.

        Until their first reading after it the devices say that they measure once a minute: else each pause of the
        history would look like a lost source.
        """
        first = self._start - int(self._spec.history_hours * 3_600_000)
        events: Iterable[Arrival] = ((first, kind, body) for kind, body in self._ward.events())
        if self._spec.history_hours <= 0:
            yield from events
            yield from self._ward.charted(self._start)
            return
        self._before = self._ward.before(first)
        past: Iterable[Arrival] = self._ward.history(self._spec.history_hours, HISTORY_STEP)
        for at, kind, body in chain(events, past):
            if kind == "device" and "periods" in body:
                self._periods[body["id"]] = body["periods"]
                yield at, kind, _earlier(body, self._start - first)
            else:
                yield at, kind, body

    def poll(self, now: int) -> list[Arrival]:
        """What the simulated devices sent up to ``now``."""
        arrived: Iterable[Arrival] = self._ward.advance(now)
        out: list[Arrival] = []
        for at, kind, body in arrived:
            out.append((at, kind, body))
            if kind == "obs" and self._periods and (own := self._periods.pop(body.device, None)):
                out.append((at, "device", {"id": body.device, "periods": own}))
        if (readings := next(self._before, None)) is not None:
            out.append((now, "history", readings))
        return out

    def no_waves(self, patient: str) -> str:
        """See :class:`WaveSource`."""
        if self._spec.speed > _REAL_TIME:
            return f"waveforms come in real time only, and this ward runs at {self._spec.speed:g} times that"
        return self._ward.no_waves(patient)

    def waves(self, patient: str, after: int, to: int) -> list[dict[str, Any]]:
        """See :class:`WaveSource`."""
        return self._ward.waves(patient, after, to)

    def submit(self, write: Write) -> None:
        """Nothing is written to simulated patients."""

    def sign_in(self, *, cancel: bool) -> None:
        """Nobody signs in to them."""

    def close(self) -> None:
        """Nothing is open."""


def _earlier(device: dict[str, Any], span: int) -> dict[str, Any]:
    """A device as it was ``span`` ms before, with the periods of a history."""
    slower = {key: max(period, HISTORY_STEP) for key, period in device["periods"].items()}
    levels = [(at - span, percent) for at, percent in device.get("levels", ())]
    return device | {"periods": slower} | ({"levels": levels} if levels else {})


def ward_body(spec: WardSpec) -> dict[str, Any]:
    """The ward's own entry, the first of its log, with the beds that its source knows."""
    from iomt_tui.backends.simulated.admission import places

    return {
        "name": spec.name, "watermark": spec.watermark or None, "source": spec.source, "tz": spec.tz, "schema": 1,
        "beds": places(spec.beds)[0] if spec.source == "simulated" else [],
    }  # fmt: skip


class Place(NamedTuple):
    """The log that a source fills: its watermark, None where it is new, and a name that no other log has anywhere."""

    mark: str | None = None
    station: str = ""


def open_source(spec: WardSpec, start: int, place: Place = Place()) -> Source:  # noqa: B008 (frozen)
    """The source that a spec names. Raises ValueError for one that this version does not have."""
    if spec.source == FHIR and spec.fhir is not None:
        from iomt_tui.backends.fhir.source import FhirSource

        return FhirSource(spec.fhir, spec.name, spec.tz, start, spec.watermark, mark=place.mark, station=place.station)
    if spec.source != "simulated":
        raise ValueError(f"source {spec.source!r} is not known, or has no server; this version has: simulated, fhir")
    return SimulatedSource(spec, start)


def backend_of(spec: WardSpec, source: Source) -> Backend | None:
    """The ward's backend; None where there is nobody to write to or to sign in to."""
    if spec.fhir is None or spec.source != FHIR:
        return None
    return Backend(source, frozenset(spec.fhir.writes), spec.fhir.auth == DEVICE)
