"""``iomt-tui log``: verify, describe and shorten an event log."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.source_spec import parse_source
from iomt_tui.cli.wards import choose, log_of
from iomt_tui.times import iso


def run(args: Namespace) -> int:
    """Runs ``log verify``, ``info`` or ``retain`` on ``args.file``: a path, or ward:NAME."""
    spec = parse_source(args.file)
    if spec.kind == "demo":
        raise CliError("name a file or ward:NAME; the demo's log is ward:demo", Exit.USAGE)
    path = log_of(spec.name) if spec.kind == "ward" else spec.path
    assert path is not None
    return {"verify": _verify, "info": _info, "retain": _retain}[args.action](path, args)


def _verify(path: Path, _: Namespace) -> int:
    from iomt_tui.log.anchors import ENDING, AnchorBook
    from iomt_tui.log.files import beside
    from iomt_tui.log.verify import verify

    verdict = verify(path, AnchorBook(beside(path, ENDING)).places(), computed=True)
    print(verdict.words())
    return Exit.OK if verdict.ok else Exit.FOUND


def _info(path: Path, _: Namespace) -> int:
    from iomt_tui.cli.looking import fold_to
    from iomt_tui.log.compressed import open_recording
    from iomt_tui.log.guard import EngineLock

    reader = open_recording(path)
    try:
        base, head = reader.base(), reader.head()
        start, end = reader.span()
        ward = fold_to(reader, start)
    finally:
        reader.close()
    engine = EngineLock(path).running()
    rows = {
        "file": str(path),
        "bytes": str(path.stat().st_size),
        "ward": f"{ward.name} ({ward.watermark or 'live'})",
        "entries": f"{head.seq - base.seq}, numbers {base.seq + 1} to {head.seq}",
        "first": iso(start),
        "newest": iso(end),
        "engine": f"running, process {engine.pid}, version {engine.version}" if engine else "not running",
    }
    for name, text in rows.items():
        print(f"{name:<10}{text}")
    return Exit.OK


def _retain(path: Path, args: Namespace) -> int:
    from iomt_tui.log.anchors import ENDING, AnchorBook
    from iomt_tui.log.files import beside
    from iomt_tui.log.retention import drop_before
    from iomt_tui.log.sqlite import SqliteLog

    keep = args.keep
    if keep is None:
        config = choose(args).config
        if config is None:
            raise CliError("there is no configuration: say how much to keep, for example --keep 30d", Exit.USAGE)
        keep = int(config.retention.days * 86_400_000)
    log = SqliteLog(path, create=False)
    try:
        dropped = drop_before(log, int(time.time() * 1000) - keep)
        if dropped:
            AnchorBook(beside(path, ENDING)).note(log.base())
    finally:
        log.close()
    print(
        f"{path}: {dropped} entries dropped"
        + ("" if dropped else "; none is old enough, or none lies before a checkpoint")
    )
    return Exit.OK
