"""``iomt-tui record``: what happens on the ward from now on, as one file that ``replay`` plays."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from pathlib import Path

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.headless.words import duration
from iomt_tui.cli.paths import ward_dir
from iomt_tui.cli.wards import choose, log_of


def run(args: Namespace) -> int:
    """Waits for ``--for`` or Ctrl+C, then copies that stretch of the ward's log: nothing is lost when it is killed."""
    from iomt_tui.cli.engines import running_engine
    from iomt_tui.log.recording import ENDING, PACKED_ENDING, record
    from iomt_tui.ward.fold import Ward

    target = Path(args.file)
    if not target.name.endswith((ENDING, PACKED_ENDING)):
        raise CliError(
            f"a recording's name ends in {ENDING} or {PACKED_ENDING} (packed); {target} does not", Exit.USAGE
        )
    if target.exists():
        raise CliError(f"{target} exists and was left as it is; choose another name", Exit.SOURCE)
    name = choose(args).name
    log = log_of(name)
    if running_engine(ward_dir(name)) is None:
        raise CliError(f"no engine is running the ward {name}: nothing to record. Open it with 'iomt-tui'", Exit.ENGINE)
    since = _log_time(log)
    until = _wait(name, args.duration)
    made = record(
        log, target, since=since, until=since + until, fold=lambda blob: Ward.restore(blob) if blob else Ward()
    )
    print(f"{made.path}: {made.entries} entries, {duration(made.end - made.start)}, {made.size} bytes")
    return Exit.OK


def _log_time(log: Path) -> int:
    from iomt_tui.log.sqlite import SqliteReader

    reader = SqliteReader(log)
    try:
        return reader.head().at
    finally:
        reader.close()


def _wait(name: str, wanted: int | None) -> int:
    """Real milliseconds until ``wanted`` are over or the user says stop."""
    length = f"for {duration(wanted)}; " if wanted else ""
    print(f"iomt-tui: recording ward {name} {length}Ctrl+C ends it", file=sys.stderr)
    begun = time.monotonic()
    try:
        while wanted is None or (time.monotonic() - begun) * 1000 < wanted:
            time.sleep(0.2 if wanted is None else min(0.2, max(0.0, wanted / 1000 - (time.monotonic() - begun))))
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return int((time.monotonic() - begun) * 1000)
