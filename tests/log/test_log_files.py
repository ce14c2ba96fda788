"""The log's files are private, and what the disk refuses reaches the user in words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from log_samples import drafts, log_of, raw, read_all

from iomt_tui.log import files
from iomt_tui.log.anchors import AnchorBook
from iomt_tui.log.api import LogError
from iomt_tui.log.guard import EngineLock, ScreenPresence
from iomt_tui.log.recording import record
from iomt_tui.log.retention import drop_before
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Draft

pytestmark = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("no_umask")
def test_every_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "state" / "wards" / "w.iomtlog"
    with log_of(path, drafts(50)) as log:
        log.append(drafts(1, 10**6), durable=True, urgent=True)
        log.save_checkpoint(50, 50_000, b"state")
        lock, screen = EngineLock(path), ScreenPresence(path)
        lock.acquire()
        screen.attach()
        AnchorBook(path.with_name("anchors")).note(log.head())
        drop_before(log, 10**6)
        record(path, path.with_name("copy.iomtlog"))
        record(path, path.with_name("copy.iomtlog.gz"))
        lock.release()
        screen.detach()
        found = {place.name: place.stat().st_mode & 0o777 for place in path.parent.iterdir()}
    assert {"w.iomtlog-wal", "w.iomtlog-shm", "w.iomtlog.engine.lock", "w.iomtlog.bell", "copy.iomtlog.gz"} < set(found)
    assert set(found.values()) == {0o600}
    for place in (path.parent, path.parent.parent):
        assert place.stat().st_mode & 0o777 == 0o700


def test_a_log_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(1)):
        pass
    path.chmod(0o644)
    with log_of(path):
        assert path.stat().st_mode & 0o777 == 0o600
        assert Path(f"{path}-wal").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", ".engine.lock"])
def test_a_symbolic_link_is_refused(tmp_path: Path, ending: str) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    path = tmp_path / "w.iomtlog"
    Path(f"{path}{ending}").symlink_to(other)
    with pytest.raises(LogError, match="symbolic link"):
        EngineLock(path).acquire() if ending.endswith("lock") else SqliteLog(path)
    assert other.read_bytes() == b"precious"


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.iomtlog")
    with pytest.raises(LogError, match="not a plain file"):
        SqliteLog(tmp_path / "pipe.iomtlog")
    with pytest.raises(LogError, match=r"directory|plain file"):
        SqliteLog(tmp_path)


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_file_system", lambda path: "nfs4")
    with pytest.raises(LogError, match=r"network share \(nfs4\)"):
        SqliteLog(tmp_path / "w.iomtlog")


def test_the_file_system_under_a_path_is_known() -> None:
    if sys.platform == "linux":
        assert files._file_system(Path("/proc/log")) == "proc"


def test_the_log_uses_no_shared_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "missing"))
    with log_of(tmp_path / "w.iomtlog", drafts(200)) as log, log.writing() as db:
        assert db.execute("PRAGMA temp_store").fetchone() == (2,)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a recording"),
        (b"time,hr\n1,80\n", "not a recording"),
        (b"\x1f\x8b no gzip", "cut short or damaged"),
        (b"SQLite format 3\x00" + bytes(100), "is not|damaged"),
    ],
)
def test_what_is_no_recording_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    from iomt_tui.log.compressed import open_recording

    path = tmp_path / "shift.iomtlog"
    path.write_bytes(content)
    with pytest.raises(LogError, match=words) as caught:
        open_recording(path, cache=tmp_path / "cache")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE notes (text TEXT)",
        "CREATE VIEW extra AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
        "CREATE INDEX i ON entries (kind)",
        "PRAGMA application_id = 7",
    ],
)
def test_a_database_with_anything_else_in_it_is_refused(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(3)):
        pass
    with raw(path) as db:
        db.execute(statement)
    for opening in (SqliteLog, SqliteReader):
        with pytest.raises(LogError, match="not a log of iomt-tui"):
            opening(path)


def test_a_log_that_is_not_there_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="Start the ward first"):
        SqliteLog(tmp_path / "w.iomtlog", create=False)
    with pytest.raises(LogError, match="no recording at"):
        SqliteReader(tmp_path / "w.iomtlog")
    assert list(tmp_path.iterdir()) == []


def test_a_new_log_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens it the moment its name is there reads a log that is followed, not a recording."""
    path = tmp_path / "w.iomtlog"
    link = os.link
    seen: list[int] = []

    def look(source: Path, target: Path) -> None:
        assert not path.exists()
        link(source, target)
        with closing(SqliteReader(path)) as early, closing(SqliteLog(path)) as log:
            seen.append(len(early.read(0)))
            log.append(drafts(2), durable=False)
            seen.append(len(early.read(0)))

    monkeypatch.setattr(os, "link", look)
    with log_of(path, drafts(1)) as log:
        assert seen == [0, 2] and len(read_all(log)) == 3
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_log_without_second_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    with log_of(tmp_path / "w.iomtlog", drafts(3)) as log:
        assert len(read_all(log)) == 3 and verify(log.path).ok


def test_a_full_database_writes_all_or_nothing(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(10)) as log:
        with log.writing() as db:
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LogError, match=r"disk is full. Nothing was written"):
            log.append([Draft(10**6, "act", os.urandom(60_000))], durable=True)
        assert len(read_all(log)) == 10
        assert verify(log.path).ok
        log.append([Draft(10**6, "act", b"{}")], durable=True)
        assert verify(log.path).entries == 11


_FILL = """
import resource, sys
from pathlib import Path
from iomt_tui.log.api import LogError
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft
log = SqliteLog(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
acknowledged = 0
try:
    while acknowledged < 1_000:
        log.append([Draft(acknowledged, "act", b'{"op": "%d"}' % acknowledged)], durable=True)
        acknowledged += 1
except LogError as error:
    print(error, file=sys.stderr)
print(acknowledged)
sys.stdout.flush()
import os
os._exit(0)
"""


def test_nothing_is_called_saved_that_the_disk_refused(tmp_path: Path) -> None:
    """The system refuses to let a file grow (as a full disk or a quota does): 0 falsely acknowledged."""
    path = tmp_path / "w.iomtlog"
    done = subprocess.run([sys.executable, "-c", _FILL, str(path)], capture_output=True, text=True, timeout=30)
    acknowledged = int(done.stdout)
    assert 10 < acknowledged < 1_000
    assert "Nothing was written" in done.stderr
    with closing(SqliteLog(path)) as log:
        assert [entry.body for entry in read_all(log)] == [b'{"op": "%d"}' % n for n in range(acknowledged)]
        log.append(drafts(1), durable=True)
    assert verify(path).ok


def test_a_file_that_may_only_be_read_is_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(5)) as log, log.writing() as db:
        pass
    with log_of(path) as log:
        with log.writing() as db:
            db.execute("PRAGMA query_only = ON")
        with pytest.raises(LogError, match="may only be read"):
            log.append(drafts(1), durable=True)
        assert len(read_all(log)) == 5


def test_importing_the_log_is_light() -> None:
    code = "import sys, iomt_tui.log.sqlite, iomt_tui.log.feed, iomt_tui.log.recording; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"asyncio", "textual", "rich", "pydantic", "httpx", "platformdirs"} & set(done.stdout.split())
