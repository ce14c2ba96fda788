"""The application: wakes when the log has news, paints values a few times a second, alarms and keys at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, Final, NoReturn

from textual import events
from textual.binding import BindingType
from textual.screen import Screen
from textual.types import AnimationLevel

from iomt_tui.log.api import LogError
from iomt_tui.log.guard import ScreenPresence
from iomt_tui.memory import settle
from iomt_tui.settings import ScannerSettings, Settings
from iomt_tui.tui.commands import WardCommands
from iomt_tui.tui.exporting import Exporter
from iomt_tui.tui.folding import Changes
from iomt_tui.tui.keymap import validate_keymap
from iomt_tui.tui.notify import BELL, Ringer
from iomt_tui.tui.scanning import Scanned
from iomt_tui.tui.screens.board import BoardScreen
from iomt_tui.tui.session import SILENT_AFTER, Session
from iomt_tui.tui.sound.making import sounding
from iomt_tui.tui.terminal.stage import StageApp
from iomt_tui.tui.text import tell
from iomt_tui.tui.theming import DEFAULT, VARIABLES, load_themes

BETWEEN_PAINTS: Final = 0.2
"""Seconds between two paints of values: less than between two wakes, so that what is read is painted at once."""

UNATTENDED: Final = 10.0
"""Seconds without a sign from the terminal after which this screen counts as seen by nobody."""

AT_A_TIME: Final = 20
"""Batches read from the log before the keyboard gets its turn."""

SETTLED: Final = 3
"""Seconds after which the whole ward has been read."""

SETTLE_EVERY: Final = 600
"""Seconds between two looks at what has come to stay since."""

_SIGNALS: Final = ("sev-high", "sev-medium", "sev-low", "sev-technical", "watermark", "warning")


class WardApp(StageApp[None], inherit_bindings=False):
    """A screen of one ward. It reads the log through ``session`` and never decides an alarm."""

    TITLE = "iomt-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {WardCommands}
    BINDINGS: ClassVar[list[BindingType]] = []
    ALLOW_SELECT = False
    CSS = """
    Toast { max-width: 80; }
    CommandPalette { background: transparent; }
    CommandPalette LoadingIndicator, CommandPalette SearchIcon { display: none; }
    """

    def __init__(self, session: Session, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds that only run forward."""
        super().__init__()
        self.session, self.settings = session, settings
        self.presence: ScreenPresence | None = None
        self.exporter: Exporter | None = None  # makes files of what is shown
        self._clock = clock
        self._ringer = Ringer(settings.notify, self._ring)
        self._keys, self._problems = validate_keymap(settings.keymap)
        self._painted = float("-inf")
        self._paint_timer: Any = None
        self._sound_timer: Any = None
        self.sound = sounding(settings, session, self.ring, clock)
        self._ticks = 0
        self._themes()
        self.remote = settings.remote or "SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ
        if self.remote:
            level: AnimationLevel = "none"
            self.animation_level = level

    def _themes(self) -> None:
        loaded = load_themes(self.settings.theme_dirs)
        for theme in loaded.themes.values():
            self.register_theme(theme)
        self._problems += tuple(str(failure) for failure in loaded.failed)
        wanted = self.settings.theme
        if wanted not in loaded.themes:
            names = ", ".join(sorted(loaded.themes))
            self._problems += (f"theme: there is no {wanted!r}; there are {names}",)
            wanted = DEFAULT
        self.theme = wanted if wanted in loaded.themes else self.theme
        self.theme_names = tuple(sorted(loaded.themes))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Every variable of ours, for themes that do not know it."""
        return dict(VARIABLES)

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables. In grey a red is darker than a green, so without colour all signs are bright."""
        variables = super().get_css_variables()
        if self.no_color:
            variables |= dict.fromkeys(_SIGNALS, variables["strong"])
        return variables

    def get_default_screen(self) -> Screen[Any]:
        """The board is the first thing there is."""
        self.board = BoardScreen(self.session, self.settings, self._keys, self._clock)
        self._read()
        return self.board

    def on_mount(self) -> None:
        """Begins to follow the log and the seconds."""
        self._ringer.attach(self.session.live_now())
        self.session.watch(self._woken, asyncio.get_running_loop())
        self._next_tick()
        if self.settings.flash:
            self._flash()
        for problem in self._problems:
            tell(self, problem, "warning")

    # News.

    def _woken(self) -> None:
        """The event loop's call. What goes wrong ends the app, as in a message of Textual's: else it would go on
        and show no more news."""
        try:
            self._wake()
        except Exception as error:
            self._handle_exception(error)

    def _wake(self) -> None:
        if not self._running or self._closing:
            return
        news = self._read()
        if news.more:
            self.call_later(self._wake)
        elif news.urgent:
            self._paint()
            self._listen()
        elif news:
            self._paint_soon()

    def _read(self) -> Changes:
        """Folds what is there, a bounded amount, and hands it to the board."""
        news = Changes()
        try:
            for _ in range(AT_A_TIME):
                news |= self.session.pump()
                if not news.more:
                    break
            self.board.fault = ""
        except LogError as error:
            self.board.fault = str(error)
            news |= Changes(urgent=True)
        # As the sound: a demo rings only where it was asked to, a recording never.
        heard = self.sound.on or not self.session.live.watermark
        if news.escalations and heard and self.session.feed.player is None:
            self._ringer.news(news.escalations, self.session.live)
        if self.session.lost:
            self.board.desk.say(f"Back to now: the past could not be read. {self.session.lost}", wrong=True)
            self.session.lost = ""
        self.board.take(news)
        return news

    def catch_up(self) -> None:
        """Reads to the end of what there is: another moment was asked for, and none in between is of use."""
        while self._read().more:
            pass

    def _ring(self, data: str) -> None:
        if self._driver is not None:
            self._driver.write(data if self.sound.on else data.removesuffix(BELL))

    def _paint_soon(self) -> None:
        if self._paint_timer is None:
            wait = self._painted + BETWEEN_PAINTS - time.monotonic()
            if wait <= 0:
                self._paint()
            else:
                self._paint_timer = self.set_timer(wait, self._paint)

    def _paint(self) -> None:
        if self._paint_timer is not None:
            self._paint_timer.stop()
            self._paint_timer = None
        self._painted = time.monotonic()
        self.board.paint()

    def _next_tick(self) -> None:
        """Paints when the ward's clock turns to the next second, or the moment the engine counts as silent."""
        wait = (1000 - self.session.live_now() % 1000) / 1000
        silent_in = SILENT_AFTER - self.session.feed.silent_for()
        if 0 < silent_in < wait:
            wait = silent_in + 0.02
        self.set_timer(max(0.05, wait), self._tick)

    def _tick(self) -> None:
        self._next_tick()
        self._read()
        self._attend()
        self.board.tick()
        self._listen()
        self._ticks += 1
        if self._ticks == SETTLED or self._ticks % SETTLE_EVERY == 0:
            settle(collect=self._ticks > SETTLED)

    def _attend(self) -> None:
        """Shows the engine that somebody can see this screen, while its terminal proves that it reads (SAFETY H20)."""
        stage, presence = self.stage, self.presence
        if presence is None and self.session.looks is None:
            return
        if stage is None or not stage.answers:
            self.board.away.look(attended=True)
            return
        age = stage.last_reply_age()
        if age > UNATTENDED / 4:
            stage.ask()
        attended = age <= UNATTENDED
        self.board.away.look(attended=attended)
        if presence is not None:
            with suppress(LogError):
                if attended:
                    presence.attach()
                else:
                    presence.detach()

    # Sound.

    def _listen(self) -> None:
        """Sounds what is audible now; a ward that nobody monitors is the loudest."""
        self._sound_again(self.sound.listen(self.board.audible() if self.sound.on else {}))

    def sound_test(self) -> None:
        """Plays the pattern of a high alarm once."""
        self._sound_again(self.sound.test())

    def _sound_again(self, wait: float | None) -> None:
        if self._sound_timer is not None:
            self._sound_timer.stop()
            self._sound_timer = None
        if wait is not None:
            self._sound_timer = self.set_timer(max(0.01, wait), lambda: self._sound_again(self.sound.turn()))

    def on_unmount(self) -> None:
        """Nothing sounds on after the screen."""
        self.sound.close()

    def _flash(self) -> None:
        self.set_timer(self.board.painter.parts.flash(), self._flash)

    # A barcode scanner.

    @property
    def scanner(self) -> ScannerSettings:
        """How it types, for the driver."""
        return self.settings.scanner

    @property
    def scan_expected(self) -> bool:
        """Whether what is open takes scans."""
        return self.board.cover is not None and self.board.cover.takes_scans

    def on_scanned(self, event: Scanned) -> None:
        """Whatever has the focus, a scan is none of its keys."""
        event.stop()
        if self.screen is not self.board:
            tell(self, "Scanned, but NOT taken: close what is open first, then scan again.", "warning")
            return
        self.board.scans.take(event)

    # The terminal.

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Keys that arrive in a terminal without the focus are meant for another one (SAFETY S4)."""
        self.board.desk.blurred = True

    def on_app_focus(self, event: events.AppFocus) -> None:
        """The user is back."""
        self.board.desk.blurred = False

    def on_command_palette_opened(self) -> None:
        """Its cursor stands still: a blinking one costs bytes and says nothing."""
        for field in self.screen.query("CommandInput"):
            field.cursor_blink = False  # type: ignore[attr-defined]

    def action_help_quit(self) -> None:
        """Control-C is a key of the table."""

    # What a clinical screen does not do (SAFETY S5, S13): nothing leaves it but by an allowed, noted export.

    def copy_to_clipboard(self, text: str) -> None:
        """Off: names are not put into clipboards."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Off: no browser is started."""

    def action_suspend_process(self) -> None:
        """Off: no shell is behind this screen."""

    def suspend(self) -> NoReturn:
        """Off, as :meth:`action_suspend_process`."""
        raise RuntimeError("this screen cannot be suspended")

    def deliver_text(self, *args: Any, **kwargs: Any) -> None:
        """Off: nothing is written to Downloads."""

    def deliver_binary(self, *args: Any, **kwargs: Any) -> None:
        """Off, as :meth:`deliver_text`."""

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """Off: a picture of the screen holds names."""

    def action_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """Off, as :meth:`deliver_screenshot`."""
