"""The running application under a test's hands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shown_ward import Hands, WrittenFeed, ward_app, write_ward
from textual.pilot import Pilot

from iomt_tui.tui.app import WardApp


class Desk:
    """An application under test with its feed, its hands and its pilot."""

    def __init__(self, app: WardApp, feed: WrittenFeed, hands: Hands, pilot: Pilot[None]) -> None:
        self.app, self.feed, self.hands, self.pilot = app, feed, hands, pilot

    async def press(self, *keys: str, pause: float = 1.0) -> None:
        for key in keys:
            await self.pilot.press(key)
            self.hands.at += pause

    async def resize(self, columns: int, rows: int) -> None:
        """Another size, and waits until the screen has its new layout; a busy machine takes its time."""
        await self.pilot.resize_terminal(columns, rows)
        for _ in range(500):
            if len(self.app.screen._compositor.render_strips()) == rows and self.app.size == (columns, rows):
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"no layout for {columns}x{rows}")

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def news(self) -> None:
        self.app._wake()

    def line(self, part: str) -> str:
        return self.app.board.lines[part].content.plain

    def standing(self, *parts: str) -> list[str]:
        """Which of these parts are displayed."""
        return [part for part in parts if self.app.board.query_one(f"#{part}").display]

    @property
    def shown(self) -> tuple[str, ...]:
        return self.app.board.board.order


@asynccontextmanager
async def desk(
    size: tuple[int, int] = (120, 40), feed: WrittenFeed | None = None, **choices: Any
) -> AsyncIterator[Desk]:
    feed = feed or write_ward(WrittenFeed())
    hands = Hands()
    app = ward_app(feed, hands, **choices)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        hands.at += 1
        yield Desk(app, feed, hands, pilot)
