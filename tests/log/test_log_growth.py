"""Rests that end when somebody has written to the log."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from iomt_tui.log.files import beside
from iomt_tui.log.growth import LATE, Growth
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify")
FOREVER = 60.0


def quiet(growth: Growth) -> None:
    """Takes the brief rests that follow a sign."""
    for _ in range(8):
        growth.rest(LATE / 10)


@linux
def test_a_rest_ends_when_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with closing(SqliteLog(path)), closing(Growth(path)) as growth:
        assert growth.by_kernel
        quiet(growth)

        def write() -> None:
            with closing(SqliteLog(path, create=False)) as other:
                other.append([Draft(1, "act", b"{}")], durable=True)

        begin = time.monotonic()
        writer = threading.Timer(0.05, write)
        writer.start()
        growth.rest(FOREVER)
        assert time.monotonic() - begin < FOREVER / 2
        writer.join()


@linux
def test_what_was_written_before_a_rest_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with closing(SqliteLog(path)) as log, closing(Growth(path)) as growth:
        quiet(growth)
        log.append([Draft(1, "act", b"{}")], durable=True)
        begin = time.monotonic()
        growth.rest(FOREVER)
        assert time.monotonic() - begin < FOREVER / 2


@linux
def test_the_rests_after_a_sign_are_brief_and_end_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.iomtlog"
    slept: list[float] = []
    monkeypatch.setattr("iomt_tui.log.growth.time.sleep", slept.append)
    with closing(SqliteLog(path)) as log, closing(Growth(path)) as growth:
        quiet(growth)
        log.append([Draft(1, "act", b"{}")], durable=True)
        slept.clear()
        for _ in range(8):
            growth.rest(LATE)
        assert slept == [0.002, 0.004, 0.008, 0.016]


@pytest.mark.parametrize("gone", [False, True])
def test_without_the_kernels_word_a_rest_has_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    path = tmp_path / "w.iomtlog"
    slept: list[float] = []
    with closing(SqliteLog(path)), closing(Growth(path, by_kernel=gone and sys.platform == "linux")) as growth:
        if gone:
            beside(path, "-wal").rename(tmp_path / "elsewhere")
            quiet(growth)
        monkeypatch.setattr("iomt_tui.log.growth.time.sleep", slept.append)
        growth.rest(0.05)
        assert slept == [0.05] and not growth.by_kernel
