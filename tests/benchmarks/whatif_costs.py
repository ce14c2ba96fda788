"""What it costs to judge a day once more under other limits."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from iomt_tui.alarms.course import Limits, band
from iomt_tui.alarms.whatif import compare
from iomt_tui.cli.source_spec import SourceSpec
from iomt_tui.cli.stretch import open_stretch
from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.engine.process import log_path

from .engine_costs import write_day
from .report import Figure


def _narrower(scale: int, home: bool, oxygen: bool) -> Mapping[str, tuple[Limit, ...]]:
    """Every limit tried at another delay."""
    today = limits_for(scale, home, oxygen)
    return {key: tuple(x._replace(delay_s=x.delay_s + 10) for x in own) for key, own in today.items()}


def what_if() -> Iterator[Figure]:
    """24 hours at 1 Hz, every vital with limits, read and compared: a ward of 32 beds, then one patient's log."""
    for beds, name, limit in ((32, "32 beds", 10.0), (1, "one patient", 0.5)):
        with tempfile.TemporaryDirectory() as directory:
            write_day(Path(directory), beds)
            path = log_path(Path(directory))
            begin = time.process_time()
            candidate: Limits = _narrower
            bands = {key: band(key, (limits_for, candidate)) for key in limits_for(1, False, False)}
            stretch = open_stretch(SourceSpec("file", path.name, path), None)
            history = stretch.history(bands)
            stretch.reader.close()
            assert compare(history.with_stays(history.patients), limits_for, candidate, history.end)
            passed = time.process_time() - begin
        yield Figure(f"24 h of {name}: what if, all vitals", passed, "s", limit)
