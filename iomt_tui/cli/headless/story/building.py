"""The model of each page at a moment, for whoever has no screen."""

from __future__ import annotations

from typing import Final, NamedTuple

from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.fold import Ward

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR
_COLUMNS: Final = 24
"""Columns of a chart, more only where each is a day: what one can still read."""


class Asked(NamedTuple):
    """Of whom, when (ms), and how far back (ms) a page reaches that has a window; None: as far as it usually does."""

    ward: Ward
    log: RecordedReader
    patient: str
    now: int
    window: int | None
    live: bool  # whether the values of this moment may be taken for present ones


def overview(asked: Asked) -> object:
    """Everything known of the patient."""
    return asked.ward.view(asked.patient, asked.now)


def trends(asked: Asked) -> object:
    """What the vital signs did within the window, and what happened meanwhile."""
    from iomt_tui.cli.headless.story.trends import seen

    return seen(asked.ward, asked.log, asked.patient, asked.now, _DAY if asked.window is None else asked.window)


def observations(asked: Asked) -> object:
    """NEWS2 by time, in the finest columns with which the window has room."""
    from iomt_tui.ward.story.observations import observations_of

    return observations_of(asked.ward, asked.patient, asked.now, *_columns(asked), live=asked.live)


def flowsheet(asked: Asked) -> object:
    """Values by time, in the same columns."""
    from iomt_tui.ward.story.flowsheet import flowsheet_of

    return flowsheet_of(asked.ward, asked.patient, asked.now, *_columns(asked))


def _columns(asked: Asked) -> tuple[int, int]:
    """Width (ms) and number of columns."""
    from iomt_tui.ward.story.columns import INTERVALS

    window = _DAY if asked.window is None else asked.window
    width = next((one for one in INTERVALS if window <= one * _COLUMNS), INTERVALS[-1])
    return width, max(-(-window // width), 1)


def glucose(asked: Asked) -> object:
    """Glucose of fourteen days, or of the days that the window has."""
    from iomt_tui.ward.story.glucose import glucose_of

    days = 14 if asked.window is None else max(-(-asked.window // _DAY), 1)
    return glucose_of(asked.ward, asked.patient, asked.now, days, live=asked.live)


def waves(asked: Asked) -> object:
    """The newest seconds of the waveforms."""
    from iomt_tui.ward.story.waves import waves_of

    return waves_of(asked.ward, asked.patient, asked.now)


def timeline(asked: Asked) -> object:
    """Everything that happened within the window."""
    from iomt_tui.log.chronicles import begun, read_on
    from iomt_tui.ward.story.timeline import timeline_of

    window = _DAY if asked.window is None else asked.window
    chronicle = begun(asked.log, asked.patient, asked.now - window)
    read_on(asked.log, chronicle, asked.now, lambda: True)
    return timeline_of(chronicle.so_far(), asked.ward, asked.now, window)


def devices(asked: Asked) -> object:
    """The devices at this moment."""
    from iomt_tui.ward.story.devices import devices_of

    return devices_of(asked.ward, asked.patient, asked.now)
