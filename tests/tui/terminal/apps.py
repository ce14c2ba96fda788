"""Apps and drivers of the terminal tests: the same app shown by Textual itself and through the output stage."""

from __future__ import annotations

import asyncio
from typing import Any

from judge import Judge
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Button, DataTable, Footer, Header, Input, Static

from iomt_tui.tui.terminal.output import OutputStage
from iomt_tui.tui.terminal.stage import StageApp

HOSTILE = "O'Neil [/foo] \x1b]52;c;aGk=\x07 \x9b31m \u202eabc \x1b[2J 王小明 é e\u0301 🔔 \ud800 \x00"


class Board(ScrollView, can_focus=True):
    """A widget with the Line API, as the ward board is."""

    ALLOW_SELECT = False
    COLOURS = ("green", "bold red", "#ffaa00 on #202020", "reverse", "strike", "italic underline")

    def __init__(self) -> None:
        super().__init__(id="board")
        self.values = [[70 + row + column for column in range(6)] for row in range(40)]
        self.virtual_size = Size(60, 40)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        if row >= len(self.values):
            return Strip.blank(self.size.width, self.rich_style)
        segments = [Segment(f"{row:02d} 王 ", self.rich_style)]
        for column, value in enumerate(self.values[row]):
            segments.append(Segment(f" {value:3d} ", self.rich_style + Style.parse(self.COLOURS[column])))
            segments.append(Segment("▁▂▇", self.rich_style))
        strip = Strip(segments)
        return strip.crop_extend(self.scroll_offset.x, self.scroll_offset.x + self.size.width, self.rich_style)


class Ask(ModalScreen[None]):
    CSS = "Ask { align: center middle; background: $background 60%; } #box { width: 30; height: 8; border: thick red; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="box"):
            yield Static("Really? 王王 ▲ 🔔")
            yield Button("Yes")
            yield Input(value="typed")


class Parts:
    """What both variants of the app are made of."""

    CSS = "#board { height: 12; border: round green; } #table { height: 8; } Static { width: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Header()
        yield Board()
        with Horizontal():
            yield Static(Content("Okafor 王小明 é\n▲ high ● ♥ ✓ ⏸ °C"), id="words")
            yield Static(Content("second"), id="second")
        table: DataTable[str] = DataTable(id="table")
        yield table
        yield Input(placeholder="search")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)  # type: ignore[attr-defined]
        table.add_columns("bed", "name 王", "hr")
        for n in range(20):
            table.add_row(f"{n:02d}", f"name {n} 한국", str(60 + n))


class StockApp(Parts, App[None]):
    TITLE = "Ward 7"


class StagedApp(Parts, StageApp[None]):
    TITLE = "Ward 7"


class StockDriver(HeadlessDriver):
    """Shows what Textual itself writes to a judge."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.judge = Judge(*app.size if self._size is None else self._size)
        self.written = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written += len(data)
        self.judge.feed(data.encode("utf-8", "replace"))


class StagedDriver(StockDriver):
    """Shows what the output stage sends to a judge, and answers its queries."""

    budget: int | None = None

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        system = app.console._color_system or ColorSystem.TRUECOLOR
        width, height = self._size or app.size
        self.stage = OutputStage(self, width, height, system, bce=app.erases_with_background)
        self.sent = bytearray()

    @property
    def busy(self) -> bool:
        return False

    def send(self, data: bytes) -> None:
        self.sent += data
        self.judge.feed(data)
        screen = self.judge.screen
        # Behind its last column pyte counts on; a terminal's cursor stays there until the next character.
        x, y = min(screen.cursor.x, screen.columns - 1), screen.cursor.y
        for _ in range(data.count(b"\x1b[6n")):
            asyncio.get_running_loop().call_soon(self.stage.replied, x, y)

    def start_application_mode(self) -> None:
        super().start_application_mode()
        self.stage.start(0)

    def write(self, data: str) -> None:
        """Textual's own control strings do not concern the judge."""
