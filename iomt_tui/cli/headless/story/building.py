"""The model of each page at a moment, for whoever has no screen."""

from __future__ import annotations

from typing import NamedTuple

from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.fold import Ward


class Asked(NamedTuple):
    """Of whom, when, and how far back a page that has a window reaches. Times are ms."""

    ward: Ward
    log: RecordedReader
    patient: str
    now: int
    window: int


def overview(asked: Asked) -> object:
    """Everything known of the patient."""
    return asked.ward.view(asked.patient, asked.now)
