"""The shape of a line of ``watch --json``. As in :mod:`~iomt_tui.cli.headless.documents`, fields are added, never taken
away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.cli.headless.documents import AlarmDocument, FloodNowDocument, VitalDocument, Watermark
from iomt_tui.cli.headless.server_documents import ServerDocument, WrittenDocument

WATCH: Final = "iomt-tui/watch/1"


@dataclass(frozen=True, slots=True)
class WatchDocument:
    """One line of ``watch --json``."""

    schema: Literal["iomt-tui/watch/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """As in a snapshot."""
    at: str
    """When, ISO 8601 UTC."""
    what: Literal[
        "ward",
        "alarm",
        "alarm-over",
        "news2",
        "vital",
        "vital-lost",
        "vital-back",
        "monitoring",
        "patient",
        "notification",
        "flood",
        "server",
        "written",
    ]
    """Which sort of change."""
    text: str
    """The change in words, as ``watch --plain`` prints it."""
    patient: str | None
    """The patient's id, null for the ward as a whole."""
    bed: str | None
    """The patient's bed."""
    alarm: AlarmDocument | None
    """The alarm, for alarm, alarm-over, notification, and written where that is an acknowledgement."""
    vital: VitalDocument | None
    """The vital sign, for vital, vital-lost and vital-back."""
    flood: FloodNowDocument | None
    """While alarms flood in, on every line; null otherwise."""
    server: ServerDocument | None
    """For server: the line to the ward's server."""
    written: WrittenDocument | None
    """For written: what has become of it on the server."""
