"""The medication round as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

import pytest
from dose_ward import GTINS, write_doses
from shown_ward import WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare
from textual.pilot import Pilot

from iomt_tui.tui.app import WardApp
from iomt_tui.tui.scanning import Scanned


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_round(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_doses(WrittenFeed())), terminal_size=size, press=["r", "down"])


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_round_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(ward_app(write_doses(WrittenFeed()), theme=theme), terminal_size=(120, 40), press=["r"])


def test_round_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(write_doses(WrittenFeed())), terminal_size=(120, 40), press=["r"])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board_with_doses(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_doses(WrittenFeed())), terminal_size=size)


@pytest.mark.parametrize("section", ["next", "given", "not-given", "as-needed"])
def test_round_section(snap_compare: Compare, section: str) -> None:
    turns = {"next": 3, "given": 4, "not-given": 5, "as-needed": 6}[section]
    assert snap_compare(ward_app(write_doses(WrittenFeed())), terminal_size=(80, 24), press=["r", *"l" * turns])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("whose", ["right", "wrong"])
def test_round_scan(snap_compare: Compare, size: tuple[int, int], whose: str) -> None:
    """A late dose that fits and is asked for; another patient's drug."""
    app = ward_app(write_doses(WrittenFeed()))
    key, band = ("pip", "MRN:100000") if whose == "right" else ("para", "MRN:100001")

    async def scan(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        for code in (band, f"]d201{GTINS[key]}1727010010LOT7"):
            app.on_scanned(Scanned(code, whole=True))
            await pilot.pause()

    assert isinstance(app, WardApp)
    assert snap_compare(app, terminal_size=size, run_before=scan)
