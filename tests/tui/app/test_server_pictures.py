"""A ward from a server as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from server_ward import asked, write_acked, write_link, write_server_doses, write_server_ward
from shown_ward import MINUTE, NOW, WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare
from textual.pilot import Pilot

from iomt_tui.ward import link as states

_IDS = [f"{width}x{height}" for width, height in SIZES]


def loading(feed: WrittenFeed) -> WrittenFeed:
    """A ward of which a part is there."""
    feed.write("ward", {"name": "Ward 7", "watermark": None, "source": "fhir", "tz": "UTC", "schema": 1})
    feed.write("engine", {"state": "started", "version": "1"})
    return write_link(feed, states.LOADING, since=4_000, done=12_400, total=30_000)


def signed_out(feed: WrittenFeed, **more: Any) -> WrittenFeed:
    """Nobody is signed in; ``more`` of the line."""
    return write_server_ward(feed, states.SIGNED_OUT, user="", user_ref="", since=3 * MINUTE, **more)


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_loading(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(loading(WrittenFeed())), terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_lost(snap_compare: Compare, size: tuple[int, int]) -> None:
    feed = write_server_ward(WrittenFeed(), states.LOST, text="connection refused")
    assert snap_compare(ward_app(feed), terminal_size=size)


@pytest.mark.parametrize("size", SIZES[:2], ids=_IDS[:2])
def test_signed_out(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(signed_out(WrittenFeed(), sign_in=asked(NOW))), terminal_size=size)


def test_denied(snap_compare: Compare) -> None:
    feed = write_server_ward(WrittenFeed(), states.DENIED, text="403 for Observation: the scope is missing")
    assert snap_compare(ward_app(feed), terminal_size=(80, 24))


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_sign_in(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(signed_out(WrittenFeed(), sign_in=asked(NOW))), terminal_size=size, press=["L"])


@pytest.mark.parametrize("theme", ["light", "ansi-16"])
def test_sign_in_theme(snap_compare: Compare, theme: str) -> None:
    app = ward_app(signed_out(WrittenFeed(), sign_in=asked(NOW)), theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), press=["L"])


def test_sign_in_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ward_app(signed_out(WrittenFeed(), sign_in=asked(NOW)))
    assert snap_compare(app, terminal_size=(80, 24), press=["L"])


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_alarms_written(snap_compare: Compare, size: tuple[int, int]) -> None:
    feed = write_acked(write_server_ward(WrittenFeed()))
    assert snap_compare(ward_app(feed), terminal_size=size, press=["v"])


def test_alarms_written_light(snap_compare: Compare) -> None:
    feed = write_acked(write_server_ward(WrittenFeed()))
    assert snap_compare(ward_app(feed, theme="light"), terminal_size=(120, 40), press=["v"])


def test_alarms_written_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    feed = write_acked(write_server_ward(WrittenFeed()))
    assert snap_compare(ward_app(feed), terminal_size=(120, 40), press=["v"])


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_board_written(snap_compare: Compare, size: tuple[int, int]) -> None:
    feed = write_acked(write_server_ward(WrittenFeed()))
    assert snap_compare(ward_app(feed), terminal_size=size)


@pytest.mark.parametrize("size", SIZES[:2], ids=_IDS[:2])
def test_patient(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def read(pilot: Pilot[None]) -> None:
        await pilot.press("j", "enter", *["pagedown"] * (size[1] < 30))
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(ward_app(write_server_ward(WrittenFeed())), terminal_size=size, run_before=read)


def test_chart_question(snap_compare: Compare) -> None:
    feed = write_server_ward(WrittenFeed())
    assert snap_compare(ward_app(feed), terminal_size=(80, 24), press=["j", "enter", "F"])


@pytest.mark.parametrize("size", SIZES, ids=_IDS)
def test_round_with_conflict(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_server_doses(WrittenFeed())), terminal_size=size, press=["r"])


def test_round_given(snap_compare: Compare) -> None:
    app = ward_app(write_server_doses(WrittenFeed()))
    assert snap_compare(app, terminal_size=(120, 40), press=["r", *"llll"])
