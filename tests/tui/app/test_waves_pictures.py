"""The page of waveforms as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

import pytest
from shown_ward import WrittenFeed, ward_app, write_ward
from test_board_pictures import SIZES, Compare
from wave_ward import ask, write_waves

OPEN = ["j", "6"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_waves(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_waves(WrittenFeed())), terminal_size=size, press=OPEN)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_waves_lost(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The finger probe fell off five seconds ago."""
    feed = write_waves(WrittenFeed(), off=("pleth",), off_for=5)
    assert snap_compare(ward_app(feed), terminal_size=size, press=OPEN)


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_waves_theme(snap_compare: Compare, theme: str) -> None:
    feed = write_waves(WrittenFeed(), off=("pleth",), off_for=5)
    assert snap_compare(ward_app(feed, theme=theme), terminal_size=(120, 40), press=OPEN)


def test_waves_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    feed = write_waves(WrittenFeed(), off=("ecg-ii", "resp"), off_for=5)
    assert snap_compare(ward_app(feed), terminal_size=(120, 40), press=OPEN)


@pytest.mark.parametrize("glyphs", ["block", "ascii"])
def test_waves_dots(snap_compare: Compare, glyphs: str) -> None:
    feed = write_waves(WrittenFeed(), off=("pleth",), off_for=5)
    assert snap_compare(ward_app(feed, glyphs=glyphs), terminal_size=(80, 24), press=OPEN)


def test_waves_blocks(snap_compare: Compare) -> None:
    """For a font that lacks braille, with room."""
    assert snap_compare(ward_app(write_waves(WrittenFeed()), glyphs="block"), terminal_size=(120, 40), press=OPEN)


def test_waves_over_ssh(snap_compare: Compare) -> None:
    assert snap_compare(ward_app(write_waves(WrittenFeed()), remote=True), terminal_size=(80, 24), press=OPEN)


def test_waves_none(snap_compare: Compare) -> None:
    feed = write_ward(WrittenFeed())
    ask(feed, feed.at, outcome="refused", why="this source has no waveforms")
    assert snap_compare(ward_app(feed), terminal_size=(80, 24), press=OPEN)
