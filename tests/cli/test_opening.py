"""Which ward the screens get, and from whom. The screens themselves are tested in tests/tui."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iomt_tui.cli import screen
from iomt_tui.cli.engines import Attaching, running_engine, stop_engine
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.paths import ward_dir
from iomt_tui.settings import Settings


class Shown:
    """What would be on the screens."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.log = Path()
        self.feed: Any = None

    def live(self, attaching: Attaching, settings: Settings) -> int:
        """In place of ``show_live``."""
        self.log, self.settings = attaching.wait(), settings
        return Exit.OK

    def replayed(self, feed: Any, settings: Settings) -> int:
        """In place of ``show``."""
        self.feed, self.settings = feed, settings
        return Exit.OK


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """A terminal that shows everything, and no engine left behind."""
    there = Shown()
    monkeypatch.setattr(screen, "show_live", there.live)
    monkeypatch.setattr(screen, "show", there.replayed)
    for module in ("open_ward", "demo", "replay"):
        monkeypatch.setattr(f"iomt_tui.cli.commands.{module}.require_screen", lambda: None)
    yield there
    for name in ("demo", "ward-9"):
        stop_engine(ward_dir(name))


def configured(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.skipif(os.name != "posix", reason="starts and stops engines")
def test_alone_it_opens_the_demo_with_a_hint_and_a_second_one_joins(
    shown: Shown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iomt_tui.log.guard.screens_attached", lambda _: True)  # somebody else looks at it
    assert main(["--theme", "mono"]) == Exit.OK
    assert "config init" in capsys.readouterr().err
    assert shown.log == ward_dir("demo") / "ward.db"
    assert (shown.settings.ward, shown.settings.theme) == ("demo", "mono")
    first = running_engine(ward_dir("demo"))
    assert first is not None
    assert main(["demo"]) == Exit.OK
    assert running_engine(ward_dir("demo")) == first
    assert main(["demo", "--seed", "3"]) == Exit.ENGINE
    assert "joins it" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="starts and stops engines")
def test_the_demo_ends_with_its_last_screen(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == Exit.OK
    assert shown.log.exists()
    assert running_engine(ward_dir("demo")) is None
    capsys.readouterr()


@pytest.mark.skipif(os.name != "posix", reason="starts and stops engines")
def test_the_configured_ward_is_opened(shown: Shown) -> None:
    configured('[ward]\nname = "Ward 9"\nbeds = 2\n[display]\nuser = "N. Meyer"\n')
    assert main(["--read-only"]) == Exit.OK
    assert shown.log == ward_dir("ward-9") / "ward.db"
    assert (shown.settings.user, shown.settings.read_only) == ("N. Meyer", True)
    assert running_engine(ward_dir("ward-9")) is not None


def test_another_ward_can_only_be_looked_at(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    configured('[ward]\nname = "Ward 9"\n')
    assert main(["--ward", "icu"]) == Exit.SOURCE
    assert "'icu'" in capsys.readouterr().err
    assert running_engine(ward_dir("icu")) is None


def test_a_configured_file_is_replayed(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    folder = configured('[ward]\nsource = "bed.csv"\n').parent
    (folder / "bed.csv").write_text("minute,HR (bpm)\n0,80\n5,90\n", "utf-8")
    assert main([]) == Exit.OK
    assert shown.feed.player.start < shown.feed.player.end
    shown.feed.close()
    capsys.readouterr()


def test_a_replay_begins_where_it_was_asked_to(
    shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bed.csv"
    path.write_text("minute,HR (bpm)\n0,80\n5,90\n", "utf-8")
    assert main(["replay", str(path), "--at", "+2m", "--speed", "1"]) == Exit.OK
    player = shown.feed.player
    assert 120_000 <= player.position - player.start < 130_000
    shown.feed.close()
    assert main(["replay", str(path), "--at", "+2h"]) == Exit.SOURCE
    assert "runs from" in capsys.readouterr().err


def test_an_engine_that_cannot_start_is_told(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import subprocess
    import sys

    monkeypatch.setattr(
        "iomt_tui.engine.process.spawn", lambda *_: subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    )
    assert main(["demo"]) == Exit.ENGINE
    assert "exit code 3" in capsys.readouterr().err
