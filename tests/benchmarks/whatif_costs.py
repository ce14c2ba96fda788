"""What it costs to judge a day once more under other limits."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from iomt_tui.alarms.course import band
from iomt_tui.alarms.whatif import compare
from iomt_tui.cli.source_spec import SourceSpec
from iomt_tui.cli.stretch import open_stretch
from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.engine.process import log_path

from .engine_costs import write_day
from .report import Figure


def _narrower(vital: str, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Every limit tried at another delay."""
    return tuple(x._replace(delay_s=x.delay_s + 10) for x in limits)


def what_if() -> Iterator[Figure]:
    """24 hours at 1 Hz, every vital with limits, read and compared: a ward of 32 beds, then one patient's log."""
    with tempfile.TemporaryDirectory() as directory:
        write_day(Path(directory), 32)
        read, judged, patients = _asked(Path(directory))
        yield Figure("24 h of 32 beds: what if, all vitals, from the log", read + judged, "s", 10)
        read, judged, _ = _asked(Path(directory), patients[0])
        yield Figure("24 h of one of 32 patients: what if, all vitals, from the log", read + judged, "s", 0.5)
    with tempfile.TemporaryDirectory() as directory:
        write_day(Path(directory), 1)
        read, judged, _ = _asked(Path(directory))
        yield Figure("24 h of one patient: what if, all vitals, from the log", (read + judged) * 1000, "ms")
        yield Figure("24 h of one patient: what if, all vitals, once read", judged * 1000, "ms", 500)


def _asked(ward_dir: Path, only: str = "") -> tuple[float, float, list[str]]:
    """Processor seconds of reading a day's log, and of judging it under two settings; who was there."""
    path = log_path(ward_dir)
    begin = time.process_time()
    bands = {key: band(key, (_narrower,)) for key in limits_for(1, False, False)}
    stretch = open_stretch(SourceSpec("file", path.name, path), None)
    history = stretch.history(bands, only)
    stretch.reader.close()
    read = time.process_time()
    assert compare(history.with_stays(history.patients), _narrower, history.end)
    return read - begin, time.process_time() - read, list(history.patients)
