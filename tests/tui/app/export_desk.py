"""A screen that exports into a directory of the test's, and the engine's answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from board_desk import Desk, desk
from shown_ward import NOW, WrittenFeed

from iomt_tui.cli.exporting.seam import PageExporter
from iomt_tui.settings import ExportSettings


@asynccontextmanager
async def exporting(
    place: Path, feed: WrittenFeed | None = None, formats: frozenset[str] = frozenset(),
    size: tuple[int, int] = (120, 40), **more: Any,
) -> AsyncIterator[Desk]:  # fmt: skip
    async with desk(size, feed, export=ExportSettings(formats, place), **more) as d:
        d.app.exporter = PageExporter()
        yield d


def files(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.exists() else []


async def ask(d: Desk, key: str) -> None:
    await d.press("X", key, "enter")
    await d.settle()


async def answer(d: Desk, outcome: str = "applied", why: str = "") -> None:
    """The engine's word on the last export."""
    act = [act for act in d.feed.done if act["do"] == "export"][-1]
    d.feed.write("outcome", {"op": act["op"], "outcome": outcome, "by": act["user"], "at": NOW, "why": why})
    d.news()
    await d.settle()


async def export(d: Desk, key: str) -> None:
    """Asked for, and allowed."""
    await ask(d, key)
    await answer(d)
