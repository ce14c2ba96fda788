"""The past of the ward as pictures: nobody may take it for now."""

from __future__ import annotations

import pytest
from shown_ward import ward_app
from test_board_pictures import SIZES, Compare
from test_time_travel import lived_ward

GO = ["Z", *"-5m", "enter"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_past_board(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(lived_ward()), terminal_size=size, press=GO)


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_past_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(ward_app(lived_ward(), theme=theme), terminal_size=(120, 40), press=GO)


def test_past_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(lived_ward()), terminal_size=(80, 24), press=[*GO, "j", "enter"])
