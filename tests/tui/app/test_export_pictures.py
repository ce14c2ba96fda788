"""The question before an export as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shown_ward import WrittenFeed, ward_app, write_ward
from test_board_pictures import SIZES, Compare

from iomt_tui.cli.exporting.seam import PageExporter
from iomt_tui.settings import ExportSettings
from iomt_tui.tui.app import WardApp

PLACE = Path("/srv/ward/exports")


def app(watermark: str | None = "DEMO", **choices: Any) -> WardApp:
    shown = ward_app(write_ward(WrittenFeed(), watermark=watermark), export=ExportSettings(directory=PLACE), **choices)
    shown.exporter = PageExporter()
    return shown


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_export(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, press=["X", "f"])


def test_export_light(snap_compare: Compare) -> None:
    assert snap_compare(app(theme="light"), terminal_size=(80, 24), press=["X"])


def test_export_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(), terminal_size=(80, 24), press=["X", "p"])


def test_export_not_allowed(snap_compare: Compare) -> None:
    assert snap_compare(app(watermark=None), terminal_size=(80, 24), press=["X"])
