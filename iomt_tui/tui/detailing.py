"""Values that are finer than what the fold keeps, read from the log in a thread when a page asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from iomt_tui.log.api import RecordedReader
from iomt_tui.tui.reading import read_log
from iomt_tui.ward.story.detail import Detail, wanted
from iomt_tui.ward.story.trends import NO_DETAIL, Axis, Curve

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

LONGEST: Final = 26 * 3_600_000
"""The longest axis (ms) that is read: a day takes a thread half a second."""

_SLACK: Final = 10 * 60_000
"""How much later (ms) than it was measured a value may have come to the log."""


class Detailing:
    """``changed`` is called, in the screen's own thread, when what was asked for is there."""

    def __init__(self, screen: BoardScreen, patient: str, changed: Callable[[], None]) -> None:
        self._screen, self._patient, self._changed = screen, patient, changed
        self.fault = ""
        self._axis: Axis | None = None  # that of what was read last
        self._curves: Mapping[str, Curve] = NO_DETAIL
        self._reading = self._over = False

    def of(self, axis: Axis, most: int, now: int) -> Mapping[str, Curve]:
        """What is there for an axis of at most about ``most`` buckets; asks for what is not.

        An axis that ends now moves on all the time, and the newest two hours are kept in 10 s: that is fine enough.
        """
        asked = wanted(axis, most)
        if asked is None or axis.end >= now or axis.end - axis.start > LONGEST:
            return NO_DETAIL
        have = self._axis
        if have is not None and have.start <= axis.start and axis.end <= have.end and have.width <= 2 * asked.width:
            return self._curves
        if not self._reading and not self._over:
            self._reading = True
            offsets = {device.id: device.clock.offset for device in self._screen.session.ward.devices.values()}
            detail, end = Detail(self._patient, asked, offsets), min(asked.end + _SLACK, now)
            read_log(
                self._screen, "detail", lambda reader: self._work(reader, detail, end),
                lambda _, fault: self._read(detail, fault),
            )  # fmt: skip
        return NO_DETAIL

    def _work(self, reader: RecordedReader, detail: Detail, end: int) -> None:
        """In a thread of its own."""
        after = reader.seq_at(detail.axis.start - 1)
        for part in reader.read_patient(self._patient, after, reader.seq_at(end)):
            if self._over:
                break
            detail.read(part)

    def _read(self, detail: Detail, fault: str) -> None:
        self._reading, self.fault = False, fault
        if not self._over:
            self._axis, self._curves = detail.axis, detail.curves()  # after a fault what was read; not asked for again
            self._changed()

    def close(self) -> None:
        """What is still being read is of no use any more."""
        self._over = True
