"""The screen as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest
from alarm_ward import write_alarms, write_course
from shown_ward import MINUTE, WrittenFeed, ward_app, write_ward
from textual.pilot import Pilot

from iomt_tui.log.looks import LookFile
from iomt_tui.log.player import Player
from iomt_tui.tui.app import WardApp


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: Any, **how: Any) -> bool: ...


SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(), terminal_size=size)


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(ward_app(theme=theme), terminal_size=(120, 40))


def test_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(), terminal_size=(120, 40))


def test_not_monitoring(snap_compare: Compare) -> None:
    feed = write_ward(WrittenFeed())
    feed.silence = 12.0
    assert snap_compare(ward_app(feed), terminal_size=(120, 40))


def test_engine_ended(snap_compare: Compare) -> None:
    feed = write_ward(WrittenFeed())
    feed.write("engine", {"state": "stopped", "version": "1"})
    assert snap_compare(ward_app(feed), terminal_size=(80, 24))


def test_filter(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(), terminal_size=(120, 40), press=["slash", *"home"])


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(), terminal_size=size, press=["question_mark"])


def test_replay_bar(snap_compare: Compare) -> None:
    feed = write_ward(WrittenFeed(), watermark="REPLAY")
    feed.player = Player(feed.at - 8 * 60 * MINUTE, feed.at, lambda: 0.0, at=feed.at)
    feed.player.set_speed(10)
    assert snap_compare(ward_app(feed), terminal_size=(120, 40))


def test_question(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(), terminal_size=(120, 40), press=["j", "j", "a"])


def test_patient(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(), terminal_size=(80, 24), press=["j", "enter"])


def test_tiles(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(), terminal_size=(120, 40), press=["t"])


def test_small(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(), terminal_size=(30, 8))


def test_commands(snap_compare: Compare) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p", *"theme")
        await pilot.pause(0.3)

    assert snap_compare(ward_app(), terminal_size=(120, 40), run_before=typed)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_alarms(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_alarms(WrittenFeed())), terminal_size=size, press=["v", "j", "j"])


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_alarms_theme(snap_compare: Compare, theme: str) -> None:
    app = ward_app(write_alarms(WrittenFeed()), theme=theme)
    assert snap_compare(app, terminal_size=(120, 40), press=["v", "j"])


def test_alarms_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(write_alarms(WrittenFeed())), terminal_size=(120, 40), press=["v", "j"])


def test_quiet_board(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(write_alarms(WrittenFeed())), terminal_size=(120, 40))


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_alarm_history(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def opened(pilot: Pilot[None]) -> None:
        await pilot.press("v", "j", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(ward_app(write_course(WrittenFeed())), terminal_size=size, run_before=opened)


def test_missed(snap_compare: Compare, tmp_path: Path) -> None:
    feed = write_alarms(WrittenFeed())
    looks = LookFile(tmp_path / "looks.json")
    looks.save("Test", feed.at - 31 * MINUTE)

    async def seen(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, WardApp)
        app._attend()
        await app.workers.wait_for_complete()
        await pilot.pause()

    app = ward_app(feed)
    app.session.looks = looks
    assert snap_compare(app, terminal_size=(80, 24), run_before=seen)
