"""A source from its beginning to a moment: for commands that look back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from iomt_tui.cli.looking import fold_to, moment_in, run_demo
from iomt_tui.cli.source_spec import SourceSpec
from iomt_tui.times import Moment
from iomt_tui.ward.history import History
from iomt_tui.ward.view import WardView, marked

if TYPE_CHECKING:
    from iomt_tui.log.api import RecordedReader


@dataclass(frozen=True, slots=True)
class Stretch:
    """An open recording, log or demo, up to log time ``end`` (ms). ``recorded``: it is not the ward as it is now."""

    reader: RecordedReader
    end: int
    recorded: bool

    def header(self) -> WardView:
        """The ward's own line, with the watermark that it must carry."""
        return marked(fold_to(self.reader, self.reader.span()[0]).header(self.end), recorded=self.recorded)

    def history(self, bands: Mapping[str, tuple[float, float]], only: str = "") -> History:
        """What it says of its alarms, see :class:`~iomt_tui.ward.history.History`. Raises LogError."""
        from iomt_tui.ward.checkpoint import CheckpointError
        from iomt_tui.ward.fold import Ward

        start = self.reader.span()[0]
        saved = self.reader.checkpoint(start)
        try:
            ward = Ward.restore(saved.blob) if saved else Ward()
        except CheckpointError:
            ward = Ward()
        history = History(ward, start, bands, only)
        after, last = ward.seq, self.reader.seq_at(self.end)
        for part in self.reader.read_patient(only, after, last) if only else ():
            history.read_part(part)
            after = last
        while after < last and (page := self.reader.read(after, min(10_000, last - after))):
            history.read(page)
            after = page[-1].seq
        history.close(self.end)
        return history


def open_stretch(spec: SourceSpec, moment: Moment | None, tz: str = "UTC") -> Stretch:
    """The source up to ``moment``, to its newest reading when None. Raises CliError, LogError or SourceError."""
    if spec.kind == "demo":
        engine, now = run_demo(spec, moment)
        return Stretch(cast("RecordedReader", engine.log), now, False)
    if spec.kind == "file":
        from iomt_tui.cli.recordings import open_file

        assert spec.path is not None
        opened = open_file(spec.path, spec.mapping, tz)
        return Stretch(opened.reader, moment_in(opened.reader, moment, spec.path.name, opened.newest), True)
    from iomt_tui.cli.wards import log_of
    from iomt_tui.log.sqlite import SqliteReader

    reader = SqliteReader(log_of(spec.name))
    return Stretch(reader, moment_in(reader, moment, spec.name, reader.span()[1]), moment is not None)
