"""pyte as judge: what a terminal shows after it has read some bytes."""

from __future__ import annotations

import re
from typing import Any

import pyte

Cell = tuple[str, str, str, bool, bool, bool, bool, bool]

_WIDE = re.compile("[^\x00-\u10ff\u2000-\u2e7f]")


class Screen(pyte.Screen):
    """pyte's screen, and as in real terminals half of a wide character does not outlive the other half."""

    def __init__(self, columns: int, lines: int) -> None:
        self.wide_rows: set[int] = set()
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        y = self.cursor.y
        if y not in self.wide_rows and not _WIDE.search(data):
            super().draw(data)
            return
        self.wide_rows.add(y)
        for char in data:
            at = min(self.cursor.x, self.columns - 1)
            line = self.buffer[self.cursor.y]
            before = (line[at].data, line[at - 1] if at else None)
            super().draw(char)
            if self.cursor.x > at and before[0] == "" and before[1] is not None:
                line[at - 1] = before[1]._replace(data=" ")
            end = self.cursor.x
            if at < end < self.columns and line[end].data == "":
                line[end] = line[end]._replace(data=" ")

    def erase_in_display(self, how: int = 0, *args: Any, **options: Any) -> None:
        for y in range(self.lines):  # pyte erases only cells that were written before
            for x in range(self.columns):
                self.buffer[y][x] = self.buffer[y][x]
        super().erase_in_display(how, *args, **options)


class Judge:
    """A terminal that is fed bytes and asked for its cells."""

    def __init__(self, width: int, height: int) -> None:
        self.fed = 0
        self.screen: Any = Screen(width, height)
        self.screen.reset_mode(7, private=True)
        self.stream: Any = pyte.ByteStream(self.screen)

    def feed(self, data: bytes) -> None:
        self.fed += len(data)
        self.stream.feed(data.replace(b"\x1b[?2026$p", b"").replace(b"\x1b[?2048$p", b""))

    def cells(self) -> list[list[Cell]]:
        screen = self.screen
        return [
            [
                (c.data, c.fg, c.bg, c.bold, c.italics, c.underscore, c.strikethrough, c.reverse)
                for c in (screen.buffer[y][x] for x in range(screen.columns))
            ]
            for y in range(screen.lines)
        ]

    def text(self) -> str:
        return "\n".join(self.screen.display)
