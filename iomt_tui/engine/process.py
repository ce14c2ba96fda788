"""The engine as a process: one per ward, guarded, apart from every screen."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from iomt_tui import __version__
from iomt_tui.engine.loop import SECOND, Engine
from iomt_tui.engine.saving import Saving
from iomt_tui.engine.sending.sender import ThreadSender
from iomt_tui.engine.source import FHIR, Arrival, Place, Source, WaveSource, backend_of, open_source, ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.anchors import ENDING, AnchorBook
from iomt_tui.log.clock import LogClock, boottime
from iomt_tui.log.files import beside
from iomt_tui.log.growth import Growth
from iomt_tui.log.guard import EngineLock, screens_attached
from iomt_tui.log.recovery import recover
from iomt_tui.log.retention import drop_before
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.memory import settle
from iomt_tui.ward.checkpoint import CheckpointError, load
from iomt_tui.ward.fold import Ward

LOG_NAME = "ward.db"
PERIOD = 0.05  # s between two looks at the source: observations are committed at least this often
GAP = 3.0  # s of real time without a look: nobody watched
CHECKPOINT = 300.0  # s of real time between checkpoints
KEEP = 86_400.0  # s of real time between two cuts of what is too old
DAY = 86_400_000  # ms
ALONE = 20.0  # s without a screen after which a demo engine ends, should its screen not have ended it


def log_path(ward_dir: Path) -> Path:
    """Where a ward's log is."""
    return ward_dir / LOG_NAME


def spawn(spec: WardSpec, ward_dir: Path) -> subprocess.Popen[bytes]:
    """Starts the ward's engine in a session of its own, so that it outlives this process and its terminal.

    Its isolated interpreter takes the program from where this one has it, and nothing else from the environment.
    """
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys; sys.path.append({root!r}); from iomt_tui.engine.process import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", code, str(ward_dir)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(spec.dump().encode())
    return process


def main() -> None:
    """The spawned process: the ward's directory as its argument, the spec on standard input."""
    spec = WardSpec.load(sys.stdin.read())
    stopping = _on_signals()
    sys.exit(0 if serve(spec, Path(sys.argv[1]), stopping) else 1)


def _on_signals() -> Callable[[], bool]:
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _: stopped.append(n))
    with contextlib.suppress(AttributeError, ValueError):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return lambda: bool(stopped)


def serve(spec: WardSpec, ward_dir: Path, stopping: Callable[[], bool]) -> bool:
    """Runs the ward's engine until told to stop. False when another engine already has the ward. Raises LogError."""
    path = log_path(ward_dir)
    ward_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    notice = "" if spec.fresh else _repaired(path)
    lock = EngineLock(path)
    if not lock.acquire(started=int(time.time() * 1000), speed=spec.speed, version=__version__):
        return False
    try:
        if spec.fresh:
            for name in (LOG_NAME, f"{LOG_NAME}-wal", f"{LOG_NAME}-shm"):
                (ward_dir / name).unlink(missing_ok=True)
        log = SqliteLog(path)
        try:
            _run(log, spec, path, notice, stopping)
        finally:
            log.close()
    finally:
        lock.release()
    return True


def _repaired(path: Path) -> str:
    """Brings a damaged log back; what people must be told of it, "" when nothing is wrong."""
    if not path.exists() or EngineLock(path).running() is not None:
        return ""
    recovery = recover(path)
    return recovery.notice() if recovery is not None else ""


def reopen(log: SqliteLog) -> Ward:
    """The ward as the log tells it: the newest checkpoint and everything after it."""
    ward = Ward()
    saved = log.checkpoint()
    if saved is not None:
        with contextlib.suppress(CheckpointError):
            ward = load(saved.blob)
    while entries := log.read(ward.seq):
        ward.apply(entries)
    return ward


def place_of(path: Path, ward: Ward) -> Place:
    """Which log it is. Two people at one machine have logs of their own, and are two stations to a server."""
    name = hashlib.sha256(f"{platform.node()}|{path.resolve()}".encode()).hexdigest()[:16]
    return Place(ward.watermark if ward.seq else None, f"iomt-tui-{name}")


def _run(log: SqliteLog, spec: WardSpec, path: Path, notice: str, stopping: Callable[[], bool]) -> None:
    ward = reopen(log)
    clock = LogClock(speed=spec.speed, floor=ward.now)
    start = clock.now()
    with contextlib.closing(open_source(spec, start, place_of(path, ward))) as source:
        sender = ThreadSender()
        waves = source if isinstance(source, WaveSource) else None
        engine = Engine(log, ward, spec.escalation, sender, backend_of(spec, source), waves, spec.exports)
        _begin(engine, source, spec, start, notice)
        growth, saving = Growth(path), Saving(log)
        try:
            _loop(log, engine, source.poll, clock, spec, path, stopping, growth, saving)
        finally:
            sender.close()
            growth.close()
            engine.stop(clock.now())
            _keep(log, saving, ward, spec, path)


def _begin(engine: Engine, source: Source, spec: WardSpec, start: int, notice: str) -> None:
    """The ward's first moment, or that of a new engine over its log, at log time ``start``."""
    notice = " ".join(said for said in (notice, spec.notice) if said)
    known, remote = bool(engine.ward.seq), spec.source == FHIR
    if known or remote:
        engine.start(ward_body(spec), start, notice, spec.rows())
        if remote:  # its history comes as it comes, and nobody waits for it
            engine.take(source.begin())
        engine.tick(start)
    else:
        with engine.in_one_piece():  # a screen sees a new ward whole, or not yet
            engine.start(ward_body(spec), start - int(spec.history_hours * 3_600_000), notice, spec.rows())
            engine.take(source.begin(), tick_every=60 * SECOND)
            engine.tick(start)
    engine.resume_sending(start)
    engine.resume_writing(start)


def _keep(log: SqliteLog, saving: Saving, ward: Ward, spec: WardSpec, path: Path) -> None:
    """Saves the state, drops what is older than the ward keeps, and notes where the chain stands."""
    saving.save(ward, whole=True)
    drop_before(log, ward.now - int(spec.retention_days * DAY))
    book = AnchorBook(beside(path, ENDING))
    book.note(log.base())
    book.note(log.head())


def _loop(
    log: SqliteLog, engine: Engine, poll: Callable[[int], list[Arrival]], clock: LogClock, spec: WardSpec, path: Path,
    stopping: Callable[[], bool], growth: Growth, saving: Saving,
) -> None:  # fmt: skip
    before = beat = saved = kept = seen = boottime()
    settle(collect=True)
    while not stopping():
        now, real = clock.now(), boottime()
        if real - before > GAP:
            engine.tick(now, gap=int((real - before) * 1000))
        before = real
        engine.take(poll(now))
        engine.take_waves(now)
        if now - engine.ticked >= SECOND or real - beat >= 1:
            engine.tick(now)
        if real - beat >= 1:
            beat = real
            engine.attended(screens_attached(path), now)
            engine.clock_set(clock.set_by(), now)
            if engine.ward.attended:
                seen = real
            elif spec.ends_with_screens and real - seen > ALONE:
                return
        if real - saved >= CHECKPOINT:
            saving.save(engine.ward)
            saved = real
        if real - kept >= KEEP:
            _keep(log, saving, engine.ward, spec, path)
            kept = real
        engine.deliver(now)
        follow(engine, growth, before + PERIOD)


def follow(engine: Engine, growth: Growth, until: float) -> None:
    """Answers what others append as soon as it is in the log, until ``until`` (seconds of :func:`boottime`)."""
    engine.follow()
    while (left := until - boottime()) > 0:
        growth.rest(left)
        engine.follow()
