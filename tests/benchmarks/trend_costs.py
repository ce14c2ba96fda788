"""What it costs to draw a week of one patient anew, and to draw it again when nothing has changed."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from math import sin
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from iomt_tui.log.delivery import Delivery
from iomt_tui.tui.charts.window import DAY, Window
from iomt_tui.tui.pages.trends import TrendsPage
from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward

from .report import Figure

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp

sys.path.append(str(Path(__file__).resolve().parents[1] / "tui" / "app"))  # for the written ward of the screen's tests

SIZES = ((200, 60), (80, 24))
TIMES = 20
_SECOND, _CUFF = 1_000, 15 * 60_000


def trends() -> Iterator[Figure]:
    """A week at 1 Hz of eight vitals, from the fold to styled lines, every panel drawn anew at each redraw."""
    ward, patient = _week()
    for size in SIZES:
        anew, again = asyncio.run(_drawn(ward, patient, size))
        where = f"{size[0]}x{size[1]}"
        yield Figure(f"7 days at 1 Hz, trends on {where}: redraw, everything anew", anew, "ms", 30)
        yield Figure(f"7 days at 1 Hz, trends on {where}: redraw, nothing new", again, "ms")


def _week() -> tuple[Ward, str]:
    """The written ward a week later; its first patient was monitored every second of it."""
    from shown_ward import WrittenFeed, write_ward

    feed = write_ward(WrittenFeed())
    ward, chance, begin = Ward(), Random(1), feed.at
    ward.apply(feed.entries)
    seq = ward.seq
    for at in range(begin + _SECOND, begin + 7 * DAY, _SECOND):
        seq += 1
        ward.apply([Entry(seq, at, "obs", _reading(at, chance))])
    return ward, "p0"


def _reading(at: int, chance: Random) -> bytes:
    wave = sin(at / DAY * 6)
    values = {
        "hr": round(85 + 12 * wave + chance.gauss(0, 4)), "pulse": round(85 + 12 * wave + chance.gauss(0, 4)),
        "spo2": min(100, round(95 + 2 * wave + chance.gauss(0, 1))), "rr": round(17 + 3 * wave + chance.gauss(0, 2)),
        "temp": round(37.2 + 0.6 * wave, 1),
    }  # fmt: skip
    if at % _CUFF < _SECOND:
        values |= {"nibp_sys": round(122 + 9 * wave + chance.gauss(0, 6)), "nibp_dia": round(76 + chance.gauss(0, 4))}
    return repr([["p0", "d0", at, values, None]]).replace("'", '"').replace("None", "null").encode()


async def _drawn(ward: Ward, patient: str, size: tuple[int, int]) -> tuple[float, float]:
    """CPU ms of a redraw with all pictures forgotten, and of one with nothing new."""
    from shown_ward import WrittenFeed, ward_app

    class Kept(WrittenFeed):
        """The ward as a checkpoint, and nothing after it."""

        def poll(self) -> Delivery:
            begun, self._begun = self._begun, True
            return Delivery(reset=not begun, checkpoint=None if begun else dump(ward))

    app: WardApp = ward_app(Kept(ward.now))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.board
        page = TrendsPage(screen, patient)
        page.time.window = Window(7 * DAY)
        screen.open_cover(page)
        await app.workers.wait_for_complete()
        await pilot.pause()
        words, width = screen.lines["cover-words"], size[0] - 3
        assert len(words.content.plain.splitlines()) >= size[1] - 8
        spent = []
        for forget in (True, False):
            begin = time.process_time()
            for _ in range(TIMES):
                if forget:
                    page.forget()
                    words.show_lines([])
                lines = page.lines(width)
                assert lines is not None
                words.show_lines(lines)
                for y in range(len(lines)):
                    words.render_line(y)
            spent.append((time.process_time() - begin) / TIMES * 1000)
    return spent[0], spent[1]
