"""The JSON Schemas, derived from the documents' own types and words."""

from __future__ import annotations

from dataclasses import is_dataclass
from types import ModuleType
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from iomt_tui.cli.headless import (
    adherence_documents,
    alarm_documents,
    documents,
    export_document,
    limits_report,
    meds_documents,
    server_documents,
    watch_document,
)
from iomt_tui.cli.headless.story import compare, devices, envelope, trends, ward_devices
from iomt_tui.cli.headless.story.pages import OF_A_PATIENT, PAGES, PrintedPage


def json_schema(name: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of what is called ``name`` below. Raises KeyError for others."""
    from iomt_tui.cli.diagnosis import report
    from iomt_tui.engine.sending import document as escalation

    if name in OF_A_PATIENT:
        return _page_schema(PAGES[name])
    roots = {
        "snapshot": documents.SnapshotDocument,
        "watch": watch_document.WatchDocument,
        "doctor": report.DoctorDocument,
        "alarms": alarm_documents.AlarmsDocument,
        "limits": limits_report.WardLimitsDocument,
        "meds": meds_documents.MedsDocument,
        "escalation": escalation.EscalationDocument,
        "adherence": adherence_documents.AdherenceDocument,
        "page": export_document.ScreenDocument,
        "compare": compare.CompareDocument,
        "ward-devices": ward_devices.WardDevicesDocument,
    }
    root = roots[name]
    modules = (
        documents, server_documents, watch_document, alarm_documents, limits_report, adherence_documents,
        meds_documents, export_document, compare, trends, devices, ward_devices, report, escalation,
    )  # fmt: skip
    for module in modules:
        _read_docstrings(module)
    schema = TypeAdapter(root).json_schema()
    return _identified(schema, schema["properties"]["schema"]["const"])


def _identified(schema: dict[str, Any], identity: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{identity.replace('/', ':')}",
        **schema,
    }


def _page_schema(page: PrintedPage) -> dict[str, Any]:
    """What stands around every page, and in it the page's own shape."""
    for module in (documents, server_documents, envelope, page.module, page.shapes):
        _read_docstrings(module)
    whole, own = (TypeAdapter(root).json_schema() for root in (envelope.PageDocument, page.root))
    identity = envelope.schema_name(page.name)
    properties = whole["properties"]
    properties["schema"] |= {"const": identity}
    properties["page"] |= {"const": page.name}
    properties["view"] = {"$ref": f"#/$defs/{page.root.__name__}", "description": properties["view"]["description"]}
    whole["$defs"] = whole["$defs"] | own.pop("$defs", {}) | {page.root.__name__: own}
    return _identified(whole, identity)


def _read_docstrings(module: ModuleType) -> None:
    """Has pydantic take the words below each field for its description."""
    for value in vars(module).values():
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__:
            value.__pydantic_config__ = ConfigDict(use_attribute_docstrings=True)  # type: ignore[attr-defined]
