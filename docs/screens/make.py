"""Makes the pictures of the README from a recorded shift. ``python docs/screens/make.py``."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

for _name in [n for n in os.environ if n == "NO_COLOR" or n.startswith("TEXTUAL")]:
    del os.environ[_name]

from iomt_tui.log.compressed import open_recording  # noqa: E402 - Textual reads the environment when imported
from iomt_tui.log.feed import ReplayFeed  # noqa: E402
from iomt_tui.resources import bundled  # noqa: E402
from iomt_tui.settings import Settings  # noqa: E402
from iomt_tui.tui.app import WardApp  # noqa: E402
from iomt_tui.tui.session import Session  # noqa: E402

HERE = Path(__file__).parent
MOMENT = datetime(2026, 3, 2, 7, 33, 40, tzinfo=ZoneInfo("Europe/London"))
PICTURES = (
    ("board-80x24", (80, 24), "dark", ()),
    ("board-120x40", (120, 40), "dark", ()),
    ("board-200x60", (200, 60), "dark", ("j",)),
    ("board-light", (120, 40), "light", ()),
    ("patient", (120, 40), "dark", ("j", "enter")),
    ("tiles", (120, 40), "dark", ("t",)),
)


async def picture(name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """Saves one screen as SVG."""
    reader = open_recording(bundled("demo_data") / "day-shift.iomtlog.gz")
    feed = ReplayFeed(reader, int(MOMENT.timestamp() * 1000), 1.0)
    feed.player.pause()
    app = WardApp(Session(feed), Settings(theme=theme, flash=False))
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.5)
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.3)
        await app.workers.wait_for_complete()  # a page may have the log read
        await pilot.pause()
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="iomt-tui"))
    feed.close()


def main() -> None:
    """Makes every picture."""
    for each in PICTURES:
        asyncio.run(picture(*each))


if __name__ == "__main__":
    main()
