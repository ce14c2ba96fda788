"""Devices and what they measure: Device, DeviceMetric. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.publishing.naming import Names, pointer
from iomt_tui.backends.fhir.vocabulary import MDC, UCUM
from iomt_tui.backends.fhir.writing.pieces import coding, concept
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.backends.fhir.writing.vital_signs import code_of
from iomt_tui.clinical.vitals import VITALS

_BATTERY: Final = coding(MDC, "67996", "MDC_ATTR_VAL_BATT_CHARGE")


def device(body: Mapping[str, Any]) -> Resource:
    """A device as its body in the log tells it."""
    battery = body.get("battery")
    percent = {"value": battery, "unit": "%", "system": UCUM, "code": "%"}
    return {
        "resourceType": "Device",
        "id": body["id"],
        "identifier": [{"system": f"{DEMO}/device", "value": body["id"]}],
        "status": "inactive" if body["state"] in ("off", "gone") else "active",
        "deviceName": [{"name": body["model"], "type": "model-name"}],
        "type": {"text": body["kind"]},
        "version": [{"value": body["firmware"]}],
        **({"patient": pointer("Patient", body["patient"])} if body["patient"] else {}),
        **({"property": [{"type": concept(_BATTERY), "valueQuantity": [percent]}]} if battery is not None else {}),
    }


def metrics(names: Names, body: Mapping[str, Any], least: float) -> list[Resource]:
    """What the device measures and how often it is published: never more often than every ``least`` s."""
    own = body["id"].removeprefix(names.prefix)
    return [_metric(names.id(own, key.replace("_", "-")), key, body, max(float(period), least))
            for key, period in body["periods"].items()]  # fmt: skip


def _metric(id_: str, key: str, body: Mapping[str, Any], period: float) -> Resource:
    vital = VITALS[key]
    seconds = int(period) if period == int(period) else period
    return {
        "resourceType": "DeviceMetric",
        "id": id_,
        "type": code_of(vital),
        "unit": concept(coding(UCUM, vital.unit)),
        "source": pointer("Device", body["id"]),
        "operationalStatus": "off" if body["state"] in ("off", "gone") else "on",
        "category": "measurement",
        "measurementPeriod": {"repeat": {"frequency": 1, "period": seconds, "periodUnit": "s"}},
    }
