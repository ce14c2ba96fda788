"""What the screens get: the exporter, whose parts are imported when something is exported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iomt_tui.log.api import RecordedReader
    from iomt_tui.tui.exporting import Shown


class PageExporter:
    """See :class:`iomt_tui.tui.exporting.Exporter`."""

    def formats(self, shown: Shown) -> tuple[str, ...]:
        """The formats that there are for this page."""
        from iomt_tui.cli.exporting import exporter

        return exporter.formats(shown)

    def span(self, shown: Shown) -> tuple[int, int]:
        """The time that the page is about, ms."""
        from iomt_tui.cli.exporting import exporter

        return exporter.time_of(shown)

    def content(self, shown: Shown, form: str, log: Callable[[], RecordedReader]) -> bytes:
        """The bytes of the file. Raises LogError."""
        from iomt_tui.cli.exporting import exporter

        return exporter.content(shown, form, log)
