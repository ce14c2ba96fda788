"""Where an engine's events come from: one small interface over every backend."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, Protocol

from iomt_tui.engine.spec import WardSpec

#: (log time received, kind, body): a Reading for "obs", else a JSON body as in :mod:`iomt_tui.ward.events`.
Arrival = tuple[int, str, Any]


HISTORY_STEP: Final = 60.0
"""Seconds between two readings of the simulated history."""


class Source(Protocol):
    """A backend as the engine drives it."""

    def begin(self) -> Iterable[Arrival]:
        """Who and what is there, and the history, in order of arrival."""
        ...

    def poll(self, now: int) -> list[Arrival]:
        """What arrived since the last call, up to log time ``now``, in order."""
        ...


class SimulatedSource:
    """The simulated ward as a source."""

    def __init__(self, spec: WardSpec, start: int) -> None:
        from iomt_tui.backends.simulated.ward import SimulatedWard

        self._spec, self._start = spec, start
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
        past: Iterable[Arrival] = self._ward.history(self._spec.history_hours, HISTORY_STEP)
        for at, kind, body in chain(events, past):
            if kind == "device" and "periods" in body:
                self._periods[body["id"]] = body["periods"]
                slower = {key: max(period, HISTORY_STEP) for key, period in body["periods"].items()}
                yield at, kind, body | {"periods": slower}
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
        return out


def ward_body(spec: WardSpec) -> dict[str, Any]:
    """The ward's own entry, the first of its log, with the beds that its source knows."""
    from iomt_tui.backends.simulated.admission import places

    return {
        "name": spec.name, "watermark": spec.watermark or None, "source": spec.source, "tz": spec.tz, "schema": 1,
        "beds": places(spec.beds)[0] if spec.source == "simulated" else [],
    }  # fmt: skip


def open_source(spec: WardSpec, start: int) -> Source:
    """The source that a spec names. Raises ValueError for one that this version does not have."""
    if spec.source != "simulated":
        raise ValueError(f"source {spec.source!r} is not known; this version has: simulated")
    return SimulatedSource(spec, start)
