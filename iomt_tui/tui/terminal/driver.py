"""The driver: Textual's own for Linux and macOS with a way out that never waits and a way in that never polls.

It owns the :class:`.output.OutputStage`, watches for the end of the terminal (hang-up, SIGTERM, end of input, write
errors), and restores the terminal on every way out: modes, alternate screen, tty settings.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import re
import select
import signal
import termios
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from rich.color import ColorSystem
from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from iomt_tui.tui.terminal.allow import control
from iomt_tui.tui.terminal.keys import KeyReader
from iomt_tui.tui.terminal.output import OutputStage
from iomt_tui.tui.terminal.tty import Out, open_out, terminal_fd

if TYPE_CHECKING:
    from textual.app import App

LEAVE: Final = (
    "\x1b[m\x1b[?7h\x1b[?2004l\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l"
    "\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Undoes every mode that Textual's driver sets."""

GRACE: Final = 8.0
"""Seconds that an orderly end may take once the terminal is gone or SIGTERM came; then the process ends itself."""

_RELAYOUT: Final = 0.1  # s after a resize in which Textual is expected to have a new layout
_DRAIN: Final = 0.5  # s that closing waits for a terminal to take the last bytes
_LAST_REPLIES: Final = 1.0  # s that leaving waits for the replies under way of a terminal that does reply
_FIRST_REPLY: Final = 0.4  # s, of one that never has
_REPLY: Final = re.compile(rb"\x1b\[\d+;\d+R")


def erases_with_background() -> bool:
    """Whether terminfo says that this terminal erases with the current background colour (``bce``)."""
    try:
        import curses

        curses.setupterm(os.environ.get("TERM", ""), terminal_fd())
        return curses.tigetflag("bce") == 1
    except Exception:  # curses is optional, and its error class comes with it
        return False


class StageDriver(LinuxDriver):
    """Textual's driver around an :class:`OutputStage`."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._out: Out | None = None
        self._keys: KeyReader | None = None
        self._leaving = False
        self._restored = True
        self._preceding = 0
        width, height = app.size
        system = app.console._color_system or ColorSystem.TRUECOLOR
        self.refused = 0
        self.stage = OutputStage(self, width, height, system, bce=erases_with_background())

    # What the stage asks of its transport.

    @property
    def busy(self) -> bool:
        """Whether bytes wait for the terminal."""
        return self._out is not None and self._out.busy

    def send(self, data: bytes) -> None:
        """Sends a chunk without waiting."""
        if self._out is not None:
            self._out.send(data)

    # What Textual asks of its driver.

    def write(self, data: str) -> None:
        """Sends a control string of Textual's; anything that is not on the allow-list is counted and refused."""
        if not control(data):
            self.refused += 1
        elif self._out is not None:
            self._preceding += len(data)
            self._out.send(data.encode())

    def ring(self) -> bool:
        """Rings the terminal's bell; False when it does not take it now: a bell that comes late is worse than none."""
        if self._out is None or self._out.busy or self._out.gone:
            return False
        self._out.send(b"\x07")
        return True

    def flush(self) -> None:
        """Nothing is buffered."""

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            size = os.get_terminal_size(terminal_fd())
        except OSError:
            return super()._get_terminal_size()
        return size.columns or 80, size.lines or 25

    def send_message(self, message: Message) -> None:
        """Posts at once when we are on the event loop, as all input is."""
        if self._keys is not None:
            self._app.post_message(message)
        else:
            super().send_message(message)

    def process_message(self, message: Message) -> None:
        """Cursor reports go to the stage, never to the app."""
        if isinstance(message, events.CursorPosition):
            self._loop.call_soon_threadsafe(self.stage.replied, message.x, message.y)
        else:
            if isinstance(message, events.Resize):
                self._loop.call_soon_threadsafe(self._resized)
            super().process_message(message)

    def start_application_mode(self) -> None:
        """Takes the terminal over."""
        self._out = open_out(self.stage.pump, self._lost)
        keys = KeyReader(
            self.fileno, self.process_message, self.stage.replied, lambda: self.stage.in_flight, self._lost,
            getattr(self._app, "scanner", None), lambda: getattr(self._app, "scan_expected", False),
        )  # fmt: skip
        self._keys = keys if keys.start() else None
        self._restored = False
        self._preceding = 0
        atexit.register(self.restore)
        self._watch_signals()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:  # it would write without ever asking whether the terminal reads
            self._writer_thread.stop()
            self._writer_thread = None
        self._watch_size()
        self.stage.start(self._preceding)

    def _run_input_thread(self) -> None:
        if self._keys is None:
            super()._run_input_thread()

    def disable_input(self) -> None:
        """Stops reading."""
        if self._keys is not None:
            self._keys.stop()
            self._keys = None
        super().disable_input()

    def stop_application_mode(self) -> None:
        """Gives the terminal back as it was; an unsent frame is dropped first, half a sequence is cancelled."""
        if not self.busy and not self._gone:
            self._await_replies(self.stage.awaited)
        self.stage.stop()
        if self._out is not None:
            self._out.drop()
        self.write("\x1b[m")
        super().stop_application_mode()
        self._restored = True

    @property
    def _gone(self) -> bool:
        return self._out is None or self._out.gone

    def _await_replies(self, count: int) -> None:
        """Reads the terminal's answers to the last queries, which would else be typed at the next prompt."""
        until = time.monotonic() + (_LAST_REPLIES if self.stage.answers else _FIRST_REPLY)
        seen = b""
        with contextlib.suppress(OSError):
            while len(_REPLY.findall(seen)) < count and (rest := until - time.monotonic()) > 0:
                if not select.select([self.fileno], [], [], rest)[0]:
                    return
                data = os.read(self.fileno, 4096)
                if not data:
                    return
                seen += data

    def close(self) -> None:
        """Lets the last bytes out, as far as the terminal takes them in half a second."""
        self._forget_signals()
        atexit.unregister(self.restore)
        super().close()
        if self._out is not None:
            self._out.close(_DRAIN)
            self._out = None

    # Signals. Handlers may run in the middle of an encoding, so they leave the work to the event loop.

    def _sigtstp_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(super()._sigcont_application)

    def _watch_size(self) -> None:
        textual = signal.getsignal(signal.SIGWINCH)

        def on_size(number: int, frame: FrameType | None) -> None:
            self._loop.call_soon_threadsafe(self._resized)
            if callable(textual):
                textual(number, frame)

        signal.signal(signal.SIGWINCH, on_size)

    def _resized(self) -> None:
        """What a terminal shows after a change of its size is anybody's guess. Textual mostly repaints by itself."""
        self.stage.forget()
        self._loop.call_later(_RELAYOUT, self.stage.pump)

    # Ends.

    def restore(self) -> None:
        """Restores the terminal by the shortest way, without the event loop; for ends that are not orderly."""
        if self._restored:
            return
        self._restored = True
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with contextlib.suppress(OSError):
            fd = os.open(os.ttyname(terminal_fd()), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            os.write(fd, b"\x18" + LEAVE.encode())
            os.close(fd)

    def leave(self, code: int) -> None:
        """Ends the app in order with return code ``code``; after :data:`GRACE` seconds the process ends itself."""
        if self._leaving:
            return
        self.guard(code)
        self._app.exit(return_code=code)

    def guard(self, code: int) -> None:
        """From now on the process has :data:`GRACE` seconds to end; then it is ended with ``code``."""
        if self._leaving:
            return
        self._leaving = True
        watchdog = threading.Timer(GRACE, self._end, (code,))
        watchdog.daemon = True
        watchdog.start()

    def _end(self, code: int) -> None:
        self.restore()
        os._exit(code)

    def _lost(self) -> None:
        self.stage.stop()
        self.leave(128 + signal.SIGHUP)

    def _watch_signals(self) -> None:
        for number in (signal.SIGHUP, signal.SIGTERM):
            on_signal: Callable[..., None] = self.leave
            with contextlib.suppress(RuntimeError, ValueError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, on_signal, 128 + number)

    def _forget_signals(self) -> None:
        for number in (signal.SIGHUP, signal.SIGTERM):
            with contextlib.suppress(RuntimeError, ValueError, NotImplementedError):
                self._loop.remove_signal_handler(number)
