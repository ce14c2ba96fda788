"""Where an engine's events come from: one small interface over every backend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from iomt_tui.engine.spec import WardSpec

#: (log time received, kind, body): a Reading for "obs", else a JSON body as in :mod:`iomt_tui.ward.events`.
Arrival = tuple[int, str, Any]


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
        self._ward = SimulatedWard(beds=spec.beds, seed=spec.seed, start=start, scenario=spec.scenario)

    def begin(self) -> Iterable[Arrival]:
        """Patients and devices as of the start of the history, then the history at one reading a minute."""
        first = self._start - int(self._spec.history_hours * 3_600_000)
        yield from ((first, kind, body) for kind, body in self._ward.events())
        if self._spec.history_hours > 0:
            yield from self._ward.history(self._spec.history_hours, 60.0)

    def poll(self, now: int) -> list[Arrival]:
        """What the simulated devices sent up to ``now``."""
        return self._ward.advance(now)


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
