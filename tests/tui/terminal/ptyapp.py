"""A small app for the real-pty tests: ``python ptyapp.py MARKER_FILE [crash|impatient]``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from iomt_tui.tui.terminal import output
from iomt_tui.tui.terminal.stage import StageApp

HOSTILE = "Ann\x1b]52;c;aGk=\x07\x9b31m\x1b[2J\x1b]0;title\x07\u202e\u2066evil\ud800"


class Rows(Widget):
    DEFAULT_CSS = "Rows { height: 1fr; }"
    count = 0

    def render_line(self, y: int) -> Strip:
        text = f"row {y:02d} count {self.count:05d}" + (f" at {time.monotonic():.3f}" if y == 0 else "")
        return Strip([Segment(text.ljust(self.size.width))])


class PtyApp(StageApp[None]):
    def compose(self) -> ComposeResult:
        yield Static(Content(HOSTILE), id="hostile")
        yield Static(Content("keys:"), id="keys")
        yield Rows()

    def on_mount(self) -> None:
        self.keys = ""
        self.set_interval(0.05, self.tick)
        PtyApp.crash_directory = Path(sys.argv[1]).parent

    def tick(self) -> None:
        rows = self.query_one(Rows)
        rows.count += 1
        if self.direct_ok(rows):
            for y in range(min(8, rows.size.height)):
                self.put_line(rows, y, rows.render_line(y))
            self.flush_direct()
        else:
            rows.refresh()
        if "crash" in sys.argv and rows.count == 10:
            patient = "OKAFOR NGOZI"
            raise ValueError(f"no bed for {patient}")

    def on_key(self, event: events.Key) -> None:
        self.keys += event.key + " "
        self.query_one("#keys", Static).update(Content(f"keys: {self.keys}"))
        if event.key == "q":
            self.exit()

    def on_unmount(self) -> None:
        Path(sys.argv[1]).write_text(f"ended {self.return_code}")


if __name__ == "__main__":
    if "impatient" in sys.argv:
        output.ASK_AGAIN = 0.2  # type: ignore[misc]
    PtyApp().run()
