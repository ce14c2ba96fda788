"""Reads the events of one patient from a log: a stretch at first, and then only as far as it has grown."""

from __future__ import annotations

from collections.abc import Callable

from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.checkpoint import CheckpointError
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.timeline import Told

_NOBODY = ""
"""The patient of whom no reading is: the readings of everybody are passed over."""


def begun(reader: RecordedReader, patient: str, since: int) -> Chronicle:
    """A chronicle from log time ``since`` (ms) on, before its first entry is read: the newest checkpoint before that
    tells how the ward stood; before the very first entry nobody was there. Raises LogError."""
    first = reader.span()[0]
    saved = reader.checkpoint(since) if since > first else None
    try:
        known = Ward.restore(saved.blob) if saved is not None else _nothing(reader)
    except CheckpointError:
        known = _nothing(reader)
    chronicle = Chronicle(patient, since, known)
    chronicle.begins = first
    return chronicle


def _nothing(reader: RecordedReader) -> Ward | None:
    """A ward of nobody, where the log has kept all of its entries."""
    return Ward() if [one.seq for one in reader.read(0, 1)] == [1] else None


def read_on(
    reader: RecordedReader, chronicle: Chronicle, end: int, going: Callable[[], bool] = lambda: True
) -> None:  # fmt: skip
    """Reads what the log holds up to log time ``end`` (ms), while ``going`` says so. Raises LogError."""
    last = reader.seq_at(end)
    for part in reader.read_patient(_NOBODY, chronicle.seq, last):
        if not going():
            return
        chronicle.read(part.entries)
    chronicle.seq = max(chronicle.seq, last)


def told(reader: RecordedReader, patient: str, since: int, end: int) -> Told:
    """What a log says of a patient from ``since`` to ``end`` (log time, ms), all at once. Raises LogError."""
    chronicle = begun(reader, patient, since)
    read_on(reader, chronicle, end)
    return chronicle.so_far()
