"""The pages of devices as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

import pytest
from device_ward import write_devices
from shown_ward import WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_ward_devices(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_devices(WrittenFeed())), terminal_size=size, press=["K", "down", "down"])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_story_devices(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_devices(WrittenFeed())), terminal_size=size, press=["down", "8"])


def test_ward_devices_light(snap_compare: Compare) -> None:
    app = ward_app(write_devices(WrittenFeed()), theme="light")
    assert snap_compare(app, terminal_size=(120, 40), press=["K", "down"])


def test_story_devices_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(write_devices(WrittenFeed())), terminal_size=(80, 24), press=["down", "8"])
