"""The board as it looks. Each picture has been looked at; look again before ``--snapshot-update``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from board_app import BoardApp
from board_wards import hostile, states, ward

Compare = Callable[..., bool]


@pytest.mark.parametrize("theme", ["dark", "light", "deuteranopia"])
def test_80_columns(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(BoardApp(ward(), theme, selected="p-12", pinned=("p-03",)), terminal_size=(80, 24))


def test_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(BoardApp(ward(), selected="p-12", pinned=("p-03",)), terminal_size=(80, 24))


@pytest.mark.parametrize("size", [(120, 40), (200, 60), (40, 12)], ids=["120x40", "200x60", "40x12"])
def test_other_sizes(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(BoardApp(ward(), selected="p-12", pinned=("p-03",)), terminal_size=size)


WARDS: dict[str, dict[str, Any]] = {
    "states": {"ward": states()},
    "hostile": {"ward": hostile()},
    "tiles": {"ward": ward(), "mode": "tiles"},
}


@pytest.mark.parametrize("case", WARDS)
def test_every_state(snap_compare: Compare, case: str) -> None:
    assert snap_compare(BoardApp(**WARDS[case]), terminal_size=(80, 24))
