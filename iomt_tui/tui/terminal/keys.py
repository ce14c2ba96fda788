"""Terminal input on the event loop: no thread, no polling, no wake-up while nobody types."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Final

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.message import Message

from iomt_tui.settings import ScannerSettings
from iomt_tui.tui.scanning import Burst, ScanFilter, Scanned
from iomt_tui.tui.terminal.replies import HOLD, ReplyFilter

_BLOCK: Final = 4096
_PASTE: Final = ("\x1b[200~", "\x1b[201~")  # how a bracketed paste begins and ends


class KeyReader:
    """Reads a terminal's input and hands over Textual messages and cursor reports.

    ``awaited`` tells whether a cursor report is due; ``lost`` is called once when the terminal is gone. ``scanner``
    and ``scan_expected`` tell how a barcode scanner types here and whether one may at this moment.
    """

    def __init__(
        self,
        fd: int,
        on_message: Callable[[Message], None],
        on_reply: Callable[[int, int], None],
        awaited: Callable[[], bool],
        lost: Callable[[], None],
        scanner: ScannerSettings | None = None,
        scan_expected: Callable[[], bool] = lambda: False,
    ) -> None:
        self._fd = fd
        self._on_message = on_message
        self._on_reply = on_reply
        self._awaited = awaited
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()
        self._replies = ReplyFilter()
        self._scans = ScanFilter(scanner or ScannerSettings(use="off"))
        self._scan_expected = scan_expected
        self._quiet: asyncio.TimerHandle | None = None
        self._pasting = False
        self._tail = ""  # of the text before: a mark may be cut in two
        self._escape: asyncio.TimerHandle | None = None
        self._hold: asyncio.TimerHandle | None = None

    def start(self) -> bool:
        """Begins to read; False when this descriptor cannot be watched by the event loop."""
        try:
            self._loop.add_reader(self._fd, self._readable)
        except (OSError, NotImplementedError, ValueError):
            return False
        return True

    def stop(self) -> None:
        """Reads no more."""
        self._loop.remove_reader(self._fd)
        for timer in (self._escape, self._hold, self._quiet):
            if timer is not None:
                timer.cancel()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _BLOCK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.stop()
            self._lost()
            return
        self.feed(data)

    def feed(self, data: bytes) -> None:
        """Takes bytes as they came from the terminal."""
        text, reports = self._replies.feed(self._decode(data), self._awaited())
        for x, y in reports:
            self._on_reply(x, y)
        if text:
            self._typed(text)
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None
        if self._replies.holding:
            self._hold = self._loop.call_later(HOLD, self._give_up)

    def _typed(self, text: str) -> None:
        """Input that is no reply: what a scanner typed is told as one message, before any of it can be a key."""
        if self._pasting:
            self._parse(text)
            return
        self._pass_on(self._scans.feed(text, self._scan_expected()))

    def _pass_on(self, parts: list[str | Burst]) -> None:
        for part in parts:
            if isinstance(part, Burst):
                self._on_message(Scanned(part.text, whole=part.whole))
            else:
                self._parse(part)
        if self._quiet is not None:
            self._quiet.cancel()
        waiting = self._scans.waiting
        self._quiet = self._loop.call_later(self._scans.settings.gap, self._scan_over) if waiting else None

    def _scan_over(self) -> None:
        """Nothing came for the length of a gap, unless it waits to be read: then the loop was late, not the line."""
        self._quiet = None
        self._pass_on([] if self._unread() else self._scans.quiet())

    def _unread(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return bool(select.select([self._fd], [], [], 0)[0])
        return False

    def _announce_paste(self, text: str) -> None:
        """Tells of a paste before its text: the parser takes what follows a broken sequence in it for keys."""
        seen = self._tail + text
        begun, ended = (seen.rfind(mark) for mark in _PASTE)
        if self._pasting or begun >= 0:
            self._on_message(events.Paste(""))
        self._pasting = begun > ended if begun != ended else self._pasting
        self._tail = seen[1 - len(_PASTE[0]) :]

    def _parse(self, text: str) -> None:
        self._announce_paste(text)
        for message in self._parser.feed(text):
            self._on_message(message)
        if "\x1b" in text:
            if self._escape is not None:
                self._escape.cancel()
            self._escape = self._loop.call_later(constants.ESCAPE_DELAY + 0.005, self._tick)

    def _tick(self) -> None:
        """An Escape that nothing followed in time is the Escape key."""
        self._escape = None
        for message in self._parser.tick():
            self._on_message(message)

    def _give_up(self) -> None:
        """The rest of what may have been a report did not come in time."""
        self._hold = None
        held = self._replies.give_up()
        if held:
            self._typed(held)
