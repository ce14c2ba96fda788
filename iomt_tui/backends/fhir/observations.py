"""One Observation to readings: its code, its value or the reason why there is none, and its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Final, NamedTuple

from iomt_tui.backends.fhir.resources import Concept, Measured, Observation, Quantity, SampledData
from iomt_tui.backends.fhir.times import observed
from iomt_tui.backends.fhir.vocabulary import (
    ABSENT,
    COUNTED_OUT,
    UCUM,
    coded_value,
    is_panel,
    label,
    unused,
    vital_of,
)
from iomt_tui.clinical.placing import place
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.events import Reading

_VALUES: Final = ("value", "dataAbsent")
SAMPLES: Final = 200_000  # of one SampledData; at 1 Hz more than two days


@dataclass(slots=True)
class Mapped:
    """What became of one Observation. ``refused`` holds (reason, what) of the parts that have no place."""

    readings: list[Reading] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unused: str = ""  # what it is counted as, quietly, when it is no vital sign and does not claim to be one
    exact: bool = True  # false when its time was a date only


class Metric(NamedTuple):
    """What a DeviceMetric tells of the measurements that name it: see :mod:`.machines`."""

    device: str
    vital: str
    period: float | None  # s between two measurements
    unit: str | None  # UCUM, for a number without a word about its unit
    doubtful: bool  # not calibrated
    off: bool


def map_observation(observation: Observation, patient: str, device: str, metric: Metric | None = None) -> Mapped:
    """Readings of one Observation of ``patient``. Raises ValueError, in words, when it has no usable time."""
    mapped = Mapped()
    if observation.status in COUNTED_OUT:
        mapped.refused.append((observation.status, label(observation.code)))
        return mapped
    if observation.hasMember and not _has_own(observation):
        return mapped  # the values are in its members
    if metric is not None and metric.unit is not None:
        observation = _with_unit(observation, metric.unit)
    doubtful = observation.status == "unknown" or (metric is not None and metric.doubtful)
    doubt = "questionable" if doubtful else "valid"
    values: dict[str, float] = {}
    flags: dict[str, str] = {}
    sampled: list[tuple[str, SampledData]] = []
    for key, part in _parts(observation, mapped):
        if key in values or key in flags or any(key == other for other, _ in sampled):
            mapped.refused.append(("second-value", key))
        elif part.valueSampledData is not None and part.dataAbsentReason is None:
            sampled.append((key, part.valueSampledData))
        else:
            value, flag = _measured(key, part, doubt, mapped)
            if value is not None:
                values[key] = value
            if flag:
                flags[key] = flag
    if values or flags:
        moment = observed(observation, begins=False)
        mapped.exact = moment.exact
        mapped.readings.append(Reading(patient, device, moment.at, values, flags or None))
    for key, data in sampled:
        start = observed(observation, begins=True)
        mapped.exact = mapped.exact and start.exact
        mapped.readings.extend(_samples(key, data, start.at, patient, device, doubt, mapped))
    return mapped


def _has_own(observation: Observation) -> bool:
    return bool(observation.component) or any(
        getattr(observation, name) is not None for name in observation.model_fields_set if name.startswith(_VALUES)
    )


def _with_unit(observation: Observation, unit: str) -> Observation:
    """With the unit of its metric, when the number says nothing of a unit itself."""
    given = observation.valueQuantity
    if given is None or given.code or given.unit:
        return observation
    return observation.model_copy(update={"valueQuantity": given.model_copy(update={"code": unit, "system": UCUM})})


def _parts(observation: Observation, mapped: Mapped) -> Iterator[tuple[str, Measured]]:
    """The measured parts with their vital's key; what has none is refused."""
    if is_panel(observation.code):
        if not observation.component:
            absent = observation.model_copy(update={"dataAbsentReason": observation.dataAbsentReason or Concept()})
            yield "nibp_sys", absent
            yield "nibp_dia", absent
    elif key := _key(observation.code, mapped, observation, silent=bool(observation.component)):
        yield key, observation
    for component in observation.component:
        if key := _key(component.code, mapped, observation):
            yield key, component


def _key(concept: Concept, mapped: Mapped, observation: Observation, *, silent: bool = False) -> str:
    key, why = vital_of(concept)
    if not key and not silent:
        if why == "unknown-code" and (quiet := unused(observation)):
            mapped.unused = quiet
        else:
            mapped.refused.append((why, label(concept)))
    return key


def _measured(key: str, part: Measured, doubt: str, mapped: Mapped) -> tuple[float | None, str]:
    """The placed value and its flag, or None and the reason why there is none."""
    if part.dataAbsentReason is not None:
        contradicted = part.valueQuantity is not None and part.valueQuantity.value is not None
        reasons = (ABSENT.get(code) for code in sorted(part.dataAbsentReason.codes()))
        return None, "invalid" if contradicted else next((word for word in reasons if word), "not-measured")
    if part.valueCodeableConcept is not None:
        found = coded_value(key, part.valueCodeableConcept)
        if found is None:
            mapped.refused.append(("unknown-code", f"{key}: {label(part.valueCodeableConcept)}"))
            return None, "not-a-number"
        return _placed(key, found, VITALS[key].unit, doubt)
    if part.valueInteger is not None or part.valueString is not None:
        loose = part.valueInteger if part.valueInteger is not None else part.valueString
        return _placed(key, loose, None, doubt)
    quantity = part.valueQuantity
    if quantity is None or quantity.value is None:
        return None, "not-measured"
    return _placed(key, quantity.value, unit_of(quantity), "questionable" if quantity.comparator else doubt)


def _placed(key: str, raw: object, unit: str | None, status: str) -> tuple[float | None, str]:
    return place(key, raw, unit, status)


def unit_of(quantity: Quantity) -> str | None:
    """The UCUM code of a quantity, None when it has no code: its ``unit`` is display text and may say anything."""
    if not quantity.code:
        return None
    return quantity.code if quantity.system in (None, UCUM) else f"{quantity.system}|{quantity.code}"


def _samples(
    key: str, data: SampledData, start: int, patient: str, device: str, doubt: str, mapped: Mapped
) -> Iterator[Reading]:
    """One reading for each sample. E (error) is invalid; U and L (beyond the detection limits) have no value."""
    period, factor, origin = (_finite(raw) for raw in (data.period, data.factor, data.origin.value))
    if data.dimensions != 1 or period is None or period <= 0 or factor is None or origin is None:
        mapped.refused.append(("bad-samples", key))
        return
    tokens = (data.data or "").split(None, SAMPLES)
    if len(tokens) > SAMPLES:
        tokens.pop()
        mapped.refused.append(("too-many-samples", key))
    unit = unit_of(data.origin)
    for place_in_row, token in enumerate(tokens):
        at = start + round(place_in_row * period)
        if token in {"E", "U", "L"}:
            value, flag = None, "invalid"
        else:
            value, flag = _placed(key, _sample(token, origin, factor), unit, doubt)
        yield Reading(patient, device, at, {} if value is None else {key: value}, {key: flag} if flag else None)


def _sample(token: str, origin: float, factor: float) -> float | str:
    if not token.isascii() or "_" in token:
        return token
    try:
        return origin + factor * float(token)
    except ValueError:
        return token


def _finite(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if isfinite(number) else None
