"""Observations to readings and scores. A value that the server takes back or corrects does not stay as it was shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.machines import Machines
from iomt_tui.backends.fhir.messages import is_score, score_body
from iomt_tui.backends.fhir.observations import Mapped, map_observation
from iomt_tui.backends.fhir.resources import Observation
from iomt_tui.backends.fhir.seen import KEPT, Seen
from iomt_tui.backends.fhir.vocabulary import COUNTED_OUT
from iomt_tui.backends.refusals import Refusals
from iomt_tui.ward.events import Reading

_QUIET: Final = frozenset({"sensor-off", "not-measured"})
_MOST: Final = 16
"""Readings of one observation that are remembered; of more (SampledData) a correction is told in words only."""


class Said(NamedTuple):
    """What an observation became: readings as measured, and how often it was corrected since."""

    readings: tuple[Reading, ...] = ()
    revision: int = 0


_NOTHING: Final = Said()


class Measurements:
    """Readings and events of observations, collected until :meth:`collected`."""

    def __init__(self, refusals: Refusals, machines: Machines, source: str, most: int = KEPT) -> None:
        self._refusals, self._machines, self._source = refusals, machines, source
        self._seen: Seen[Said] = Seen(most)
        self._readings: list[Reading] = []
        self._events: list[tuple[str, Any]] = []
        self.dated_only = 0  # observations whose time is a date; they stand at its beginning

    def is_news(self, one: Found) -> bool:
        """Whether this version was not seen before."""
        return self._seen.news(one, self._refusals)

    def take(self, one: Found, observation: Observation, patient: str) -> None:
        """Takes up an observation of a patient. Raises ValueError, in words, when it has no usable time."""
        before = self._seen.before(one) or _NOTHING
        if is_score(observation):
            self._seen.keep(one, patient, before)
            if observation.status in COUNTED_OUT:
                self._refusals.add(observation.status, "NEWS2", one.place)
            else:
                self._events.append(("score", score_body(observation, patient)))
            return
        device, metric = self._machines.of(observation.device, patient, one.place)
        try:
            mapped = map_observation(observation, patient, device, metric)
        except ValueError:
            self._say(one, patient, Mapped(), before, "corrected")
            raise
        self._note(one, mapped)
        if mapped.readings:
            self._machines.used(device, patient)
        self.dated_only += not mapped.exact
        self._say(one, patient, mapped, before, observation.status)

    def _note(self, one: Found, mapped: Mapped) -> None:
        for reason, what in mapped.refused:
            self._refusals.add(reason, what, one.place, f"{reason}: {what}")
        if mapped.unused:
            self._refusals.add("not-used", f"Observation {mapped.unused}")
        for reading in mapped.readings:
            if reading.flags:
                for key, flag in reading.flags.items():
                    if key not in reading.values and flag not in _QUIET:
                        self._refusals.tell(flag, f"{one.place}: {key}: {flag}")

    def _say(self, one: Found, patient: str, mapped: Mapped, before: Said, status: str) -> None:
        """Puts readings out, after what they replace; the same ones again say nothing."""
        readings = mapped.readings
        if before is _NOTHING:
            self._readings += readings
            self._seen.keep(one, patient, Said(tuple(readings)) if len(readings) <= _MOST else _NOTHING)
            return
        if tuple(readings) == before.readings:
            self._seen.keep(one, patient, before)
            return
        revision = before.revision + 1
        self._take_back(one, before, readings, revision, status)
        self._readings += [reading._replace(observed_at=reading.observed_at + revision) for reading in readings]
        self._seen.keep(one, patient, Said(tuple(readings[:_MOST]), revision))

    def _take_back(self, one: Found, before: Said, readings: list[Reading], revision: int, status: str) -> None:
        """Says of values that were shown that they are not valid, and of which. They count as said a few ms later than
        they were measured, which makes them newer than what they are about."""
        kept = {(r.patient, r.observed_at, key) for r in readings for key in (*r.values, *(r.flags or ()))}
        word = "entered-in-error" if status in COUNTED_OUT else "corrected"
        for old in before.readings:
            gone = [key for key in old.values if (old.patient, old.observed_at, key) not in kept]
            if gone:
                flags = dict.fromkeys(gone, "invalid")
                self._readings.append(Reading(old.patient, old.device, old.observed_at + revision, {}, flags))
            if old.values:
                clock = datetime.fromtimestamp(old.observed_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
                what = f"{', '.join(f'{key} {value:g}' for key, value in old.values.items())} of {clock}"
                self._events.append(("refused", {
                    "source": self._source, "reason": word, "what": what, "patient": old.patient, "count": 1,
                }))  # fmt: skip
                self._refusals.tell(word, f"{one.place}: {word} after it was shown: {what}")

    def collected(self) -> tuple[list[Reading], list[tuple[str, Any]]]:
        """What was collected since the last time: readings in the order in which they came, and events."""
        readings, events = self._readings, self._events
        self._readings, self._events = [], []
        return readings, events

    def forget(self, patients: frozenset[str]) -> None:
        """Forgets everything of these patients."""
        self._seen.forget(patients)
