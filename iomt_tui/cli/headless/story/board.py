"""The board: the twin of ``snapshot`` for the rows that a screen shows, and a table with one row a patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from iomt_tui.cli.headless.documents import SnapshotDocument
from iomt_tui.cli.headless.json_out import monitored, snapshot_document, when
from iomt_tui.cli.headless.plain import snapshot_lines
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units, condition
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.story.board import BoardView
from iomt_tui.ward.view import PatientView, WardView


def document(view: BoardView, ward: WardView, silent: float | None) -> SnapshotDocument:
    """The document of ``snapshot --json``."""
    return snapshot_document(ward, view.patients, silent)


def plain(view: BoardView, ward: WardView, zone: tzinfo, units: Units, silent: float | None) -> Iterator[str]:
    """The words of ``snapshot --plain``."""
    return snapshot_lines(ward, view.patients, zone, units, silent)


def rows(view: BoardView, ward: WardView, silent: float | None) -> Iterator[Row]:
    """One row a patient, a column for each vital sign that anybody has: empty unless the value is a present one."""
    keys = [key for key in VITALS if any(key in patient.vitals for patient in view.patients)]
    yield [
        "patient", "bed", "name", "record", "severity", "alarm", "NEWS2", "NEWS2 inputs known (of 7)",
        *(f"{VITALS[key].name} ({VITALS[key].unit})" for key in keys), "last contact",
    ]  # fmt: skip
    present = silent is None or monitored(ward, silent)  # of a recording it is the moment that is shown
    for patient in view.patients:
        yield _row(patient, keys, present=present)


def _row(patient: PatientView, keys: list[str], *, present: bool) -> Row:
    top, score = patient.top_alarm, patient.news2
    alarm = condition(top, patient.devices, {}) if top is not None else ""
    shown = (patient.vitals.get(key) for key in keys)
    values = [vital.value if vital is not None and vital.live and present else None for vital in shown]
    return [
        safe_text(patient.id), patient.bed, patient.name, patient.mrn, patient.severity.name.lower(), alarm,
        score.total if score.known else None, score.known, *values, when(patient.last_contact),
    ]  # fmt: skip
