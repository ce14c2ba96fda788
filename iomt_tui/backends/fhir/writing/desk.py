"""What one delivery works with."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from iomt_tui.backends.fhir.writing.server import Server


class Desk(NamedTuple):
    """The server, whom it is about there ("Patient/1"), the station that writes, and the ward's zone for people."""

    server: Server
    patient: str
    station: str
    zone: tzinfo
