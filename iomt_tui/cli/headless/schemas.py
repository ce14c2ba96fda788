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
    limits_report,
    meds_documents,
    server_documents,
    watch_document,
)


def json_schema(name: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of what is called ``name`` below. Raises KeyError for others."""
    from iomt_tui.cli.diagnosis import report
    from iomt_tui.engine.sending import document as escalation

    roots = {
        "snapshot": documents.SnapshotDocument,
        "watch": watch_document.WatchDocument,
        "doctor": report.DoctorDocument,
        "alarms": alarm_documents.AlarmsDocument,
        "limits": limits_report.WardLimitsDocument,
        "meds": meds_documents.MedsDocument,
        "escalation": escalation.EscalationDocument,
        "adherence": adherence_documents.AdherenceDocument,
    }
    root = roots[name]
    modules = (
        documents, server_documents, watch_document, alarm_documents, limits_report, adherence_documents,
        meds_documents, report, escalation,
    )  # fmt: skip
    for module in modules:
        _read_docstrings(module)
    schema = TypeAdapter(root).json_schema()
    identity = schema["properties"]["schema"]["const"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{identity.replace('/', ':')}",
        **schema,
    }


def _read_docstrings(module: ModuleType) -> None:
    """Has pydantic take the words below each field for its description."""
    for value in vars(module).values():
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__:
            value.__pydantic_config__ = ConfigDict(use_attribute_docstrings=True)  # type: ignore[attr-defined]
