"""The recorded shifts that the program ships: whole, marked as what they are, and worth watching."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomt_tui.log.compressed import open_recording
from iomt_tui.resources import bundled
from iomt_tui.ward.fold import Ward

HOUR = 3_600_000
SHIFTS = sorted(bundled("demo_data").glob("*.iomtlog.gz"))


def test_there_are_two() -> None:
    assert [path.name for path in SHIFTS] == ["day-shift.iomtlog.gz", "night-shift.iomtlog.gz"]


@pytest.mark.parametrize("path", SHIFTS, ids=lambda p: p.name)
def test_a_shift_is_sound_marked_and_eventful(path: Path, tmp_path: Path) -> None:
    reader = open_recording(path, cache=tmp_path)
    try:
        start, end = reader.span()
        first = reader.checkpoint(start)
        assert first is not None
        ward = Ward.restore(first.blob)
        assert ward.header(start).technical < 8, "it does not begin with devices that were not heard yet"
        assert len(ward.header(start).beds) == 16
        raised: set[tuple[object, ...]] = set()
        taken: set[tuple[object, ...]] = set()
        assert ward.ids() and ward.seq == reader.base().seq
        while entries := reader.read(ward.seq):  # every read checks the hash chain
            ward.apply(entries)
            for body in (entry.data() for entry in entries if entry.kind == "alarm"):
                (taken if body["state"] == "acked" else raised).add(tuple(body["ref"][:4]))
    finally:
        reader.close()
    assert end - start >= 8 * HOUR
    assert (ward.watermark, ward.unreadable) == ("DEMO", 0)
    assert len(ward.ids()) >= 22
    assert len(raised) > 15
    assert len(taken) > 10
