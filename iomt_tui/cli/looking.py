"""One look at a ward: folded to a moment, for commands that print."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.source_spec import SourceSpec
from iomt_tui.times import Moment, clock_time, resolve, ward_zone
from iomt_tui.ward.view import PatientView, WardView, marked

if TYPE_CHECKING:
    from iomt_tui.engine.loop import Engine
    from iomt_tui.log.api import RecordedReader
    from iomt_tui.ward.fold import Ward

DEMO_MOMENT: Final = 60_000
"""How long (ms) the demo has run at a snapshot that names no time: something worth seeing has happened by then."""
_DEMO_LONGEST: Final = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Look:
    """A ward at log time ``now``. ``silent_s`` is None where there is no engine to hear: recordings, and the past."""

    ward: Ward
    now: int
    silent_s: float | None

    def header(self) -> WardView:
        """The ward's own line, with the watermark that it must carry."""
        return marked(self.ward.header(self.now), recorded=self.silent_s is None)

    def patients(self) -> Iterator[PatientView]:
        """Every patient, the most urgent first."""
        for patient in sorted(self.ward.ids(), key=lambda patient: self.ward.rank(patient)):
            yield self.ward.view(patient, self.now)


def look(spec: SourceSpec, moment: Moment | None, tz: str = "UTC") -> Look:
    """The source at ``moment``: the newest state when None. Raises CliError, LogError or SourceError."""
    with looking(spec, moment, tz) as (seen, _):
        return seen


@contextmanager
def looking(
    spec: SourceSpec, moment: Moment | None, tz: str = "UTC"
) -> Iterator[tuple[Look, RecordedReader]]:  # fmt: skip
    """The same, and the log that it was folded from while it is looked at."""
    if spec.kind == "demo":
        engine, now = run_demo(spec, moment)
        yield Look(engine.ward, now, 0.0), cast("RecordedReader", engine.log)
        return
    if spec.kind == "file":
        from iomt_tui.cli.recordings import open_file

        assert spec.path is not None
        opened = open_file(spec.path, spec.mapping, tz)
        name, reader, newest = spec.path.name, opened.reader, opened.newest
    else:
        from iomt_tui.cli.wards import log_of
        from iomt_tui.log.sqlite import SqliteReader

        path = log_of(spec.name)
        name, reader, newest = spec.name, SqliteReader(path), 0
    try:
        if spec.kind != "file" and moment is None:
            yield _look_at_live(path), reader
        else:
            at = moment_in(reader, moment, name, newest)
            yield Look(fold_to(reader, at), at, None), reader
    finally:
        reader.close()


def _look_at_live(path: Path) -> Look:
    from iomt_tui.log.feed import LiveFeed
    from iomt_tui.tui.session import Session

    session = Session(LiveFeed(path))
    try:
        while session.pump().more:
            pass
        return Look(session.ward, session.now(), session.feed.silent_for())
    finally:
        session.close()


def moment_in(reader: RecordedReader, moment: Moment | None, name: str, newest: int) -> int:
    """Log time (ms) of ``moment`` in the recording ``name``; ``newest`` when None. Raises CliError outside of it."""
    start, end = reader.span()
    zone = ward_zone(fold_to(reader, start).tz)
    at = newest if moment is None else resolve(moment, start, end, zone)
    if not start <= at <= end:
        raise CliError(
            f"{name} runs from {clock_time(start, zone)} to {clock_time(end, zone)}; "
            f"{clock_time(at, zone)} is outside of it",
            Exit.SOURCE,
        )
    return at


def fold_to(reader: RecordedReader, at: int) -> Ward:
    """The ward as it stood at log time ``at``: the checkpoint before it, and the entries up to it."""
    from iomt_tui.ward.checkpoint import CheckpointError
    from iomt_tui.ward.fold import Ward

    saved = reader.checkpoint(at)
    try:
        ward = Ward.restore(saved.blob) if saved else Ward()
    except CheckpointError:
        ward = Ward()
    last = reader.seq_at(at)
    while ward.seq < last and (entries := reader.read(ward.seq, min(10_000, last - ward.seq))):
        ward.apply(entries)
    return ward


def run_demo(spec: SourceSpec, moment: Moment | None) -> tuple[Engine, int]:
    """Runs the simulated ward and its engine in memory, as fast as they go, so that the moment is now: the engine on
    its :class:`~iomt_tui.log.memory.MemoryLog`, and that moment (ms)."""
    from iomt_tui.cli.wards import demo_spec
    from iomt_tui.engine.loop import SECOND, Engine
    from iomt_tui.engine.source import open_source, ward_body
    from iomt_tui.log.memory import MemoryLog

    offset = DEMO_MOMENT if moment is None else moment.offset
    if offset is None or offset > _DEMO_LONGEST:
        raise CliError("the demo begins when you ask: --at takes +TIME from its start, up to +24h", Exit.USAGE)
    ward = demo_spec(spec.name, spec.beds, spec.seed)
    now = int(time.time()) * 1000
    start = now - offset
    source = open_source(ward, start)
    engine = Engine(MemoryLog(ward.name))
    engine.start(ward_body(ward), start - int(ward.history_hours * 3_600_000))
    engine.take(source.begin(), tick_every=60 * SECOND)
    for at in range(start, now + 1, SECOND):
        engine.take(source.poll(at))
        if at > engine.ticked:
            engine.tick(at)
    return engine, now
