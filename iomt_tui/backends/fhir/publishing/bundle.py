"""A stretch of a ward's log as one FHIR R4 Bundle: for a file, and no server. Pure.

The ward's own makers write each resource; what they add for a ward of their own (a stay, its bed, numbers of the demo)
is left out: it is not known of a ward that comes from somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import DEMO, EXPORTED
from iomt_tui.backends.fhir.publishing.naming import HTEST, REASONS, Names, pointer
from iomt_tui.backends.fhir.publishing.published import Arrival, PublishedWard
from iomt_tui.backends.fhir.publishing.thinning import thinned
from iomt_tui.backends.fhir.writing.pieces import coding, concept, dicts, instant
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.ward.events import Reading

MOST: Final = 20_000
"""Observations of one Bundle; where there would be more, one is taken of each vital sign and step of time."""

STEPS: Final = (1, 10_000, 60_000, 300_000, 900_000, 3_600_000)
"""Steps to choose from, ms; the first one keeps everything."""

_ORDER: Final = (
    "Patient", "Flag", "Condition", "AllergyIntolerance", "CareTeam", "Device", "MedicationRequest",
    "MedicationAdministration", "Communication", "Observation",
)  # fmt: skip
_UNKNOWN: Final = {
    "Observation": ("encounter",), "Condition": ("verificationStatus", "recordedDate"),
    "AllergyIntolerance": ("verificationStatus", "recordedDate"), "MedicationRequest": ("authoredOn",),
}  # fmt: skip
"""What the makers say that the log does not: fields by type."""
_AUTHOR: Final = coding("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author")


@dataclass(frozen=True, slots=True)
class Extent:
    """What a Bundle is about: ``start`` and ``end`` in ms, ``by`` whom it was asked for, ``watermark`` as on screen."""

    ward: str
    watermark: str
    start: int
    end: int
    at: int  # log time at which it was asked for
    by: str
    program: str


class ExportNames(Names):
    """The ids of the log wherever FHIR allows them: the file is about the same patients as the ward."""

    def __init__(self, extent: Extent) -> None:
        super().__init__(0)
        self.prefix = ""
        self._mark = extent.watermark

    def labelled(self, resource: Resource) -> Resource:
        """The resource with its mark, without what is not known of it."""
        left_out = _UNKNOWN.get(resource["resourceType"], ())
        own: Resource = _without_nothing({name: value for name, value in resource.items() if name not in left_out})
        numbers = [_plain(one) for one in dicts(own.pop("identifier", None)) if _of_others(one)]
        names = [one for one in dicts(own.pop("deviceName", None)) if "name" in one]
        own |= ({"identifier": numbers} if numbers else {}) | ({"deviceName": names} if names else {})
        return own | ({"meta": meta(self._mark)} if self._mark else {})


def _without_nothing(value: Any) -> Any:
    """Without empty texts, lists and objects, which FHIR does not know."""
    if isinstance(value, dict):
        found = ((name, _without_nothing(one)) for name, one in value.items())
        return {name: one for name, one in found if one not in ("", [], {})}
    if isinstance(value, list):
        return [one for one in map(_without_nothing, value) if one not in ("", [], {})]
    return value


def _of_others(identifier: Resource) -> bool:
    """Whether it has a number, and one that says more than the id."""
    return "value" in identifier and identifier.get("system") not in (f"{DEMO}/patient", f"{DEMO}/device")


def meta(watermark: str) -> Resource:
    """What marks a resource that is about nobody under care."""
    test = {"security": [coding(REASONS, HTEST, "test health data")]} if watermark in ("DEMO", "TEST") else {}
    return {**test, "tag": [coding(EXPORTED, watermark.lower(), watermark)]}


def _plain(identifier: Resource) -> Resource:
    """Without the demo's own system: whose number it is, the log does not know."""
    system = str(identifier.get("system") or "")
    return {name: one for name, one in identifier.items() if name != "system" or not system.startswith(DEMO)}


def fitting(readings: Sequence[Reading]) -> tuple[int, Sequence[Reading]]:
    """The finest of :data:`STEPS` (ms) with which ``readings`` give no more values than :data:`MOST`, and those."""
    for step in STEPS:
        readings = thinned(readings, step) if step > STEPS[0] else readings
        if sum(len(reading.values) + len(reading.flags or ()) for reading in readings) <= MOST:
            return step, readings
    return STEPS[-1], readings


def bundle(extent: Extent, arrivals: Iterable[Arrival], zone: tzinfo) -> Resource:
    """The Bundle of ``arrivals``: patients, devices, orders, records, notes, readings, in the shape of the log."""
    told = list(arrivals)
    step, readings = fitting([body for _, kind, body in told if kind == "obs"])
    told = [one for one in told if one[1] != "obs"] + [(reading.observed_at, "obs", reading) for reading in readings]
    ward = PublishedWard(ExportNames(extent), extent.ward, zone, extent.start, 0.0)
    made = [one for one in ward.take(told, extent.end, step) if one["resourceType"] in _ORDER]
    made.sort(key=lambda one: _ORDER.index(one["resourceType"]))
    patients = [one["id"] for one in made if one["resourceType"] == "Patient"]
    entries = [_provenance(extent, patients, step), *made]
    whole: Resource = {"resourceType": "Bundle", "type": "collection", "timestamp": instant(extent.at)}
    if extent.watermark:
        whole["meta"] = meta(extent.watermark)
    return whole | {"entry": [{"fullUrl": _url(one), "resource": one} for one in entries]}


def _url(resource: Resource) -> str:
    return f"{EXPORTED}/{resource['resourceType']}/{resource['id']}"


def _provenance(extent: Extent, patients: Sequence[str], step: int) -> Resource:
    """Who asked for it, what time it is about, and how much of it is there."""
    part = f"; of each vital sign one value every {step // 1000} s, the newest" if step > 1 else ""
    words = f"{extent.watermark + ': ' if extent.watermark else ''}exported from {extent.ward}{part}"
    one: dict[str, Any] = {
        "resourceType": "Provenance", "id": "export",
        **({"meta": meta(extent.watermark)} if extent.watermark else {}),
        "target": [pointer("Patient", patient) for patient in patients],
        "occurredPeriod": {"start": instant(extent.start), "end": instant(extent.end)},
        "recorded": instant(extent.at),
        "activity": concept(text=words),
        "agent": [
            {"type": concept(_AUTHOR), "who": {"display": extent.by}},
            {"type": concept(text="assembled by"), "who": {"display": extent.program}},
        ],
    }  # fmt: skip
    return one
