"""A recording is one small file that stands alone and says the same as the log it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_samples import Digest, drafts, in_memory, log_of, raw, read_all, save_states

from iomt_tui.log.api import LogError
from iomt_tui.log.batching import batched
from iomt_tui.log.compressed import open_recording
from iomt_tui.log.recording import record
from iomt_tui.log.retention import drop_before
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations


def _shift(count: int) -> list[Draft]:
    made: list[Draft] = [draft(0, "ward", {"name": "Ward 7"})]
    for number in range(count):
        at = number * 50
        reading = Reading("p07", "d1", at, {"hr": 80.0 + number % 5, "spo2": 97.0}, None)
        made.append(observations(at, [reading]))
        if number % 20 == 19:
            made.append(draft(at, "tick", {}))
    return made


@pytest.mark.parametrize("name", ["shift.iomtlog", "shift.iomtlog.gz"])
def test_a_recording_holds_every_reading_in_order(tmp_path: Path, name: str) -> None:
    target = tmp_path / "out" / name
    with log_of(tmp_path / "w.iomtlog", _shift(1_000)) as log:
        done = record(log.path, target)
        whole = read_all(log)
    live = log.path.stat().st_size
    assert done.path == target and (done.start, done.end) == (0, whole[-1].at)
    assert done.size == target.stat().st_size < live
    assert [place.name for place in target.parent.iterdir()] == [name]
    with closing(open_recording(target, cache=tmp_path / "cache")) as reader:
        found = read_all(reader)
        assert reader.span() == (0, whole[-1].at)
        assert list((tmp_path / "cache").glob("*")) == []
    assert len(found) == done.entries < len(whole) / 8
    assert _readings(found) == _readings(whole)
    assert [entry[1:] for entry in found if entry.kind != "obs"] == [e[1:] for e in whole if e.kind != "obs"]


def _readings(entries: list[Entry]) -> list[object]:
    return [reading for entry in entries if entry.kind == "obs" for reading in entry.data()]


def test_a_recording_is_one_compact_file_with_a_chain_of_its_own(tmp_path: Path) -> None:
    target = tmp_path / "shift.iomtlog"
    with log_of(tmp_path / "w.iomtlog", _shift(2_000)) as log:
        record(log.path, target)
    assert verify(target).ok
    size = target.stat().st_size
    with raw(target) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.execute("VACUUM")
    assert target.stat().st_size >= size * 0.98
    target.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        with closing(SqliteReader(target)) as reader:
            assert reader.last() is not None
        assert {place.name for place in tmp_path.iterdir()} == {"w.iomtlog", "shift.iomtlog"}
    finally:
        tmp_path.chmod(0o700)


def test_the_same_log_gives_the_same_recording(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", _shift(200)) as log:
        for name in ("a.iomtlog.gz", "b.iomtlog.gz"):
            record(log.path, tmp_path / name, fold=Digest)
    assert (tmp_path / "a.iomtlog.gz").read_bytes() == (tmp_path / "b.iomtlog.gz").read_bytes()


def test_checkpoints_made_on_the_way_fit_the_recording(tmp_path: Path) -> None:
    target = tmp_path / "shift.iomtlog"
    with log_of(tmp_path / "w.iomtlog", _shift(3_000)) as log:
        record(log.path, target, fold=Digest, every_ms=20_000)
    with closing(SqliteReader(target)) as reader:
        whole = Digest()
        whole.apply(read_all(reader))
        seen = set()
        for at in range(0, 150_000, 5_000):
            saved = reader.checkpoint(at)
            if saved:
                part = Digest(saved.blob)
                part.apply(read_all(reader, saved.seq))
                assert part.state == whole.state
                seen.add(saved.seq)
    assert len(seen) >= 7


def test_a_part_can_be_recorded_and_keeps_what_came_before(tmp_path: Path) -> None:
    target = tmp_path / "part.iomtlog"
    with log_of(tmp_path / "w.iomtlog", drafts(100)) as log:
        save_states(log, 10)
        for dropped in (False, True):
            if dropped:
                drop_before(log, 35_000)
            done = record(log.path, target, since=45_000, until=80_000, batch_ms=0, overwrite=True)
            assert (done.start, done.end, done.entries) == (40_000, 80_000, 40)
            with closing(SqliteReader(target)) as part:
                saved = part.checkpoint(45_000)
                assert saved == log.checkpoint(45_000)
                assert read_all(part) == read_all(log, 40)[:40]
                assert [part.checkpoint(at) for at in (59_000, 80_000)] == [
                    log.checkpoint(59_000),
                    log.checkpoint(80_000),
                ]
                assert part.span() == (40_000, 80_000)
            assert verify(target).ok
        whole = record(log.path, tmp_path / "rest.iomtlog", batch_ms=0)
        assert (whole.start, whole.entries) == (30_000, 70)


def test_a_recording_can_be_recorded_again(tmp_path: Path) -> None:
    first, second = tmp_path / "one.iomtlog.gz", tmp_path / "two.iomtlog"
    record(in_memory(_shift(300), "made"), first)
    assert record(first, second).entries == record(in_memory(_shift(300), "made"), first, overwrite=True).entries


def test_what_cannot_be_recorded_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with log_of(tmp_path / "w.iomtlog", drafts(10)) as log:
        with pytest.raises(LogError, match=r"ends in \.iomtlog"):
            record(log.path, out / "shift.csv")
        with pytest.raises(LogError, match="nothing to record"):
            record(log.path, out / "shift.iomtlog", until=5)
        with raw(log.path) as db:
            db.execute("UPDATE entries SET body = X'20' WHERE seq = 9")
        with pytest.raises(LogError, match="damaged at entry 9"):
            record(log.path, out / "shift.iomtlog.gz")
        assert list(out.iterdir()) == []
        (out / "shift.iomtlog").write_bytes(b"mine")
        with pytest.raises(LogError, match="exists already"):
            record(log.path, out / "shift.iomtlog")
        assert (out / "shift.iomtlog").read_bytes() == b"mine"


def test_a_packed_recording_that_was_cut_leaves_nothing_behind(tmp_path: Path) -> None:
    target, cache = tmp_path / "shift.iomtlog.gz", tmp_path / "cache"
    record(in_memory(_shift(500), "made"), target)
    image = target.read_bytes()
    for content in (image[: len(image) // 2], image[:200] + bytes(50) + image[250:]):
        target.write_bytes(content)
        with pytest.raises(LogError, match=r"shift\.iomtlog\.gz"):
            open_recording(target, cache=cache)
        assert list(cache.iterdir()) == []


_KINDS = st.sampled_from(["obs", "obs", "obs", "tick", "act"])


@given(st.lists(st.tuples(st.integers(0, 400), _KINDS, st.integers(0, 3)), max_size=60), st.sampled_from([0, 500]))
def test_joining_changes_neither_order_nor_content(steps: list[tuple[int, str, int]], window: int) -> None:
    at, entries = 0, []
    for seq, (gap, kind, count) in enumerate(steps, 1):
        at += gap
        body = orjson.dumps([[seq, number] for number in range(count)])
        entries.append(Entry(seq, at, kind, body))
    joined = list(batched(entries, window))
    assert list(_flat((one.kind, one.body) for one in joined)) == list(_flat((one.kind, one.body) for one in entries))
    times = [one.at for one in joined]
    assert times == sorted(times)
    newest = {id(one): orjson.loads(one.body)[-1][0] for one in joined if one.kind == "obs" and len(one.body) > 2}
    for one in joined:
        if id(one) in newest:
            first = orjson.loads(one.body)[0][0]
            assert one.at == entries[newest[id(one)] - 1].at
            assert one.at - entries[first - 1].at < max(window, 1)


def _flat(pairs: Iterator[tuple[str, bytes]]) -> Iterator[object]:
    for kind, body in pairs:
        if kind == "obs" and len(body) > 2:
            yield from orjson.loads(body)
        elif kind != "obs":
            yield kind, body
